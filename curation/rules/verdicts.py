"""Which words of a record are misspelt, and what should stand there."""

import re
from collections.abc import Collection, Iterator
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from curation.rules.edits import are_forms, are_opposite, is_derived, one_edit
from curation.rules.rule import Words
from curation.rules.texts import RecordTexts, words_of

RARE = 8
"""A word that the desk's records use more often than this is no misspelling."""

OFTEN, TIMES = 150, 200
"""A word is certain if the desk's records use it so often, and so many times as often
as the suspect."""

SHORTEST, SHORTEST_FOR_ENGLISH = 5, 8
"""Letters. A shorter word has too many neighbours to be judged, by English alone even
more."""

LONGEST = 40
"""Letters. The longest words of medicine stay below; a longer one is no word."""

_PUNCTUATION = '.,;:()[]"“”?!'

_GLUE = re.compile(
    r"(and|at|by|for|from|in|is|of|on|or|our|than|the|this|to|with)(?=[a-z]{3})"
)
_USUAL, _VERY_USUAL = 20.0, 1000.0
"""Uses in a million words that the second half of glued words has, if long or short."""


class Basis(Enum):
    """What a verdict on a word rests on."""

    RECORD = "record"
    CORPUS = "corpus"
    ENGLISH = "English"
    GLUE = "glue"


class Verdict(NamedTuple):
    """A misspelt word as printed, and what should stand there (lower case)."""

    word: str
    right: str
    basis: Basis


@lru_cache(maxsize=1)
def verdicts(texts: RecordTexts, words: Words) -> tuple[Verdict, ...]:
    """The misspelt words of a record, judged once for the rules that ask."""
    return tuple(
        verdict
        for word in suspects(texts, words)
        for verdict in _judge(word, texts, words)
    )


def suspects(texts: RecordTexts, words: Words) -> list[str]:
    """Unknown and rare words of the record's sentences, as printed, but no names.

    What occurs in a title, an intervention, a citation, a sponsor or with a person is a
    name, whatever it looks like.
    """
    # What has a hyphen, an apostrophe or a digit in it is no plain word.
    return sorted(
        word
        for word in set(words_of(texts.prose.whole))
        if SHORTEST <= len(word) <= LONGEST
        and not words.is_known(lower := word.lower())
        and word[1:].islower()
        and word.isalpha()
        and word.isascii()
        and words.count(lower) <= RARE
        and lower not in texts.protected
    )


def _judge(word: str, texts: RecordTexts, words: Words) -> Iterator[Verdict]:
    lower = word.lower()
    near = one_edit(lower)
    known = words.neighbours(lower)
    used = (known & texts.own_words) | (near & texts.protected)
    if any(are_opposite(one, other) for one in known for other in known):
        return
    if right := _one_right(lower, used, words):
        # A capital in mid-sentence may begin a name; then the right word must occur
        # apart from names.
        if word.islower() or right in texts.own_words:
            yield Verdict(word, right, Basis.RECORD)
    elif word.islower():
        yield from _judge_by_others(word, known, words)


def _judge_by_others(
    word: str, known: Collection[str], words: Words
) -> Iterator[Verdict]:
    least = max(OFTEN, TIMES * words.count(word))
    often = [right for right in known if words.count(right) >= least]
    if right := _one_right(word, often, words):
        yield Verdict(word, right, Basis.CORPUS)
    elif apart := _apart(word, words):
        yield Verdict(word, apart, Basis.GLUE)
    elif not often and len(word) >= SHORTEST_FOR_ENGLISH:
        english = [right for right in known if words.frequency(right)]
        if right := _one_right(word, english, words):
            yield Verdict(word, right, Basis.ENGLISH)


def _one_right(word: str, candidates: Collection[str], words: Words) -> str:
    """The only candidate, if `word` may be a slip of it; else ""."""
    if len(candidates) != 1 or is_derived(word, words.is_known):
        return ""
    (right,) = candidates
    if are_forms(word, right) or are_opposite(word, right):
        return ""
    return right


def _apart(word: str, words: Words) -> str:
    match = _GLUE.match(word)
    if match is None:
        return ""
    rest = word[match.end() :]
    least = _USUAL if len(rest) >= SHORTEST else _VERY_USUAL
    if words.frequency(rest) < least and words.count(rest) < OFTEN:
        return ""
    return f"{match[0]} {rest}"
