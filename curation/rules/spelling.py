"""Misspelt words: judged by the record itself, by the desk's records, by English."""

import re
from collections.abc import Collection, Iterator
from enum import Enum
from typing import NamedTuple

from curation.rules.acronyms import Swapped, swapped
from curation.rules.corrections import Slip, corrected, lines
from curation.rules.edits import are_forms, are_opposite, is_derived, one_edit
from curation.rules.rule import Confidence, Context, Found, Rule, Severity
from curation.rules.texts import RecordTexts, texts_of
from trials.record.shape import TrialRecord

RARE = 8
"""A word that the desk's records use more often than this is no misspelling."""

OFTEN, TIMES = 150, 200
"""A word is certain if the desk's records use it so often, and so many times as often
as the suspect."""

# Words beside a hyphen, an address or an apostrophe are parts of something else.
_SUSPECT = re.compile(r"(?<![\w@.\-'’\\])[A-Za-z][a-z]{4,}(?![\w'’@\-]|\.[a-z])")

# Shorter words have too many neighbours to be judged by English alone.
LENGTH_FOR_ENGLISH = 8

_GLUE = re.compile(
    r"(and|at|by|for|from|in|is|of|on|or|our|than|the|this|to|with)(?=[a-z]{3})"
)
USUAL, VERY_USUAL = 20.0, 1000.0


class Basis(Enum):
    """What a verdict on a word rests on."""

    RECORD = ", which the record uses too"
    CORPUS = ", which the records of this desk use often"
    ENGLISH = ""
    GLUE = "glue"


class Verdict(NamedTuple):
    """A suspect and what should stand there."""

    word: str
    right: str
    basis: Basis


def suspects(texts: RecordTexts, context: Context) -> list[str]:
    """Unknown and rare words of the record's sentences, as printed, none of them a name.

    What occurs in a title, an intervention, a citation, a sponsor or with a person is a
    name, whatever it looks like.
    """
    words = context.words
    return sorted(
        word
        for word in set(_SUSPECT.findall(texts.prose.whole))
        if not words.is_known(lower := word.lower())
        and words.count(lower) <= RARE
        and lower not in texts.protected
    )


def verdicts(texts: RecordTexts, context: Context) -> Iterator[Verdict]:
    """The suspects that are misspelt, each with the word that it should be."""
    for word in suspects(texts, context):
        lower = word.lower()
        near = one_edit(lower)
        used = (near & texts.own_words) | (near & texts.protected)
        right = _one_right(lower, used, context, texts.protected)
        if right and (word.islower() or right in texts.own_words):
            yield Verdict(word, right, Basis.RECORD)
        elif not right and word.islower():
            yield from _by_others(word, near, context)


def _by_others(word: str, near: frozenset[str], context: Context) -> Iterator[Verdict]:
    words = context.words
    least = max(OFTEN, TIMES * words.count(word))
    often = {right for right in near if words.count(right) >= least}
    if right := _one_right(word, often, context):
        yield Verdict(word, right, Basis.CORPUS)
    elif apart := _apart(word, context):
        yield Verdict(word, apart, Basis.GLUE)
    elif not often and len(word) >= LENGTH_FOR_ENGLISH:
        known = {right for right in near if words.frequency(right)}
        if right := _one_right(word, known, context):
            yield Verdict(word, right, Basis.ENGLISH)


def _one_right(
    word: str,
    candidates: Collection[str],
    context: Context,
    names: frozenset[str] = frozenset(),
) -> str:
    """The only candidate that `word` may be a slip of; "" for none or several.

    It is a known word or one of `names`.
    """
    words = context.words
    if len(candidates) != 1 or is_derived(word, words.is_known):
        return ""
    (right,) = candidates
    if are_forms(word, right) or are_opposite(word, right):
        return ""
    if not words.is_known(right) and right not in names:
        return ""
    neighbours = (near for near in one_edit(word) if words.is_known(near))
    return "" if any(are_opposite(right, near) for near in neighbours) else right


def _apart(word: str, context: Context) -> str:
    match = _GLUE.match(word)
    if match is None:
        return ""
    rest = word[match.end() :]
    least = USUAL if len(rest) > 4 else VERY_USUAL
    words = context.words
    if words.frequency(rest) < least and words.count(rest) < OFTEN:
        return ""
    return f"{match[0]} {rest}"


def record_variant(record: TrialRecord, context: Context) -> Iterator[Found]:
    """A word that nobody knows, one letter away from a word that the same record uses,
    is a slip: searches and statistics miss the record under the right word.

    Also capital-letter acronyms with two letters swapped. A letter more, less or
    another, or two neighbours swapped: four of five misspellings are such (Damerau,
    Communications of the ACM 1964).

    >>> from curation.rules.examples import ExampleWords, found, record
    >>> found(record_variant, record("I Tested by ELISA | I ELISA or PCR | E EILSA"))
    “EILSA” looks like “ELISA”, which the record uses too, with two letters swapped.
    >>> words = ExampleWords("eligible ineligible patients")
    >>> found(record_variant, record("I Eligible | E Ineligible patients"), words=words)
    """
    texts = texts_of(record)
    for pair in swapped(texts, context):
        yield from _swapped_acronym(texts, context, pair)
    for verdict in verdicts(texts, context):
        if verdict.basis is Basis.RECORD:
            yield from _misspelt(texts, context, verdict, Confidence.HIGH)


def _swapped_acronym(
    texts: RecordTexts, context: Context, pair: Swapped
) -> Iterator[Found]:
    wrong, right, is_sure = pair
    hits = [*texts.all.hits(_acronym(wrong))]
    if is_sure:
        message = (
            f"“{wrong}” looks like “{right}”, which the record uses too, with two "
            "letters swapped."
        )
        slips = [Slip(hit.path, hit.value, hit.start, hit.end, right) for hit in hits]
        yield from corrected(slips, message, context)
        return
    hits += texts.all.hits(_acronym(right))
    paths = tuple(dict.fromkeys(hit.path for hit in hits))
    yield Found(
        paths,
        f"“{wrong}” and “{right}” differ by two swapped letters: one of them is "
        "probably a slip, and the record does not tell which.",
        f"{wrong} {right}",
        lines=lines(paths, (wrong, right), context),
    )


def _acronym(form: str) -> re.Pattern:
    return re.compile(rf"(?<![^\W_]){form}(?![^\W\d_])")


def _misspelt(
    texts: RecordTexts, context: Context, verdict: Verdict, confidence: Confidence
) -> Iterator[Found]:
    word, right, basis = verdict
    after = right.capitalize() if word[0].isupper() else right
    hits = texts.prose.hits(re.compile(rf"(?<![\w@.\-'’\\]){word}(?![\w'’@\-])"))
    slips = [Slip(hit.path, hit.value, hit.start, hit.end, after) for hit in hits]
    message = f"“{word}” is no known word; it is one letter away from “{after}”"
    yield from corrected(slips, f"{message}{basis.value}.", context, confidence)


def corpus_variant(record: TrialRecord, context: Context) -> Iterator[Found]:
    """A word that nobody knows and hardly any record uses, one letter away from exactly
    one word that the records use often, is probably a slip.

    Often: at least 150 times, and 200 times as often. Where the desk holds too few
    records to know, English stands in: the suspect is long, lower case, and just one
    English word is near.

    >>> from curation.rules.examples import ExampleWords, found, record
    >>> words = ExampleWords("pleiotropic bulked debunked")
    >>> found(corpus_variant, record("O A pleotropic cytokine"), words=words)
    “pleotropic” is no known word; it is one letter away from “pleiotropic”.
    >>> found(corpus_variant, record("O A debulked tumor"), words=words)
    """
    texts = texts_of(record)
    for verdict in verdicts(texts, context):
        if verdict.basis is Basis.CORPUS:
            yield from _misspelt(texts, context, verdict, Confidence.HIGH)
        elif verdict.basis is Basis.ENGLISH:
            yield from _misspelt(texts, context, verdict, Confidence.MEDIUM)


def glued(record: TrialRecord, context: Context) -> Iterator[Found]:
    """A short word and the next one without a blank (“orequal”) hide the next one from
    every search.

    >>> from curation.rules.examples import ExampleWords, found, record
    >>> words = ExampleWords("equal", {"equal": 200})
    >>> found(glued, record("I Greater orequal 3"), words=words)
    “orequal” is no known word: a blank is missing in “or equal”.
    >>> found(glued, record("I Oral intake"), words=ExampleWords("oral intake"))
    """
    texts = texts_of(record)
    for word, apart, basis in verdicts(texts, context):
        if basis is Basis.GLUE:
            hits = texts.prose.hits(re.compile(rf"(?<!\w){word}(?!\w)"))
            slips = [Slip(h.path, h.value, h.start, h.end, apart) for h in hits]
            message = f"“{word}” is no known word: a blank is missing in “{apart}”."
            yield from corrected(slips, message, context)


RULES = (
    Rule("spelling.record-variant", Severity.ERROR, record_variant),
    Rule("spelling.corpus-variant", Severity.WARNING, corpus_variant),
    Rule("spelling.glued", Severity.WARNING, glued),
)
