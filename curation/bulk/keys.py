"""Keys of a value: two values of one key are probably two spellings of one thing.

`fingerprint` and `ngram_fingerprint` follow the definitions that OpenRefine publishes
in "Clustering methods in-depth", with the order of its released code: letters become
ASCII before the n-grams are made, so that "Évian" and "Evian" have one key.
"""

import re
import unicodedata
from functools import cache

import jellyfish

NGRAM = 2
"""Letters in an n-gram, as OpenRefine has it where nobody says otherwise."""

# Letters that Unicode does not take apart into an ASCII letter and a mark.
_ASCII = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "oe",
        "©": "c",
        "ð": "d",
        "đ": "d",
        "ɖ": "d",
        "þ": "th",
        "ƿ": "w",
        "ħ": "h",
        "ı": "i",
        "ĸ": "k",
        "ł": "l",
        "ŋ": "n",
        "ſ": "s",
        "ẜ": "s",
        "ẝ": "s",
        "ŧ": "t",
    }
)
_SPACES = frozenset("\t\n\v\f\r\x85")


@cache
def _is_dropped(char: str) -> bool:
    """Whether a key leaves the character out: punctuation, controls, loose marks."""
    kind = unicodedata.category(char)
    if kind == "Cc":
        return char not in _SPACES
    is_mark = "\u0300" <= char <= "\u036f"
    return kind.startswith("P") or kind in ("Lm", "Sk") or is_mark


_ASCII_DROPPED = str.maketrans(
    "", "", "".join(filter(_is_dropped, map(chr, range(128))))
)


def plain(text: str) -> str:
    """The text in lower case, without punctuation and marks, letters in ASCII.

    >>> plain(" Gödel, K.")
    'godel k'
    """
    text = text.strip().lower()
    if text.isascii():
        return text.translate(_ASCII_DROPPED)
    text = unicodedata.normalize("NFKD", text).translate(_ASCII)
    return "".join(char for char in text if not _is_dropped(char))


def fingerprint(text: str) -> str:
    """The words of the text, each once, in the order of the alphabet.

    >>> fingerprint("Cancer Center, M.D. Anderson")
    'anderson cancer center md'
    """
    return " ".join(sorted(set(plain(text).split())))


def ngram_fingerprint(text: str, size: int = NGRAM) -> str:
    """All stretches of `size` letters, each once, in the order of the alphabet.

    >>> ngram_fingerprint("Paris")
    'arispari'
    """
    letters = "".join(plain(text).split())
    starts = range(len(letters) - size + 1)
    return "".join(sorted({letters[start : start + size] for start in starts}))


def phonetic(text: str) -> str:
    """How the words sound in English (Metaphone), in the order of the alphabet.

    Numbers stand as they are: "Site 1" does not sound like "Site 2".

    >>> phonetic("Smith Hospital") == phonetic("Hospital Smyth")
    True
    """
    return " ".join(sorted({_sound(word) for word in plain(text).split()}))


_DIGITS = re.compile(r"[0-9]+")


def _sound(word: str) -> str:
    if not word.isascii() or _DIGITS.search(word):
        return word
    return jellyfish.metaphone(word) or word
