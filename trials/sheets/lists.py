"""A list of names in one cell, put back onto the parts that it was made of.

The format `csv` shows each collection in the trial's row by one field of its parts.
Where a part has no other field, the list says all of it: names may be added, taken out
and moved. Where it has others, a name can be put right and no more, since the list does
not say whose the rest would be.
"""

from difflib import SequenceMatcher
from typing import NamedTuple

from trials.record.cells import CellError


class Item(NamedTuple):
    """A name of the list as it is to be; `was` is its place in the old one, from 0, or
    None where it is new."""

    name: str
    was: int | None


def realigned(
    before: tuple[str, ...], wanted: tuple[str, ...], *, is_all: bool
) -> list[Item]:
    """`wanted`, each name with the old one that it comes from. Raises CellError.

    `is_all`: the list says all of its parts.
    """
    if not is_all:
        return _renamed(before, wanted)
    items: list[Item] = []
    gone: list[int] = []
    matcher = SequenceMatcher(None, before, wanted, autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        old, new = before[a:b], wanted[c:d]
        is_renamed = what == "replace" and len(old) == len(new)
        # A name that stands elsewhere in the other list went there.
        if is_renamed and not {*old} & {*wanted} and not {*new} & {*before}:
            what = "equal"
        if what == "equal":
            items += [Item(name, a + n) for n, name in enumerate(new)]
        else:
            gone += range(a, b)
            items += [Item(name, None) for name in new]
    return _moved(before, items, gone)


def _moved(before: tuple[str, ...], items: list[Item], gone: list[int]) -> list[Item]:
    """`items`, those new ones that went elsewhere in the list found again."""
    left: dict[str, list[int]] = {}
    for place in gone:
        left.setdefault(before[place], []).append(place)
    return [
        Item(name, left[name].pop(0)) if was is None and left.get(name) else item
        for item in items
        for name, was in [item]
    ]


def _renamed(before: tuple[str, ...], wanted: tuple[str, ...]) -> list[Item]:
    old, new = set(before), set(wanted)
    changed = [(a, b) for a, b in zip(before, wanted, strict=False) if a != b]
    if len(before) != len(wanted) or any(a in new or b in old for a, b in changed):
        raise CellError(
            "This list shows names alone: a name can be put right here. To add, move "
            "or give more, edit the list's own table of the dataset; to delete, the "
            "trial's form."
        )
    return [Item(name, place) for place, name in enumerate(wanted)]
