"""Where the blocks of interventions and the arms of a snapshot page start.

No mark tells a name from a description. Each way to read the lines therefore has a
cost, and the cheapest is taken: a Viterbi search that goes over the lines once and
keeps the best reading for each state that it may be in. What the sections
"Interventions" and "Study Groups" show about each other weighs most, the look of the
lines decides the rest.
"""

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise, starmap
from math import inf
from typing import NamedTuple

from msgspec import Struct


class Block(Struct, frozen=True, gc=False):
    """An intervention: a slice of the lines of its section, the name first."""

    start: int
    end: int


class Repeat(Struct, frozen=True, gc=False):
    """A block as an arm prints it: which one, and its slice of the lines."""

    block: int
    start: int
    end: int


class Arm(Struct, frozen=True):
    """An arm: a slice with the label and its description, and the repeated blocks."""

    start: int
    header_end: int
    repeats: tuple[Repeat, ...]


def split(
    interventions: Sequence[str], groups: Sequence[str]
) -> tuple[list[Block], list[Arm]]:
    """The blocks in the lines of "Interventions", the arms in those of "Study Groups".

    `["Aspirin", "75 mg a day", "Placebo"]` with `["Treated", "Aspirin", "75 mg a day",
    "Control", "Placebo"]` gives the blocks 0-2 and 2-3, and the arms "Treated" with the
    first of them and "Control" with the second.
    """
    looks = [_look_of(line, _LONGEST_NAME) for line in interventions]
    group_looks = [_look_of(line, _LONGEST_LABEL) for line in groups]
    company = _company(interventions, groups)
    ways = []
    for blocks in _ways_to_split(looks, company):
        if all(blocks != tried for _, tried, _ in ways):
            known = _Blocks(interventions, blocks)
            cost, arms = _split_arms(groups, group_looks, known)
            cost += _cost_of(looks, blocks)
            cost += sum(company[block.start] for block in blocks[1:])
            ways.append((cost, blocks, arms))
    _, blocks, arms = min(ways, key=lambda way: way[0])
    return blocks, arms


def _ways_to_split(
    looks: Sequence["_Look"], company: Sequence[float]
) -> Iterator[list[Block]]:
    """The splits of the interventions that are worth a try."""
    yield _split_blocks(looks, company)
    yield _regular_blocks(looks)
    if not any(look.as_name for look in looks):
        yield _slices(range(len(looks)), len(looks))


# What speaks for (below zero) and against a reading; only the differences matter. A
# repeated block outweighs all looks. The registry allows 100 characters in the label of
# an arm and 200 in the name of an intervention.

_LONGEST_LABEL = 100
_LONGEST_NAME = 200
_LONGEST_SHORT = 60
_MOST_WORDS_OF_SHORT = 6

_NO_DESCRIPTION = 0.5
_SHORT_DESCRIPTION = 1.2
_LIST_AS_DESCRIPTION = 0.3
_FURTHER_PARAGRAPH = 1.5
_SHORT_PARAGRAPH = 2.5
_SENTENCE_AS_NAME = 1.5
_LIST_LINE_AS_NAME = 1.5
_TOO_LONG_AS_NAME = 6.0
_ARM_WITHOUT_BLOCK = 1.5
_REPEATED_LINE = -2.0
_CHANGED_REPEAT = 0.5
_NAME_IN_FIXED_COMPANY = 1.0


class _Habit(NamedTuple):
    """How a record describes its interventions: what it costs where one differs."""

    no_description: float
    description: float
    short_description: float


_HABITS = (_Habit(1.5, 0.0, 0.6), _Habit(0.25, 1.0, 1.2))

_LIST_LINE = re.compile(r"(?:[*•-]|[0-9]{1,2}[.)]|[a-z][.)])\s")


class _Look(Struct, frozen=True, gc=False):
    """The look of a line: what it costs to take it for each part of a reading."""

    is_list_line: bool
    is_short: bool
    as_name: float
    as_description: float
    as_further: float


def _look_of(line: str, longest_name: int) -> _Look:
    is_list_line = _LIST_LINE.match(line) is not None
    is_short = _is_short(line)
    as_name = _TOO_LONG_AS_NAME if len(line) > longest_name else 0.0
    if line[-1] == ".":
        as_name += _SENTENCE_AS_NAME
    if is_list_line:
        as_name += _LIST_LINE_AS_NAME
        return _Look(True, is_short, as_name, _LIST_AS_DESCRIPTION, 0.0)
    if is_short:
        return _Look(False, True, as_name, _SHORT_DESCRIPTION, _SHORT_PARAGRAPH)
    return _Look(False, False, as_name, 0.0, _FURTHER_PARAGRAPH)


def _is_short(line: str) -> bool:
    """Whether a line is a few words without a full stop, as names are."""
    return (
        len(line) <= _LONGEST_SHORT
        and line[-1] != "."
        and line.count(" ") < _MOST_WORDS_OF_SHORT
    )


def _cost_of(looks: Sequence[_Look], blocks: Sequence[Block]) -> float:
    """What the look of these blocks costs, on a page of the likelier habit.

    A registry record describes all its interventions, be it shortly, or none.
    """
    return min(
        sum(_cost_of_block(looks[b.start : b.end], habit) for b in blocks)
        for habit in _HABITS
    )


def _cost_of_block(looks: Sequence[_Look], habit: _Habit) -> float:
    name, *rest = looks
    if not rest:
        return name.as_name + habit.no_description
    first, *further = rest
    cost = name.as_name
    cost += habit.short_description if first.is_short else habit.description
    return cost + sum(look.as_further for look in further)


# Interventions


def _company(interventions: Sequence[str], groups: Sequence[str]) -> list[float]:
    """What it costs, by the company that it keeps, that each line starts a block.

    A block is repeated as a whole. A line that "Study Groups" prints only where the
    line above is the same as in "Interventions" is rather the description of that line
    than a name.
    """
    in_section, in_groups = _pairs(interventions), _pairs(groups)
    return [
        _NAME_IN_FIXED_COMPANY
        if line in in_groups and in_groups[line] <= in_section[line]
        else 0.0
        for line in interventions
    ]


def _pairs(lines: Sequence[str]) -> dict[str, set[str]]:
    """For each line, the lines printed directly above it."""
    above: dict[str, set[str]] = defaultdict(set)
    for previous, line in zip(("", *lines), lines, strict=False):
        above[line].add(previous)
    return above


_Step = tuple
"""`(what was read, the step before)`, back to None: readings share their past."""


class _Reading(Struct, frozen=True):
    """A way to read the lines so far: its cost, its last step.

    In "Study Groups" also the blocks that its last arm has.
    """

    cost: float
    step: _Step | None
    used: frozenset[int] = frozenset()


def _steps(last: _Step | None) -> list:
    """What was read, from the first step on."""
    found = []
    while last is not None:
        what, last = last
        found.append(what)
    return found[::-1]


def _split_blocks(looks: Sequence[_Look], company: Sequence[float]) -> list[Block]:
    """The blocks of the interventions."""
    if not looks:
        return []
    named = _Reading(0.0, (0, None))
    described: _Reading | None = None
    for at in range(1, len(looks)):
        look = looks[at]
        ended = _ended(named, described)
        as_start = company[at] + look.as_name
        described = _gone_on(named, described, look)
        named = _Reading(ended.cost + as_start, (at, ended.step))
    return _slices(_steps(_ended(named, described).step), len(looks))


def _ended(named: _Reading, described: _Reading | None) -> _Reading:
    """The cheaper of two readings, should their block end here."""
    cost = named.cost + _NO_DESCRIPTION
    if described and described.cost < cost:
        return described
    return _Reading(cost, named.step)


def _gone_on(named: _Reading, described: _Reading | None, look: _Look) -> _Reading:
    """The cheaper of two readings, should their name or text go on with a text."""
    cost = named.cost + look.as_description
    if described and described.cost + look.as_further < cost:
        return _Reading(
            described.cost + look.as_further, described.step, described.used
        )
    return _Reading(cost, named.step, named.used)


def _regular_blocks(looks: Sequence[_Look]) -> list[Block]:
    """The blocks, should each be a name, one line, and list lines."""
    starts = []
    for at, look in enumerate(looks):
        is_second = starts and at == starts[-1] + 1
        if not is_second and (at == 0 or not look.is_list_line):
            starts.append(at)
    return _slices(starts, len(looks))


def _slices(starts: Sequence[int], end: int) -> list[Block]:
    return list(starmap(Block, pairwise([*starts, end])))


# Arms


_ENDS_AFTER = {
    "label": _NO_DESCRIPTION + _ARM_WITHOUT_BLOCK,
    "text": _ARM_WITHOUT_BLOCK,
}
_LEAST_ALIKE = 12
_MOST_NAMESAKES = 20


class _Blocks:
    """The blocks of the interventions, to be found again in other lines."""

    def __init__(self, interventions: Sequence[str], blocks: Sequence[Block]):
        self._texts = [interventions[block.start : block.end] for block in blocks]
        self._named: dict[str, list[int]] = {}
        for number, (name, *_) in enumerate(self._texts):
            namesakes = self._named.setdefault(name, [])
            if len(namesakes) < _MOST_NAMESAKES:
                namesakes.append(number)

    def __len__(self) -> int:
        return len(self._texts)

    def at(self, lines: Sequence[str], start: int) -> list[tuple[Repeat, float]]:
        """The blocks that `lines` print from `start` on, with their costs."""
        found = []
        for number in self._named.get(lines[start], ()):
            text = self._texts[number]
            end = start + len(text)
            printed = lines[start:end]
            cost = _REPEATED_LINE * len(text)
            if printed == text:
                found.append((Repeat(number, start, end), cost))
            elif len(printed) == len(text) and all(map(_are_alike, printed, text)):
                found.append((Repeat(number, start, end), cost + _CHANGED_REPEAT))
        return found


def _are_alike(one: str, other: str) -> bool:
    """Whether two lines differ in a letter or two at one place only."""
    if one == other:
        return True
    length = min(len(one), len(other))
    if length < _LEAST_ALIKE or abs(len(one) - len(other)) > 2:
        return False
    same = len(os.path.commonprefix((one, other)))
    same += len(os.path.commonprefix((one[:same:-1], other[:same:-1])))
    return same >= length - 2


def _split_arms(
    lines: Sequence[str], looks: Sequence[_Look], known: _Blocks
) -> tuple[float, list[Arm]]:
    """The arms, and what their reading costs.

    `best[n]` has the cheapest readings of the first n lines by what they end in: a
    "label", the "text" of a description, or "blocks".
    """
    if not lines:
        return 0.0, []
    ends_after = _ENDS_AFTER if known else {"label": _NO_DESCRIPTION}
    best: list[dict[str, _Reading]] = [{} for _ in range(len(lines) + 1)]
    best[1]["label"] = _Reading(0.0, (0, None))
    for at in range(1, len(lines)):
        states, look = best[at], looks[at]
        cost, step = _cheapest_end(states, ends_after)
        best[at + 1]["label"] = _Reading(cost + look.as_name, (at, step))
        best[at + 1]["text"] = _gone_on(states["label"], states.get("text"), look)
        for repeat, cost in known.at(lines, at):
            for state, reading in states.items():
                if repeat.block not in reading.used:
                    bare = _NO_DESCRIPTION if state == "label" else 0.0
                    longer = _Reading(
                        reading.cost + (cost + bare),
                        (repeat, reading.step),
                        reading.used | {repeat.block},
                    )
                    _keep_blocks(best[repeat.end], longer)
    cost, step = _cheapest_end(best[-1], ends_after)
    return cost, _arms(_steps(step), len(lines))


def _cheapest_end(
    states: dict[str, _Reading], ends_after: dict[str, float]
) -> tuple[float, _Step | None]:
    """The least that a reading costs, should its arm end here, and its last step."""
    least, step = inf, None
    for state, reading in states.items():
        cost = reading.cost + ends_after.get(state, 0.0)
        if cost < least:
            least, step = cost, reading.step
    return least, step


def _keep_blocks(states: dict[str, _Reading], found: _Reading) -> None:
    known = states.get("blocks")
    if known is None or found.cost < known.cost:
        states["blocks"] = found


def _arms(steps: Sequence[int | Repeat], end: int) -> list[Arm]:
    """`[0, Repeat(0, 1, 3), 3]` -> arms at the lines 0 and 3, one with a block."""
    starts = [number for number, step in enumerate(steps) if isinstance(step, int)]
    arms = []
    for first, after in zip(starts, [*starts[1:], len(steps)], strict=True):
        repeats = tuple(steps[first + 1 : after])
        next_arm = steps[after] if after < len(steps) else end
        arms.append(
            Arm(steps[first], repeats[0].start if repeats else next_arm, repeats)
        )
    return arms
