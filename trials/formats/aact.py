"""Files of the AACT database's tables, as AACT offers them for download.

Pipe-delimited text with a head line, quoted where needed; `COPY studies FROM
'studies.txt' DELIMITER '|' CSV HEADER` reads it. What the tables hold:
`trials.record.aact`.
"""

import csv
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from trials.formats.export import Export, ExportError, Written
from trials.formats.folder import folder_or_zip
from trials.record.aact import Numbering
from trials.record.aact_columns import COLUMNS

_YES_NO = {True: "t", False: "f"}


def write(export: Export, output: Path) -> Written:
    """Write a file a table into the folder or `.zip` `output`.

    Raises OSError, and ExportError for a NUL character.
    """
    count = 0
    rows = dict.fromkeys(COLUMNS, 0)
    numbering = Numbering()
    with folder_or_zip(output) as folder:
        with ExitStack() as stack:
            writers = {}
            for table, columns in COLUMNS.items():
                path = folder.part(f"{table}.txt")
                file = stack.enter_context(path.open("w", encoding="utf-8", newline=""))
                writer = csv.writer(file, delimiter="|", lineterminator="\n")
                writer.writerow(columns)
                writers[table] = writer
            for item in export.items:
                for table, row in numbering.rows(item.record):
                    cells = [_cell(row.get(column)) for column in COLUMNS[table]]
                    if any("\0" in cell for cell in cells):
                        raise ExportError(
                            f"{item.record.nct_id}: {table} has a NUL character, which "
                            "no table can hold."
                        )
                    writers[table].writerow(cells)
                    rows[table] += 1
                count += 1
        files = [folder.file(f"{table}.txt", rows[table]) for table in COLUMNS]
        return Written(count, tuple(files))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _YES_NO[value]
    return str(value)
