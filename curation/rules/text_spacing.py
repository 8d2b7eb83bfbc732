"""Blanks, stops and small words that stand where they should not."""

import re
from collections.abc import Iterator
from itertools import chain

from curation.rules.corrections import Slip, corrected, slip
from curation.rules.rule import Confidence, Context, Found, Rule, Severity
from curation.rules.texts import Hit, texts_of
from trials.record.shape import TrialRecord

# Each pattern begins with a plain letter and looks back from there: that is how it is
# searched fast. “1 : 1” is a ratio, “. .” a row of dots.
_BEFORE_MARK = re.compile(
    r" (?:[,;.](?<=[\w)\]%\"'’] .)|:(?<=[^\W\d] .)|:(?<=[)\]%\"'’] .))(?=\s|$)(?! \.)"
)
_BEGINNINGS = "The|This|These|Those|In|It|We|After|However|If"
_COMMA_CAPITAL = re.compile(
    rf", (?P<word>{_BEGINNINGS})"
    r"(?= [\w(])(?! (?:Hague|Netherlands|Gambia|Bahamas|Bronx)\b)"
    r"(?! (?:vitro|vivo|situ|silico)\b)"
)
_COMMA_PROBES = tuple(f", {word} " for word in _BEGINNINGS.split("|"))

_SMALL = "of|in|to|for|with|at|by|from|and|or|the|an|are|is"
_TWICE = re.compile(
    rf"(?<![\w-])(?P<first>{_SMALL}) (?P=first)(?![\w-])"
    r"(?! (?:vitro|vivo|situ|silico)\b)"
)
_TWICE_PROBES = tuple(f" {word} {word} " for word in _SMALL.split("|"))
_OF_AFTER = re.compile(r"of(?<![\w-]of) (?P<second>after|for|with)(?![\w-])")
_OF_PROBES = (" of after", " of for", " of with")

_BRACKET = re.compile(r"\([^()\n]{1,200}\)")
_AFTER_SLASH = re.compile(r"/ (?<=\w/ )(?=\w)")
_BEFORE_SLASH = re.compile(r" /(?<=\w /)(?=\w)")
_STOP_BEFORE_BRACKET = re.compile(r"\. \((?<=[\w%]\. \()(?=[a-z])")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|no|approx|resp|ca|cf|al)|\.\w)$")
_NUMBER_UNIT = re.compile(
    r"(?<![\w.,])\d+(?:[.,]\d+)?(?=(?:mg|µg|μg|mcg|kg|g|mL|ml|dL|dl|µL|μL|L|l|IU|h|hr|hrs"
    r"|hours?|days?|min|mins|mm|cm|mmol|nmol|ng|U)\b)"
)


def space_before_punctuation(record: TrialRecord, context: Context) -> Iterator[Found]:
    """A blank before a comma or a stop often marks the place where words were lost or
    pasted together.

    >>> from curation.rules.examples import found, record
    >>> found(space_before_punctuation, record("I No more than 72h before baseline ."))
    A blank stands before the mark in “baseline .”.
    >>> found(space_before_punctuation, record("I Randomized 1 : 1 to .5 mg"))
    """
    hits = texts_of(record).own.hits(_BEFORE_MARK, " ,", " ;", " :", " .")
    yield from corrected(
        (slip(hit, hit.match[0].strip()) for hit in hits),
        lambda one: f"A blank stands before the mark in “{one.before}”.",
        context,
    )


def comma_capital(record: TrialRecord, context: Context) -> Iterator[Found]:
    """A comma before “The”, “This” or another beginning of a sentence is a mistyped
    stop.

    >>> from curation.rules.examples import found, record
    >>> found(comma_capital, record("I Given subcutaneously, The dose is 1 mg"))
    A sentence begins after the comma in “subcutaneously, The”.
    >>> found(comma_capital, record("I Given in Amsterdam, The Netherlands, if needed"))
    """
    hits = texts_of(record).prose.hits(_COMMA_CAPITAL, *_COMMA_PROBES)
    yield from corrected(
        (slip(hit, f". {hit.match['word']}") for hit in hits),
        lambda one: f"A sentence begins after the comma in “{one.before}”.",
        context,
    )


def double_preposition(record: TrialRecord, context: Context) -> Iterator[Found]:
    """“the the” or “response of after treatment”: one small word too many, often the
    rest of a sentence that somebody changed.

    >>> from curation.rules.examples import found, record
    >>> found(double_preposition, record("O The response of after treatment"))
    “of after” is one word too many.
    >>> found(double_preposition, record("O Carcinoma in in situ of the breast"))
    """
    texts = texts_of(record).own
    slips = [
        _dropped(hit, hit.match["first"]) for hit in texts.hits(_TWICE, *_TWICE_PROBES)
    ]
    slips += [
        _dropped(hit, hit.match["second"]) for hit in texts.hits(_OF_AFTER, *_OF_PROBES)
    ]
    yield from corrected(
        slips, lambda one: f"“{one.before}” is one word too many.", context
    )


def _dropped(hit: Hit, after: str) -> Slip:
    return Slip(hit.path, hit.value, hit.start, hit.end, after)


def bracket_space(record: TrialRecord, context: Context) -> Iterator[Found]:
    """A blank inside a bracket keeps what it holds from being found as one expression.

    >>> from curation.rules.examples import found, record
    >>> found(bracket_space, record(brief_title="Interleukin-7 ( ILIAD-7 )"))
    A blank stands inside the bracket: “( ILIAD-7 )”.
    >>> found(bracket_space, record(brief_title="Interleukin-7 (ILIAD-7)"))
    """
    hits = texts_of(record).own.hits(_BRACKET, "( ", " )")
    yield from corrected(
        (
            Slip(hit.path, hit.value, hit.start, hit.end, f"({inside.strip()})")
            for hit in hits
            if (inside := hit.match[0][1:-1]) != inside.strip()
        ),
        lambda one: f"A blank stands inside the bracket: “{one.before}”.",
        context,
    )


def slash_space(record: TrialRecord, context: Context) -> Iterator[Found]:
    """A blank on one side of a slash parts what belongs together.

    >>> from curation.rules.examples import found, record
    >>> found(slash_space, record("I During the screening/ baseline period"))
    A blank stands on one side of the slash in “screening/ baseline”.
    >>> found(slash_space, record("I Screening/baseline, day / night"))
    """
    texts = texts_of(record).own
    hits = chain(texts.hits(_AFTER_SLASH, "/ "), texts.hits(_BEFORE_SLASH, " /"))
    yield from corrected(
        (slip(hit, "/") for hit in hits),
        lambda one: f"A blank stands on one side of the slash in “{one.before}”.",
        context,
    )


def stop_before_bracket(record: TrialRecord, context: Context) -> Iterator[Found]:
    """A stop before a bracket that goes on in lower case cuts a sentence in two.

    >>> from curation.rules.examples import found, record
    >>> found(stop_before_bracket, record("I Frailty ≥ 6. (assessed by proxy)"))
    The sentence goes on in the bracket after the stop: “6. (assessed”.
    >>> found(stop_before_bracket, record("I Drugs, e.g. (but not only) aspirin"))
    """
    hits = texts_of(record).own.hits(_STOP_BEFORE_BRACKET, ". (")
    yield from corrected(
        (
            slip(hit, hit.match[0].removeprefix("."))
            for hit in hits
            if not _ABBREVIATION.search(hit.value, max(hit.start - 8, 0), hit.start)
        ),
        lambda one: (
            f"The sentence goes on in the bracket after the stop: “{one.before}”."
        ),
        context,
        Confidence.MEDIUM,
    )


def number_unit_space(record: TrialRecord, context: Context) -> Iterator[Found]:
    """A number and its unit are written apart (“10 mg”), as the International System of
    Units asks; many sponsors write them together.

    >>> from curation.rules.examples import found, record
    >>> found(number_unit_space, record("I Given 10mg/kg"))
    A blank is missing between number and unit in “10mg/kg”.
    >>> found(number_unit_space, record("I Given 10 mg/kg of Ad26 and 2D images"))
    """
    hits = texts_of(record).own.hits(_NUMBER_UNIT)
    yield from corrected(
        (slip(hit, f"{hit.match[0]} ") for hit in hits),
        lambda one: f"A blank is missing between number and unit in “{one.before}”.",
        context,
    )


RULES = (
    Rule("text.space-before-punctuation", Severity.NOTE, space_before_punctuation),
    Rule("text.comma-capital", Severity.NOTE, comma_capital),
    Rule("text.double-preposition", Severity.WARNING, double_preposition),
    Rule("text.bracket-space", Severity.NOTE, bracket_space),
    Rule("text.slash-space", Severity.NOTE, slash_space),
    Rule("text.stop-before-bracket", Severity.NOTE, stop_before_bracket),
    Rule("text.number-unit-space", Severity.NOTE, number_unit_space, is_on=False),
)
