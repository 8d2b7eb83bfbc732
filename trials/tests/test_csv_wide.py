import csv
from io import StringIO

import pandas as pd
import pytest
from hypothesis import given, settings

from trials.formats import Export, ExportError, Item, csv_wide
from trials.record import flat
from trials.record.cells import from_cell, unguarded
from trials.record.tabular import NCT_ID, Column, Table
from trials.tests.factory import criterion, make_record
from trials.tests.strategies import records

REVIEWS = Table(
    "reviews", (NCT_ID, Column("status"), Column("errors", "count")), ("nct_id",)
)


def write(folder, *found, **how):
    items = [
        found_one if isinstance(found_one, Item) else Item(found_one)
        for found_one in found
    ]
    return csv_wide.write(Export(items, **how), folder)


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_a_trial_is_a_row_and_a_criterion_is_a_row(tmp_path):
    text = 'Say "yes",\nor no.'
    written = write(
        tmp_path,
        make_record(),
        make_record(nct_id="NCT00000002", criteria=(criterion("c1", "OTHER", text),)),
    )

    trials, criteria = read(tmp_path / "trials.csv"), read(tmp_path / "criteria.csv")
    assert written.trials == 2
    assert [(file.name, file.rows) for file in written.files] == [
        ("trials.csv", 2),
        ("criteria.csv", 4),
    ]
    assert trials[0] == list(flat.TRIALS.header)
    assert [row[0] for row in trials[1:]] == ["NCT00000001", "NCT00000002"]
    assert [row[1] for row in criteria[1:]] == ["c7", "c8", "c9", "c1"]
    assert criteria[4][6] == text


def test_what_is_known_once_of_a_trial_follows_its_values(tmp_path):
    item = Item(make_record(), {"reviews": [("NCT00000001", "approved", 0)]})

    write(tmp_path, item, tables=(REVIEWS,))

    head, row = read(tmp_path / "trials.csv")
    assert head[-3:] == ["withdrawn", "status", "errors"]
    assert row[-3:] == ["false", "approved", "0"]


def test_a_criterion_tells_its_lines_in_the_source_page(tmp_path):
    write(tmp_path, Item(make_record(), {}, {"criteria[c8].text": (40, 42)}))

    rows = read(tmp_path / "criteria.csv")
    assert [row[-2:] for row in rows[1:]] == [["", ""], ["40", "42"], ["", ""]]


def test_lines_end_as_the_standard_says(tmp_path):
    write(tmp_path)

    written = (tmp_path / "criteria.csv").read_bytes()
    assert written == ",".join(flat.CRITERIA.header).encode() + b"\r\n"


def test_a_formula_is_text_and_a_number_a_number(tmp_path):
    write(tmp_path, make_record(acronym="=1+1", brief_title="'tis", start_date="2020"))

    row = dict(zip(*read(tmp_path / "trials.csv"), strict=True))
    assert row["acronym"] == "'=1+1"
    assert row["brief_title"] == "''tis"
    assert row["start_date"] == "2020"
    assert row["enrollment_count"] == "40"


def test_the_byte_order_mark_is_there_if_asked_for(tmp_path):
    write(tmp_path / "with", make_record(), bom=True)
    write(tmp_path / "without", make_record())

    with_mark = (tmp_path / "with" / "trials.csv").read_bytes()
    assert (
        with_mark
        == b"\xef\xbb\xbf" + (tmp_path / "without" / "trials.csv").read_bytes()
    )


@given(records())
@settings(max_examples=30)
def test_any_value_comes_back_through_a_csv_reader_and_pandas(tmp_path_factory, record):
    folder = tmp_path_factory.mktemp("csv")
    write(folder, record)
    (row,) = read(folder / "trials.csv")[1:]
    text = (folder / "trials.csv").read_bytes().decode()
    frame = pd.read_csv(StringIO(text, newline=""), dtype=str, keep_default_na=False)

    assert list(frame.iloc[0]) == row
    for column, cell in zip(flat.TRIALS.columns, row, strict=True):
        if column.field:
            value = from_cell(column, unguarded(cell))
            assert value == getattr(record, column.name), column.name


def test_a_nul_character_is_refused(tmp_path):
    with pytest.raises(ExportError, match="NCT00000001: “acronym” in trials has a NUL"):
        write(tmp_path, make_record(acronym="\0"))


def test_both_tables_tell_the_version_of_the_record(tmp_path):
    versioned = Table("reviews", (NCT_ID, Column("version", "count")), ("nct_id",))
    item = Item(make_record(), {"reviews": [("NCT00000001", 7)]})

    write(tmp_path, item, tables=(versioned,))

    for name in ("trials.csv", "criteria.csv"):
        head, row, *_ = read(tmp_path / name)
        assert (head[-1], row[-1]) == ("version", "7")
