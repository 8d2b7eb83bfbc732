"""Acronyms with two letters swapped, beside the right form in the same record."""

import re
from collections import Counter
from collections.abc import Iterator
from math import log2, log10
from typing import NamedTuple

from curation.rules.edits import swaps
from curation.rules.rule import Words
from curation.rules.texts import RecordTexts

_CAPITALS = re.compile(r"[A-Z]{4,12}")
_ACRONYM = re.compile(r"(?<![^\W_])[A-Z]{4,12}(?![^\W\d_])")

_PLAIN_WORD = 5.0
"""Uses in a million words. Two forms that are both so usual are words of a text in
capitals (FORM, FROM), no acronyms."""

_DOUBT = 0.3


class Swapped(NamedTuple):
    """Two forms of an acronym; `is_sure`: it is clear which one is wrong."""

    wrong: str
    right: str
    is_sure: bool


def swapped(texts: RecordTexts, words: Words) -> Iterator[Swapped]:
    """Pairs of acronyms that differ by two neighbouring letters.

    What the record uses more often, and what English and the desk's records know
    better, counts as right: ELISA once beside EILSA twice.
    """
    forms = set(_CAPITALS.findall(texts.all.whole))
    if len({"".join(sorted(form)) for form in forms}) == len(forms):
        return
    counts = Counter(hit.match[0] for hit in texts.all.hits(_ACRONYM))
    for form in counts:
        for other in swaps(form) & counts.keys():
            if form > other:
                continue
            usual = [words.frequency(one.lower()) for one in (form, other)]
            if min(usual) >= _PLAIN_WORD:
                continue
            lead = (
                log2(counts[form] / counts[other])
                + log10((usual[0] + 0.01) / (usual[1] + 0.01))
                + log10(words.count(form.lower()) + 1)
                - log10(words.count(other.lower()) + 1)
            )
            right, wrong = (form, other) if lead > 0 else (other, form)
            yield Swapped(wrong, right, abs(lead) >= _DOUBT)
