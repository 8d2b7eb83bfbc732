"""The columns that one may choose in each format, and choices as ticks of a form."""

from collections.abc import Collection, Iterator, Mapping

from curation.export_tables import TABLES_OF
from trials.formats import csv_wide
from trials.formats.columns import Columns
from trials.record.tabular import TABLES, TRIALS, Table

CHOICE: Mapping[str, tuple[Table, ...]] = {
    "csv": csv_wide.tables(TABLES_OF["csv"]),
    "dataset": (*TABLES, *TABLES_OF["dataset"]),
    "xlsx": (*TABLES, *TABLES_OF["xlsx"]),
}
"""Format -> its tables. The other formats are as others made them: all or nothing."""


class ColumnError(ValueError):
    """A choice of columns that the format does not have; says which."""


def check(format: str, columns: Columns) -> None:
    """Refuse what the format does not have. Raises ColumnError."""
    if not columns:
        return
    if format not in CHOICE:
        raise ColumnError(f"The format {format} has no choice of columns.")
    tables = {table.name: table for table in CHOICE[format]}
    for name, chosen in columns.items():
        if name not in tables:
            raise ColumnError(f"There is no table {name} in {format}.")
        for column in chosen:
            if column not in tables[name].header:
                raise ColumnError(f"There is no column {column} in {name}.")


def ticks(table: Table) -> Iterator[str]:
    """The ticks of a table: for itself and for each column that is not of its key."""
    if table.name != TRIALS.name:
        yield table.name
    for column in table.header:
        if column not in table.key:
            yield f"{table.name}.{column}"


def chosen(tables: Collection[Table], ticked: Collection[str]) -> Columns:
    """The choice that ticks say; empty, where all of them are set.

    A table's own tick takes its key alone; a tick of a column takes its table too.
    """
    if all(tick in ticked for table in tables for tick in ticks(table)):
        return {}
    columns = {}
    for table in tables:
        found = [
            column
            for column in table.header
            if column not in table.key and f"{table.name}.{column}" in ticked
        ]
        if found or table.name in ticked or table.name == TRIALS.name:
            columns[table.name] = found
    return columns


def ticked(tables: Collection[Table], columns: Columns) -> list[str]:
    """The ticks that say a choice."""
    return [
        tick
        for table in tables
        for tick in ticks(table)
        if not columns
        or tick in columns
        or tick.partition(".")[2] in columns.get(table.name, ())
    ]
