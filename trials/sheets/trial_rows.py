"""The row of a trial: its values, and its lists of names."""

from msgspec.structs import replace

from trials.record import flat, tabular
from trials.record.cells import CellError, join, split
from trials.record.fields import fields_of
from trials.record.paths import Path
from trials.record.shape import COLLECTIONS, TrialRecord
from trials.record.tabular import Column
from trials.sheets.draft import Draft
from trials.sheets.lists import Item, realigned
from trials.sheets.sheet import Row, Sheet

_COLUMNS = {c.name: c for c in flat.TRIALS.columns if c.name != "nct_id"}
_TABLES = {table.collection: table.name for table in tabular.PARTS}


def take_trial(draft: Draft, sheet: Sheet, row: Row) -> None:
    """Do what the trial's row says."""
    for name in sheet.columns:
        if name in COLLECTIONS:
            _take_list(draft, sheet, row, name)
        elif name in _COLUMNS:
            _take_value(draft, sheet, row, _COLUMNS[name])


def _take_value(draft: Draft, sheet: Sheet, row: Row, column: Column) -> None:
    stands = getattr(draft.base, column.name)
    is_changed, value = draft.changed(sheet, row, column, stands, TrialRecord)
    if not is_changed:
        return
    if column.name == "withdrawn":
        what = "A table neither withdraws a trial nor brings one back."
        draft.refuse(sheet, row, column.name, what)
        return
    draft.values[column.name] = value
    draft.note(sheet, row, Path(column.name), column.name)


def _take_list(draft: Draft, sheet: Sheet, row: Row, collection: str) -> None:
    """Put the names of a list back onto the parts that it was made of."""
    field = flat.NAMED_BY[collection]
    stands = tuple(getattr(part, field) for part in getattr(draft.base, collection))
    column = Column(collection, "list")
    is_changed, wanted = draft.changed(sheet, row, column, stands)
    if not is_changed:
        return
    if draft.is_touched(collection):
        what = f"{_TABLES[collection]}.csv edits the same list. Use one of the two."
    elif split(join(stands)) != stands:
        what = f"A name there is empty. Edit {_TABLES[collection]}.csv instead."
    elif not all(wanted):
        what = "An item of the list is empty."
    else:
        is_all = len(fields_of(COLLECTIONS[collection])) == 1
        try:
            items = realigned(stands, wanted, is_all=is_all)
        except CellError as error:
            draft.refuse(sheet, row, collection, str(error))
            return
        _realign(draft, sheet, row, collection, items)
        return
    draft.refuse(sheet, row, collection, what)


def _realign(
    draft: Draft, sheet: Sheet, row: Row, collection: str, items: list[Item]
) -> None:
    shape, field = COLLECTIONS[collection], flat.NAMED_BY[collection]
    old = getattr(draft.base, collection)
    parts = draft.parts(collection)
    parts.clear()
    for name, was in items:
        if was is None:
            part = shape(key=draft.new_key(collection), **{field: name})
        else:
            part = replace(old[was], **{field: name})
        parts[part.key] = part
    for key in {**parts, **{part.key: part for part in old}}:
        draft.note(sheet, row, Path(collection, key), collection)
        draft.note(sheet, row, Path(collection, key, field), collection)
