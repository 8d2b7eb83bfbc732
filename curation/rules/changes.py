"""The changes that fixes are made of."""

from msgspec.structs import replace

from curation.rules.keys import new_keys
from trials.record.diff import Change, Operation, part_to_text
from trials.record.shape import COLLECTIONS, Part, TrialRecord


def changed(path: str, old: str, new: str) -> Change:
    """The value at `path` becomes `new`."""
    return Change(path, Operation.CHANGE, old, new)


def created(
    record: TrialRecord, collection: str, parts: tuple[Part, ...]
) -> tuple[Change, ...]:
    """`parts` stand at the end of `collection`, under new keys."""
    last = len(getattr(record, collection))
    changes = []
    for place, (key, part) in enumerate(
        zip(new_keys(record, collection), parts, strict=False), start=last + 1
    ):
        text = part_to_text(replace(part, key=key))
        changes.append(
            Change(f"{collection}[{key}]", Operation.CREATE, "", text, place)
        )
    return tuple(changes)


def new_part(collection: str, **values) -> Part:
    """A part for `created`, which gives it its key."""
    shape = COLLECTIONS[collection]
    return shape(key=f"{shape.prefix}1", **values)


def deleted(collection: str, part: Part) -> Change:
    """The part goes."""
    return Change(f"{collection}[{part.key}]", Operation.DELETE, part_to_text(part))
