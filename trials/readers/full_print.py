"""One print of the trial: the values that one place of a full page gives.

A full page gives most values twice: the page top and the numbered sections are prints
of the same record, and damage may repeat a section. The first numbered print is the
record; what later ones add is taken over, and what they say again is a repeat.
"""

from collections import defaultdict, deque
from typing import Any

from trials.readers.full_labels import Block, Label
from trials.readers.full_outline import Slot
from trials.readers.full_values import Found, Value, Values, key, names_in, read
from trials.readers.page import Notes, Page
from trials.record.paths import parse
from trials.record.shape import COLLECTIONS, TrialRecord

IDENTITY = {
    "nct_aliases": "nct_id",
    "secondary_ids": "secondary_id",
    "sponsors": "name",
    "conditions": "name",
    "keywords": "name",
    "arms": "label",
    "interventions": "name",
    "outcomes": "measure",
    "criteria": "text",
    "contacts": "name",
    "officials": "name",
    "locations": "facility",
    "countries": "name",
    "references": "citation",
    "links": "url",
    "ipd_documents": "url",
}
"""Collection -> the field by which two prints of a part are known as the same."""


class Print:
    """Values by field, parts by collection, and the labels that stand without a value.

    `notes` collects the warnings; they reach the page with the values that they are
    about, so that a repeat does not warn a second time.
    """

    def __init__(self) -> None:
        self.fields: Values = {}
        self.parts: dict[str, list[Values]] = defaultdict(list)
        self.empty: set[str] = set()
        self.notes = Notes()
        self._ranks: dict[str, int] = {}

    def begin(self) -> None:
        """What follows belongs to no part that is open."""
        self._ranks.clear()

    def add(self, block: Block, heading: int, slot: Slot) -> None:
        """Take the value of a label that stands in `block`."""
        label = slot.label
        if not slot.values:
            self.empty.add(label.part or label.field)
            self._close(block, slot)
        elif label.kind in ("names", "rows", "sites"):
            self._add_names(label, slot)
        elif label.part:
            self._add_to_part(block, heading, slot)
        else:
            for field, found in read(label, slot.values, self.notes).items():
                self.fields.setdefault(field, found)

    def open(self, collection: str) -> Values:
        """A new part of `collection`."""
        part: Values = {}
        self.parts[collection].append(part)
        return part

    def _close(self, block: Block, slot: Slot) -> None:
        """A first label without a value still ends the part before it."""
        part = slot.label.part
        if part and (slot.rank == 0 or block.labels[slot.rank - 1].part != part):
            self._ranks.pop(part, None)

    def _add_names(self, label: Label, slot: Slot) -> None:
        is_alone = label.kind == "names" and len(slot.values) == 1
        for number, text in slot.values:
            for name in names_in(text, is_alone=is_alone):
                part = self.open(label.part)
                part[label.field] = Found(name, number, number)
                if label.implies:
                    field, value = label.implies
                    part[field] = Found(value, slot.line, slot.line, True)
        self._ranks[label.part] = slot.rank

    def _add_to_part(self, block: Block, heading: int, slot: Slot) -> None:
        label, parts = slot.label, self.parts[slot.label.part]
        is_new = slot.rank <= self._ranks.get(label.part, slot.rank)
        place = len(parts) - (not is_new)
        values = read(label, slot.values, self.notes, place)
        if not values:
            return
        if is_new:
            part = self.open(label.part)
            self._imply(block, heading or slot.line, label.part, part)
        parts[place].update(values)
        self._ranks[label.part] = slot.rank

    def _imply(self, block: Block, line: int, collection: str, part: Values) -> None:
        """What a new part has by where it stands: its type or role, its location."""
        if block.implies:
            field, value = block.implies
            part[field] = Found(value, line, line, True)
        if collection == "locations":
            self._ranks.pop("contacts", None)
        if collection == "contacts" and block.ranks.get("facility name") is not None:
            place = len(self.parts["locations"]) - 1
            if place >= 0:
                part["location"] = Found(key("locations", place), line, line, True)

    def take(self, page: Page, field: str, found: Found, *, fills=False) -> bool:
        """Take over a value, or repeat it on `page` where the field has its own.

        A label that stands here without a value keeps its field empty, unless the new
        value `fills` it: what the page top says is no answer under a heading below.
        """
        if field in self.fields or (field in self.empty and not fills):
            _repeat(page, field, found, self.fields.get(field))
            return False
        self.fields[field] = found
        return True

    def merge(self, other: "Print", page: Page, *, fills: bool) -> None:
        """Take over what `other` adds; what it says again is a repeat on `page`."""
        taken = set()
        for field, found in other.fields.items():
            if self.take(page, field, found, fills=fills):
                taken.add(field)
        for collection, parts in other.parts.items():
            if self.parts[collection] or (collection in self.empty and not fills):
                self._repeat_parts(page, collection, parts)
            else:
                self.parts[collection] = parts
                taken.add(collection)
        if "contacts" in taken and "locations" not in taken:
            for part in self.parts["contacts"]:  # The sites are not those of `other`.
                part.pop("location", None)
        if fills:
            self.empty |= other.empty
        self.notes.warnings += [
            note for note in other.notes.warnings if parse(note.path).field in taken
        ]

    def _repeat_parts(self, page: Page, collection: str, parts: list[Values]) -> None:
        mine = self.parts[collection]
        for part, place in zip(parts, align(collection, mine, parts), strict=True):
            if place is None:
                _repeat_whole(page, collection, part)
                continue
            name, own = f"{collection}[{key(collection, place)}]", mine[place]
            for field, found in part.items():
                _repeat(page, f"{name}.{field}", found, own.get(field))

    def record(self, nct_id: str) -> TrialRecord:
        """The record that the values make; `add` and `merge` only took fitting ones."""
        values: dict[str, Any] = {f: found.value for f, found in self.fields.items()}
        for collection, parts in self.parts.items():
            shape, prefix = COLLECTIONS[collection], COLLECTIONS[collection].prefix
            values[collection] = tuple(
                [
                    shape(
                        key=f"{prefix}{number}",
                        **{field: found.value for field, found in part.items()},
                    )
                    for number, part in enumerate(parts, 1)
                ]
            )
        return TrialRecord(**{**values, "nct_id": nct_id})

    def place(self, page: Page) -> None:
        """Tell `page` where each value stands, and what was odd about it."""
        lines = page.lines  # Written straight: a page has hundreds of values.
        for field, found in self.fields.items():
            lines[field] = (found.first, found.last)
        for collection, parts in self.parts.items():
            for place, part in enumerate(parts):
                name = f"{collection}[{key(collection, place)}]"
                for field, found in part.items():
                    lines[f"{name}.{field}"] = (found.first, found.last)
        page.warnings += self.notes.warnings


def align(
    collection: str, mine: list[Values], others: list[Values]
) -> list[int | None]:
    """For each of `others` the place of its like in `mine`: by content, then position.

    With A B C here, A X C there gives 0 1 2; a part that follows a matched one is its
    neighbour's like where nothing else claims that.
    """
    field = IDENTITY[collection]
    names = [part[field].value if field in part else None for part in mine]
    other_names = [part[field].value if field in part else None for part in others]
    if names == other_names:  # Mostly.
        return [*range(len(mine))]
    places: dict[Value | None, deque[int]] = defaultdict(deque)
    for place, name in enumerate(names):
        places[_folded(name)].append(place)
    found: list[int | None] = []
    for name in other_names:
        same = places.get(_folded(name))
        found.append(same.popleft() if same else None)
    free = set(range(len(mine))).difference(p for p in found if p is not None)
    last = -1
    for n, place in enumerate(found):
        if place is None and last + 1 in free:
            place = found[n] = last + 1
            free.discard(place)
        last = last if place is None else place
    return found


def _folded(value: Value | None) -> Value | None:
    """A text with every run of blanks as one."""
    if not isinstance(value, str):
        return value
    if "  " not in value and value.isprintable():  # No other blank is printable.
        return value
    return " ".join(value.split())


def _repeat(page: Page, path: str, found: Found, mine: Found | None) -> None:
    is_same = mine is not None and (
        mine.value == found.value or _folded(mine.value) == _folded(found.value)
    )
    if not (is_same and found.is_implied):
        value = None if is_same else _text(found.value)
        page.repeat(path, found.first, found.last, value)


def _repeat_whole(page: Page, collection: str, part: Values) -> None:
    """A part that only the second print has."""
    for found in part.values():
        if not found.is_implied:
            page.repeat(collection, found.first, found.last, _text(found.value))


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return ", ".join(value) if isinstance(value, tuple) else str(value)
