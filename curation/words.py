"""Which words are known, for the spelling rules: lists of words, and counts.

The English list is that of wordfreq: 321,000 words, with how often they are used. It is
read from the package's own file, in its documented format: to import wordfreq is to
load tokenizers of many languages (0.2 seconds of every command's start).
"""

import gzip
import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import msgspec

from curation.rules.edits import one_edit
from curation.rules.texts import words_of

KNOWN_FROM = 9
"""A word that the desk's records use this often is known. Rarer ones may be typos."""

_HUNSPELL_COUNT = re.compile(r"\d+\s*")


class KnownWords:
    """What the rules may ask of words (see `curation.rules.rule.Words`).

    `counts` says how often the desk's records use a word (lower case); words used once
    may be left out. `lists` are files with further known words.
    """

    def __init__(self, counts: Mapping[str, int], lists: Iterable[Path | str] = ()):
        self._counts = counts
        self._listed = frozenset().union(*(listed(Path(path)) for path in lists))
        # The 600 look-ups of a word are the dear part of a check; words come back.
        self.neighbours = lru_cache(maxsize=4096)(self._neighbours)

    def is_known(self, word: str) -> bool:
        """Whether English, a list or the desk's own records know it."""
        return (
            word in english()
            or word in self._listed
            or self._counts.get(word, 0) >= KNOWN_FROM
        )

    def _neighbours(self, word: str) -> frozenset[str]:
        """The known words that one edit makes of it."""
        return frozenset(filter(self.is_known, one_edit(word)))

    def count(self, word: str) -> int:
        """How often the desk's records use it."""
        return self._counts.get(word, 0)

    def frequency(self, word: str) -> float:
        """How often English uses it in a million words; 0.0: hardly ever."""
        rank = english().get(word)
        return 0.0 if rank is None else 10 ** (6 - rank / 100)


@cache
def english() -> Mapping[str, int]:
    """wordfreq's English words with their centibels below one (300: one in 1,000).

    Read at the first call of a process: 0.2 seconds and 35 MB.
    """
    package = find_spec("wordfreq").submodule_search_locations[0]
    packed = Path(package, "data", "large_en.msgpack.gz").read_bytes()
    _, *ranks = msgspec.msgpack.decode(gzip.decompress(packed))
    return {word: rank for rank, words in enumerate(ranks) for word in words}


@cache
def listed(path: Path) -> frozenset[str]:
    """The words of a Hunspell .dic or of a plain file with a word a line, lower case.

    A .dic begins with the number of its words and may give each a slash with flags,
    which are passed over. UTF-8 or Latin-1. Raises OSError where there is no such file.
    """
    content = path.read_bytes()
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    first, *rest = text.removeprefix("\ufeff").splitlines() or [""]
    lines = rest if _HUNSPELL_COUNT.fullmatch(first) else [first, *rest]
    return frozenset(
        word
        for line in lines
        if not line.startswith("#")
        for word in words_of(line.split("/")[0].split("\t")[0].lower())
    )
