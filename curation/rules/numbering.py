"""The printed numbers of the eligibility lists: which list each number belongs to.

`walk` reads numbers as a person does: 1, 2, 3 go on; a 1 opens a list inside the list
(or a new list); 4 after an inner list goes on with the outer one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from trials.record.shape import CriterionRecord
from trials.record.vocabulary import CriterionType

NOUNS = {
    CriterionType.INCLUSION: "inclusion",
    CriterionType.EXCLUSION: "exclusion",
    CriterionType.OTHER: "eligibility",
}

_OPEN_END = re.compile(
    r"(?::|\b(?:by|of|as|following|followings|includes?|including|either|both|any|all"
    r"|with|follows?|defined|for|to|the|one))\W*\Z",
    re.IGNORECASE,
)
_DEEPEST = 8  # Lists inside each other; more are lists that ended unseen.
_LONG = 2  # Items of a list that is hardly part of one item.
_TAIL = 30  # Characters that tell how an item ends.


class Section(NamedTuple):
    """The items of one list, in their order."""

    type: str
    group: str
    items: tuple[CriterionRecord, ...]

    @property
    def noun(self) -> str:
        return NOUNS.get(self.type, "eligibility")


class Gap(NamedTuple):
    """Numbers that are not there: those between `last` and the number of `item`."""

    item: CriterionRecord
    before: CriterionRecord | None
    last: int

    @property
    def missing(self) -> range:
        return range(self.last + 1, int(self.item.label))


class Low(NamedTuple):
    """An item whose number is used up; `last` is the number before it, of `before`."""

    item: CriterionRecord
    before: CriterionRecord
    last: int
    following: int | None


@dataclass
class NumberedList:
    """One list: 1, 2, 3 ...

    `place` is that of its first item in the section, `opener` the item above it.
    `is_inner`: the opener announces it. `is_carried`: it began in the section before.
    """

    place: int
    first: int
    last: int = 0
    items: list[CriterionRecord] = field(default_factory=list)
    opener: CriterionRecord | None = None
    is_inner: bool = False
    is_titled: bool = False
    is_carried: bool = False
    is_resumed: bool = False


@dataclass
class Walk:
    """What `walk` found, and how it chose.

    `lists` began here, `carried` in the section before; `open` are those that may still
    go on, the inner ones last.
    """

    lists: list[NumberedList] = field(default_factory=list)
    open: list[NumberedList] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    lows: list[Low] = field(default_factory=list)
    carried: list[NumberedList] = field(default_factory=list)
    prefers_gap: bool = False


@lru_cache(maxsize=1)
def sections(criteria: tuple[CriterionRecord, ...]) -> tuple[Section, ...]:
    """The lists of a record, one for each group and type, in the order of the page."""
    found: dict[tuple[str, str], list[CriterionRecord]] = {}
    for item in criteria:
        found.setdefault((item.group, item.type), []).append(item)
    return tuple(Section(kind, group, tuple(i)) for (group, kind), i in found.items())


def number_of(item: CriterionRecord) -> int | None:
    """The printed number; None for an item without one and for a sub-item."""
    label = item.label
    return int(label) if label.isdecimal() and not item.level else None


def is_open_ended(item: CriterionRecord) -> bool:
    """Whether the item announces a list: `"... one of the following:"`."""
    return _OPEN_END.search(item.text[-_TAIL:]) is not None


def ranges(numbers: Sequence[int]) -> str:
    """`[4]` -> "4", `[4, 5]` -> "4 and 5", `[4, 5, 6, 9]` -> "4–6 and 9"."""
    texts: list[str] = []
    start = 0
    for place, number in enumerate(numbers):
        if place + 1 < len(numbers) and numbers[place + 1] == number + 1:
            continue
        run = numbers[start : place + 1]
        if len(run) > 2:
            texts.append(f"{run[0]}–{run[-1]}")
        else:
            texts += map(str, run)
        start = place + 1
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} and {texts[-1]}"


def walk(
    items: Sequence[CriterionRecord],
    carried: Sequence[NumberedList] = (),
    *,
    prefers_gap: bool = False,
) -> Walk:
    """The lists of `items`; `carried` are open lists of the section before.

    In 12, 1, 2 ... 11, 13 the last number may go on with 12, or with 11 where 12 is
    lost: `prefers_gap` chooses the latter.
    """
    result = Walk(prefers_gap=prefers_gap)
    result.carried = [
        NumberedList(0, c.first, c.last, list(c.items), is_carried=True)
        for c in carried[-_DEEPEST:]
    ]
    result.open = list(result.carried)
    numbered = [
        (place, number)
        for place, item in enumerate(items)
        if (number := number_of(item)) is not None
    ]
    for index, (place, number) in enumerate(numbered):
        following = numbered[index + 1][1] if index + 1 < len(numbered) else None
        before = items[numbered[index - 1][0]] if index else _last_item(result.open)
        _step(result, items, place, number, before, following)
    return result


def _last_item(lists: Sequence[NumberedList]) -> CriterionRecord | None:
    return lists[-1].items[-1] if lists else None


def _step(
    result: Walk,
    items: Sequence[CriterionRecord],
    place: int,
    number: int,
    before: CriterionRecord | None,
    following: int | None,
) -> None:
    """Put one item into its list, or note what is wrong with its number."""
    item, inner = items[place], result.open[-1] if result.open else None
    target = next((o for o in _reachable(result.open) if o.last + 1 == number), None)
    if target and result.prefers_gap and _lacks_few(inner, number):
        target = None
    above = items[place - 1] if place else before
    if inner and following is None and _is_low_tail(inner, target, number, above):
        _note_low(result, item, following)
        return
    if target is None and number > 1:
        if inner is None:
            result.gaps.append(Gap(item, None, 0))
        elif _opens_without_one(result.open, number, before, following):
            result.gaps.append(Gap(item, before, 0))
        else:
            is_near = result.prefers_gap and _lacks_few(inner, number)
            target = inner if is_near else _nearest(result.open, number)
            is_used = number <= inner.last and not inner.is_inner
            if target is None or (is_used and following != number + 1):
                _note_low(result, item, following)
                return
            result.gaps.append(Gap(item, target.items[-1], target.last))
    if target is None:
        target = _opened(result, place, number, before, above)
    while result.open[-1] is not target:
        result.open.pop().is_resumed = True
    target.last = number
    target.items.append(item)


def _reachable(lists: Sequence[NumberedList]) -> Iterator[NumberedList]:
    """Open lists that may go on, the inner first; none beyond a list with a title."""
    for one in islice(reversed(lists), _DEEPEST):
        yield one
        if one.is_titled:
            return


def _lacks_few(inner: NumberedList, number: int) -> bool:
    """Whether a list of some length reaches this number with one or two lost."""
    return len(inner.items) >= _LONG and 1 < number - inner.last <= 3


def _is_low_tail(
    inner: NumberedList,
    target: NumberedList | None,
    number: int,
    above: CriterionRecord | None,
) -> bool:
    """Whether the last item of a section is only numbered too low.

    Its number may happen to be the next of an outer list, or 1: so it goes on with the
    outer list only where the inner one was announced, and opens one only where the item
    above announces or heads it.
    """
    if target is None:
        is_announced = above is not None and (not above.label or is_open_ended(above))
        return number == 1 and not inner.is_carried and not is_announced
    return target is not inner and number <= inner.last and not inner.is_inner


def _opens_without_one(
    lists: Sequence[NumberedList],
    number: int,
    before: CriterionRecord | None,
    following: int | None,
) -> bool:
    """Whether a list starts here whose first items are lost."""
    if any(one.last < number for one in _reachable(lists)):
        return False
    if before is not None and is_open_ended(before):
        return True
    return following == number + 1 and number != lists[-1].last


def _nearest(lists: Sequence[NumberedList], number: int) -> NumberedList | None:
    """The list that lacks the fewest numbers before this one; None: all are past it."""
    below = [one for one in _reachable(lists) if one.last < number]
    return max(below, key=lambda one: one.last, default=None)


def _opened(
    result: Walk,
    place: int,
    number: int,
    before: CriterionRecord | None,
    above: CriterionRecord | None,
) -> NumberedList:
    is_inner = above is not None and is_open_ended(above)
    one = NumberedList(
        place,
        number,
        opener=before,
        is_inner=is_inner,
        is_titled=above is not None and not above.label and not is_inner,
    )
    result.lists.append(one)
    result.open.append(one)
    return one


def _note_low(result: Walk, item: CriterionRecord, following: int | None) -> None:
    """An item that could as well have the next number takes that place."""
    top = result.open[-1]
    result.lows.append(Low(item, top.items[-1], top.last, following))
    if following != top.last + 1:
        top.last += 1
        top.items.append(item)
