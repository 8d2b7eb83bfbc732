"""The columns of the desk's records: their names for people, and their values in rows.

Only the columns that are asked for are read, so that thousands of trials can be looked
through in a second.
"""

from collections.abc import Collection, Iterator
from functools import cache
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Count, F, QuerySet
from django.forms import Field as FormField
from django.utils.text import capfirst

from curation.bulk.operation import Operation, OperationError, SetValue
from curation.bulk.values import Value, columns, text_columns
from trials import tables
from trials.models import Trial
from trials.models.fields import LongTextField
from trials.models.lookups import OneOf
from trials.record.diff import to_text
from trials.record.paths import Path
from trials.record.sections import SECTIONS

CLUSTERED = (
    "sponsors.name",
    "locations.facility",
    "locations.city",
    "locations.state",
    "locations.country",
    "conditions.name",
    "keywords.name",
    "interventions.name",
    "officials.name",
    "officials.affiliation",
)
"""The columns whose values name things that many trials name too."""


class Choice(NamedTuple):
    """A column that can be chosen in a form."""

    name: str
    label: str


def model_field(column: str):
    """The model's field that holds the column."""
    collection, _, name = column.rpartition(".")
    model = tables.MODELS[collection] if collection else Trial
    return model._meta.get_field(name)


def label(column: str) -> str:
    """`criteria.text` -> "Criterion · text"; one that nothing has as it stands."""
    if column not in columns():
        return column
    collection, _, _ = column.rpartition(".")
    name = str(model_field(column).verbose_name)
    if not collection:
        return capfirst(name)
    return f"{capfirst(tables.MODELS[collection]._meta.verbose_name)} · {name}"


def in_sections(names: Collection[str]) -> list[tuple[str, list[Choice]]]:
    """Title of a section -> those of the columns that are edited there, in order."""
    found = []
    for section in SECTIONS:
        parents = (*section.fields, *section.collections)
        here = [
            Choice(name, label(name))
            for parent in parents
            for name in names
            if name.split(".")[0] == parent
        ]
        if here:
            found.append((section.title, here))
    return found


@cache
def one_line() -> frozenset[str]:
    """The columns of free text whose values have no line breaks."""
    return frozenset(
        name
        for name, field in columns().items()
        if field.kind == "text" and not isinstance(model_field(name), LongTextField)
    )


def form_field(column: str) -> FormField:
    """The form's field that a value of one of the trial's own columns is written in."""
    field = model_field(column).formfield()
    field.label = label(column)
    return field


def check(operation: Operation) -> None:
    """Raise OperationError where the operation makes no sense for these columns.

    Asks what the forms ask: a date is a date, a number is small enough.
    """
    operation.check()
    if not isinstance(operation, SetValue) or not operation.value:
        return
    kind = columns()[operation.column].kind
    value = operation.value.split("\n") if kind == "list" else operation.value
    if kind == "list" and operation.column in text_columns():
        value = operation.value
    if operation.column in one_line() and "\n" in operation.value:
        raise OperationError(f"{label(operation.column)} is one line of text.")
    try:
        form_field(operation.column).clean(value)
    except ValidationError as error:
        raise OperationError(" ".join(error.messages)) from error


# Rows


class Text(NamedTuple):
    """What a trial, or a part of one, says in a column; `key` is that of the part."""

    trial_id: int
    key: str
    column: str
    text: str


def values(ids: list[int], wanted: Collection[str]) -> Iterator[tuple[int, Value]]:
    """(trial id, value) of the wanted columns of the trials, as `values_of` a record
    has them; trials of one column stand together, columns in their order."""
    for trial_id, key, column, text in texts(ids, wanted):
        collection, _, field = column.rpartition(".")
        path = str(Path(collection, key, field)) if collection else column
        yield trial_id, Value(path, column, text)


def texts(ids: list[int], wanted: Collection[str]) -> Iterator[Text]:
    """`values` without their paths: most that are looked through need none."""
    by_collection: dict[str, list[str]] = {}
    for name in wanted:
        by_collection.setdefault(name.rpartition(".")[0], []).append(name)
    if own := by_collection.pop("", None):
        trials = Trial.objects.filter(OneOf(F("id"), ids)).order_by()
        for trial_id, *found in trials.values_list("id", *own):
            for name, value in zip(own, found, strict=True):
                yield Text(trial_id, "", name, to_text(value))
    for collection, names in by_collection.items():
        fields = [name.rpartition(".")[2] for name in names]
        rows = (
            tables.MODELS[collection]
            .objects.filter(OneOf(F("trial_id"), ids))
            .order_by("trial_id", "position", "id")
            .values_list("trial_id", "key", *fields)
        )
        for trial_id, key, *found in rows:
            for name, value in zip(names, found, strict=True):
                if text := to_text(value):
                    yield Text(trial_id, key, name, text)


def counted(column: str) -> dict[str, int]:
    """Each value of a column of parts -> how often trials in use have it.

    One query, and memory for the different values alone.
    """
    collection, _, name = column.rpartition(".")
    rows = (
        tables.MODELS[collection]
        .objects.filter(trial__withdrawn=False)
        .exclude(**{name: ""})
        .order_by()
        .values_list(name)
        .annotate(Count("id"))
    )
    return dict(rows.iterator(chunk_size=5000))


def with_values(column: str, wanted: Collection[str]) -> QuerySet[Trial]:
    """The trials in use that have one of the values in a column of parts."""
    collection, _, name = column.rpartition(".")
    parts = tables.MODELS[collection].objects.filter(**{f"{name}__in": list(wanted)})
    return Trial.objects.filter(withdrawn=False, pk__in=parts.values("trial"))
