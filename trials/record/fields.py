"""What the shape says of each field: its kind, its vocabulary, its collection.

Derived from the shape's own types, so that forms, tables, exports and rules never keep
lists of fields of their own.
"""

from functools import cache
from typing import Literal, NamedTuple

from msgspec import Struct, inspect

from trials.record.paths import Path
from trials.record.shape import COLLECTIONS, TrialRecord
from trials.record.vocabulary import Vocabulary

Kind = Literal["text", "count", "flag", "list", "keys", "key", "parts"]


class Field(NamedTuple):
    """One field of a record or part.

    `kind`: text, count (int), flag (bool), list (texts), key (of another part), keys,
    parts (a collection). Counts, flags and single keys may be None.
    """

    name: str
    kind: Kind
    vocabulary: type[Vocabulary] | None


def _field(field: inspect.Field) -> Field:
    kind, vocabulary = field.type, None
    if isinstance(kind, inspect.Metadata):
        vocabulary = kind.extra["vocabulary"] if kind.extra else None
        kind = kind.type
    optional = isinstance(kind, inspect.UnionType)
    if optional:
        (kind,) = (t for t in kind.types if not isinstance(t, inspect.NoneType))
    if field.name in COLLECTIONS and isinstance(
        getattr(kind, "item_type", None), inspect.StructType
    ):
        return Field(field.name, "parts", None)
    if isinstance(kind, inspect.VarTupleType):
        item = kind.item_type
        is_key = isinstance(item, inspect.StrType) and item.max_length == 20
        return Field(field.name, "keys" if is_key else "list", vocabulary)
    if isinstance(kind, inspect.BoolType):
        return Field(field.name, "flag", None)
    if isinstance(kind, inspect.IntType):
        return Field(field.name, "count", None)
    return Field(field.name, "key" if optional else "text", vocabulary)


@cache
def fields_of(shape: type[Struct]) -> tuple[Field, ...]:
    """The fields of `TrialRecord` or of one part class, in order, `key` left out."""
    described = inspect.type_info(shape)
    return tuple(_field(f) for f in described.fields if f.name != "key")


@cache
def vocabularies_of(shape: type[Struct]) -> dict[str, type[Vocabulary]]:
    """Field name -> vocabulary, for the coded fields of `shape`."""
    return {f.name: f.vocabulary for f in fields_of(shape) if f.vocabulary}


def is_known(path: Path) -> bool:
    """Whether records have what `path` names, a part of any key included."""
    if not path.key:
        return path.field in {field.name for field in fields_of(TrialRecord)}
    shape = COLLECTIONS.get(path.field)
    if shape is None:
        return False
    return path.part_field in {"", *(field.name for field in fields_of(shape))}
