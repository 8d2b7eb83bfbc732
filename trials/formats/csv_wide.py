"""Two tables for people: one row a trial, one row a criterion."""

from contextlib import ExitStack
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from trials.formats.columns import cut
from trials.formats.csv_table import CsvTable
from trials.formats.export import Export, Item, Written
from trials.formats.folder import folder_or_zip
from trials.record import flat
from trials.record.tabular import Row, Table

VERSION = "version"
"""Tells in both tables which version of the record it is, so that an edited table is
compared with that one: see `trials.sheets`."""


def tables(extras: tuple[Table, ...]) -> tuple[Table, ...]:
    """The tables of the format; the columns of those of `extras` that have one row a
    trial follow those of the record. Where one is `version`, criteria have it too."""
    columns = [column for table in extras for column in table.columns[1:]]
    trials = replace(flat.TRIALS, columns=(*flat.TRIALS.columns, *columns))
    version = [column for column in columns if column.name == VERSION]
    criteria = replace(flat.CRITERIA, columns=(*flat.CRITERIA.columns, *version))
    return trials, criteria


def write(export: Export, output: Path) -> Written:
    """Write `trials.csv` and `criteria.csv` into the folder or `.zip` `output`.

    UTF-8 (with a byte order mark if asked), comma, CRLF; cells are safe for
    spreadsheets, see `trials.record.cells`. Raises OSError and ExportError.
    """
    extras = export.by_trial
    count = 0
    with folder_or_zip(output) as folder:
        with ExitStack() as stack:
            written = []
            for piece in cut(tables(extras), export.columns):
                path = folder.part(f"{piece.table.name}.csv")
                csv_table = CsvTable(piece.table, path, bom=export.bom, is_guarded=True)
                stack.callback(csv_table.close)
                written.append((piece, csv_table))
            for item in export.items:
                rows = _rows(item, extras)
                for piece, csv_table in written:
                    csv_table.write(piece.rows(rows[piece.table.name]))
                count += 1
        names = [(f"{piece.table.name}.csv", t.rows) for piece, t in written]
        return Written(count, tuple(folder.file(*name) for name in names))


def _rows(item: Item, extras: tuple[Table, ...]) -> dict[str, list[Row]]:
    """Table's name -> rows of one trial."""
    more = [cell for table in extras for cell in item.rows[table.name][0][1:]]
    version = [more[place] for place in _places_of_version(extras)]
    criteria = flat.criterion_rows(item.record, item.lines)
    return {
        flat.TRIALS.name: [(*flat.trial_row(item.record), *more)],
        flat.CRITERIA.name: [(*row, *version) for row in criteria],
    }


@cache
def _places_of_version(extras: tuple[Table, ...]) -> list[int]:
    names = [column.name for table in extras for column in table.columns[1:]]
    return [place for place, name in enumerate(names) if name == VERSION]
