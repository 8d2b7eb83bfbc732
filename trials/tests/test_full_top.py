from trials.readers import full_top
from trials.readers.full_print import Print
from trials.readers.full_values import Found


def part(**values):
    return {name: Found(value, 1, 1) for name, value in values.items()}


def outcome(measure, description=""):
    texts = {"measure": measure} | ({"description": description} if description else {})
    return part(type="PRIMARY", **texts)


def outcomes(lines, known=()):
    print_ = Print()
    lines = ["Primary Outcome Measures", *lines]
    full_top.read_outcomes(print_, [*enumerate(lines, 1)], list(known))
    found = [
        tuple(p[name].value if name in p else "" for name in ("measure", "description"))
        for p in print_.parts["outcomes"]
    ]
    return found, print_.notes.warnings


def arms(text, known=()):
    lines = text.split("|")
    print_ = Print()
    _, rest = full_top.read_arms(print_, [*enumerate(lines, 1)], list(known))
    found = [{n: f.value for n, f in p.items()} for p in print_.parts["arms"]]
    return found, [text for _, text in rest]


def test_known_outcomes_tell_measures_from_descriptions():
    known = [outcome("A", "a\nb"), outcome("B"), outcome("C", "c")]
    found, warnings = outcomes(["A", "a", "b", "B", "C", "c"], known)
    assert found == [("A", "a\nb"), ("B", ""), ("C", "c")]
    assert warnings == []


def test_a_description_may_read_like_its_measure():
    known = [outcome("A", "A"), outcome("A", "A")]
    assert outcomes(["A", "A", "A", "A"], known)[0] == [("A", "A"), ("A", "A")]


def test_a_known_description_tells_a_changed_measure():
    known = [outcome("A", "a"), outcome("B", "b")]
    assert outcomes(["X", "a", "Y", "b"], known)[0] == [("X", "a"), ("Y", "b")]


def test_a_changed_description_stays_with_its_measure():
    known = [outcome("A", "a"), outcome("B")]
    assert outcomes(["A", "x", "B"], known)[0] == [("A", "x"), ("B", "")]


def test_without_sections_each_line_is_a_measure_with_one_warning():
    long = "x" * (full_top.LONGEST_MEASURE + 1)
    found, warnings = outcomes(["A", "B", long])
    assert found == [("A", ""), ("B", long)]
    assert [warning.line for warning in warnings] == [1]


def test_a_single_line_is_surely_a_measure():
    assert outcomes(["A"]) == ([("A", "")], [])


def test_full_columns_are_shared_by_position():
    text = "Arm 1|Arm 2|Arm Type|Experimental|Other|Arm Label|Tea|Water"
    assert arms(text) == (
        [
            {"type": "EXPERIMENTAL", "label": "Tea"},
            {"type": "OTHER", "label": "Water"},
        ],
        [],
    )


def test_a_shifted_column_belongs_to_nobody_unless_the_arms_are_known():
    text = "Arm 1|Arm 2|Arm Label|Tea|Water|Arm Description|Cold."
    assert arms(text) == ([{"label": "Tea"}, {"label": "Water"}], ["Cold."])
    known = [part(label="Tea"), part(label="Water", description="Cold.")]
    assert arms(text, known) == (
        [{"label": "Tea"}, {"label": "Water", "description": "Cold."}],
        [],
    )


def test_descriptions_of_several_lines_are_told_by_the_known_ones():
    text = "Arm 1|Arm 2|Arm Description|a|b|c"
    known = [part(label="Tea", description="a\nb"), part(label="W", description="c")]
    assert arms(text, known)[0] == [{"description": "a\nb"}, {"description": "c"}]


def test_an_arm_may_be_named_like_a_column():
    text = "Arm 1|Arm Type|Other|Arm Label|Arm Type"
    assert arms(text)[0] == [{"type": "OTHER", "label": "Arm Type"}]
