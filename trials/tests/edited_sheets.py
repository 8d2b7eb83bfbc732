"""Tables as people hand them back, for the tests of `trials.sheets`."""

import csv
from io import StringIO

from trials.record import flat, tabular
from trials.record.cells import guarded, to_cell
from trials.record.shape import TrialRecord
from trials.record.tabular import NCT_ID, Column, Table
from trials.sheets import Edited, edit, read

REVIEWS = Table(
    "reviews",
    (NCT_ID, Column("review_status"), Column("version", "count")),
    ("nct_id",),
)


def as_csv(rows, delimiter=",", encoding="utf-8") -> bytes:
    """Rows of cells as the bytes of a file."""
    text = StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def dataset_rows(record: TrialRecord, table: str) -> list[list[str]]:
    """Header and rows of one table of the dataset."""
    rows = tabular.rows_of(record)[table]
    header = next(t.header for t in tabular.TABLES if t.name == table)
    return [list(header), *([to_cell(v) for v in row] for row in rows)]


def wide_rows(record: TrialRecord, table: str) -> list[list[str]]:
    """Header and rows of one of the two tables for people."""
    if table == "trials":
        header, rows = flat.TRIALS.header, [flat.trial_row(record)]
    else:
        header, rows = flat.CRITERIA.header, flat.criterion_rows(record, {})
    return [list(header), *([guarded(to_cell(v)) for v in row] for row in rows)]


def set_cell(rows, column: str, value: str, row: int = 1) -> list[list[str]]:
    """`rows` with another text in one cell; row 0 is the header."""
    rows[row][rows[0].index(column)] = value
    return rows


def only(rows, *columns: str) -> list[list[str]]:
    """`rows` with those columns alone."""
    places = [rows[0].index(column) for column in columns]
    return [[row[place] for place in places] for row in rows]


def sheets_of(*files):
    """Name and content of files -> what is read of them."""
    return read(files, reviews=REVIEWS)


def edited(base: TrialRecord, **files) -> Edited:
    """What files (name of the table -> its rows) make of `base`."""
    found = sheets_of(*((f"{name}.csv", as_csv(rows)) for name, rows in files.items()))
    assert found.problems == []
    return edit(
        base,
        [(s, row) for s in found.sheets for row in s.rows.get(base.nct_id, ())],
    )
