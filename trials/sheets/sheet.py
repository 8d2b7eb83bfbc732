"""A sheet: one file, known as one of the tables, its rows gathered by trial."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from trials.record import flat, tabular
from trials.record.cells import unguarded
from trials.record.tabular import Table
from trials.sheets.problem import Cell, Problem
from trials.sheets.text import NumberedRow, Unreadable, header_and_rows

VERSION = "version"
SHOWN = 200
"""Characters of a wrong value that its problem repeats."""
_NCT_ID = re.compile(r"NCT[0-9]{8}")

TABLES: dict[str, Table] = {table.name: table for table in tabular.TABLES}
"""The tables that a record is made of, as `dataset` has them."""
WIDE: dict[str, Table] = {"trials": flat.TRIALS, "criteria": flat.CRITERIA}
"""The tables of the format `csv`, whose cells are safe for spreadsheets."""


class Row(NamedTuple):
    """A row, and its number as a spreadsheet shows it."""

    number: int
    cells: list[str]


@dataclass
class Sheet:
    """The rows of one file, by trial. `problems` are those of its rows.

    `is_guarded` tells that the cells are those of the format `csv`.
    """

    file: str
    table: str
    columns: tuple[str, ...]
    is_guarded: bool
    rows: dict[str, list[Row]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    count: int = 0

    def __post_init__(self):
        self._places = {name: place for place, name in enumerate(self.columns)}

    def has(self, column: str) -> bool:
        """Whether the file has the column."""
        return column in self._places

    def text(self, row: Row, column: str) -> str | None:
        """What stands in the cell; None where the row ends before it."""
        place = self._places[column]
        if place >= len(row.cells):
            return None
        cell = row.cells[place]
        return unguarded(cell) if self.is_guarded else cell

    def at(self, row: Row, column: str = "") -> Cell:
        """Where the cell stands."""
        return Cell(self.file, row.number, column)

    def problem(self, row: Row, column: str, what: str) -> Problem:
        """What is wrong with a cell, or with the whole row ("")."""
        value = (self.text(row, column) or "") if column else ""
        return Problem(self.at(row, column), value[:SHOWN], what)

    def refuse(self, row: Row, column: str, what: str) -> None:
        """Note what is wrong with a cell."""
        self.problems.append(self.problem(row, column, what))


def read_sheet(
    file: str, content: bytes, *, reviews: Table, is_dataset: bool = False
) -> Sheet:
    """The sheet of a file that is named after its table. Raises Unreadable.

    `reviews` is the table of what the desk tells of a trial besides its record; its
    columns may stand in `trials` too, and none of them is read but the version.
    `is_dataset` tells that the cells are exact: the file came with a
    `datapackage.json`. So they are where the columns are those of the `dataset`.
    """
    table = table_of(file, (*TABLES, reviews.name))
    if table is None:
        raise Unreadable(
            file,
            "No table is called so. Name the file after its table, "
            f"such as trials.csv or criteria.csv: {', '.join(TABLES)}.",
        )
    header, rows = header_and_rows(file, content)
    while header and not header[-1]:
        header.pop()  # Spreadsheets add empty columns at the end.
    known = known_columns(table, reviews)
    _check_header(file, table, header, known)
    is_exact = is_dataset or table not in WIDE
    if table in WIDE and set(header) == set(TABLES[table].header):
        is_exact = True
    sheet = Sheet(file, table, tuple(header), not is_exact)
    _gather(sheet, rows, _key(table, reviews))
    return sheet


def table_of(file: str, names: tuple[str, ...]) -> str | None:
    """The table that a file is named after: `criteria (1).csv` -> criteria."""
    stem = file.rpartition("/")[2].lower()
    for name in sorted(names, key=len, reverse=True):
        if re.match(rf"{name}(?![a-z])", stem) and stem.endswith((".csv", ".txt")):
            return name
    return None


def known_columns(table: str, reviews: Table) -> tuple[str, ...]:
    """The columns that a file of the table may have."""
    if table == reviews.name:
        return reviews.header
    names = [*TABLES[table].header, *(WIDE[table].header if table in WIDE else ())]
    if table == tabular.TRIALS.name:
        names += reviews.header
    return tuple(dict.fromkeys((*names, VERSION)))


def _key(table: str, reviews: Table) -> tuple[str, ...]:
    return reviews.key if table == reviews.name else TABLES[table].key


def _check_header(
    file: str, table: str, header: list[str], known: tuple[str, ...]
) -> None:
    """Raise Unreadable for columns that are missing, unknown or there twice."""
    unknown = [name for name in header if name not in known]
    if unknown:
        named = ", ".join(f"“{name[:40]}”" for name in unknown[:10])
        raise Unreadable(
            file,
            f"The table {table} has no column {named}. Take it out, or call it as in "
            "the export.",
            1,
        )
    if twice := sorted({name for name in header if header.count(name) > 1}):
        raise Unreadable(file, f"It has the column {', '.join(twice)} twice.", 1)
    needed = ("nct_id",) if table not in TABLES else TABLES[table].key
    if missing := [name for name in needed if name not in header]:
        raise Unreadable(
            file,
            f"It has no column {', '.join(missing)}, which says what a row is about.",
            1,
        )


def _gather(sheet: Sheet, rows, key: tuple[str, ...]) -> None:
    """Sort the rows by trial; refuse what names none, and what names a row twice."""
    found: dict[str, list[Row]] = defaultdict(list)
    seen: dict[tuple[str, ...], int] = {}
    for row in map(_row, rows):
        sheet.count += 1
        surplus = row.cells[len(sheet.columns) :]
        if any(surplus):
            sheet.refuse(
                row,
                "",
                f"It has {len(row.cells)} cells, the first row {len(sheet.columns)}. "
                "Put a text that holds the separator in quotes.",
            )
            continue
        nct_id = (sheet.text(row, "nct_id") or "").strip()
        if not _NCT_ID.fullmatch(nct_id):
            sheet.refuse(row, "nct_id", "It is no NCT number, such as NCT04426201.")
            continue
        name = (nct_id, *((sheet.text(row, part) or "").strip() for part in key[1:]))
        if all(name) and seen.setdefault(name, row.number) != row.number:
            sheet.refuse(
                row, key[-1], f"Row {seen[name]} is about the same. Leave one of them."
            )
            continue
        found[nct_id].append(row)
    sheet.rows = dict(found)


def _row(numbered: NumberedRow) -> Row:
    return Row(*numbered)
