from trials.tests.snapshot_texts import make_page, read


def read_groups(interventions, groups):
    reading = read(make_page(interventions=interventions, study_groups=groups))
    names = {i.key: i.name for i in reading.record.interventions}
    return (
        [(i.name, i.description) for i in reading.record.interventions],
        [
            (a.label, a.description, [names[key] for key in a.interventions])
            for a in reading.record.arms
        ],
    )


def test_arms_repeat_the_blocks_of_their_interventions():
    interventions, arms = read_groups(
        ("Aspirin", "75 mg a day", "Placebo", "A tablet like aspirin"),
        (
            *("Treated", "They get aspirin.", "Aspirin", "75 mg a day"),
            *("Control", "They get none.", "Placebo", "A tablet like aspirin"),
        ),
    )
    assert interventions == [
        ("Aspirin", "75 mg a day"),
        ("Placebo", "A tablet like aspirin"),
    ]
    assert arms == [
        ("Treated", "They get aspirin.", ["Aspirin"]),
        ("Control", "They get none.", ["Placebo"]),
    ]


def test_an_arm_may_have_several_interventions_or_none():
    _, arms = read_groups(
        ("Aspirin", "75 mg a day", "Rest", "Eight hours of sleep"),
        (
            *("Both", "They get all of it.", "Aspirin", "75 mg a day"),
            *("Rest", "Eight hours of sleep"),
            *("Control", "They get nothing at all.", "Late", "They get it later."),
            *("Rest", "Eight hours of sleep"),
        ),
    )
    assert [arm[2] for arm in arms] == [["Aspirin", "Rest"], [], ["Rest"]]
    assert [arm[0] for arm in arms] == ["Both", "Control", "Late"]


def test_an_arm_may_be_named_like_an_intervention():
    interventions, arms = read_groups(
        ("Aspirin", "Placebo"), ("Aspirin", "Aspirin", "Placebo", "Placebo")
    )
    assert interventions == [("Aspirin", ""), ("Placebo", "")]
    assert arms == [("Aspirin", "", ["Aspirin"]), ("Placebo", "", ["Placebo"])]


def test_an_arm_may_have_the_name_and_another_text():
    _, arms = read_groups(
        ("Aspirin", "75 mg a day"),
        ("Aspirin", "Patients under treatment.", "Aspirin", "75 mg a day"),
    )
    assert arms == [("Aspirin", "Patients under treatment.", ["Aspirin"])]


def test_names_without_descriptions_are_seen_by_their_company():
    interventions, arms = read_groups(
        ("Aspirin", "Ibuprofen"),
        ("One", "First group.", "Aspirin", "Two", "Second group.", "Ibuprofen"),
    )
    assert interventions == [("Aspirin", ""), ("Ibuprofen", "")]
    assert arms == [
        ("One", "First group.", ["Aspirin"]),
        ("Two", "Second group.", ["Ibuprofen"]),
    ]


def test_short_names_without_any_groups_are_names():
    interventions, _ = read_groups(("aspirin", "ibuprofen", "bed rest"), ())
    assert interventions == [("aspirin", ""), ("ibuprofen", ""), ("bed rest", "")]


def test_a_sentence_below_a_name_describes_it():
    interventions, _ = read_groups(("aspirin", "Given as one tablet a day."), ())
    assert interventions == [("aspirin", "Given as one tablet a day.")]


def test_list_lines_go_on_with_a_description():
    block = ("Rest", "Rest has these parts:", "* naps", "1. at noon", "a. in bed")
    interventions, arms = read_groups(block, ("Everyone", *block))
    assert interventions == [
        ("Rest", "Rest has these parts:\n* naps\n1. at noon\na. in bed")
    ]
    assert arms == [("Everyone", "", ["Rest"])]


def test_two_interventions_may_share_name_or_description():
    interventions, arms = read_groups(
        ("Tablet", "One a day.", "Tablet", "Two a day.", "Syrup", "One a day."),
        (
            *("First", "Some patients.", "Tablet", "Two a day."),
            *("Second", "Other patients.", "Syrup", "One a day."),
        ),
    )
    assert [name for name, _ in interventions] == ["Tablet", "Tablet", "Syrup"]
    assert [arm[2] for arm in arms] == [["Tablet"], ["Syrup"]]


def test_a_description_may_have_paragraphs():
    _, arms = read_groups(
        ("Aspirin", "75 mg a day"),
        (
            *("Treated", "They get aspirin.", "They also get standard care."),
            *("Aspirin", "75 mg a day"),
        ),
    )
    description = "They get aspirin.\nThey also get standard care."
    assert arms == [("Treated", description, ["Aspirin"])]


def test_a_repeat_that_differs_a_little_is_kept_as_printed():
    page = make_page(
        interventions=("Aspirin", "Given at 10 \u00b5g/kg of weight"),
        study_groups=("Treated", "Aspirin", "Given at 10 \u03bcg/kg of weihgt"),
    )
    reading = read(page)
    assert [a.interventions for a in reading.record.arms] == [("i1",)]
    assert reading.repeats[-1].path == "interventions[i1].description"
    assert reading.repeats[-1].value == "Given at 10 \u03bcg/kg of weihgt"


def test_a_numbered_label_is_a_label():
    _, arms = read_groups(
        ("Aspirin", "75 mg a day"),
        (
            *("1. Treated", "They get aspirin.", "Aspirin", "75 mg a day"),
            *("2. Late", "They get it later.", "Aspirin", "75 mg a day"),
        ),
    )
    assert [arm[0] for arm in arms] == ["1. Treated", "2. Late"]


def test_groups_of_a_page_without_interventions_are_read():
    _, arms = read_groups(
        (), ("Sleepers", "People who sleep at night.", "Others", "People who do not.")
    )
    assert arms == [
        ("Sleepers", "People who sleep at night.", []),
        ("Others", "People who do not.", []),
    ]


def test_escapes_are_undone_in_descriptions_only():
    interventions, _ = read_groups((r"A\&B", r"Dose \> 5 mg is given daily."), ())
    assert interventions == [(r"A\&B", "Dose > 5 mg is given daily.")]


def test_names_with_and_without_descriptions_may_be_mixed():
    interventions, arms = read_groups(
        ("Aspirin", "75 mg a day", "Bed rest", "Ibuprofen", "Syrup", "One a day."),
        (
            *("One", "First group.", "Aspirin", "75 mg a day", "Bed rest"),
            *("Two", "Second group.", "Ibuprofen", "Syrup", "One a day."),
            *("Three", "Third group.", "Bed rest", "Syrup", "One a day."),
        ),
    )
    assert [name for name, _ in interventions] == [
        "Aspirin",
        "Bed rest",
        "Ibuprofen",
        "Syrup",
    ]
    assert [arm[2] for arm in arms] == [
        ["Aspirin", "Bed rest"],
        ["Ibuprofen", "Syrup"],
        ["Bed rest", "Syrup"],
    ]
