"""The eligibility list of a full page, printed in the page top and in section 10.

The top marks items with "- " and headings not; section 10 marks neither. So a line
that both print alike is a heading, and one that only the top marks is an item.
"""

import re
from collections import defaultdict
from collections.abc import Callable

from trials.readers.eligibility import heading_of, split_label, without_mark
from trials.readers.full_outline import Lines
from trials.readers.full_print import Print
from trials.readers.full_values import Found
from trials.readers.page import CODE_LENGTH
from trials.record.vocabulary import CriterionType

MARK = "- "
_LIST = re.compile(r"inclusion|exclusion", re.IGNORECASE)

Tell = Callable[[str], CriterionType | None]
"""The list that a line announces, or None for an item."""


def read_top(print_: Print, lines: Lines) -> list[int]:
    """Add the criteria of the page top; gives the numbers of the heading lines."""
    texts = [text for _, text in lines]
    has_marks = any(text.startswith(MARK) for text in texts)
    return _add(print_, lines, _announced if has_marks else heading_of)


def read_section(print_: Print, lines: Lines, top: Lines) -> list[int]:
    """Add the criteria of section 10, with the help of the page top."""
    return _add(print_, lines, _Guide([text for _, text in top]).tell)


def _announced(text: str) -> CriterionType | None:
    """What a line of the page top announces: unmarked ones that name a list do."""
    return heading_of(text) if text.startswith(MARK) else _named(text)


def _named(text: str) -> CriterionType | None:
    """`"Inclusion Criteria for Part 2:"` -> INCLUSION; both words: no list's own."""
    exact = heading_of(text)
    if exact or len(text) > CODE_LENGTH:
        return exact
    named = {word.upper() for word in _LIST.findall(text)}
    if not named:
        return None
    return CriterionType[named.pop()] if len(named) == 1 else CriterionType.OTHER


class _Guide:
    """Tells the headings of section 10 by walking along the page top."""

    def __init__(self, top: list[str]):
        self.is_marked: dict[str, list[tuple[int, bool]]] = defaultdict(list)
        if not any(text.startswith(MARK) for text in top):
            top = []
        for place, text in enumerate(top):
            self.is_marked[text].append((place, False))
            if text.startswith(MARK):
                self.is_marked[text.removeprefix(MARK)].append((place, True))
        for places in self.is_marked.values():
            places.reverse()
        self.place = -1

    def tell(self, text: str) -> CriterionType | None:
        """Lines must come in their order: each takes its next like in the top."""
        places = self.is_marked.get(text, [])
        while places and places[-1][0] <= self.place:
            places.pop()
        if not places:
            return heading_of(text)
        self.place, is_item = places.pop()
        return None if is_item else _named(text)


def _add(print_: Print, lines: Lines, tell: Tell) -> list[int]:
    """One printed line is one criterion, under the last heading above it."""
    headings: list[int] = []
    criteria = print_.parts["criteria"]
    listed: Found | None = None
    for number, text in lines:
        announced = tell(text)
        if announced:
            listed = Found(announced.value, number, number, is_implied=True)
            headings.append(number)
            continue
        part = {
            "type": listed or Found(CriterionType.OTHER.value, number, number, True)
        }
        label, text = split_label(without_mark(text.removeprefix(MARK)))
        if label:
            part["label"] = Found(label, number, number)
        part["text"] = Found(text, number, number)
        criteria.append(part)
    return headings
