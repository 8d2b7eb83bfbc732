"""Operations as data, and what they make of a record."""

import msgspec
import pytest

from curation.bulk.changes import Unfit, changed, find
from curation.bulk.operation import (
    Merge,
    MergeGroup,
    OperationError,
    Replace,
    SetValue,
    Step,
    from_json,
    to_json,
)
from curation.bulk.values import columns, text_columns, values_of
from trials.record.shape import ConditionRecord
from trials.tests.factory import make_record

OPERATIONS = (
    Replace(("criteria.text",), "adults", "Grown-ups", whole_words=True),
    Merge("sponsors.name", (MergeGroup(("Revimmune",), "RevImmune"),)),
    SetValue("overall_status", "UNKNOWN"),
    Step("assign", "ana"),
)


def make(record, operation, left_out=(), one_line=()):
    operation.check()
    return changed(record, operation, left_out=left_out, one_line=one_line)


def test_a_file_gives_back_what_was_put_in():
    assert from_json(to_json(*OPERATIONS)) == OPERATIONS


@pytest.mark.parametrize(
    ("operations", "said"),
    [
        ([], "length >= 1"),
        ([{"kind": "drop"}], "Invalid value 'drop'"),
        ([{"kind": "set", "column": "nct_id"}], "Operation 1: “nct_id” is no field"),
        ([{"kind": "set", "column": "phases", "value": "X"}], "no code of phases"),
        ([{"kind": "set", "column": "has_results", "value": "yes"}], "neither true"),
        ([{"kind": "set", "column": "acronym", "value": "a\x00"}], "U\\+0000"),
        ([{"kind": "replace", "columns": [], "find": "a"}], "at least one field"),
        ([{"kind": "replace", "columns": ["sex"], "find": "a"}], "“sex” is no field"),
        ([{"kind": "replace", "columns": ["acronym"], "find": ""}], "length >= 1"),
        ([{"kind": "replace", "columns": ["acronym"], "find": "a", "x": 1}], "`x`"),
        (
            [
                {
                    "kind": "merge",
                    "column": "sponsors.name",
                    "groups": [{"values": ["a", "a"], "form": "b"}],
                }
            ],
            "two groups",
        ),
        ([{"kind": "review", "step": "submit", "assignee": "x"}], "Only “assign”"),
        ([{"kind": "review", "step": "keep"}], "Invalid enum value"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_with_the_place(operations, said):
    data = msgspec.json.encode({"version": 1, "operations": operations})
    with pytest.raises(OperationError, match=said):
        from_json(data)


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b'{"version": 2}', b"{}"])
def test_a_file_of_another_kind_is_refused(data):
    with pytest.raises(OperationError, match="file"):
        from_json(data)


def test_hits_in_texts_and_items_of_lists_are_replaced():
    operation = Replace(("criteria.text", "interventions.other_names"), "IL-", "X")
    record = make(make_record(), operation)

    assert record.interventions[0].other_names == ("X7", "rhX7")
    assert record.criteria == make_record().criteria


def test_an_item_that_is_nothing_any_more_goes():
    operation = Replace(("interventions.other_names",), "IL-7", "")
    assert make(make_record(), operation).interventions[0].other_names == ("rh",)


def test_a_hit_that_was_left_out_stays():
    record = make_record(brief_title="pts and pts and pts")
    operation = Replace(("brief_title",), "pts", "patients")

    (found,) = find(operation, values_of(record, operation.columns))
    assert found.names() == ["brief_title:0", "brief_title:1", "brief_title:2"]
    made = make(record, operation, left_out={"brief_title:1"})

    assert made.brief_title == "patients and pts and patients"


def test_one_line_gets_no_line_break():
    operation = Replace(("brief_title",), " in ", "\n")
    with pytest.raises(Unfit, match="brief_title is one line"):
        make(make_record(), operation, one_line={"brief_title"})


def test_a_part_is_not_left_empty():
    operation = Replace(("conditions.name",), "sepsis", "")
    with pytest.raises(Unfit, match=r"conditions\[cd1\].name would be left empty"):
        make(make_record(), operation)


def test_values_of_a_group_get_one_form():
    conditions = tuple(
        ConditionRecord(key=f"cd{number}", name=name)
        for number, name in enumerate(("Sepsis", "sepsis", "Sepsis, severe"), start=1)
    )
    operation = Merge("conditions.name", (MergeGroup(("Sepsis", "sepsis"), "Sepsis"),))

    record = make(make_record(conditions=conditions), operation)

    assert [c.name for c in record.conditions] == ["Sepsis", "Sepsis", "Sepsis, severe"]


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("phases", "PHASE3\nPHASE4", ("PHASE3", "PHASE4")),
        ("enrollment_count", "", None),
        ("has_results", "true", True),
        ("start_date", "2021-03", "2021-03"),
    ],
)
def test_a_field_is_set_in_its_own_kind(column, text, value):
    assert getattr(make(make_record(), SetValue(column, text)), column) == value


def test_words_are_looked_for_in_free_text_alone():
    assert "criteria.text" in text_columns()
    assert "related_trials.nct_id" in text_columns()
    assert not {"sex", "start_date", "arms.interventions"} & text_columns().keys()
    assert not {"nct_id", "withdrawn", "arms"} & columns().keys()
