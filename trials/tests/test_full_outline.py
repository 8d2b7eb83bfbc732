import pytest

from trials.readers.full_outline import slots, stretches
from trials.readers.page import Page
from trials.tests.full_texts import section

OUTCOME = ("9. Outcome Measures", "Primary Outcome Measure Information:")


def outline(*lines, top="Title\nStatus\nRecruiting"):
    """The headings of a page, and below each its labels with their values."""
    page = Page(section(*lines, top=top))
    found = []
    for stretch in stretches(page):
        _, labelled = slots(stretch, page.numbers[-1])
        values = [
            (slot.label.names[0], [text for _, text in slot.values])
            for slot in labelled
        ]
        found.append((stretch.block.headings[:1], values))
    return found


def labels(*lines):
    """The labels and values of the block before the sign-up form."""
    return outline(*lines)[-2][1]


def test_a_label_takes_the_lines_below_it():
    assert labels("5. Study Description", "Brief Summary", "a", "b") == [
        ("Brief Summary", ["a", "b"])
    ]


@pytest.mark.parametrize("line", ["brief summary", "Brief Summary:", "BRIEF SUMMARY :"])
def test_case_and_colons_do_not_matter(line):
    assert labels("5. study description:", line, "a") == [("Brief Summary", ["a"])]


def test_a_value_may_stand_on_the_line_of_its_label():
    assert labels("2. Study Status", "Recruitment Status: Completed") == [
        ("Overall Recruitment Status", ["Completed"])
    ]
    assert labels(*OUTCOME, "Title: Sneezes", "Time Frame: 2 weeks: all") == [
        ("Title", ["Sneezes"]),
        ("Time Frame", ["2 weeks: all"]),
    ]


def test_common_words_before_a_colon_are_text_among_plain_labels():
    lines = ("Title", "Sneezes", "Description", "a", "Title: none", "b")
    assert labels(*OUTCOME, *lines)[1:] == [("Description", ["a", "Title: none", "b"])]


@pytest.mark.parametrize("word", ["Keywords", "Description", "Title", "Masking", "Sex"])
def test_labels_of_other_sections_are_text(word):
    lines = ("5. Study Description", "Detailed Description", "a", word, "b")
    assert labels(*lines) == [("Detailed Description", ["a", word, "b"])]


@pytest.mark.parametrize("word", ["Title", "Description", "Time Frame"])
def test_a_measure_may_read_like_a_label(word):
    assert labels(*OUTCOME, "Title", word, "Time Frame", "2 weeks") == [
        ("Title", [word]),
        ("Time Frame", ["2 weeks"]),
    ]


def test_an_emptied_label_does_not_swallow_the_next():
    assert labels(*OUTCOME, "Title", "Description", "a", "Time Frame", "b") == [
        ("Title", []),
        ("Description", ["a"]),
        ("Time Frame", ["b"]),
    ]


def test_a_label_that_is_used_up_is_text():
    assert labels("10. Eligibility", "Sex", "All", "Eligibility Criteria", "Sex") == [
        ("Sex", ["All"]),
        ("Eligibility Criteria", ["Sex"]),
    ]


@pytest.mark.parametrize(
    "line", ["Minimum Age: 18 Years", "Gender Based", "Study population:"]
)
def test_an_eligibility_list_goes_on_over_labels_that_stand_above_it(line):
    lines = ("Eligibility Criteria", line, "Sampling Method", "Probability Sample")
    assert labels("10. Eligibility", *lines) == [
        ("Eligibility Criteria", [line]),
        ("Sampling Method", ["Probability Sample"]),
    ]


def test_the_value_tells_the_label_from_text_that_reads_like_it():
    lines = ("Model Description", "a", "Masking", "is kept", "Masking", "Single")
    assert labels("7. Study Design", *lines) == [
        ("Model Description", ["a", "Masking", "is kept"]),
        ("Masking", ["Single"]),
    ]


def test_headings_in_free_text_are_text():
    lines = ("5. Study Description", "Detailed Description", "Links:", "see below")
    assert labels(*lines) == [("Detailed Description", ["Links:", "see below"])]
    twice = ("5. Study Description", "Detailed Description", "7. Study Design", "later")
    assert outline(*twice, "7. Study Design", "Enrollment", "5")[1][1] == [
        ("Detailed Description", ["7. Study Design", "later"])
    ]


def test_a_heading_without_its_first_label_still_counts_in_its_place():
    found = outline("10. Eligibility", "Facility Information:", "?", "City", "Zenda")
    assert found[-2] == (("Facility Information",), [("City", ["Zenda"])])


def test_lost_headings_are_found_between_their_neighbours_only():
    found = outline(
        "5. Study Description",
        "Detailed Description",
        "Study Phase",
        "7. Study Design",
        "Arm Title",
        "Tea",
        "10. Eligibility",
    )
    assert [heading for heading, _ in found[1:-1]] == [
        ("5. Study Description",),
        ("7. Study Design",),
        ("8. Arms, Groups, and Interventions",),
        ("10. Eligibility",),
    ]


def test_labels_of_the_top_count_in_their_order_only():
    top = "Title\nPhase\nPhase 1\nIntervention\nStatus\nPhase\nSponsored by"
    assert outline(top=top)[0][1] == [
        ("Phase", ["Phase 1"]),
        ("Intervention", ["Status", "Phase"]),
        ("Sponsored by", []),
    ]


def test_a_label_that_the_page_cuts_belongs_to_no_value():
    page = Page("1. Study Identification\nBrief Title\nTea\nOfficial Ti")
    _, (slot,) = slots(stretches(page)[-1], 4)
    assert slot.values == [(3, "Tea")]
