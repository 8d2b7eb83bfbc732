"""What someone asks for: words, "phrases", beginnings*, -without, NCT numbers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from trials.search.words import words

MOST_WORDS = 200
"""Words and numbers that a search may have; one of more finds nothing."""

_TERM = re.compile(r"""(-?)(?:"([^"]*)"?(\*?)|([^\s"]+))""")
_NUMBER = re.compile(r"NCT[0-9]{0,8}", re.IGNORECASE)
_QUOTES = str.maketrans("“”„«»", '"' * 5)


class Term(NamedTuple):
    """Words that stand next to each other; of a beginning, the last one is cut short.

    "IL-7" is a term of two words: il 7.
    """

    words: tuple[str, ...]
    is_beginning: bool = False


class Numbers(NamedTuple):
    """NCT numbers from `first` to `last`: those with one beginning."""

    first: str
    last: str


@dataclass(frozen=True)
class Query:
    """What a record must say, what it must not, and which numbers are meant.

    `is_blank`: nothing is asked for. A search that asks for something, and has no word
    in it that a text could have ("%"), finds nothing.
    """

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    numbers: tuple[Numbers, ...] = ()
    not_numbers: tuple[Numbers, ...] = ()
    is_blank: bool = False

    @property
    def finds_nothing(self) -> bool:
        """Whether no record can be what is asked for."""
        count = len(self.numbers) + len(self.not_numbers)
        count += sum(len(term.words) for term in (*self.wanted, *self.unwanted))
        return not 0 < count <= MOST_WORDS


def parse(text: str) -> Query:
    """The query that is meant; any text is one.

    `il-7 "septic shock" vasopress* -pediatric NCT0422`: the words il 7 next to each
    other, the phrase, a word with that beginning, not that word, such a number.
    """
    if not text.strip():
        return Query(is_blank=True)
    wanted: list[Term] = []
    unwanted: list[Term] = []
    numbers: list[Numbers] = []
    not_numbers: list[Numbers] = []
    for minus, phrase, star, word in _TERM.findall(text.translate(_QUOTES)):
        if _NUMBER.fullmatch(word.rstrip("*")):
            start = word.rstrip("*").upper()
            found = Numbers(start.ljust(11, "0"), start.ljust(11, "9"))
            (not_numbers if minus else numbers).append(found)
        elif said := words(phrase or word):
            term = Term(tuple(said), bool(star) or word.endswith("*"))
            (unwanted if minus else wanted).append(term)
    return Query(*map(_once, (wanted, unwanted, numbers, not_numbers)))


def _once(terms: Iterable) -> tuple:
    return tuple(dict.fromkeys(terms))
