"""Rules on where one eligibility item ends and the next begins."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec.structs import replace

from curation.rules.changes import changed, deleted
from curation.rules.items import MOST_NEW, Room, name_of, short, text_path
from curation.rules.numbering import Section, is_open_ended, number_of, sections
from curation.rules.rule import Confidence, Context, Fix, Found, Rule, Severity
from trials.record.shape import CriterionRecord, TrialRecord

_SECOND_PARAGRAPH = re.compile(r"(?:From|At) this\b|N(?:ote|OTE)\b|N\.?B\.?:")
_LIST_MARKS = ("* ", "- ", "• ", r"\- ", "– ")
_LETTERED = re.compile(r"[A-Za-z]{1,4}[.)]\s")
_RUN_IN = re.compile(r"(?:(?<=\s)|\A)\(?(\d{1,2})\)\s+(?=[A-Z≥≤<>])")
_NEXT_ITEM = re.compile(r"(?<=[.;])\s+(\d{1,3})[.)]\s+(?=[A-Z])")
_FEWEST = 3  # Numbers that make a list.
_DEEPEST = 9
_CONNECTOR = re.compile(r"(?:\(?\band/or\b\)?|\band\b|\bor\b|,)\s*\Z", re.IGNORECASE)
_END = 20  # Characters that tell how an item ends.
_STYLE = 0.3  # Share of items with a mark that makes it the list's style.
_NOTHING = re.compile(r"seedisease|seeabove|notspecified")
_MARKS = dict.fromkeys(map(ord, " \t\n.,;:!?'\"()[]-–/"))  # What no item is told by.


# Lines that are no items


def orphan_line(record: TrialRecord, context: Context) -> Iterator[Found]:
    """A line without a number in a numbered list that goes on with the item above.

    It is that item's second paragraph; alone it reads as a criterion of its own.

    >>> from curation.rules.examples import found, record
    >>> found(orphan_line, record("I 1. Sepsis. | I Note: or shock. | I 2. Adults"))
    “Note: or shock.” has no number: it is a second paragraph of inclusion criterion 1.
    >>> found(orphan_line, record("I 1. Any of: | I Sepsis | I Shock | I 2. Adults"))
    """
    for section in sections(record.criteria):
        if sum(number_of(item) is not None for item in section.items) < _FEWEST - 1:
            continue
        for above, lines in _orphans(section, context):
            text = " ".join([above.text, *(line.text for line in lines)])
            first = lines[0].text
            is_sure = _SECOND_PARAGRAPH.match(first) is not None
            yield Found(
                paths=(*map(text_path, lines), text_path(above)),
                message=(
                    f"“{short(first)}” has no number: it is a second paragraph of "
                    f"{section.noun} criterion {above.label}."
                ),
                evidence="\n".join(line.text for line in lines),
                fix=Fix(
                    label=f"Join to item {above.label}",
                    changes=(
                        changed(text_path(above), above.text, text),
                        *(deleted("criteria", line) for line in lines),
                    ),
                    before="\n".join([above.text, *(line.text for line in lines)]),
                    after=text,
                    confidence=Confidence.HIGH if is_sure else Confidence.MEDIUM,
                ),
            )


def _orphans(
    section: Section, context: Context
) -> Iterator[tuple[CriterionRecord, list[CriterionRecord]]]:
    """Numbered items with the lines below them that belong to them."""
    above: CriterionRecord | None = None
    for is_numbered, group in groupby(section.items, lambda item: bool(item.label)):
        lines = list(group)
        if is_numbered:
            above = lines[-1]
        elif above is not None and not above.level and _go_on(above, lines, context):
            yield above, lines


def _go_on(
    above: CriterionRecord, lines: Sequence[CriterionRecord], context: Context
) -> bool:
    if any(_is_marked(line, context) for line in lines):
        return False
    if all(_SECOND_PARAGRAPH.match(line.text) for line in lines):
        return True
    if len(lines) > 1 or above.text.endswith((".", ";")) or is_open_ended(above):
        return False
    text = lines[0].text
    return text[:1].islower() and not _LETTERED.match(text)


def _is_marked(item: CriterionRecord, context: Context) -> bool:
    """Whether the page prints the item with a list mark."""
    source = context.source
    span = source and source.lines.get(text_path(item))
    return bool(span) and source.text[span[0] - 1].lstrip().startswith(_LIST_MARKS)


# Items that are several


def merged_items(record: TrialRecord, _: Context) -> Iterator[Found]:
    """Several items of a list that run together in one.

    A line break was lost: nobody can count, number or refer to the items apart.

    >>> from curation.rules.examples import found, record
    >>> found(merged_items, record("E Any of 1) Sepsis; 2) Shock; 3) Coma"))
    An exclusion criterion holds a list of 3 items, 1) to 3), in one line.
    >>> found(merged_items, record("E 9. Sepsis. 10. Shock. 11. Coma | E 12. HIV"))
    Exclusion criterion 9 holds items 10 and 11 too.
    >>> found(merged_items, record("E Grade 1) or 2) by the scale | E 9. Score 10."))
    """
    room = None
    for section in sections(record.criteria):
        labels = {item.label for item in section.items}
        for item in section.items:
            if ") " in item.text and (marks := _run_in(item.text)):
                what = f"a list of {len(marks)} items, 1) to {len(marks)}), in one line"
                level = item.level + 1
            elif item.label and (marks := _next_items(item, labels)):
                noun = "item" if len(marks) == 1 else "items"
                what = f"{noun} {' and '.join(mark[1] for mark in marks)} too"
                level = item.level
            else:
                continue
            room = room or Room.of(record)
            yield Found(
                paths=(text_path(item),),
                message=f"{name_of(section, item)} holds {what}.",
                evidence=item.text,
                fix=_split(room, item, marks, level),
            )


def _run_in(text: str) -> list[re.Match[str]]:
    """The marks 1), 2), 3) ... of a text, if they are three or more and in order."""
    marks = list(_RUN_IN.finditer(text))
    in_order = all(int(mark[1]) == n for n, mark in enumerate(marks, start=1))
    return marks if in_order and len(marks) >= _FEWEST else []


def _next_items(item: CriterionRecord, labels: set[str]) -> list[re.Match[str]]:
    """The marks that go on from the item's own number, which no other item has."""
    found = []
    following = int(item.label) + 1 if item.label.isdecimal() else 0
    if not following or str(following) not in item.text:
        return []
    for mark in _NEXT_ITEM.finditer(item.text):
        if len(found) == MOST_NEW:
            break
        if mark[1] == str(following) and mark[1] not in labels:
            found.append(mark)
            following += 1
    return found


def _pieces(text: str, marks: Sequence[re.Match[str]]) -> list[str]:
    """The text before the first mark, and after each."""
    edges = [*(mark.start() for mark in marks), len(text)]
    after = [text[mark.end() : end] for mark, end in zip(marks, edges[1:], strict=True)]
    return [text[: edges[0]].strip(), *(piece.strip(" ;,") for piece in after)]


def _split(
    room: Room, item: CriterionRecord, marks: Sequence[re.Match[str]], level: int
) -> Fix | None:
    """The text before the first mark stays, the others become items below it."""
    first, *pieces = _pieces(item.text, marks)
    if not first or level > _DEEPEST:
        return None
    parts = [
        replace(item, label=mark[1], text=piece, level=level)
        for mark, piece in zip(marks, pieces, strict=True)
    ]
    after = [first, *(f"{part.label}. {part.text}" for part in parts)]
    return Fix(
        label=f"Split into {len(after)} lines",
        changes=(
            changed(text_path(item), item.text, first),
            *room.created_below(item, parts),
        ),
        before=item.text,
        after="\n".join(after),
        confidence=Confidence.MEDIUM,
    )


# Items twice, items that do not end


def duplicate_item(record: TrialRecord, _: Context) -> Iterator[Found]:
    """The same item twice in one list.

    >>> from curation.rules.examples import found, record
    >>> found(duplicate_item, record("E 1. HIV infection. | E 2. HIV infection"))
    Exclusion criterion 2 says the same as criterion 1: “HIV infection”.
    >>> found(duplicate_item, record("I 1. HIV infection | E 1. HIV infection"))
    """
    for section in sections(record.criteria):
        twice = list(_twice(section))
        if len(twice) > 1:
            items = [item for pair in twice for item in pair[::-1]]
            yield Found(
                paths=tuple(map(text_path, items)),
                message=(
                    f"{len(twice)} {section.noun} criteria stand twice, as if the list "
                    "held two groups of people."
                ),
                evidence="\n".join(item.text for _, item in twice),
            )
            continue
        for first, item in twice:
            number = f"criterion {first.label}" if first.label else "one above it"
            yield Found(
                paths=(text_path(item), text_path(first)),
                message=(
                    f"{name_of(section, item)} says the same as {number}: "
                    f"“{short(item.text)}”."
                ),
                evidence=item.text,
                fix=Fix(
                    "Remove the second",
                    (deleted("criteria", item),),
                    f"{first.text}\n{item.text}",
                    first.text,
                ),
            )


def _twice(section: Section) -> Iterator[tuple[CriterionRecord, CriterionRecord]]:
    """Items of one part of a list with the item above that says the same."""
    seen: dict[tuple[str, str], CriterionRecord] = {}
    part = ""
    for item in section.items:
        if item.label == "1" or (not item.label and is_open_ended(item)):
            part = item.key
        said = item.text.casefold().translate(_MARKS)
        first = seen.setdefault((part, said), item)
        if first is not item and said and not _NOTHING.match(said):
            yield first, item


def trailing_connector(record: TrialRecord, _: Context) -> Iterator[Found]:
    """An item that ends in "and", "or" or a comma.

    What it joins is another item now, or is lost; a list whose items all end in commas
    is left alone.

    >>> from curation.rules.examples import found, record
    >>> found(trailing_connector, record("I 1. Cancer (and/or) | I 2. Adults"))
    Inclusion criterion 1 ends in “(and/or)”.
    >>> found(trailing_connector, record("I 1. Adults, | I 2. Cancer, | I 3. Sepsis."))
    """
    for section in sections(record.criteria):
        ends = [_connector(item.text) for item in section.items]
        commas = sum(end is not None and end.group()[0] == "," for end in ends)
        has_commas = commas > len(ends) * _STYLE
        for item, end in zip(section.items, ends, strict=True):
            if end is None or (has_commas and end.group()[0] == ","):
                continue
            yield Found(
                paths=(text_path(item),),
                message=f"{name_of(section, item)} ends in “{end.group().strip()}”.",
                evidence=item.text,
            )


def _connector(text: str) -> re.Match[str] | None:
    """The "and", "or" or comma at the end of a text."""
    tail = text[-_END:].rstrip()
    is_one = tail.lower().endswith((",", "and", "or", "or)"))
    return _CONNECTOR.search(tail) if is_one else None


RULES = (
    Rule("criteria.orphan-line", Severity.WARNING, orphan_line),
    Rule("criteria.merged-items", Severity.WARNING, merged_items),
    Rule("criteria.duplicate-item", Severity.WARNING, duplicate_item),
    Rule("criteria.trailing-connector", Severity.NOTE, trailing_connector),
)
