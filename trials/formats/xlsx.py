"""The tables of the dataset as sheets of one workbook.

Texts are stored as text and are safe for spreadsheets (see `trials.record.cells`),
whole numbers, yes/no and full dates as what they are. A text that is longer than a cell
may be goes on in the sheet `continued`, in pieces to be put together in their order.
"""

import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from trials.formats.columns import cut
from trials.formats.export import Export, ExportError, Written
from trials.formats.folder import Folder
from trials.formats.words import table_words
from trials.record.cells import guarded, to_cell
from trials.record.tabular import TABLES, Column, Row, Table, Value, rows_of

MOST_ROWS = 1_048_576
"""Rows that a sheet has, its head included (Excel specifications and limits)."""
LONGEST = 32_767
"""Characters that a cell holds; Excel counts UTF-16 units."""
PIECE = 16_000
"""Characters of a piece of a longer text: as many as always fit."""
FIRST_YEAR = 1901
"""Excel takes 1900 for a leap year; earlier dates stay text."""

CONTINUED = Table(
    "continued",
    tuple(
        map(
            Column,
            ("nct_id", "sheet", "row_key", "column", "piece", "text"),
            ("text", "text", "text", "text", "count", "text"),
        )
    ),
    ("nct_id", "sheet", "row_key", "column", "piece"),
    description="The rest of a text that is longer than a cell may be",
)


def write(export: Export, output: Path) -> Written:
    """Write the workbook `output`.

    Raises OSError, and ExportError for more rows than a sheet has or a NUL character.
    """
    count = 0
    with Folder(output.parent) as folder:
        # Without options a text that looks like a formula or address becomes one.
        book = xlsxwriter.Workbook(
            folder.part(output.name),
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        try:
            cuts = cut((*TABLES, *export.tables), export.columns)
            sheets = _Sheets(book, (*(c.table for c in cuts), CONTINUED))
            for item in export.items:
                rows = rows_of(item.record) | dict(item.rows)
                for piece in cuts:
                    name = piece.table.name
                    sheets.add(name, piece.rows(rows.get(name, ())))
                count += 1
            _about(book, export, sheets)
            # The file is the same whenever it is made anew.
            created = export.created.removesuffix("Z") or "2000-01-01T00:00:00"
            book.set_properties({"created": datetime.datetime.fromisoformat(created)})
        finally:
            book.close()
        return Written(count, (folder.file(output.name, sum(sheets.rows.values())),))


class _Sheets:
    """A sheet for each table."""

    def __init__(self, book: xlsxwriter.Workbook, tables: tuple[Table, ...]):
        self.tables = {table.name: table for table in tables}
        self.rows = dict.fromkeys(self.tables, 0)
        bold = book.add_format({"bold": True})
        self._date = book.add_format({"num_format": "yyyy-mm-dd"})
        self._sheets: dict[str, Worksheet] = {}
        for table in tables:
            sheet = self._sheets[table.name] = book.add_worksheet(table.name)
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, table.header, bold)

    def add(self, name: str, rows: Iterable[Row]) -> None:
        """Add rows of a table."""
        table, sheet = self.tables[name], self._sheets[name]
        for row in rows:
            self.rows[name] += 1
            if self.rows[name] >= MOST_ROWS:
                raise ExportError(
                    f"“{name}” has more rows than the {MOST_ROWS:,} of a sheet: "
                    "choose fewer trials, or the format dataset."
                )
            for place, (column, value) in enumerate(
                zip(table.columns, row, strict=True)
            ):
                if value not in ("", None, ()):
                    self._cell(sheet, table, row, place, column, value)

    def _cell(
        self,
        sheet: Worksheet,
        table: Table,
        row: Row,
        place: int,
        column: Column,
        value: Value,
    ) -> None:
        at = (self.rows[table.name], place)
        if isinstance(value, bool):
            sheet.write_boolean(*at, value)
        elif isinstance(value, int):
            sheet.write_number(*at, value)
        elif column.kind == "date" and (day := _day(value)):
            sheet.write_datetime(*at, day, self._date)
        else:
            text = to_cell(value)
            if "\0" in text:
                raise ExportError(
                    f"{row[0]}: “{column.name}” in {table.name} has a NUL character, "
                    "which no workbook can hold."
                )
            first, *others = pieces(text)
            sheet.write_string(*at, guarded(first))
            key = " ".join(to_cell(row[table.header.index(name)]) for name in table.key)
            self.add(
                CONTINUED.name,
                [
                    (row[0], table.name, key, column.name, number, piece)
                    for number, piece in enumerate(others, start=2)
                ],
            )


def pieces(text: str) -> Iterator[str]:
    """The text, cut where a cell cannot hold it with an apostrophe before it."""
    if len(text) < PIECE or len(text.encode("utf-16-le")) // 2 < LONGEST:
        yield text
        return
    for start in range(0, len(text), PIECE):
        yield text[start : start + PIECE]


def _day(text: str) -> datetime.date | None:
    """The day, if the text is one that Excel knows."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text and day.year >= FIRST_YEAR else None


def _about(book: xlsxwriter.Workbook, export: Export, sheets: _Sheets) -> None:
    """A last sheet that says what the others hold."""
    sheet = book.add_worksheet("about")
    lines = [
        ("Chosen", export.chosen),
        ("Made", export.created),
        ("Desk", export.version),
        *(("Note", note) for note in export.notes),
        ("", ""),
        ("Sheet", "A row is", "Rows"),
        *(
            (name, table_words(table), sheets.rows[name])
            for name, table in sheets.tables.items()
        ),
    ]
    for number, line in enumerate(lines):
        for place, value in enumerate(line):
            if isinstance(value, int):
                sheet.write_number(number, place, value)
            else:
                sheet.write_string(number, place, guarded(value))
