"""Where one eligibility list ends and the next begins, judged by their numbers."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from curation.rules.numbering import (
    Section,
    Walk,
    is_open_ended,
    number_of,
    sections,
    walk,
)
from trials.record.shape import CriterionRecord
from trials.record.vocabulary import CriterionType

_TYPES = {CriterionType.INCLUSION, CriterionType.EXCLUSION}
_LATEST_START = 2  # A list that starts with 2 has lost its first item.


class Misfiled(NamedTuple):
    """The first `count` items of a section that belong to the section `before`.

    `restart` is the item after them, where the section's own list starts.
    """

    before: Section
    section: Section
    count: int

    @property
    def run(self) -> tuple[CriterionRecord, ...]:
        return self.section.items[: self.count]

    @property
    def restart(self) -> CriterionRecord:
        return self.section.items[self.count]


class Chain(NamedTuple):
    """A list and its numbers, as if misfiled runs stood where they belong."""

    section: Section
    walk: Walk


class Numbering(NamedTuple):
    """The numbers of all lists of a record.

    `continued` are pairs of lists, the second of which goes on with the numbers of the
    first.
    """

    misfiled: list[Misfiled]
    continued: list[tuple[Section, Section]]
    chains: list[Chain]


def _pairs(parts: Sequence[Section]) -> Iterator[tuple[Section, Section]]:
    """Inclusion and exclusion (or the other way round) of each group."""
    last: dict[str, Section] = {}
    for part in parts:
        if part.type in _TYPES:
            if part.group in last:
                yield last[part.group], part
            last[part.group] = part


def misfiled_runs(parts: Sequence[Section]) -> list[Misfiled]:
    """For each section whose first items continue the section before: those."""
    found = []
    for before, section in _pairs(parts):
        count = _misfiled_by_title(before, section) or _misfiled_by_number(
            before, section
        )
        if count:
            found.append(Misfiled(before, section, count))
    return found


def _misfiled_by_number(before: Section, section: Section) -> int:
    """How many first items go on with the numbers of the section before; 0: none."""
    carried = walk(before.items).open
    first = next((n for i in section.items if (n := number_of(i)) is not None), None)
    if first is None or not carried:
        return 0
    if first == 1 and not is_open_ended(before.items[-1]):
        return 0
    if first > 1 and all(one.last >= first for one in carried):
        return 0
    return _run_length(section, walk(section.items, carried)) or _run_length(
        section, walk(section.items, carried, prefers_gap=True)
    )


def _run_length(section: Section, result: Walk) -> int:
    """How many first items go on with a carried list, if the section starts again."""
    ours = {i.key for one in result.carried for i in one.items}
    last = max((p for p, i in enumerate(section.items) if i.key in ours), default=-1)
    if last < 0:
        return 0
    starts = [
        one
        for one in result.lists
        if not one.is_resumed and one.place > last and one.first <= _LATEST_START
    ]
    if len(starts) > 1 and starts[0].is_inner:
        # The last item of the run announces a list of its own.
        starts = starts[1:]
    return _without_intro(section, starts[0].place, last) if starts else 0


def _without_intro(section: Section, place: int, last: int) -> int:
    """The place of the line that announces the list at `place`, if there is one."""
    above = section.items[place - 1]
    is_intro = place - 1 > last and not above.label and is_open_ended(above)
    return place - 1 if is_intro else place


def _misfiled_by_title(before: Section, section: Section) -> int:
    """How many first items stand above the title that starts both sections.

    `I: Phase I, 1, 2, Phase II | E: 1, 2, Phase I, 1, ...`: the items before the second
    "Phase I" are inclusion criteria for phase II.
    """
    title, above, first = before.items[0], before.items[-1], section.items[0]
    if title.label or not first.label or (above.label and first.label == "1"):
        return 0
    places = (
        place
        for place, item in enumerate(section.items)
        if not item.label and item.text == title.text
    )
    return next(places, 0)


def continued_lists(
    parts: Sequence[Section], misfiled: Sequence[Misfiled]
) -> list[tuple[Section, Section]]:
    """Pairs of sections of which the second goes on with the numbers of the first."""
    moved = {id(run.section) for run in misfiled}
    found = []
    for before, section in _pairs(parts):
        first = next((n for i in section.items if (n := number_of(i))), None)
        if not first or first == 1 or id(section) in moved:
            continue
        if any(one.last == first - 1 for one in walk(before.items).open):
            found.append((before, section))
    return found


@lru_cache(maxsize=1)
def numbering_of(criteria: tuple[CriterionRecord, ...]) -> Numbering:
    """The numbers of a record's criteria, worked out once for all rules on them."""
    parts = sections(criteria)
    misfiled = misfiled_runs(parts)
    continued = continued_lists(parts, misfiled)
    given = {(r.before.type, r.before.group): r.run for r in misfiled}
    taken = {(r.section.type, r.section.group): r.count for r in misfiled}
    going_on = {section.items[0].key for _, section in continued}
    chains = []
    for part in parts:
        name = part.type, part.group
        items = part.items[taken.get(name, 0) :] + given.get(name, ())
        result = walk(items)
        if part.items[0].key in going_on:
            # `criteria.numbering-continues` says it.
            result.gaps = [gap for gap in result.gaps if gap.before or gap.last]
        chains.append(Chain(part, result))
    return Numbering(misfiled, continued, chains)
