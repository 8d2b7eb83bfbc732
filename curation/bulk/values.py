"""The values of records that an operation may look at, named by column.

A column is a field of all trials (`brief_title`), or of all parts of a collection
(`criteria.text`). A value is text as in `trials.record.diff`: a list one item a line.
"""

from collections.abc import Collection, Iterator
from functools import cache
from typing import NamedTuple

from trials.record.diff import to_text
from trials.record.fields import Field, fields_of
from trials.record.paths import Path
from trials.record.shape import COLLECTIONS, TrialRecord

NOT_EDITED = frozenset({"nct_id", "withdrawn"})
"""The trial's name, and an act of its own."""


class Value(NamedTuple):
    """A value of one record: where it stands, its column, and what it says."""

    path: str
    column: str
    text: str


@cache
def columns() -> dict[str, Field]:
    """Every column that may be changed -> what the shape says of it.

    Not those that point at other parts: what is right there differs by trial.
    """
    own = {
        field.name: field
        for field in fields_of(TrialRecord)
        if field.kind != "parts" and field.name not in NOT_EDITED
    }
    parts = {
        f"{collection}.{field.name}": field
        for collection, shape in COLLECTIONS.items()
        for field in fields_of(shape)
        if field.kind not in ("key", "keys")
    }
    return own | parts


@cache
def text_columns() -> dict[str, Field]:
    """The columns of free text, where one can look for words: no codes, no dates."""
    return {
        name: field
        for name, field in columns().items()
        if field.kind in ("text", "list")
        and not field.vocabulary
        and not name.endswith("_date")
    }


def values_of(record: TrialRecord, wanted: Collection[str]) -> Iterator[Value]:
    """The values that a record has in the wanted columns; not those that say nothing.

    Of the trial's own fields, those that say nothing come too: they can be set.
    """
    for name in wanted:
        collection, _, field = name.rpartition(".")
        if not collection:
            yield Value(name, name, to_text(getattr(record, name)))
            continue
        for part in getattr(record, collection):
            if text := to_text(getattr(part, field)):
                yield Value(str(Path(collection, part.key, field)), name, text)
