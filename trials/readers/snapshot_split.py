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
from typing import NamedTuple


class Block(NamedTuple):
    """An intervention: a slice of the lines of its section, the name first."""

    start: int
    end: int


class Repeat(NamedTuple):
    """A block as an arm prints it: which one, and its slice of the lines."""

    block: int
    start: int
    end: int


class Arm(NamedTuple):
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
    neighbours = _Neighbours(interventions, groups)
    ways = []
    for blocks in _ways_to_split(interventions, neighbours):
        if all(blocks != known for _, known, _ in ways):
            cost, arms = _split_arms(groups, interventions, blocks)
            cost += _look(interventions, blocks) + neighbours.cost_of(blocks)
            ways.append((cost, blocks, arms))
    _, blocks, arms = min(ways, key=lambda way: way[0])
    return blocks, arms


def _ways_to_split(
    interventions: Sequence[str], neighbours: "_Neighbours"
) -> Iterator[list[Block]]:
    """The splits of the interventions that are worth a try."""
    yield _split_blocks(interventions, neighbours)
    yield _regular_blocks(interventions)
    if not any(_as_name(line, _LONGEST_NAME) for line in interventions):
        yield _slices(range(len(interventions)), len(interventions))


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


def _is_list_line(line: str) -> bool:
    return _LIST_LINE.match(line) is not None


def _is_short(line: str) -> bool:
    """Whether a line is a few words without a full stop, as names are."""
    return (
        len(line) <= _LONGEST_SHORT
        and line[-1] != "."
        and line.count(" ") < _MOST_WORDS_OF_SHORT
    )


def _as_name(line: str, longest: int) -> float:
    cost = _TOO_LONG_AS_NAME if len(line) > longest else 0.0
    if line[-1] == ".":
        cost += _SENTENCE_AS_NAME
    if _is_list_line(line):
        cost += _LIST_LINE_AS_NAME
    return cost


def _as_description(line: str) -> float:
    if _is_list_line(line):
        return _LIST_AS_DESCRIPTION
    return _SHORT_DESCRIPTION if _is_short(line) else 0.0


def _as_further(line: str) -> float:
    if _is_list_line(line):
        return 0.0
    return _SHORT_PARAGRAPH if _is_short(line) else _FURTHER_PARAGRAPH


def _look(lines: Sequence[str], blocks: Sequence[Block]) -> float:
    """What the look of these blocks costs, on a page of the likelier habit.

    A registry record describes all its interventions, be it shortly, or none.
    """
    return min(
        sum(_look_of(lines[b.start : b.end], habit) for b in blocks)
        for habit in _HABITS
    )


def _look_of(lines: Sequence[str], habit: "_Habit") -> float:
    name, *rest = lines
    cost = _as_name(name, _LONGEST_NAME)
    if not rest:
        return cost + habit.no_description
    cost += habit.short_description if _is_short(rest[0]) else habit.description
    return cost + sum(map(_as_further, rest[1:]))


# Interventions


class _Neighbours:
    """What "Study Groups" shows about neighbouring lines of "Interventions".

    A block is repeated as a whole. A line that "Study Groups" prints only where the
    line above is the same as in "Interventions" is rather the description of that line
    than a name.
    """

    def __init__(self, interventions: Sequence[str], groups: Sequence[str]):
        self._lines = interventions
        self._in_section = _pairs(interventions)
        self._in_groups = _pairs(groups)

    def cost_at(self, at: int) -> float:
        """What it costs that line `at` starts a block."""
        line = self._lines[at]
        elsewhere = self._in_groups.get(line)
        if elsewhere and elsewhere <= self._in_section[line]:
            return _NAME_IN_FIXED_COMPANY
        return 0.0

    def cost_of(self, blocks: Sequence[Block]) -> float:
        """What it costs that these lines start blocks."""
        return sum(self.cost_at(block.start) for block in blocks[1:])


def _pairs(lines: Sequence[str]) -> dict[str, set[str]]:
    """For each line, the lines printed directly above it."""
    above: dict[str, set[str]] = defaultdict(set)
    for previous, line in zip(("", *lines), lines, strict=False):
        above[line].add(previous)
    return above


class _Reading(NamedTuple):
    """A way to read the lines so far: its cost, and its last step."""

    cost: float
    step: "tuple | None"
    """`(what was read, the step before)`, back to None: readings share their past."""

    def plus(self, cost: float, what: object = None) -> "_Reading":
        """This reading, one step on; a step without `what` leaves no trace."""
        step = self.step if what is None else (what, self.step)
        return _Reading(self.cost + cost, step)

    def steps(self) -> list:
        found, step = [], self.step
        while step is not None:
            what, step = step
            found.append(what)
        return found[::-1]


def _cheapest(*readings: _Reading | None) -> _Reading:
    return min((r for r in readings if r), key=lambda reading: reading.cost)


def _split_blocks(lines: Sequence[str], neighbours: _Neighbours) -> list[Block]:
    """The blocks of the interventions."""
    if not lines:
        return []
    named = _Reading(0.0, (0, None))
    described: _Reading | None = None
    for at in range(1, len(lines)):
        line = lines[at]
        as_start = neighbours.cost_at(at) + _as_name(line, _LONGEST_NAME)
        ended = _cheapest(named.plus(_NO_DESCRIPTION), described)
        goes_on = named.plus(_as_description(line))
        if described:
            further = described.plus(_as_further(line))
            goes_on = _cheapest(goes_on, further)
        named = ended.plus(as_start, at)
        described = goes_on
    starts = _cheapest(named.plus(_NO_DESCRIPTION), described).steps()
    return _slices(starts, len(lines))


def _regular_blocks(lines: Sequence[str]) -> list[Block]:
    """The blocks, should each be a name, one line, and list lines."""
    starts = []
    for at, line in enumerate(lines):
        is_second = starts and at == starts[-1] + 1
        if not is_second and (at == 0 or not _is_list_line(line)):
            starts.append(at)
    return _slices(starts, len(lines))


def _slices(starts: Sequence[int], end: int) -> list[Block]:
    return [Block(a, b) for a, b in zip(starts, [*starts, end][1:], strict=True)]


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
        self._named: dict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(self._texts):
            if len(self._named[text[0]]) < _MOST_NAMESAKES:
                self._named[text[0]].append(number)

    def at(self, lines: Sequence[str], start: int) -> Iterator[tuple[Repeat, float]]:
        """The blocks that `lines` print from `start` on, with their costs."""
        for number in self._named.get(lines[start], ()):
            text = self._texts[number]
            end = start + len(text)
            printed = lines[start:end]
            cost = _REPEATED_LINE * len(text)
            if printed == text:
                yield Repeat(number, start, end), cost
            elif len(printed) == len(text) and all(map(_are_alike, printed, text)):
                yield Repeat(number, start, end), cost + _CHANGED_REPEAT


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


class _ArmReading(NamedTuple):
    """A way to read "Study Groups" so far, and the blocks that its last arm has."""

    reading: _Reading
    used: frozenset[int] = frozenset()


def _split_arms(
    lines: Sequence[str], interventions: Sequence[str], blocks: Sequence[Block]
) -> tuple[float, list[Arm]]:
    """The arms, and what their reading costs.

    `best[n]` has the cheapest readings of the first n lines by what they end in: a
    "label", the "text" of a description, or "blocks".
    """
    if not lines:
        return 0.0, []
    known = _Blocks(interventions, blocks)
    ends_after = _ENDS_AFTER if blocks else {"label": _NO_DESCRIPTION}
    best: list[dict[str, _ArmReading]] = [{} for _ in range(len(lines) + 1)]
    best[1]["label"] = _ArmReading(_Reading(0.0, (0, None)))
    for at in range(1, len(lines)):
        for state, reading, used in _steps(lines, at, best[at], ends_after):
            _keep(best[at + 1], state, _ArmReading(reading, used))
        for repeat, cost in known.at(lines, at):
            for state, (reading, used) in best[at].items():
                if repeat.block not in used:
                    bare = _NO_DESCRIPTION if state == "label" else 0.0
                    longer = reading.plus(cost + bare, repeat)
                    used_now = used | {repeat.block}
                    _keep(best[repeat.end], "blocks", _ArmReading(longer, used_now))
    end = _cheapest_end(best[-1], ends_after)
    return end.cost, _arms(end.steps(), len(lines))


def _steps(
    lines: Sequence[str],
    at: int,
    states: dict[str, _ArmReading],
    ends_after: dict[str, float],
) -> Iterator[tuple[str, _Reading, frozenset[int]]]:
    """The readings of line `at` as the label of a new arm, and as a description."""
    line = lines[at]
    ended = _cheapest_end(states, ends_after)
    yield "label", ended.plus(_as_name(line, _LONGEST_LABEL), at), frozenset()
    if "label" in states:
        reading, used = states["label"]
        yield "text", reading.plus(_as_description(line)), used
    if "text" in states:
        reading, used = states["text"]
        yield "text", reading.plus(_as_further(line)), used


def _cheapest_end(
    states: dict[str, _ArmReading], ends_after: dict[str, float]
) -> _Reading:
    """The cheapest of these readings, should their arm end here."""
    return _cheapest(
        *(r.reading.plus(ends_after.get(state, 0.0)) for state, r in states.items())
    )


def _keep(states: dict[str, _ArmReading], state: str, found: _ArmReading) -> None:
    known = states.get(state)
    if known is None or found.reading.cost < known.reading.cost:
        states[state] = found


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
