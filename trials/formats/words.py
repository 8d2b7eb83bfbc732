"""What tables and columns mean, in the words of the models."""

import inspect

from django.utils.text import capfirst

from trials import tables
from trials.models import Trial
from trials.record.tabular import Column, Table

_DATE = "as 2020-01-09, 2020-01 or 2020, as precise as it is known"


def table_words(table: Table) -> str:
    """What a row of the table is."""
    if table.collection:
        return inspect.getdoc(tables.MODELS[table.collection]).split("\n\n")[0]
    return table.description


def column_words(table: Table, column: Column) -> str:
    """What a cell of the column says."""
    if not column.field or column.description:
        return column.description
    model = tables.MODELS[table.collection] if table.collection else Trial
    words = capfirst(str(model._meta.get_field(column.field).verbose_name))
    return f"{words}, {_DATE}" if column.kind == "date" else words
