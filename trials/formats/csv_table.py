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
_RISKY_AFTER_COMMA = re.compile(f",[{re.escape(''.join(RISKY))}]")


def csv_line(row: Row) -> str:
    """One row as a line of a table for people: see `CsvTable`."""
    return _line([guarded(to_cell(value)) for value in row])


def _line(cells: list[str]) -> str:
    r"""The cells as `csv.writer` writes them, which takes four times as long.

    >>> _line(["NCT00000001", "", "a", 'say "b" twice'])
    'NCT00000001,,a,"say ""b"" twice"\r\n'
    """
    line = ",".join(cells)
    if line.count(",") >= len(cells) or '"' in line or "\n" in line or "\r" in line:
        line = ",".join([_quoted(c) if _SPECIAL.search(c) else c for c in cells])
    # A blank line would be no row.
    return f"{line or _quoted('')}\r\n"


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
        self._file.write(_line(list(table.header)))
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
        for row in rows:
            if self._notes_odd:
                self._look_for_odd(row)
            cells = [
                v if v.__class__ is str else "" if v is None else to_cell(v)
                for v in row
            ]
            # Each look at the whole row spares one at each of its cells.
            text = ",".join(cells)
            if "\0" in text:
                self._refuse(row, cells)
            if self._is_guarded and (
                text.startswith(RISKY) or _RISKY_AFTER_COMMA.search(text)
            ):
                cells = [guarded(cell) for cell in cells]
            self._file.write(_line(cells))
            self.rows += 1

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

    def _refuse(self, row: Row, cells: list[str]) -> None:
        place = next(place for place, cell in enumerate(cells) if "\0" in cell)
        name = self.table.columns[place].name
        raise ExportError(
            f"{row[0]}: “{name}” in {self.table.name} has a NUL character, which "
            "no table can hold."
        )
