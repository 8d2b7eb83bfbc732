"""One table as a CSV file: RFC 4180, UTF-8."""

import re
from collections.abc import Iterable
from pathlib import Path

from trials.formats.export import ExportError
from trials.record.cells import RISKY, guarded, to_cell
from trials.record.tabular import Row, Table

DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
MOST_ODD = 20
"""Values outside a column's codes or dates that are remembered as examples."""

_SPECIAL = re.compile('[",\r\n]')
_RISKY_LATER = re.compile(f",[{re.escape(''.join(RISKY))}]")


def csv_line(row: Row, *, is_guarded: bool = True) -> str:
    r"""One row as a line: see `CsvTable`.

    `csv.writer` writes the same, but takes four times as long: it looks at each
    character, and each cell would have to be guarded before. Here the cells are looked
    at one by one only where the whole row has something to be looked for.

    >>> csv_line(("NCT00000001", None, 2, True, "=a", 'say "b" twice'))
    'NCT00000001,,2,true,\'=a,"say ""b"" twice"\r\n'
    """
    cells = [
        v if v.__class__ is str else "" if v is None else to_cell(v)  # Spares a call.
        for v in row
    ]
    line = ",".join(cells)
    if is_guarded and (line.startswith(RISKY) or _RISKY_LATER.search(line)):
        cells = [guarded(cell) for cell in cells]
        line = ",".join(cells)
    if line.count(",") >= len(cells) or '"' in line or "\n" in line or "\r" in line:
        line = ",".join([_quoted(c) if c and _SPECIAL.search(c) else c for c in cells])
    # A blank line would be no row.
    return f"{line}\r\n" if line else '""\r\n'


def _quoted(cell: str) -> str:
    doubled = cell.replace('"', '""')
    return f'"{doubled}"'


class CsvTable:
    """Rows of `table` on their way into the file `path`.

    `is_guarded` is for people's spreadsheets: see `trials.record.cells`. Where
    `notes_odd`, `odd` gathers, for each column with codes or dates, a few of the values
    that are none.
    """

    def __init__(
        self,
        table: Table,
        path: Path,
        *,
        bom: bool = False,
        is_guarded: bool = False,
        notes_odd: bool = False,
    ):
        self.table = table
        self.rows = 0
        self.odd: dict[str, set[str]] = {}
        self._is_guarded = is_guarded
        self._notes_odd = notes_odd
        encoding = "utf-8-sig" if bom else "utf-8"
        self._file = path.open("w", encoding=encoding, newline="")
        self._file.write(csv_line(table.header, is_guarded=False))
        self._coded = [
            (place, frozenset(column.vocabulary))
            for place, column in enumerate(table.columns)
            if column.vocabulary
        ]
        self._dates = [
            place for place, column in enumerate(table.columns) if column.kind == "date"
        ]

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows. Raises ExportError for NUL, which CSV readers do not take."""
        lines = []
        for row in rows:
            if self._notes_odd:
                self._look_for_odd(row)
            line = csv_line(row, is_guarded=self._is_guarded)
            if "\0" in line:
                self._refuse(row)
            lines.append(line)
        self._file.write("".join(lines))
        self.rows += len(lines)

    def close(self) -> None:
        """End the file."""
        self._file.close()

    def _look_for_odd(self, row: Row) -> None:
        for place, codes in self._coded:
            value = row[place]
            for code in value if isinstance(value, tuple) else (value,):
                if code and code not in codes:
                    self._note(place, code)
        for place in self._dates:
            if row[place] and not DATE.fullmatch(row[place]):
                self._note(place, row[place])

    def _note(self, place: int, value: str) -> None:
        odd = self.odd.setdefault(self.table.columns[place].name, set())
        if len(odd) < MOST_ODD:
            odd.add(value)

    def _refuse(self, row: Row) -> None:
        place = next(place for place, v in enumerate(row) if "\0" in to_cell(v))
        name = self.table.columns[place].name
        raise ExportError(
            f"{row[0]}: “{name}” in {self.table.name} has a NUL character, which "
            "no table can hold."
        )
