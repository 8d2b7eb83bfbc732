"""Columns of the records: names, choices and values in rows."""

import pytest

from curation import columns
from curation.bulk.values import columns as all_columns
from curation.bulk.values import text_columns, values_of
from curation.tests.factory import make_trial
from trials import revisions
from trials.record.shape import ConditionRecord


@pytest.mark.django_db
def test_rows_give_the_same_values_as_records(django_assert_max_num_queries):
    trials = [make_trial(nct_id=f"NCT{number:08}") for number in (1, 2)]
    wanted = list(all_columns())
    with django_assert_max_num_queries(20):
        found = list(columns.values([trial.pk for trial in trials], wanted))

    for trial in trials:
        record = revisions.record_at(trial, trial.version)
        of_rows = {value for pk, value in found if pk == trial.pk}
        assert of_rows == set(values_of(record, wanted))


@pytest.mark.django_db
def test_values_are_counted_in_one_query(django_assert_num_queries):
    for number, name in enumerate(("Sepsis", "Sepsis", "sepsis"), start=1):
        conditions = (ConditionRecord(key="cd1", name=name),)
        make_trial(nct_id=f"NCT{number:08}", conditions=conditions)
    with django_assert_num_queries(1):
        assert columns.counted("conditions.name") == {"Sepsis": 2, "sepsis": 1}
    assert columns.with_values("conditions.name", ["Sepsis"]).count() == 2


def test_every_column_of_text_stands_in_a_section_once():
    found = columns.in_sections(list(text_columns()))
    names = [choice.name for _, here in found for choice in here]
    assert sorted(names) == sorted(text_columns())


def test_labels_are_those_of_the_forms():
    assert columns.label("overall_status") == "Overall recruitment status"
    assert columns.label("locations.state") == "Location · state or province"
    assert columns.label("nothing.here") == "nothing.here"


def test_paragraphs_may_have_line_breaks_and_lines_may_not():
    assert {"brief_title", "sponsors.name", "start_date"} <= columns.one_line()
    assert not {"brief_summary", "criteria.text", "interventions.other_names"} & (
        columns.one_line()
    )


def test_clustered_columns_are_texts_of_parts():
    assert set(columns.CLUSTERED) <= columns.one_line()
    assert all("." in name for name in columns.CLUSTERED)
