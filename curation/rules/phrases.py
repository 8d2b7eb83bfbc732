"""Expressions that are wrong as a whole, and those written in two ways."""

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from curation.rules.corrections import Slip, changes, corrected, lines
from curation.rules.rule import Confidence, Context, Fix, Found, Rule, Severity
from curation.rules.texts import Hit, Texts, texts_of
from trials.record.shape import TrialRecord


class Phrase(NamedTuple):
    """A wrong expression in lower case, and the words that replace its own.

    Each match has one of `probes` in it, in lower case.
    """

    pattern: str
    wrong: str
    right: str
    probes: tuple[str, ...]


PHRASES = (
    Phrase(
        "lupus erythematous", "erythematous", "erythematosus", ("lupus erythematous",)
    ),
    Phrase(
        "efficiency and safety", "efficiency", "efficacy", ("efficiency and safety",)
    ),
    Phrase(
        "(?<=the )effective and safety",
        "effective",
        "efficacy",
        ("effective and safety",),
    ),
    Phrase(
        r"control(?:(?<=and control)|(?<=prospective control)|(?<=placebo control)"
        r"|(?<=randomized control)|(?<=randomised control)|(?<=blind control)"
        r"|(?<=blinded control)) (?:clinical )?(?:trial|study)",
        "control",
        "controlled",
        ("control trial", "control study", "control clinical"),
    ),
    Phrase("an increasing of", "increasing of", "increase in", ("an increasing of",)),
    Phrase("a decreasing of", "decreasing of", "decrease in", ("a decreasing of",)),
    # “The rate of infections is” is right: the word must begin its sentence.
    Phrase(
        r"(?:^|(?<=[.] ))[a-z]+ (?:\([a-z]+\) )?(?:infections|diseases) is an?",
        "s is",
        " is",
        ("infections is a", "diseases is a"),
    ),
)

_PATTERNS = tuple(
    (phrase, re.compile(rf"{phrase.pattern}(?!\w)", re.M)) for phrase in PHRASES
)

_HYPHENED = re.compile(r"[^\W\d_]{3,}-[^\W\d_]{3,}")


def phrase(record: TrialRecord, context: Context) -> Iterator[Found]:
    """Some wrong expressions are written again and again, and each word of them is
    right for itself: “systemic lupus erythematous”, “Efficiency and Safety”.

    >>> from curation.rules.examples import found, record
    >>> found(phrase, record(official_title="The Efficiency and Safety of Aspirin"))
    “Efficiency and Safety” should read “Efficacy and Safety”.
    >>> found(phrase, record("I Case-control study | E Effective and safe drugs"))
    """
    texts = texts_of(record).own
    for known, pattern in _PATTERNS:
        hits = texts.hits(pattern, *known.probes, any_case=True)
        yield from corrected(
            (_phrase_slip(hit, known) for hit in filter(_begins_word, hits)),
            lambda one: f"“{one.before}” should read “{one.after}”.",
            context,
            Confidence.MEDIUM,
        )


def _begins_word(hit: Hit) -> bool:
    before = hit.value[hit.start - 1 : hit.start]
    return not (before.isalnum() or before == "-")


def _phrase_slip(hit: Hit, known: Phrase) -> Slip:
    printed = hit.printed
    start = printed.lower().rindex(known.wrong)
    right = known.right
    if printed[start].isupper():
        right = right.capitalize()
    after = printed[:start] + right + printed[start + len(known.wrong) :]
    return Slip(hit.path, hit.value, hit.start, hit.end, after)


def hyphen_variant(record: TrialRecord, context: Context) -> Iterator[Found]:
    """One word with and without a hyphen (“antiviral”, “anti-viral”) is two for a
    search.

    “low dose” and “low-dose” count as one expression only where the same word follows:
    “a follow-up visit” and “to follow up” are both right.

    >>> from curation.rules.examples import found, record
    >>> found(hyphen_variant, record("I An antiviral drug | E Anti-viral drugs"))
    The record writes both “anti-viral” (1) and “antiviral” (1).
    >>> found(hyphen_variant, record("I A follow-up visit | E Lost to follow up"))
    """
    texts = texts_of(record)
    words = texts.own.words
    after: dict[str, set[str]] = {}
    for place, word in enumerate(words):
        if "-" in word and _HYPHENED.fullmatch(word):
            after.setdefault(word, set()).update(words[place + 1 : place + 2])
    if not after:
        return
    apart: dict[str, set[str]] = {}
    forms = {form.replace("-", " "): form for form in after}
    heads = {form.split("-")[0] for form in after}
    for place, word in enumerate(words[:-2]):
        if word in heads and (form := forms.get(f"{word} {words[place + 1]}")):
            apart.setdefault(form, set()).add(words[place + 2])
    used = set(words)
    for form in sorted(after):
        if (closed := form.replace("-", "")) in used:
            yield from _two_forms(texts.own, form, closed, context)
        if nexts := after[form] & apart.get(form, set()):
            yield from _two_forms(
                texts.own, form, form.replace("-", " "), context, nexts
            )


def _two_forms(
    texts: Texts,
    hyphened: str,
    other: str,
    context: Context,
    nexts: Collection[str] = (),
) -> Iterator[Found]:
    """The finding for two forms, whose fix writes the more frequent one."""
    follows = "|".join(map(re.escape, sorted(nexts)))
    end = rf"(?![\w-])(?= (?:{follows})(?!\w))" if nexts else r"(?![\w-])"
    hits = {
        form: [*texts.hits(re.compile(f"{form}{end}"), any_case=True)]
        for form in (hyphened, other)
    }
    hits = {form: [*filter(_begins_word, found)] for form, found in hits.items()}
    if not hits[hyphened] or not hits[other]:
        return
    rare, usual = sorted(hits, key=lambda form: (len(hits[form]), form != other))
    slips = [
        Slip(hit.path, hit.value, hit.start, hit.end, _joined(hit.printed, usual))
        for hit in hits[rare]
    ]
    both = (*hits[rare], *hits[usual])
    paths = tuple(dict.fromkeys(hit.path for hit in both))
    places = f"{len(slips)} places" if len(slips) > 1 else "1 place"
    yield Found(
        paths,
        f"The record writes both “{hyphened}” ({len(hits[hyphened])}) and “{other}” "
        f"({len(hits[other])}).",
        f"{hyphened} / {other}",
        Fix(
            f"Write “{usual}” in {places}",
            changes(slips),
            rare,
            usual,
            Confidence.MEDIUM,
        ),
        lines(paths, tuple({hit.printed for hit in both}), context),
    )


def _joined(printed: str, usual: str) -> str:
    """`printed` joined as `usual` is, in its own capitals: Low Dose, Low-Dose."""
    letters = iter(letter for letter in printed if letter not in " -")
    return "".join(letter if letter in " -" else next(letters) for letter in usual)


RULES = (
    Rule("spelling.phrase", Severity.WARNING, phrase),
    Rule("spelling.hyphen-variant", Severity.NOTE, hyphen_variant),
)
