"""Tables and columns as ticks of the export page."""

from collections.abc import Collection
from typing import NamedTuple

from curation.export_columns import ticks
from trials.formats.words import column_words, table_words
from trials.record.tabular import Table


class Tick(NamedTuple):
    """A column that may be ticked."""

    value: str
    label: str
    help: str
    is_set: bool


class TableTicks(NamedTuple):
    """A table with its ticks; `own` is None where it always leaves."""

    name: str
    help: str
    own: Tick | None
    keys: str
    columns: list[Tick]


def table_ticks(table: Table, is_set: Collection[str]) -> TableTicks:
    """The ticks of a table, those of `is_set` set."""
    own, columns = None, []
    labels = {column.name: column_words(table, column) for column in table.columns}
    for value in ticks(table):
        column = value.partition(".")[2]
        tick = Tick(
            value, column or table.name, labels.get(column, ""), value in is_set
        )
        if column:
            columns.append(tick)
        else:
            own = tick
    return TableTicks(
        table.name, table_words(table).rstrip("."), own, ", ".join(table.key), columns
    )
