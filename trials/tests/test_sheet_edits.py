"""What edited tables make of a record: the cells that changed, and nothing else."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from trials.record import diff
from trials.record.cells import guarded
from trials.record.shape import (
    ConditionRecord,
    CriterionRecord,
    InterventionRecord,
    TrialRecord,
)
from trials.record.tabular import TABLES
from trials.tests.edited_sheets import (
    dataset_rows,
    edited,
    only,
    set_cell,
    wide_rows,
)
from trials.tests.factory import NCT_ID, criterion, make_record
from trials.tests.strategies import lines, records, texts


def changes(base, **files):
    found = edited(base, **files)
    assert found.problems == []
    return diff.compare(base, found.record)


def problem(base, **files):
    (found,) = edited(base, **files).problems
    return str(found)


def wide(base, column, value, table="trials", row=1):
    return {table: set_cell(wide_rows(base, table), column, value, row)}


def child(base, table, column, value, row=1):
    return {table: set_cell(dataset_rows(base, table), column, value, row)}


@given(records())
@settings(max_examples=30)
def test_a_table_that_nobody_edited_changes_nothing(record):
    tables = {table.name: dataset_rows(record, table.name) for table in TABLES}

    assert changes(record, **tables) == ()
    assert (
        changes(
            record,
            trials=wide_rows(record, "trials"),
            criteria=wide_rows(record, "criteria"),
        )
        == ()
    )


@given(texts, texts | st.text("='+-@\t\r\n \";|\\", max_size=4))
def test_any_text_arrives_in_a_cell_as_it_was_written(before, after):
    after = after.replace("\r\n", "\n")
    assume(after != before.replace("\r\n", "\n"))
    base = make_record(
        why_stopped=before, criteria=(criterion("c1", "OTHER", before, label="1"),)
    )

    (one,) = changes(base, **wide(base, "why_stopped", guarded(after)))
    assert one == diff.Change(
        "why_stopped", diff.Operation.CHANGE, old=before, new=after
    )
    (two,) = changes(base, **child(base, "criteria", "text", after))
    assert (two.path, two.new) == ("criteria[c1].text", after)


@given(st.lists(lines, max_size=3).map(tuple), st.lists(lines, max_size=3).map(tuple))
def test_any_list_arrives_in_a_cell_as_it_was_written(before, after):
    before, after = (
        tuple(item.replace("\r\n", "\n") for item in items) for items in (before, after)
    )
    assume(before != after)
    part = InterventionRecord(key="i1", name="x", other_names=before)
    base = TrialRecord(nct_id=NCT_ID, interventions=(part,))
    wanted = TrialRecord(
        nct_id=NCT_ID,
        interventions=(InterventionRecord(key="i1", name="x", other_names=after),),
    )

    assert (
        changes(base, interventions=dataset_rows(wanted, "interventions"))
        == diff.compare(base, wanted)
        != ()
    )


def test_one_cell_is_one_change_and_says_where_it_stands():
    base = make_record()

    found = edited(base, **wide(base, "acronym", "IL-7"))

    (change,) = diff.compare(base, found.record)
    assert (change.path, change.old, change.new) == ("acronym", "", "IL-7")
    assert str(found.origins["acronym"]) == "trials.csv, row 2, column acronym"


def test_a_formula_that_was_made_harmless_is_the_text_again():
    base = make_record(acronym="=1+1")

    (change,) = changes(base, **wide(base, "acronym", "'=1+2"))

    assert change.new == "=1+2"


def test_line_breaks_of_windows_are_those_of_the_record():
    base = make_record(brief_summary="one\ntwo")

    assert changes(base, **wide(base, "brief_summary", "one\r\ntwo")) == ()
    (change,) = changes(base, **wide(base, "brief_summary", "one\r\n2"))
    assert change.new == "one\n2"


def test_columns_and_rows_that_are_left_out_are_not_touched():
    base = make_record()
    rows = only(wide_rows(base, "criteria"), "nct_id", "key", "text")

    assert changes(base, criteria=rows[:2]) == ()


@pytest.mark.parametrize(
    ("column", "emptied"),
    [("enrollment_count", ""), ("has_results", ""), ("start_date", ""), ("phases", "")],
)
def test_an_emptied_cell_empties_the_value(column, emptied):
    base = make_record()

    (change,) = changes(base, **wide(base, column, emptied))

    assert (change.path, change.new) == (column, "")
    assert change.old


def test_an_emptied_level_is_the_top():
    base = make_record(criteria=(criterion("c1", "OTHER", "a", level=2),))

    (change,) = changes(base, **child(base, "criteria", "level", ""))

    assert change.new == "0"


@pytest.mark.parametrize("word", ["TRUE", "True", "true"])
def test_yes_and_no_may_be_written_as_a_spreadsheet_does(word):
    base = make_record()

    (change,) = changes(base, **wide(base, "is_ppsd", word))

    assert change.new == "true"


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        ("overall_status", "Completed?", "no code. Write one of NOT_YET"),
        ("last_known_status", "active, not recruiting", "Write ACTIVE_NOT_RECRUITING."),
        ("phases", "PHASE1|PHASE2", "where an item ends"),
        ("phases", "PHASE1 | PHASE9", "“PHASE9” is no code"),
        ("start_date", "01.02.2020", "Write the date as 2020-02-01"),
        ("start_date", "2020-02-31", "Write the date as"),
        ("enrollment_count", "40.5", "no whole number"),
        ("enrollment_count", "2147483648", "The record does not take it"),
        ("has_results", "WAHR", "neither true nor false"),
        ("withdrawn", "true", "neither withdraws"),
    ],
)
def test_a_value_that_the_record_does_not_take_is_refused(column, value, what):
    base = make_record()

    said = problem(base, **wide(base, column, value))

    assert said.startswith(f"trials.csv, row 2, column {column}: “{value}”:")
    assert what in said


def test_an_unknown_code_that_stands_there_may_stay():
    base = make_record(phases=("PHASE9",))

    (change,) = changes(base, **wide(base, "phases", "PHASE9 | PHASE1"))

    assert change.new == "PHASE9\nPHASE1"


def test_a_text_that_a_spreadsheet_cut_off_is_refused():
    base = make_record(brief_summary="a" * 40_000)

    said = problem(base, **wide(base, "brief_summary", "a" * 32_767))

    assert "A spreadsheet cut it off" in said


def test_a_text_longer_than_any_page_shows_is_refused():
    base = make_record()

    said = problem(base, **wide(base, "brief_summary", "a b " * 60_000))

    assert "240,000 characters; 200,000 are taken" in said


def test_a_row_that_ends_early_empties_nothing():
    base = make_record(acronym="IL-7")
    rows = [["nct_id", "why_stopped", "acronym"], [NCT_ID]]

    assert "column acronym: The row ends before" in problem(base, trials=rows)


# Parts


def test_a_row_without_a_key_is_a_new_part_at_its_place():
    base = make_record()
    rows = only(
        wide_rows(base, "criteria"), "nct_id", "key", "position", "type", "text"
    )
    rows.insert(2, [NCT_ID, "", "2", "INCLUSION", "Weight."])
    rows.append([NCT_ID, "", "", "EXCLUSION", "Surgery."])

    found = edited(base, criteria=rows)

    assert found.record.criteria == (
        base.criteria[0],
        CriterionRecord(key="c14", type="INCLUSION", text="Weight."),
        *base.criteria[1:],
        CriterionRecord(key="c15", type="EXCLUSION", text="Surgery."),
    )
    assert found.origins["criteria[c14]"].row == 3


def test_a_key_that_the_trial_does_not_have_is_refused():
    base = make_record()

    said = problem(base, **wide(base, "key", "c99", "criteria"))

    assert "column key: “c99”: The trial has no c99" in said


def test_another_position_moves_a_part():
    base = make_record()

    (change,) = changes(base, **wide(base, "position", "1", "criteria", row=3))

    assert (change.path, change.operation) == ("criteria[c9]", diff.Operation.MOVE)
    assert (change.old, change.new) == ("3", "1")


def test_rows_in_another_order_move_nothing():
    base = make_record()
    rows = wide_rows(base, "criteria")

    assert changes(base, criteria=[rows[0], *reversed(rows[1:])]) == ()


@pytest.mark.parametrize("place", ["0", "first"])
def test_a_position_that_is_no_place_is_refused(place):
    base = make_record()

    said = problem(base, **wide(base, "position", place, "criteria"))

    assert "column position" in said


def test_a_row_with_nothing_left_is_no_deletion():
    base = make_record()
    rows = only(wide_rows(base, "criteria"), "nct_id", "key", "text")
    rows[1][2] = ""
    empty = [NCT_ID, "", ""]

    assert "Nothing would be left" in problem(base, criteria=rows)
    assert "It is empty" in problem(base, criteria=[rows[0], empty])


# Pairs


def test_a_pair_gives_an_arm_another_intervention_at_its_place():
    base = make_record()
    rows = dataset_rows(base, "arm_interventions")
    rows.append([NCT_ID, "a3", "i6", "1"])

    (change,) = changes(base, arm_interventions=rows)

    assert (change.path, change.new) == ("arms[a3].interventions", "i6\ni5")


def test_a_contact_goes_to_the_location_of_its_pair():
    base = make_record()
    rows = set_cell(dataset_rows(base, "location_contacts"), "location", "l11")

    (change,) = changes(base, location_contacts=rows)

    assert (change.path, change.old, change.new) == (
        *("contacts[cp13].location", "l10", "l11"),
    )


def test_a_pair_names_parts_of_the_trial():
    base = make_record()
    rows = dataset_rows(base, "arm_interventions")[:1]

    said = problem(base, arm_interventions=[*rows, [NCT_ID, "a3", "i99", ""]])

    assert "column intervention: “i99”: The trial has no such row" in said


# Lists of names


def conditions(*names):
    return tuple(
        ConditionRecord(key=f"cd{number}", name=name)
        for number, name in enumerate(names, start=1)
    )


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (
            "Sepsis | Grippe | Shock",
            [("cd1", "Sepsis"), ("cd2", "Grippe"), ("cd3", "Shock")],
        ),
        ("Shock | Sepsis | Flu", [("cd3", "Shock"), ("cd1", "Sepsis"), ("cd2", "Flu")]),
        ("Sepsis | Shock", [("cd1", "Sepsis"), ("cd3", "Shock")]),
        ("Shock | Flu | Burns", [("cd3", "Shock"), ("cd2", "Flu"), ("cd4", "Burns")]),
        (
            "Burns | Sepsis | Flu | Shock",
            [("cd4", "Burns"), ("cd1", "Sepsis"), ("cd2", "Flu"), ("cd3", "Shock")],
        ),
        ("", []),
    ],
)
def test_a_list_that_says_all_of_its_parts_is_put_back_onto_them(cell, wanted):
    base = TrialRecord(nct_id=NCT_ID, conditions=conditions("Sepsis", "Flu", "Shock"))

    found = edited(base, **wide(base, "conditions", cell))

    assert [(part.key, part.name) for part in found.record.conditions] == wanted


def test_a_name_is_put_right_in_a_list_of_names():
    base = make_record()

    (change,) = changes(base, **wide(base, "interventions", "CYT107 | Saline 0.9 %"))

    assert (change.path, change.new) == ("interventions[i6].name", "Saline 0.9 %")


@pytest.mark.parametrize(
    "cell", ["CYT107", "Saline | CYT107", "CYT107 | Saline | Water", ""]
)
def test_a_list_of_names_takes_nothing_that_it_cannot_say(cell):
    base = make_record()

    said = problem(base, **wide(base, "interventions", cell))

    assert "edit the list's own table of the dataset" in said


def test_a_list_with_an_empty_name_is_edited_in_its_own_table():
    base = TrialRecord(nct_id=NCT_ID, conditions=conditions(""))

    assert "Edit conditions.csv instead" in problem(
        base, **wide(base, "conditions", "Sepsis")
    )


def test_a_list_that_another_file_edits_too_is_refused():
    base = make_record()

    said = problem(
        base,
        **wide(base, "criteria", "Adults! | Lymphopenia. | Pregnancy."),
        **wide(base, "text", "Grown-ups.", "criteria"),
    )

    assert "criteria.csv edits the same list" in said
