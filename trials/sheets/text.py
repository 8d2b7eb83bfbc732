"""The text of an edited table: bytes -> numbered rows of cells."""

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import islice

from trials.sheets.problem import Cell, Problem

MOST_COLUMNS = 250
DELIMITERS = ",;\t"
"""What stands between cells; a spreadsheet set to European numbers writes `;`."""

NumberedRow = tuple[int, list[str]]
"""The row's number as a spreadsheet shows it, from 1, and its cells."""

_AS_UTF_8 = "Save it again as “CSV UTF-8”."


class Unreadable(ValueError):
    """A file that is not understood at all; nothing of it is used."""

    def __init__(self, file: str, what: str, row: int = 0):
        super().__init__(what)
        self.problem = Problem(Cell(file, row), "", what)


def rows_of(file: str, content: bytes) -> Iterator[NumberedRow]:
    """The rows of a CSV file, empty ones left out.

    UTF-8 with or without a byte order mark; `,`, `;` or tab between cells, whichever
    the first line has most of; any line ends. Raises Unreadable.
    """
    text = _decoded(file, content)
    first_line = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(DELIMITERS, key=first_line.count)
    # Strict: a quote that is never closed would swallow the rest of the file.
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if len(cells) > MOST_COLUMNS:
                what = f"It has {len(cells)} columns; no table has {MOST_COLUMNS}."
                raise Unreadable(file, what, number)
            if any(cells):
                yield number, cells
    except csv.Error as error:
        raise Unreadable(
            file, f"This row cannot be read as CSV: {error}.", number + 1
        ) from error


def _decoded(file: str, content: bytes) -> str:
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable(
            file, "It is a workbook, not CSV. Save the sheet as “CSV UTF-8”."
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(file, f"It is in UTF-16. {_AS_UTF_8}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Not taken for Windows-1252: whoever saves in it loses ≥ and µ, and each of
        # them would look like a correction.
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            file,
            f"It is not UTF-8 (byte {content[error.start]:#x} in line {line}), so some "
            f"characters may be lost. {_AS_UTF_8}",
        ) from error
    if (nul := text.find("\0")) >= 0:
        line = text.count("\n", 0, nul) + 1
        raise Unreadable(
            file, f"It has a NUL character in line {line}, which no value can hold."
        )
    return text


def header_and_rows(
    file: str, content: bytes
) -> tuple[list[str], Iterator[NumberedRow]]:
    """The names in the first row, and the rows below it. Raises Unreadable."""
    rows = rows_of(file, content)
    first = next(islice(rows, 1), None)
    if first is None:
        raise Unreadable(file, "It is empty.")
    return [cell.strip() for cell in first[1]], rows
