import pytest

from trials.readers.eligibility import heading_of, split_label, without_mark
from trials.record.vocabulary import CriterionType

INCLUSION, EXCLUSION = CriterionType.INCLUSION, CriterionType.EXCLUSION


@pytest.mark.parametrize(
    ("line", "announced"),
    [
        ("Inclusion Criteria", INCLUSION),
        ("Exclusion Criteria:", EXCLUSION),
        ("EXCLUSION CRITERIA", EXCLUSION),
        ("exclusion criteria :", EXCLUSION),
        ("Inclusion", INCLUSION),
        ("Exclusions:", EXCLUSION),
        ("Key Inclusion Criteria:", INCLUSION),
        ("Main exclusion criteria", EXCLUSION),
        ("Main, Exclusion Criteria:", EXCLUSION),
        ("- INCLUSION CRITERIA:", INCLUSION),
        ("- - Inclusion Criteria:", INCLUSION),
        ("[Inclusion Criteria]", INCLUSION),
        ("* Exclusion Criteria", EXCLUSION),
        ("2. Exclusion criteria:", EXCLUSION),
        ("A. INCLUSION CRITERIA", INCLUSION),
        ("Inclusion Criterion:", INCLUSION),
        ("Exclusionary Criteria", EXCLUSION),
        ("Inclusion Criteria.", INCLUSION),
        ("Exclusion Criteria:-", EXCLUSION),
        ("Exclusion criteria\uff1a", EXCLUSION),
        ("Key exclusion criteria include:", EXCLUSION),
        ("Inclusion Criteria (most important):", INCLUSION),
        ("Non-inclusion Criteria:", EXCLUSION),
    ],
)
def test_a_line_that_is_nothing_else_announces_a_list(line, announced):
    assert heading_of(line) is announced


@pytest.mark.parametrize(
    "line",
    [
        "",
        "-",
        "See inclusion criteria",
        "Meets one of the exclusion criteria",
        "Inclusion Criteria: aged 18 or over",
        "Any occlusion of the nose.",
        "Eligibility Criteria:",
        "Inclusion/Exclusion Criteria:",
        "DISEASE CHARACTERISTICS:",
        "Healthy Controls:",
        "Further inclusion/exclusion criteria are in the protocol",
        "Inclusion of Women and Minorities:",
    ],
)
def test_a_line_that_only_mentions_a_list_is_an_item(line):
    assert heading_of(line) is None


@pytest.mark.parametrize(
    "line",
    [
        "Exclusion criteria for all subjects:",
        "Inclusion Criteria - Step 2",
        "Donor Exclusion Criteria:",
        "6. Other exclusion criteria:",
        "Part B Inclusion",
    ],
)
def test_a_heading_that_names_a_group_stays_an_item_so_that_the_group_is_kept(line):
    assert heading_of(line) is None


def test_a_very_long_line_of_heading_marks_is_refused_at_once():
    assert heading_of("-" * 1_000_000 + "inclusion") is None


@pytest.mark.parametrize(
    ("line", "label", "text"),
    [
        ("11. Confirmed infection", "11", "Confirmed infection"),
        ("2) Confirmed infection", "2", "Confirmed infection"),
        (r"11\. Confirmed infection", "11", "Confirmed infection"),
        (r"3\) Confirmed infection", "3", "Confirmed infection"),
        ("a. Confirmed infection", "", "a. Confirmed infection"),
        ("1.5 mg or more", "", "1.5 mg or more"),
        ("2020. That year", "", "2020. That year"),
        ("12.", "", "12."),
    ],
)
def test_the_printed_number_is_the_label(line, label, text):
    assert split_label(line) == (label, text)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("* Over 18", "Over 18"),
        ("- Over 18", "Over 18"),
        ("• Over 18", "Over 18"),
        ("-5 degrees", "-5 degrees"),
        ("**", "**"),
        ("-", "-"),
        ("Over 18", "Over 18"),
    ],
)
def test_one_list_mark_is_presentation(line, text):
    assert without_mark(line) == text
