from trials.record import flat
from trials.record.fields import fields_of
from trials.record.shape import COLLECTIONS, TrialRecord
from trials.tests.factory import make_record


def test_a_trial_is_one_row_with_a_cell_for_each_field():
    row = dict(zip(flat.TRIALS.header, flat.trial_row(make_record()), strict=True))

    assert list(row) == [field.name for field in fields_of(TrialRecord)]
    assert row["nct_id"] == "NCT00000001"
    assert row["phases"] == ("PHASE1", "PHASE2")
    assert row["has_results"] is False
    assert row["arms"] == ("CYT107", "Both")
    assert row["criteria"] == ("Adults.", "Lymphopenia.", "Pregnancy.")
    assert row["references"] == ()


def test_every_collection_has_a_field_that_stands_for_its_parts():
    for collection, name in flat.NAMED_BY.items():
        assert name in {field.name for field in fields_of(COLLECTIONS[collection])}
    assert flat.NAMED_BY.keys() == COLLECTIONS.keys()


def test_a_criterion_is_a_row_with_its_place_and_its_lines():
    rows = list(flat.criterion_rows(make_record(), {"criteria[c8].text": (40, 42)}))

    assert rows[1] == (
        *("NCT00000001", "c8", 2, "INCLUSION"),
        *("", "", "Lymphopenia.", 40, 42),
    )
    assert rows[2][-2:] == (None, None)
    assert len(rows[0]) == len(flat.CRITERIA.columns)
