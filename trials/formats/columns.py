"""Which tables and columns of them leave."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from trials.record.tabular import TRIALS, Row, Table

Columns = Mapping[str, Collection[str]]
"""Table's name -> the columns that were chosen of it; a table without a name here is
left out. Empty: everything. The columns of a table's key are always there, and so is
the table of the trials: rows can be told apart and joined whatever was chosen."""


class Cut(NamedTuple):
    """A table as it leaves, and the places of its columns in the whole rows.

    No places: the rows leave as they are.
    """

    table: Table
    places: tuple[int, ...] = ()

    def rows(self, rows: Iterable[Row]) -> Iterable[Row]:
        """The rows with the columns that leave."""
        if not self.places:
            return rows
        return (tuple(row[place] for place in self.places) for row in rows)


def cut(tables: Iterable[Table], columns: Columns) -> list[Cut]:
    """What `columns` leaves of the tables. A link to a table that is left out goes.

    >>> [cut.table.header for cut in cut([TRIALS], {"trials": ["acronym"]})]
    [('nct_id', 'acronym')]
    """
    if not columns:
        return [Cut(table) for table in tables]
    kept = [t for t in tables if t.name in columns or t.name == TRIALS.name]
    names = {table.name for table in kept}
    return [_cut(table, columns.get(table.name, ()), names) for table in kept]


def in_words(columns: Columns) -> str:
    """The choice on one line.

    >>> in_words({"trials": ["acronym", "phases"], "arms": []})
    'trials (acronym, phases), arms (key)'
    """
    return ", ".join(
        f"{table} ({', '.join(chosen) or 'key'})" for table, chosen in columns.items()
    )


def _cut(table: Table, chosen: Collection[str], tables: set[str]) -> Cut:
    places = tuple(
        place
        for place, column in enumerate(table.columns)
        if column.name in chosen or column.name in table.key
    )
    narrowed = replace(
        table,
        columns=tuple(table.columns[place] for place in places),
        references=tuple(r for r in table.references if r.table in tables),
    )
    return Cut(narrowed, places)
