"""Misspelt words: judged by the record itself, by the desk's records, by English."""

import re
from collections.abc import Iterator

from curation.rules.acronyms import Swapped, swapped
from curation.rules.corrections import Slip, corrected, lines
from curation.rules.rule import Confidence, Context, Found, Rule, Severity
from curation.rules.texts import RecordTexts, texts_of
from curation.rules.verdicts import Basis, Verdict, verdicts
from trials.record.shape import TrialRecord

_WHY = {
    Basis.RECORD: ", which the record uses too",
    Basis.CORPUS: ", which the records of this desk use often",
    Basis.ENGLISH: "",
}


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
    for pair in swapped(texts, context.words):
        yield from _swapped_acronym(texts, context, pair)
    for verdict in verdicts(texts, context.words):
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
    yield from corrected(slips, f"{message}{_WHY[basis]}.", context, confidence)


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
    for verdict in verdicts(texts, context.words):
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
    for word, apart, basis in verdicts(texts, context.words):
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
