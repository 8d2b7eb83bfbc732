"""What differs between two records, as changes of keyed paths, and back.

`apply(before, compare(before, after)) == after`. Texts of values (`Change.old`,
`Change.new`) are what people read and what the history stores: a list is one item a
line, yes/no `true` or `false`, a part its JSON, what is not given "".
"""

from bisect import bisect_left
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from trials.record.fields import Field, fields_of
from trials.record.links import without_dangling
from trials.record.paths import Path, key_number, parse
from trials.record.shape import COLLECTIONS, Part, TrialRecord


class Operation(StrEnum):
    """What a change did to the value at its path."""

    CREATE = "create"
    CHANGE = "change"
    MOVE = "move"
    DELETE = "delete"


class Change(Struct, frozen=True):
    """One changed value.

    CREATE and DELETE name a part, whose JSON is `new` or `old`; CHANGE a value; MOVE a
    part that went to another place, with its place (from 1) in the list before and
    after. `place` is where a CREATE puts its part.
    """

    path: str
    operation: Operation
    old: str = ""
    new: str = ""
    place: int = 0


class ChangeError(ValueError):
    """A change that the record does not admit; says which and why."""


@cache
def _field(shape: type[Struct], name: str) -> Field:
    for field in fields_of(shape):
        if field.name == name:
            return field
    raise ChangeError(f"{shape.__name__} has no field “{name}”.")


def to_text(value: Any) -> str:
    """A value as text; see the module."""
    if type(value) is str:  # Most are, and there are many.
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "\n".join(value)
    return str(value)


def from_text(field: Field, text: str) -> Any:
    """The value that `text` stands for in `field`. Raises ChangeError."""
    if field.kind == "text":
        return text
    if field.kind in ("list", "keys"):
        return tuple(text.split("\n")) if text else ()
    if field.kind == "flag":
        if text not in ("", "true", "false"):
            raise ChangeError(f"“{text}” is neither true nor false.")
        return {"": None, "true": True, "false": False}[text]
    if field.kind == "count":
        if text and not text.isdecimal():
            raise ChangeError(f"“{text}” is no whole number.")
        return int(text) if text else None
    return text or None


def part_to_text(part: Part) -> str:
    """A part as JSON, its key left to the path."""
    values = msgspec.to_builtins(part)
    del values["key"]
    return msgspec.json.encode(values, order="sorted").decode()


def part_from_text(collection: str, key: str, text: str) -> Part:
    """The part of that JSON. Raises ChangeError."""
    try:
        values = msgspec.json.decode(text, type=dict[str, Any])
        return msgspec.convert(values | {"key": key}, COLLECTIONS[collection])
    except (msgspec.DecodeError, KeyError) as error:
        raise ChangeError(f"{collection}[{key}] is no such part: {error}.") from error


# Compare


def compare(before: TrialRecord, after: TrialRecord) -> tuple[Change, ...]:
    """What turns `before` into `after`, in the order of the record's fields."""
    changes: list[Change] = []
    for field in fields_of(TrialRecord):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old == new:
            continue
        if field.kind == "parts":
            changes += _compare_parts(field.name, old, new)
        else:
            changes.append(_changed(Path(field.name), old, new))
    return tuple(changes)


def _changed(path: Path, old: Any, new: Any) -> Change:
    return Change(str(path), Operation.CHANGE, to_text(old), to_text(new))


def _compare_parts(
    collection: str, old: tuple[Part, ...], new: tuple[Part, ...]
) -> list[Change]:
    olds = {part.key: part for part in old}
    news = {part.key: part for part in new}
    changes = [
        Change(str(Path(collection, part.key)), Operation.DELETE, part_to_text(part))
        for part in old
        if part.key not in news
    ]
    moved = _moved([k for k in olds if k in news], [k for k in news if k in olds])
    old_places = {key: str(place) for place, key in enumerate(olds, start=1)}
    for place, part in enumerate(new, start=1):
        path = Path(collection, part.key)
        if part.key not in olds:
            text = part_to_text(part)
            changes.append(Change(str(path), Operation.CREATE, "", text, place))
            continue
        for field in fields_of(type(part)):
            was, now = getattr(olds[part.key], field.name), getattr(part, field.name)
            if was != now:
                leaf = path._replace(part_field=field.name)
                changes.append(_changed(leaf, was, now))
        if part.key in moved:
            changes.append(
                Change(str(path), Operation.MOVE, old_places[part.key], str(place))
            )
    return changes


def _moved(old: list[str], new: list[str]) -> set[str]:
    """The fewest keys that have to move to turn the order `old` into `new`.

    The others are a longest run of `new` whose places in `old` rise.
    """
    if old == new:
        return set()
    place = {key: index for index, key in enumerate(old)}
    tails: list[int] = []  # Least last place of a rising run of each length.
    ends: list[str] = []
    previous: dict[str, str | None] = {}
    for key in new:
        length = bisect_left(tails, place[key])
        previous[key] = ends[length - 1] if length else None
        tails[length : length + 1] = [place[key]]
        ends[length : length + 1] = [key]
    kept, key = set(), ends[-1]
    while key is not None:
        kept.add(key)
        key = previous[key]
    return set(new) - kept


# Apply


def apply(record: TrialRecord, changes: Iterable[Change]) -> TrialRecord:
    """`record` with `changes` made, in their order.

    What points at a part that goes, goes too. A part created under a key that the
    record has by now must be given another first (`renamed`). Raises ChangeError where
    a path is not there or the outcome is no record.
    """
    values: dict[str, Any] = {}
    places: dict[str, list[tuple[int, str]]] = {}
    for change in changes:
        path = parse(change.path)
        if not path.key:
            field = _field(TrialRecord, path.field)
            values[path.field] = from_text(field, change.new)
            continue
        if path.field not in COLLECTIONS:
            raise ChangeError(f"“{path.field}” is no list of parts.")
        parts = values.setdefault(
            path.field, {part.key: part for part in getattr(record, path.field)}
        )
        _apply_to_part(parts, path, change, places.setdefault(path.field, []))
    for collection, moves in places.items():
        values[collection] = placed(values[collection], moves)
    try:
        return without_dangling(record, values)
    except (ValueError, TypeError) as error:
        raise ChangeError(f"The changes do not fit together: {error}") from error


def _apply_to_part(
    parts: dict[str, Part],
    path: Path,
    change: Change,
    places: list[tuple[int, str]],
) -> None:
    """Make one change in `parts`; note in `places` what has to stand elsewhere."""
    if change.operation == Operation.CREATE:
        if path.key in parts:
            raise ChangeError(f"{change.path} is there already.")
        part = part_from_text(path.field, path.key, change.new)
        parts[path.key] = part
        places.append((change.place, path.key))
        return
    if path.key not in parts:
        raise ChangeError(f"{change.path} is not there any more.")
    if change.operation == Operation.DELETE:
        del parts[path.key]
    elif change.operation == Operation.MOVE:
        places.append((int(change.new), path.key))
    else:
        part = parts[path.key]
        value = from_text(_field(type(part), path.part_field), change.new)
        parts[path.key] = replace(part, **{path.part_field: value})


def placed(parts: dict[str, Part], places: list[tuple[int, str]]) -> tuple[Part, ...]:
    """`parts` in their order, those of `places` (place from 1, key) at their places."""
    moving = {key for _, key in places}
    order = [key for key in parts if key not in moving]
    for place, key in sorted(places):
        # A place beyond the end, however far, is the end.
        order.insert(min(place - 1, len(order)), key)
    return tuple(parts[key] for key in order)


def renamed(changes: Iterable[Change], last_key: int) -> tuple[Change, ...]:
    """`changes` with a new key for each part that they create under a used one.

    `last_key` is the highest number that any key of the trial ever had. Two curators
    who both add a criterion give it the same key; one of them has saved meanwhile.
    """
    changes = tuple(changes)
    keys = {
        change.path: key_number(parse(change.path).key)
        for change in changes
        if change.operation == Operation.CREATE
    }
    next_key = max([last_key, *keys.values()]) + 1
    result = []
    for change in changes:
        if keys.get(change.path, next_key) <= last_key:
            path = parse(change.path)
            prefix = COLLECTIONS[path.field].prefix
            new = path._replace(key=f"{prefix}{next_key}")
            change = replace(change, path=str(new))
            next_key += 1
        result.append(change)
    return tuple(result)


def part_at(record: TrialRecord, path: Path) -> Part | None:
    """The part that `path` names, or None."""
    parts = getattr(record, path.field)
    return next((part for part in parts if part.key == path.key), None)


def text_at(record: TrialRecord, path: Path) -> str:
    """The value or part at `path` as text; "" where there is none."""
    if not path.key:
        return to_text(getattr(record, path.field))
    part = part_at(record, path)
    if part is None:
        return ""
    if not path.part_field:
        return part_to_text(part)
    return to_text(getattr(part, path.part_field))
