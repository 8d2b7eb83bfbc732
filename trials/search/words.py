"""What a search knows of a text: its words, folded alike for both databases.

The databases are given nothing but runs of a-z and of 0-9 with blanks between them, so
that neither has anything left to decide: no accents, no hyphens, no stemming. A stemmer
for English would cut the names of drugs and diseases, and each database has another.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from trials.record.shape import TrialRecord

LONGEST = 60
"""Characters of a word that count."""
MOST = 400_000
"""Characters of a record that are searched: PostgreSQL takes an index entry of a
megabyte at most. It is ten times what the longest records have."""
PLACES = 16_000
"""Words of a record whose places PostgreSQL keeps; it stops at 16,383."""
TIMES = 250
"""So often it keeps the places of one word; it stops at 256."""
BOUNDARY = "x0"
"""Stands between two texts, so that no phrase reaches from one into the next. No word
of a text can be it: letters and digits are words apart."""

_RUNS = re.compile(r"\d+|[^\W\d_]+")
_SPECIAL = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th"}
)
_GREEK = re.compile("[\u03b1-\u03c9]")


def words(text: str) -> list[str]:
    """The words of a text, in order.

    "TNF-α (IL7), Sjögren's 10mg" -> tnf alpha il 7 sjogren s 10 mg. A number is a word
    of its own, so that IL7, IL-7 and IL 7 are the same.
    """
    if text.isascii():
        return [run[:LONGEST] for run in _RUNS.findall(text.lower())]
    return [_in_ascii(run)[:LONGEST] for run in _RUNS.findall(_folded(text))]


def _folded(text: str) -> str:
    """Lower case without accents, Greek letters by their names."""
    text = unicodedata.normalize("NFKD", text).casefold()
    text = unicodedata.normalize("NFKD", text).translate(_SPECIAL)
    text = "".join(c for c in text if not unicodedata.combining(c))
    return _GREEK.sub(_greek_name, text)


def _greek_name(letter: re.Match) -> str:
    name = unicodedata.name(letter[0]).rpartition(" ")[2]
    return f" {name.lower()} "


def _in_ascii(run: str) -> str:
    """The word in a-z or 0-9 alone; a letter of another script as its number in hex,
    written with the letters from g on for digits."""
    if run.isascii():
        return run
    return "".join(c if c.isascii() else f"{ord(c):06x}" for c in run).translate(
        str.maketrans("0123456789", "ghijklmnop")
    )


SEARCHED = (
    *("brief_title", "official_title", "acronym", "org_study_id"),
    *("secondary_ids", "nct_aliases", "conditions", "keywords", "interventions"),
    *("other_intervention_names", "sponsors", "outcomes", "criteria"),
)
"""The fields of a record that `texts` reads."""


class Texts(NamedTuple):
    """What is searched of a record, as words with blanks around and between them.

    A word in `title` tells more than one in `topics`, and that more than one in `body`.
    `is_long`: PostgreSQL's index does not know where each word stands.
    """

    title: str
    topics: str
    body: str
    is_long: bool


def texts(record: TrialRecord) -> Texts:
    """What is searched of the record."""
    title = (
        record.brief_title,
        record.official_title,
        record.acronym,
        record.org_study_id,
        *(part.secondary_id for part in record.secondary_ids),
        *(part.nct_id for part in record.nct_aliases),
    )
    topics = [part.name for part in (*record.conditions, *record.keywords)]
    for drug in record.interventions:
        topics += drug.name, *drug.other_names
    topics += [part.name for part in record.other_intervention_names]
    topics += [part.name for part in record.sponsors]
    body = [part.description for part in record.interventions]
    for outcome in record.outcomes:
        body += outcome.measure, outcome.description, outcome.time_frame
    body += [part.text for part in record.criteria]
    found = _joined(title), _joined(topics), _joined(body)
    if sum(map(len, found)) > MOST:
        found = tuple(_cut(text, MOST // 3) for text in found)
    return Texts(*found, _is_long(found))


def _joined(parts: Iterable[str]) -> str:
    apart = f" {BOUNDARY} "
    return f" {apart.join(' '.join(words(part)) for part in parts if part)} "


def _is_long(found: Iterable[str]) -> bool:
    said = "".join(found).split()
    if len(said) <= TIMES:
        return False
    times = Counter(said)
    del times[BOUNDARY]
    return len(said) > PLACES or max(times.values(), default=0) > TIMES


def _cut(text: str, most: int) -> str:
    """The text up to the last whole word that fits."""
    return text if len(text) <= most else text[: text.rindex(" ", 0, most) + 1]
