"""Short values that a section prints in a fixed order, most of them without labels."""

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple

from trials.readers.dates import read_date
from trials.readers.page import CODE_LENGTH, Page
from trials.record.printed import find
from trials.record.vocabulary import AgeUnit, DateType, Phase, Vocabulary

Fields = dict[str, object]
"""Values of a record by field name."""

MAX_COUNT = 2**31 - 1
"""Largest count that the record takes."""

_BETWEEN_PHASES = re.compile("[/,|]")
_NO_LIMIT = frozenset({"n/a", "na", "no limit"})
_AGE = re.compile(r"[0-9]{1,4} (?P<unit>[A-Za-z]+)")
_COUNT = re.compile(
    r"(?P<count>[0-9][0-9,]*)(?P<unit> (?:participants|patients|subjects))?"
    r"(?: \((?P<type>[A-Za-z]+)\))?",
    re.IGNORECASE,
)


class Slot(NamedTuple):
    """A place for one printed value.

    `read` gives the fields that a printed form means, None where it is no value of this
    slot. `keep` gives the fields of a form that `read` does not know but that must be
    meant for this slot, None where such a form cannot be kept. `labels` are the names
    that may be printed before the value, lower case.
    """

    name: str
    labels: tuple[str, ...]
    read: Callable[[str], Fields | None]
    keep: Callable[[str], Fields | None]
    needs_label: bool = False
    is_always_printed: bool = False


class Slots(tuple[Slot, ...]):
    """The slots of a section, in their order; `labels` tells the place of a label."""

    @cached_property
    def labels(self) -> dict[str, int]:
        return {label: i for i, slot in enumerate(self) for label in slot.labels}


def coded(
    field: str, vocabulary: type[Vocabulary], *labels: str, is_always_printed=False
) -> Slot:
    """A slot of one code; an unknown code is kept as printed."""

    def read(printed: str) -> Fields | None:
        known = find(vocabulary, printed)
        return None if known is None else {field: str(known)}

    return Slot(
        vocabulary.__name__,
        labels,
        read,
        lambda printed: {field: printed},
        is_always_printed=is_always_printed,
    )


def phases(*labels: str) -> Slot:
    """A slot of one or two phases: `"PHASE1/PHASE2"`, `"Phase 1, Phase 2"`."""

    def read(printed: str) -> Fields | None:
        known = find(Phase, printed)
        if known:
            return {"phases": (str(known),)}
        parts = _BETWEEN_PHASES.split(printed)
        if len(parts) == 1:
            return None
        found = [find(Phase, part) for part in parts]
        return None if None in found else {"phases": tuple(map(str, found))}

    return Slot("Phase", labels, read, lambda printed: {"phases": (printed,)})


def dated(field: str, *labels: str, has_type=True, needs_label=False) -> Slot:
    """A slot of a date; what is no date is kept as printed."""

    def read(printed: str) -> Fields | None:
        found = read_date(printed)
        if found is None:
            return None
        if found.type and has_type:
            return {field: found.iso, f"{field}_type": found.type}
        return {field: found.iso}

    return Slot("date", labels, read, lambda printed: {field: printed}, needs_label)


def enrollment(*labels: str) -> Slot:
    """A slot of `"10 participants"` or `"10 (Actual)"`; no other form can be kept."""

    def read(printed: str) -> Fields | None:
        match = _COUNT.fullmatch(printed)
        if match is None or not (match["unit"] or match["type"]):
            return None
        return count(match)

    def keep(printed: str) -> Fields | None:
        match = _COUNT.fullmatch(printed)
        return count(match) if match else None

    def count(match: re.Match) -> Fields | None:
        number = int(match["count"].replace(",", "")[:11])
        kind = find(DateType, match["type"]) if match["type"] else None
        if number > MAX_COUNT or (match["type"] and kind is None):
            return None
        return {"enrollment_count": number} | (
            {"enrollment_type": str(kind)} if kind else {}
        )

    return Slot("enrollment", labels, read, keep)


def text(field: str, *labels: str, needs_label=True) -> Slot:
    """A slot of any text, which mostly only a label tells."""

    def read(printed: str) -> Fields | None:
        return {field: printed}

    return Slot("text", labels, read, read, needs_label)


def flag(field: str, *labels: str) -> Slot:
    """A slot of `"Yes"` or `"No"`."""
    known = {"yes": True, "true": True, "no": False, "false": False}

    def read(printed: str) -> Fields | None:
        value = known.get(printed.lower())
        return None if value is None else {field: value}

    return Slot("yes or no", labels, read, lambda printed: None)


def age(field: str, *labels: str) -> Slot:
    """A slot of an age limit: `"18 Years"`, or `"N/A"` for no limit."""

    def read(printed: str) -> Fields | None:
        if printed.lower() in _NO_LIMIT:
            return {field: ""}
        match = _AGE.fullmatch(printed)
        return {field: printed} if match and find(AgeUnit, match["unit"]) else None

    return Slot("age", labels, read, lambda printed: None)


def fill_labelled(
    page: Page, numbers: Sequence[int], slots: Slots
) -> tuple[Fields, list[int]]:
    """The values that have labels, and the lines that are left."""
    filling = _Filling(page, slots)
    rest = filling.fill_labelled(numbers)
    return filling.values, rest


def label_of(line: str, slots: Slots) -> tuple[int | None, str]:
    """`"Sex: All"` -> (the place of the sex, "All"); None without a known label."""
    label, _, value = line.partition(":")
    place = slots.labels.get(label.strip().lower())
    return place, "" if place is None else value.strip()


def fill(page: Page, numbers: Sequence[int], slots: Slots) -> Fields:
    """The values that lines `numbers` print, each placed with its line.

    Labels decide first. What has none goes by its form (`"TERMINATED"` can only be a
    status), and by the order of `slots` where several know the form (`"NA"`) or none.
    What fits nowhere stays unplaced, with a warning.
    """
    filling = _Filling(page, slots)
    filling.fill_in_order(filling.fill_labelled(numbers))
    return filling.values


class _Filling:
    """The slots of one section while they are filled."""

    def __init__(self, page: Page, slots: Slots):
        self.page = page
        self.slots = slots
        self.values: Fields = {}
        self.filled: set[int] = set()

    def fill_labelled(self, numbers: Sequence[int]) -> list[int]:
        """Take `"Label: value"` and label lines with the value below; the rest back."""
        rest = []
        lines = iter(range(len(numbers)))
        for at in lines:
            number = numbers[at]
            index, value = label_of(self.page[number], self.slots)
            if index is None:
                rest.append(number)
            elif value:
                self._take(index, number, value)
            else:
                self.page.heading(number)
                below = numbers[at + 1] if at + 1 < len(numbers) else None
                if below and label_of(self.page[below], self.slots)[0] is None:
                    next(lines)
                    self._take(index, below, self.page[below])
        return rest

    def fill_in_order(self, numbers: Sequence[int]) -> None:
        """Take values without labels."""
        at, waiting = 0, []
        for number in numbers:
            index, fields = self._slot_of(number)
            if index is None:
                waiting.append(number)
                continue
            if waiting:
                self._settle(waiting, range(at, index))
                waiting = []
            self._fill(index, number, self.page[number], fields)
            at = max(at, index + 1)
        self._settle(waiting, range(at, len(self.slots)))

    def _slot_of(self, number: int) -> tuple[int | None, Fields]:
        """The first free slot that knows the form of a line, and what that means."""
        printed = self.page[number]
        if len(printed) > CODE_LENGTH:
            return None, {}
        for index, slot in enumerate(self.slots):
            if index not in self.filled and not slot.needs_label:
                fields = slot.read(printed)
                if fields:
                    return index, fields
        return None, {}

    def _settle(self, waiting: list[int], skipped: range) -> None:
        """Give unknown forms to skipped slots, where there is no doubt which."""
        free = [
            index
            for index in skipped
            if index not in self.filled and not self.slots[index].needs_label
        ]
        due = [index for index in free if self.slots[index].is_always_printed]
        for slots in (due, free):
            if len(slots) == len(waiting):
                for index, number in zip(slots, waiting, strict=True):
                    self._take(index, number, self.page[number])
                return
        for number in waiting:
            self._refuse(number)

    def _take(self, index: int, number: int, printed: str) -> None:
        slot = self.slots[index]
        too_long = len(printed) > CODE_LENGTH and slot.name != "text"
        fields = None if too_long else slot.read(printed)
        if fields is None and not too_long:
            fields = slot.keep(printed)
            if fields:
                name = next(iter(fields))
                self.page.warn(number, name, f"“{printed}” is not a known {slot.name}.")
        if fields is None:
            self._refuse(number)
        else:
            self._fill(index, number, printed, fields)

    def _fill(self, index: int, number: int, printed: str, fields: Fields) -> None:
        if index in self.filled:
            self._repeat(fields, number, printed)
            return
        self.filled.add(index)
        self.values |= fields
        for name in fields:
            self.page.place(name, number)

    def _repeat(self, fields: Fields, number: int, printed: str) -> None:
        same = all(self.values.get(name) == value for name, value in fields.items())
        self.page.repeat(next(iter(fields)), number, number, None if same else printed)

    def _refuse(self, number: int) -> None:
        printed = self.page[number][:CODE_LENGTH]
        self.page.warn(number, "", f"“{printed}” is no value that this section takes.")
