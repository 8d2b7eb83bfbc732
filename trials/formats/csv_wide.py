"""Two tables for people: one row a trial, one row a criterion."""

from contextlib import closing
from pathlib import Path

from msgspec.structs import replace

from trials.formats.csv_table import CsvTable
from trials.formats.export import Export, Written
from trials.formats.folder import folder_or_zip
from trials.record import flat
from trials.record.tabular import Column, Table

VERSION = "version"
"""Tells in both tables which version of the record it is, so that an edited table is
compared with that one: see `trials.sheets`."""


def write(export: Export, output: Path) -> Written:
    """Write `trials.csv` and `criteria.csv` into the folder or `.zip` `output`.

    UTF-8 (with a byte order mark if asked), comma, CRLF; cells are safe for
    spreadsheets, see `trials.record.cells`. The columns of the further tables with one
    row a trial follow those of the record; where one is `version`, criteria have it
    too. Raises OSError and ExportError.
    """
    extras = export.by_trial
    versions = [(t, t.header.index(VERSION)) for t in extras if VERSION in t.header]
    columns = [column for table in extras for column in table.columns[1:]]
    wide = replace(flat.TRIALS, columns=(*flat.TRIALS.columns, *columns))
    count = 0
    with folder_or_zip(output) as folder:

        def opened(table, name):
            path = folder.part(name)
            return closing(CsvTable(table, path, bom=export.bom, is_guarded=True))

        with (
            opened(wide, "trials.csv") as trials,
            opened(_with_version(versions), "criteria.csv") as criteria,
        ):
            for item in export.items:
                more = [cell for t in extras for cell in item.rows[t.name][0][1:]]
                trials.write([(*flat.trial_row(item.record), *more)])
                version = [item.rows[t.name][0][place] for t, place in versions]
                rows = flat.criterion_rows(item.record, item.lines)
                criteria.write((*row, *version) for row in rows)
                count += 1
        files = (
            folder.file("trials.csv", trials.rows),
            folder.file("criteria.csv", criteria.rows),
        )
        return Written(count, files)


def _with_version(versions: list[tuple[Table, int]]) -> Table:
    columns = [Column(VERSION, "count") for _ in versions]
    return replace(flat.CRITERIA, columns=(*flat.CRITERIA.columns, *columns))
