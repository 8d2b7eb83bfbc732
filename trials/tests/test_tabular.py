import pytest
from hypothesis import given

from trials.record import tabular
from trials.record.fields import fields_of
from trials.record.shape import COLLECTIONS, TrialRecord
from trials.record.tabular import TABLES, TableError, record_of, rows_of
from trials.record.vocabulary import Phase
from trials.tests.factory import make_record
from trials.tests.strategies import records


@given(records())
def test_the_rows_of_a_record_give_the_record(record):
    assert record_of(rows_of(record)) == record


@given(records())
def test_every_row_fits_its_table_and_its_key_is_its_own(record):
    for table in TABLES:
        rows = rows_of(record)[table.name]
        places = [table.header.index(name) for name in table.key]
        assert all(len(row) == len(table.columns) for row in rows)
        assert len({tuple(row[p] for p in places) for row in rows}) == len(rows)


def test_the_tables_hold_every_field_of_a_record():
    there = {
        (table.collection, column.field) for table in TABLES for column in table.columns
    }
    pointers = {("arms", "interventions"), ("contacts", "location")}
    for field in fields_of(TrialRecord):
        if field.kind != "parts":
            assert ("", field.name) in there
    for collection, shape in COLLECTIONS.items():
        for field in fields_of(shape):
            assert (collection, field.name) in there | pointers


def test_an_arm_s_interventions_are_rows_of_their_own_in_their_order():
    assert rows_of(make_record())["arm_interventions"] == [
        ("NCT00000001", "a3", "i5", 1),
        ("NCT00000001", "a4", "i6", 1),
        ("NCT00000001", "a4", "i5", 2),
    ]


def test_rows_may_come_in_any_order():
    record = make_record()
    rows = {name: found[::-1] for name, found in rows_of(record).items()}

    assert record_of(rows) == record


@pytest.mark.parametrize(
    ("table", "row", "complaint"),
    [
        ("arm_interventions", ("NCT00000001", "a99", "i5", 1), "there is no a99"),
        ("arm_interventions", ("NCT00000001", "a3", "i99", 2), "does not have"),
        ("location_contacts", ("NCT00000001", "l11", "cp13", 1), "two locations"),
        ("conditions", ("NCT00000001", "cd1", 2, "Sepsis"), "use a key twice"),
        ("criteria", ("NCT00000001", "C 1", 9, "", "", "", "", 0), "key"),
    ],
)
def test_rows_that_are_no_record_are_refused(table, row, complaint):
    rows = rows_of(make_record())
    rows[table].append(row)

    with pytest.raises(TableError, match=complaint):
        record_of(rows)


def test_a_trial_has_one_row():
    with pytest.raises(TableError, match="0 rows for one trial"):
        record_of({})


def test_a_coded_column_knows_its_vocabulary():
    (column,) = (c for c in tabular.TRIALS.columns if c.name == "phases")

    assert column.kind == "list"
    assert column.vocabulary is Phase


def test_every_reference_names_the_key_of_a_table():
    keys = {table.name: table.key for table in TABLES}
    for table in TABLES:
        for reference in table.references:
            assert keys[reference.table] == reference.key
            assert set(reference.columns) <= set(table.header)
