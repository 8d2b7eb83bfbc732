"""A folder or archive of tables that join, with their description.

The tables are exact, meant for programs: no cell is altered for spreadsheets.
"""

import csv
import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from operator import itemgetter
from pathlib import Path

import msgspec

from trials.formats import datapackage
from trials.formats.columns import cut
from trials.formats.csv_table import CsvTable
from trials.formats.export import Export, File, Written
from trials.formats.folder import Folder, folder_or_zip
from trials.formats.words import table_words
from trials.record.cells import from_cell
from trials.record.shape import TrialRecord
from trials.record.tabular import TABLES, Row, Table, TableError, record_of, rows_of

PACKAGE = "datapackage.json"
README = "README.md"


def write(export: Export, output: Path) -> Written:
    """Write all tables, `datapackage.json` and `README.md` into `output`.

    `output` is a folder, or an archive if it ends in `.zip`. Raises OSError and
    ExportError.
    """
    with folder_or_zip(output) as folder:
        trials, written = _write_tables(export, folder)
        files = {table: folder.file(_name(table), w.rows) for table, w in written}
        resources = [
            datapackage.resource(table, files[table], w.odd) for table, w in written
        ]
        described = datapackage.package(export, trials, resources)
        text = msgspec.json.format(msgspec.json.encode(described), indent=2)
        folder.part(PACKAGE).write_bytes(text + b"\n")
        folder.part(README).write_text(_readme(export, trials, files), "utf-8")
        others = [folder.file(PACKAGE), folder.file(README)]
        return Written(trials, (*files.values(), *others))


def _name(table: Table) -> str:
    return f"{table.name}.csv"


def _write_tables(
    export: Export, folder: Folder
) -> tuple[int, list[tuple[Table, CsvTable]]]:
    """How many trials were written, and what became of each table."""
    trials = 0
    with ExitStack() as stack:
        written = []
        for piece in cut((*TABLES, *export.tables), export.columns):
            path = folder.part(_name(piece.table))
            csv_table = CsvTable(piece.table, path, notes_odd=True)
            stack.callback(csv_table.close)
            written.append((piece, csv_table))
        for trials, item in enumerate(export.items, start=1):  # noqa: B007 - it counts.
            rows = {**rows_of(item.record), **item.rows}
            for piece, csv_table in written:
                csv_table.write(piece.rows(rows.get(piece.table.name, ())))
    return trials, [(piece.table, csv_table) for piece, csv_table in written]


def _readme(export: Export, trials: int, files: dict[Table, File]) -> str:
    counts = "\n".join(
        f"| `{file.name}` | {file.rows} | {table_words(table)} |"
        for table, file in files.items()
    )
    notes = "".join(f"\n{note}\n" for note in export.notes)
    return f"""\
# Clinical trials, curated

- Trials: {trials}
- Chosen: {export.chosen}
- Made: {export.created or "(time not noted)"}
- By: trial curation desk {export.version}
{notes}
| File | Rows | A row is |
| --- | --- | --- |
{counts}

`datapackage.json` describes each column, its type, its codes and how the tables join
(https://specs.frictionlessdata.io/). Check it with
`frictionless validate datapackage.json`.

- CSV as in RFC 4180: UTF-8, comma, quotes doubled, lines end in CRLF; a value may hold
  line breaks. Cells are exact; for spreadsheets, ask for the format `xlsx` or `csv`.
- An empty cell is a value that is not given. `NA` is a code ("not applicable"): in
  pandas, read with `keep_default_na=False, na_values=[""]`.
- Tables join by `nct_id`; a row of one by `nct_id` and `key`. A key never changes.
- Items of a list within a cell are joined by ` | `; within an item, a backslash stands
  as `\\\\` and a bar as `\\|`.
- Dates are as precise as they are known: `2020-01-09`, `2020-01` or `2020`. Times are
  in UTC.
- Codes are those of the ClinicalTrials.gov API v2. Where a page printed what is no
  code, it stands as printed, and `exceptions` in `datapackage.json` shows examples.
"""


# Back


def read(folder: Path) -> Iterator[TrialRecord]:
    """The records of a dataset's folder, one at a time.

    The rows of a trial stand together in each table, and the trials in the same order
    in all, as they are written. Raises TableError and CellError.
    """
    with ExitStack() as stack:
        streams = {t.name: _Stream(t, _open(stack, folder, t)) for t in TABLES}
        for nct_id, row in streams["trials"].groups():
            others = {
                name: stream.take(nct_id)
                for name, stream in streams.items()
                if name != "trials"
            }
            yield record_of(others | {"trials": row})
        for name, stream in streams.items():
            if stream.next is not None:
                raise TableError(f"{name}: {stream.next[0]} is not in trials.")


def _open(stack: ExitStack, folder: Path, table: Table):
    path = folder / _name(table)
    return stack.enter_context(path.open(encoding="utf-8", newline=""))


class _Stream:
    """A table's rows, a trial at a time."""

    def __init__(self, table: Table, file):
        self.table = table
        reader = csv.reader(file)
        header = next(reader, [])
        if tuple(header) != table.header:
            raise TableError(f"{table.name}: the columns are not {table.header}.")
        self._groups = itertools.groupby(map(self._row, reader), key=itemgetter(0))
        self._advance()

    def _row(self, cells: list[str]) -> Row:
        if len(cells) != len(self.table.columns):
            raise TableError(f"{self.table.name}: a row has {len(cells)} cells.")
        return tuple(map(from_cell, self.table.columns, cells))

    def _advance(self) -> None:
        group = next(self._groups, None)
        self.next = group and (group[0], list(group[1]))

    def groups(self) -> Iterator[tuple[str, list[Row]]]:
        """Each trial's number and rows."""
        while self.next is not None:
            yield self.next
            self._advance()

    def take(self, nct_id: str) -> list[Row]:
        """The rows of that trial, if it is the next."""
        if self.next is None or self.next[0] != nct_id:
            return []
        rows = self.next[1]
        self._advance()
        return rows
