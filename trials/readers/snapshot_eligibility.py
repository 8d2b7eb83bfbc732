"""The section "Eligibility Criteria" of a snapshot page."""

import re
from collections.abc import Sequence

from trials.readers import slots
from trials.readers.eligibility import heading_of, split_label, without_mark
from trials.readers.page import Page
from trials.readers.slots import Fields
from trials.readers.snapshot_text import unescape
from trials.record import vocabulary as v
from trials.record.shape import CriterionRecord

_PARTICIPANTS = slots.Slots(
    (
        slots.age("minimum_age", "minimum age"),
        slots.age("maximum_age", "maximum age"),
        slots.coded("sex", v.Sex, "sex", "gender"),
        slots.flag(
            "healthy_volunteers", "healthy volunteers", "accepts healthy volunteers"
        ),
    )
)

_TAIL = re.compile(r"AA\?H$|A{0,2}S?H?$")
"""The forms of the last lines: ages, sex (or an unknown word), healthy volunteers."""
_TAIL_LINES = 4


def eligibility(page: Page, numbers: Sequence[int]) -> Fields:
    """Criteria, and below them without labels: ages, sex, healthy volunteers.

    The lines "Exclusion Criteria", "2. Smokers", "18 Years", "N/A", "ALL", "No" give
    one exclusion criterion with the label "2", and the rules of participation.
    """
    start = _participants_start(page, numbers)
    fields = slots.fill(page, _clear(page, numbers[start:]), _PARTICIPANTS)
    return fields | {"criteria": _criteria(page, numbers[:start])}


def _criteria(page: Page, numbers: Sequence[int]) -> tuple[CriterionRecord, ...]:
    """One criterion a line, of the type that the heading above says."""
    list_type = v.CriterionType.OTHER.value
    found = []
    lines = page.lines  # Written straight: a page has many criteria.
    for number in numbers:
        line = page[number]
        if announced := heading_of(unescape(line)):
            list_type = announced.value
            page.heading(number)
            continue
        key = f"c{len(found) + 1}"
        label, text = _item(line)
        lines[f"criteria[{key}].text"] = (number, number)
        if label:
            lines[f"criteria[{key}].label"] = (number, number)
        found.append(CriterionRecord(key=key, type=list_type, label=label, text=text))
    return tuple(found)


def _item(line: str) -> tuple[str, str]:
    r"""`"11\. Weight \> 40 kg"` -> ("11", "Weight > 40 kg"), `"* Men"` -> ("", "Men").

    An escaped hyphen at the start is a list mark that the registry did not see as one.
    """
    if line.startswith(r"\- "):
        line = line[1:]
    label, text = split_label(without_mark(line))
    return label, unescape(text)


# Ages, sex, healthy volunteers


def _participants_start(page: Page, numbers: Sequence[int]) -> int:
    """Where the values below the criteria start: an index into `numbers`."""
    start = _labelled_start(page, numbers)
    if start < len(numbers):
        return start
    forms = "".join(_form(page[number]) for number in numbers[-_TAIL_LINES:])
    return len(numbers) - len(forms) + _TAIL.search(forms).start()


def _labelled_start(page: Page, numbers: Sequence[int]) -> int:
    """Where the last lines with labels start; the end where the last one has none.

    A label stands before its value ("Sex: All") or on the line above.
    """
    start = len(numbers)
    while start:
        place, value = slots.label_of(page[numbers[start - 1]], _PARTICIPANTS)
        above = page[numbers[start - 2]] if start > 1 else ""
        if place is not None and value:
            start -= 1
        elif place is None and above.rstrip(" :").lower() in _PARTICIPANTS.labels:
            start -= 2
        else:
            break
    return start


def _form(line: str) -> str:
    """The form of a line: A(ge), S(ex), H(ealthy volunteers) or ?."""
    for form, slot in zip("ASH", _PARTICIPANTS[1:], strict=True):
        if slot.read(line):
            return form
    return "?"


def _clear(page: Page, numbers: Sequence[int]) -> Sequence[int]:
    """These lines, without an age limit that stands alone and has no label.

    Both limits are always printed, so that nothing tells which of them is left.
    """
    ages = [number for number in numbers if _form(page[number]) == "A"]
    if len(ages) != 1 or any(
        slots.label_of(page[number], _PARTICIPANTS)[0] is not None for number in numbers
    ):
        return numbers
    page.warn(
        ages[0],
        "",
        f"“{page[ages[0]]}” is the only age limit; the page does not say which one.",
    )
    return [number for number in numbers if number != ages[0]]
