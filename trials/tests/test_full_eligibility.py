from trials.readers import full_eligibility
from trials.readers.full_print import Print


def criteria(print_):
    return [
        tuple(
            part[name].value if name in part else ""
            for name in ("type", "label", "text")
        )
        for part in print_.parts["criteria"]
    ]


def read_section(lines, top=()):
    """The criteria of section 10, and its heading lines."""
    print_ = Print()
    numbered = [*enumerate(lines, 1)]
    headings = full_eligibility.read_section(print_, numbered, [*enumerate(top, 1)])
    return criteria(print_), headings


def read_top(*lines):
    print_ = Print()
    headings = full_eligibility.read_top(print_, [*enumerate(lines, 1)])
    return criteria(print_), headings


def test_headings_open_lists_and_lines_are_items():
    found, headings = read_section(
        [
            "Adults",
            "Inclusion Criteria:",
            "1. Has a cold",
            "Exclusion Criteria:",
            "a. Ill",
        ]
    )
    assert found == [
        ("OTHER", "", "Adults"),
        ("INCLUSION", "1", "Has a cold"),
        ("EXCLUSION", "", "a. Ill"),
    ]
    assert headings == [2, 4]


def test_what_the_top_prints_unmarked_is_a_heading():
    lines = ["Inclusion Criteria for Part 2:", "Adults", "See exclusion criteria"]
    top = ["Inclusion Criteria for Part 2:", "- Adults", "- See exclusion criteria"]
    found, headings = read_section(lines, top)
    assert headings == [1]
    assert [kind for kind, _, _ in found] == ["INCLUSION", "INCLUSION"]


def test_what_only_the_top_marks_is_an_item():
    found, headings = read_section(["Exclusion criteria"], ["- Exclusion criteria"])
    assert (found, headings) == ([("OTHER", "", "Exclusion criteria")], [])


def test_a_heading_that_both_print_with_a_mark_is_a_heading():
    lines = ["- INCLUSION CRITERIA:", "Adults"]
    found, headings = read_section(lines, ["- INCLUSION CRITERIA:", "- Adults"])
    assert headings == [1]
    assert found == [("INCLUSION", "", "Adults")]
    assert read_top("- INCLUSION CRITERIA:", "- Adults") == (found, headings)


def test_the_same_words_may_be_heading_and_item():
    lines = ["Exclusion:", "Exclusion:", "Ill"]
    found, headings = read_section(lines, ["Exclusion:", "- Exclusion:", "- Ill"])
    assert headings == [1]
    assert found == [("EXCLUSION", "", "Exclusion:"), ("EXCLUSION", "", "Ill")]


def test_sub_headings_and_unmarked_paragraphs_are_items():
    found, headings = read_top("Inclusion Criteria:", "- AGE:", "Cohort A", "- Adults")
    assert headings == [1]
    assert [text for _, _, text in found] == ["AGE:", "Cohort A", "Adults"]


def test_a_top_without_marks_tells_nothing():
    top = ["Exclusion Criteria:", "Inclusion in another trial"]
    found, headings = read_section(top, top)
    assert headings == [1]
    assert found == [("EXCLUSION", "", "Inclusion in another trial")]
    assert read_top(*top) == (found, headings)


def test_marks_and_numbers_are_no_text():
    found, _ = read_top("- 2) Adults", "- * Ill", "- -", "- 1.5 mg of tea")
    assert found == [
        ("OTHER", "2", "Adults"),
        ("OTHER", "", "Ill"),
        ("OTHER", "", "-"),
        ("OTHER", "", "1.5 mg of tea"),
    ]
