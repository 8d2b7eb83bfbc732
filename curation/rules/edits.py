"""How two words differ: one edit apart, opposites, or forms of one word."""

import re
from collections.abc import Callable
from functools import lru_cache
from string import ascii_lowercase

OPPOSITES = (
    ("", "a"),
    ("", "an"),
    ("", "dis"),
    ("", "il"),
    ("", "im"),
    ("", "in"),
    ("", "ir"),
    ("", "non"),
    ("", "un"),
    ("ab", "ad"),
    ("af", "ef"),
    ("ante", "anti"),
    ("endo", "exo"),
    ("hyper", "hypo"),
    ("im", "un"),
    ("in", "un"),
    ("inter", "intra"),
    ("intra", "extra"),
    ("macro", "micro"),
    ("post", "pre"),
)
"""Beginnings of words that say the contrary, or something else of the same thing."""

_PREFIX = re.compile(
    r"(?:anti|auto|bi|co|de|dis|extra|hyper|hypo|inter|intra|macro|mega|meta|micro|mid"
    r"|mini|mis|mono|multi|neo|non|over|para|peri|photo|poly|post|pre|pro|pseudo|re"
    r"|semi|sub|super|supra|trans|tri|ultra|un|under)(?=[a-z]{4})"
)
_BRITISH = (("ae", "e"), ("oe", "e"), ("our", "or"), ("ys", "yz"), ("is", "iz"))


@lru_cache(maxsize=64)
def one_edit(word: str) -> frozenset[str]:
    """All that one Damerau-Levenshtein edit makes of `word`: a letter more, less or
    another, or two neighbours swapped.
    """
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    less = {a + b[1:] for a, b in cuts if b}
    more = {a + letter + b for a, b in cuts for letter in ascii_lowercase}
    other = {a + letter + b[1:] for a, b in cuts if b for letter in ascii_lowercase}
    return frozenset((less | more | other | swaps(word)) - {word})


def swaps(word: str) -> set[str]:
    """All that swapping two neighbouring letters makes of `word`."""
    return {
        word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        for place in range(len(word) - 1)
        if word[place] != word[place + 1]
    }


def are_opposite(one: str, other: str) -> bool:
    """Whether a prefix turns the one into the other's contrary (eligible, ineligible).

    Two such words are never each other's misspelling.
    """
    return any(_differ(one, other, *pair) for pair in OPPOSITES) or any(
        _differ(other, one, *pair) for pair in OPPOSITES
    )


def _differ(one: str, other: str, first: str, second: str) -> bool:
    return (
        one.startswith(first)
        and other.startswith(second)
        and one[len(first) :] == other[len(second) :]
    )


def are_forms(one: str, other: str) -> bool:
    """Whether both are right: singular and plural, British and American, one with an
    ending more (vaccine, vaccinee).
    """
    one, other = _stem(one), _stem(other)
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and not long[len(short) :] == short[-1] != "e"


def _stem(word: str) -> str:
    for british, american in _BRITISH:
        word = word.replace(british, american)
    return word.removesuffix("s")


def is_derived(word: str, is_known: Callable[[str], bool]) -> bool:
    """Whether `word` is a prefix before a known word (debulked), and so no misspelling
    of another (debunked).
    """
    match = _PREFIX.match(word)
    return match is not None and is_known(word[match.end() :])
