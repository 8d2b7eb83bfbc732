"""Rules on eligibility items, their wording, ages and sex, on made-up lists."""

import pytest

from curation.tests.criteria import (
    EXCLUSION,
    applied,
    ids,
    labels,
    only,
)

# Items


def test_lines_with_a_mark_or_below_an_announcement_are_no_second_paragraphs():
    rule = "criteria.orphan-line"

    assert rule in ids("I 1. Fasting at baseline | I or before | I 2. Adults | E x")
    assert rule not in ids("I 1. Any of: | I fasting | I 2. Adults | E x")
    assert rule not in ids("I 1. Fasting | I a. overnight | I 2. Adults | E x")
    assert rule not in ids("I 1. Fasting | I overnight | I all day | I 2. Men | E x")


def test_items_that_go_on_in_one_line_are_split_at_their_numbers():
    trial, found = only(
        "criteria.merged-items", "E 9. Sepsis. 10. Shock. 11. Coma | E 12. HIV | I x"
    )

    after = applied(trial, found)

    assert labels(after, EXCLUSION) == ["9", "10", "11", "12"]
    assert "criteria.merged-items" not in ids("E 9. Score of 10. Then 2) or 3) | I x")
    assert "criteria.merged-items" not in ids("E Grade 2) or 3) by scale 1) | I x")


def test_a_list_that_stands_twice_is_one_finding_without_a_fix():
    _, found = only("criteria.duplicate-item", "I Men | I HIV | I Men | I HIV. | E x")

    assert found.fix is None
    assert len(found.paths) == 4


def test_equal_items_of_two_lists_are_no_duplicates():
    rule = "criteria.duplicate-item"

    assert rule not in ids("I 1. Men | I 2. HIV | I Part B | I 1. Men | E x")
    assert rule not in ids("O Liver: | O See Disease Characteristics | O HIV")


# Wording


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("ALT > 2-3x ULN", "criteria.malformed-range"),
        ("Below 10 - 2 points, ≥ 10-6 M", "criteria.malformed-range"),
        ("18 years or older, oxygen > 4 L", "criteria.double-comparison"),
        ("ST depression > 1mm in 2 or more leads", "criteria.double-comparison"),
        ("Weeks 2, 4, 6, 2, 4 of sepsis", "criteria.repeated-list-term"),
        ("AML (sepsis, ALL), CML, MDS, ALL", "criteria.repeated-list-term"),
        ("Sepsis by the Sepsis-3 criteria", "criteria.dangling-reference"),
        ("RECIST criteria 1.1", "criteria.cross-reference"),
        ("See criterion 1 above", "criteria.cross-reference"),
    ],
)
def test_this_wording_is_meant(text, rule):
    assert rule not in ids(f"I 1. {text} | E 1. x")


@pytest.mark.parametrize(
    ("criteria", "limits", "is_found"),
    [
        ("I Aged 18 to 65 years", {"minimum_age": "21 Years"}, True),
        ("I Adults aged ≥ 18 years", {"minimum_age": "21 Years"}, True),
        ("I Age > 17 years", {"minimum_age": "18 Years"}, False),
        ("I Aged 18 to 65 years", {"minimum_age": "18 Years"}, False),
        ("I Aged 2 to 5 years | I Aged 6 to 9 years", {"minimum_age": "1 Year"}, False),
        ("I Smoked for at least 18 years", {"minimum_age": "21 Years"}, False),
        ("I Aged 18 to 65 years", {"minimum_age": "6 Months"}, False),
    ],
)
def test_the_age_limits_are_compared_with_the_item_on_age(criteria, limits, is_found):
    assert ("criteria.age-text" in ids(f"{criteria} | E x", **limits)) is is_found


def test_the_age_limit_is_set_to_what_the_item_says():
    trial, found = only(
        "criteria.age-text", "I Aged 18 to 65 years | E x", maximum_age="70 Years"
    )

    assert applied(trial, found).maximum_age == "65 Years"


@pytest.mark.parametrize(
    ("criteria", "sex", "is_found"),
    [
        ("I Female patients only", "ALL", True),
        ("I Male or female, aged 18", "FEMALE", True),
        ("E Pregnant or nursing", "MALE", True),
        ("I Women must use contraception", "ALL", False),
        ("I Men | I Women", "ALL", False),
        ("E Pregnant partner", "MALE", False),
        ("E Pregnant", "FEMALE", False),
    ],
)
def test_the_sex_is_compared_with_the_items(criteria, sex, is_found):
    assert ("criteria.sex-text" in ids(f"{criteria} | I x | E x", sex=sex)) is is_found
