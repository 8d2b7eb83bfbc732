"""Groups of values that are probably spellings of one thing.

A value is a text with the number of its uses. `by_key` puts values of one key together,
`nearest` those that a few letters tell apart.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from curation.bulk.keys import fingerprint, ngram_fingerprint, phonetic, plain

RADIUS = 0.1
"""Letters that may differ, as a share of the longer text."""
MOST_EDITS = 3
"""Letters that may differ, however long the texts are."""
SHORTEST = 5
"""Texts of fewer letters are near to nothing: "Bonn" is not "Born"."""

_SHORT_GRAM, _GRAM = 4, 5
"""Letters in a stretch, in texts shorter than `_LONG` and in others."""
_RAREST = 10
"""Stretches of letters by which a text is looked up."""
_CROWD = 100
"""Texts that one stretch may lead to."""
_LONG = 20
"""A text of so many letters shares two stretches with what is near to it."""
_LONGEST = 9_999
"""Longer texts count as so long where lengths are compared."""
_DIGITS = re.compile(r"[0-9]+")

Pair = frozenset[str]
"""Two values of which a person said that they are not the same."""


class Group(NamedTuple):
    """Values that belong together, the most used first, and the uses of all."""

    values: tuple[str, ...]
    uses: int


def by_key(
    values: Mapping[str, int],
    key: Callable[[str], str],
    not_same: Collection[Pair] = frozenset(),
) -> list[Group]:
    """The groups of two or more values that have one key, the most used first.

    A value whose key is empty, such as "?", is like no other.
    """
    found = defaultdict(list)
    for value in values:
        if made := key(value):
            found[made].append(value)
    return _groups(found.values(), values, not_same)


def nearest(
    values: Mapping[str, int],
    not_same: Collection[Pair] = frozenset(),
    radius: float = RADIUS,
) -> list[Group]:
    """The groups of two or more values that are written nearly alike.

    Case, punctuation, marks and the order of words do not count. Of what is left, as
    many letters may be wrong, missing, too many or swapped as `edits` says; numbers
    must be the same. Who is near to a near one belongs to the group.
    """
    spelled = defaultdict(list)
    for value in values:
        if words := fingerprint(value):
            spelled[words].append(value)
    words = list(spelled)
    texts = [" ".join(plain(found[0]).split()) for found in spelled.values()]
    joined = _Joined(len(words))
    for one, other in _near(words, texts, radius):
        if not (
            not_same
            and _is_told_apart(spelled[words[one]], spelled[words[other]], not_same)
        ):
            joined.join(one, other)
    found = defaultdict(list)
    for number, text in enumerate(words):
        found[joined.root(number)] += spelled[text]
    return _groups(found.values(), values, not_same)


METHODS: dict[str, Callable[..., list[Group]]] = {
    "fingerprint": lambda values, not_same: by_key(values, fingerprint, not_same),
    "ngram": lambda values, not_same: by_key(values, ngram_fingerprint, not_same),
    "phonetic": lambda values, not_same: by_key(values, phonetic, not_same),
    "nearest": nearest,
}
"""Name -> (values, pairs that are not the same) -> groups."""


def edits(length: int, radius: float = RADIUS) -> int:
    """How many letters may differ where the longer text has `length`.

    >>> [edits(length) for length in (4, 5, 19, 20, 200)]
    [0, 1, 1, 2, 3]
    """
    return 0 if length < SHORTEST else max(1, min(int(length * radius), MOST_EDITS))


def _groups(
    found: Iterable[list[str]],
    uses: Mapping[str, int],
    not_same: Collection[Pair],
) -> list[Group]:
    """Groups of two or more, the most used first."""
    groups = []
    for values in found:
        if len(values) < 2:
            continue
        values.sort(key=lambda value: (-uses[value], value))
        groups += [
            Group(tuple(part), sum(uses[value] for value in part))
            for part in (_kept_apart(values, not_same) if not_same else [values])
            if len(part) > 1
        ]
    return sorted(groups, key=lambda group: (-group.uses, group.values))


def _kept_apart(values: list[str], not_same: Collection[Pair]) -> list[list[str]]:
    """`values` in as few groups as come of themselves, none with two that are told
    apart: each value joins the first group that has nothing against it."""
    parts: list[list[str]] = []
    for value in values:
        for part in parts:
            if not any(frozenset((value, other)) in not_same for other in part):
                part.append(value)
                break
        else:
            parts.append([value])
    return parts


def _is_told_apart(
    ones: list[str], others: list[str], not_same: Collection[Pair]
) -> bool:
    return any(frozenset((a, b)) in not_same for a in ones for b in others)


def _near(
    words: list[str], texts: list[str], radius: float
) -> Iterator[tuple[int, int]]:
    """The places of those that few edits tell apart, as texts or word by word.

    `words` are fingerprints, `texts` the same in their own order. Compared are only
    those with the same numbers and about the same length that share some of their
    rarest stretches of letters. A stretch that stands once in the column is no help;
    one that a crowd shares would have everything compared with everything.
    """
    rank = _ranks(words)
    indexes: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number in sorted(range(len(words)), key=lambda number: len(words[number])):
        text = words[number]
        length, most = min(len(text), _LONGEST), edits(len(text), radius)
        index = indexes[" ".join(_DIGITS.findall(text))]
        met: list[int] = []
        shared = sorted(rank[gram] for gram in _grams(text) if gram in rank)
        for stretch in shared[:_RAREST]:
            # One number for the stretch and the length of the text: cheap to look up.
            here = stretch * (_LONGEST + 1) + length
            for key in range(here - most, here + 1):
                if (block := index.get(key)) and len(block) <= _CROWD:
                    met += block
            index[here].append(number)
        often = 2 if length >= _LONG else 1
        near = [other for other, times in Counter(met).items() if times >= often]
        if most and near:
            for other in _close(number, near, words, most) | _close(
                number, near, texts, most
            ):
                yield other, number


def _ranks(words: list[str]) -> dict[str, int]:
    """Stretch of letters -> its place among those of two texts or more, the rarest
    first. Stretches are made anew when they are needed: kept, they fill the memory."""
    seen_in: Counter[str] = Counter()
    for text in words:
        seen_in.update(_grams(text))
    shared = [(count, gram) for gram, count in seen_in.items() if count > 1]
    return {gram: place for place, (_, gram) in enumerate(sorted(shared))}


def _close(number: int, near: list[int], texts: list[str], most: int) -> set[int]:
    """Those of `near` whose text at most `most` edits tell apart from that one."""
    choices = {other: texts[other] for other in near}
    found = extract(
        texts[number], choices, scorer=OSA.distance, score_cutoff=most, limit=None
    )
    return {other for _, _, other in found}


def _grams(words: str) -> set[str]:
    """The stretches of letters of the words, whose ends are marked.

    Texts of about the length where the stretches become longer have both kinds, so that
    they meet those on either side.
    """
    sizes = []
    if len(words) < _LONG + MOST_EDITS:
        sizes.append(_SHORT_GRAM)
    if len(words) >= _LONG - MOST_EDITS:
        sizes.append(_GRAM)
    padded = f"  {words}  "
    return {
        padded[start : start + size]
        for size in sizes
        for start in range(len(padded) - size + 1)
    }


class _Joined:
    """Numbers from 0 that are joined into sets (union-find)."""

    def __init__(self, count: int):
        self._parent = list(range(count))

    def root(self, number: int) -> int:
        """The number that stands for the whole set of `number`."""
        while self._parent[number] != number:
            self._parent[number] = self._parent[self._parent[number]]
            number = self._parent[number]
        return number

    def join(self, one: int, other: int) -> None:
        """Make one set of both."""
        self._parent[self.root(other)] = self.root(one)
