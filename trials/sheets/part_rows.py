"""The row of a part: its values and its place; without a key, a new part."""

from typing import Any

from msgspec.structs import replace

from trials.record.fields import fields_of
from trials.record.paths import Path
from trials.record.shape import COLLECTIONS, Part
from trials.sheets.draft import Draft
from trials.sheets.sheet import TABLES, Row, Sheet
from trials.sheets.values import default_of

_PRESET = frozenset({"type", "level"})
"""Fields that alone make no part."""


def take_part(draft: Draft, sheet: Sheet, row: Row) -> None:
    """Do what the part's row says."""
    collection = TABLES[sheet.table].collection
    shape, parts = COLLECTIONS[collection], draft.parts(collection)
    key = (sheet.text(row, "key") or "").strip()
    if key and key not in parts:
        what = f"The trial has no {key} here. Leave the key of a new row empty."
        draft.refuse(sheet, row, "key", what)
        return
    place = _place(draft, sheet, row, collection, key)
    before = parts[key] if key else shape(key=draft.new_key(collection))
    after = replace(before, **_values(draft, sheet, row, collection, before))
    if not _says_something(after) and (after != before or not key):
        what = "It is empty: fill it in or leave it out."
        if key:
            what = "Nothing would be left of it. Delete it in the trial's form."
        draft.refuse(sheet, row, "", what)
        return
    parts[after.key] = after
    path = Path(collection, after.key)
    draft.note(sheet, row, path, "position" if key and place else "")
    if place:
        draft.places.setdefault(collection, []).append((place, after.key))


def _values(
    draft: Draft, sheet: Sheet, row: Row, collection: str, part: Part
) -> dict[str, Any]:
    """Field -> value that the row changes."""
    shape, values = type(part), {}
    for column in TABLES[sheet.table].columns:
        if not column.field or not sheet.has(column.name):
            continue
        stands = getattr(part, column.field)
        is_changed, value = draft.changed(sheet, row, column, stands, shape)
        if is_changed:
            values[column.field] = value
            path = Path(collection, part.key, column.field)
            draft.note(sheet, row, path, column.name)
    return values


def _place(
    draft: Draft, sheet: Sheet, row: Row, collection: str, key: str
) -> int | None:
    keys = [part.key for part in getattr(draft.base, collection)]
    return draft.wanted_place(sheet, row, keys.index(key) + 1 if key else None)


def _says_something(part: Part) -> bool:
    """Whether anything but its kind is given."""
    return any(
        getattr(part, field.name) != default_of(type(part), field.name)
        for field in fields_of(type(part))
        if field.name not in _PRESET
    )
