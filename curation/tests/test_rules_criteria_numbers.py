"""Rules on headings and numbers of the eligibility lists, on made-up lists."""

import pytest

from curation.rules.examples import context
from curation.rules.rule import Severity
from curation.tests.criteria import (
    EXCLUSION,
    INCLUSION,
    applied,
    findings,
    ids,
    labels,
    only,
)

# Headings


def test_exactly_the_run_before_the_restart_moves():
    trial, found = only(
        "criteria.heading-too-early",
        "I 1. Adults | E 2. Sepsis | E Any of: | E 4. Willing | E 1. HIV | E 2. HBV",
    )

    after = applied(trial, found)

    assert [change.new for change in found.fix.changes] == ["INCLUSION"] * 3
    assert labels(after, INCLUSION) == ["1", "2", "", "4"]
    assert labels(after, EXCLUSION) == ["1", "2"]
    assert ids("I 1. Adults | I 2. Sepsis | E 1. HIV") == set()


MISFILED = [
    # The last item announces a list of its own.
    ("I 1. a | E 2. b | E 3. one of: | E 1. c | E 2. d | E 1. x | E 2. y", "2312"),
    # An inner list inside the run.
    ("I 1. a | E 2. one of: | E 1. c | E 2. d | E 3. b | E 1. x | E 2. y", "2123"),
    # The heading stands inside an inner list.
    ("I 1. one of: | E 1. c | E 2. d | E 2. b | E 3. e | E 1. x | E 2. y", "1223"),
    # A number is lost at the break, and one in the second list.
    ("I 1. a | E 3. b | E 1. x | E 2. y | E 4. z", "3"),
    # The number that is lost in the second list happens to be the next of the first.
    ("I 1. a | I 2. b | E 3. c | E 1. w | E 2. x | E 3. y | E 5. z", "3"),
    # A last item that is numbered too low.
    ("I 1. a | E 2. b | E 1. w | E 2. x | E 3. y | E 4. z | E 3. last", "2"),
    # Items of exclusion under the heading of inclusion.
    ("E 1. a | E 2. b | I 3. c | I 1. x | I 2. y", "3"),
    # The line that announces the second list stays with it.
    ("I 1. a | E 2. b | E Any of the following: | E 1. x | E 2. y", "2"),
    # Lists of two phases.
    ("I Phase I | I 1. a | I Phase II | E 1. b | E Phase I | E 1. x", "1"),
]


@pytest.mark.parametrize(("criteria", "run"), MISFILED)
def test_a_misfiled_run_is_found_exactly(criteria, run):
    trial, found = only("criteria.heading-too-early", criteria)

    keys = [path.removesuffix(".text") for path in found.paths]
    moved = [item for item in trial.criteria if f"criteria[{item.key}]" in keys]

    assert "".join(item.label for item in moved) == run


@pytest.mark.parametrize(
    "criteria",
    [
        "I 1. a | I 2. b | E 1. x | E 2. y",
        "I 1. a | I 2. one of: | I 1. c | I 2. d | E 1. x | E 2. y",
        "I 1. a | E 2. x | E 3. y",
        "I 1. a | I 2. b | E 2. x | E 3. y",
        "I a | I b | E 5. x | E 1. y",
        "I 1. a | I 2. b | E 1. x | E 2. one of: | E 1. y | E 2. z | E 3. w",
        "I 1. a | I 2. b | I 3. c | E 1. x | E 2. y | E 4. z | E 1. last",
    ],
)
def test_lists_with_numbers_of_their_own_are_not_misfiled(criteria):
    assert "criteria.heading-too-early" not in ids(criteria)


def test_only_a_heading_with_a_colon_of_its_own_is_one():
    rule = "criteria.header-in-item"

    assert rule in ids("I Adults. Exclusion Criteria: Sepsis")
    assert rule in ids("I Adults | I Exclusion criteria for all subjects: | I Sepsis")
    for text in (
        "see exclusion criteria: HIV",
        "Meets all inclusion criteria",
        "See Exclusion Criteria, below, for exceptions",
        "Patients meeting any of the following exclusion criteria: HIV",
    ):
        assert rule not in ids(f"I {text}")


def test_items_below_a_heading_in_an_item_go_with_it():
    trial, found = only(
        "criteria.header-in-item", "I Adults. Exclusion Criteria: Sepsis | I HIV"
    )

    after = applied(trial, found)

    assert [(item.type, item.text) for item in after.criteria] == [
        (INCLUSION, "Adults."),
        (EXCLUSION, "Sepsis"),
        (EXCLUSION, "HIV"),
    ]


def test_a_heading_that_names_a_group_becomes_that_group():
    trial, found = only(
        "criteria.header-in-item",
        "I Adults | I Exclusion criteria for all subjects: | I Sepsis | I HIV",
    )

    after = applied(trial, found)

    assert [(i.type, i.group, i.text) for i in after.criteria] == [
        (INCLUSION, "", "Adults"),
        (EXCLUSION, "all subjects", "Sepsis"),
        (EXCLUSION, "all subjects", "HIV"),
    ]


def test_a_lost_exclusion_list_is_found_by_the_line_that_announces_it():
    trial, found = only(
        "criteria.missing-section",
        "I 1. Adults | I Any of these will exclude a subject. | I 1. HIV | I 2. HBV",
    )

    after = applied(trial, found)

    assert labels(after, INCLUSION) == ["1"]
    assert labels(after, EXCLUSION) == ["", "1", "2"]


def test_old_cancer_records_have_a_milder_finding():
    _, found = only("criteria.missing-section", "O DISEASE CHARACTERISTICS: | O Sepsis")

    assert found.severity == Severity.WARNING


def test_records_that_need_no_two_lists_lack_none():
    assert ids("I Anyone", study_type="EXPANDED_ACCESS") == set()
    assert ids("") == set()
    assert ids("O Adults") == {"criteria.missing-section"}


# Numbers


@pytest.mark.parametrize(
    ("criteria", "missing"),
    [
        ("I 2. a | I 3. b | E x", "criterion 1 is missing"),
        ("I 1. a | I 5. b | E x", "criteria 2–4 are missing"),
        ("I 1. of: | I 1. c | I 3. d | I 2. b | E x", "criterion 2 is missing"),
        ("I 1. a | I 2. of: | I 1. c | I 2. d | I 4. b | E x", "criterion 3 is"),
        ("I 1. a | I 2. as shown by | I 2. c | I 3. b | E x", "criterion 1 is"),
        ("I 1. a | I 2. of: | I 1. c | I 3. b | E x", "has one item only"),
    ],
)
def test_lost_numbers_are_named(criteria, missing):
    _, found = only("criteria.numbering-gap", criteria)

    assert missing in found.message


def test_a_number_between_two_others_is_put_right_only_where_its_place_is_free():
    rule = "criteria.numbering-duplicate"

    _, low = only(rule, "I 1. a | I 2. b | I 3. c | I 2. d | I 5. e | E x")
    _, twice = only(rule, "I 1. a | I 2. b | I 2. c | I 3. d | E x")

    assert low.fix.after == "4"
    assert twice.fix is None


def test_lists_inside_items_do_not_restart():
    for criteria in (
        "I 1. a | I 2. one of: | I 1. c | I 2. d | I 3. b | E x",
        "I 1. a | I 2. of the following | I 1. c | I 2. d | E x",
        "I 1. a | I 2. b | I 3. shown | I 1. c | I 2. d | I 4. e | E x",
    ):
        assert ids(criteria) == set()


def test_a_second_list_becomes_a_group_and_is_then_left_alone():
    rule = "criteria.numbering-restart"
    trial, found = only(rule, "I 1. a | I 2. b | I Phase II | I 1. c | I 2. d | E x")

    after = applied(trial, found)

    assert [item.group for item in after.criteria] == ["", "", *["Phase II"] * 3, ""]
    assert rule not in {name for name, _ in findings(after, context())}


def test_a_list_that_goes_on_is_numbered_from_one():
    trial, found = only("criteria.numbering-continues", "I 1. a | E 2. b | E 3. c")

    after = applied(trial, found)

    assert labels(after, EXCLUSION) == ["1", "2"]
    assert ids("I 1. a | E 2. b | E 3. c") == {"criteria.numbering-continues"}
