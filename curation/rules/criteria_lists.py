"""Rules that compare the items of the eligibility lists with each other."""

import re
from collections.abc import Iterator

from curation.rules.items import name_of, short, text_path
from curation.rules.numbering import Section, sections
from curation.rules.rule import Context, Found, Rule, Severity
from trials.record.shape import CriterionRecord, TrialRecord
from trials.record.vocabulary import CriterionType

_REFERENCE = re.compile(
    r"\b(?:(?P<list>in|ex)cl(?:usion|\.)?\s)?\s?criteri(?:a|on)\s"
    r"(?:(?:no\.?|numbers?|#)\s?)?(?P<number>\d{1,2})(?![\d%]|\.\d)"
    r"(?P<above>\s(?:above|below))?",
    re.IGNORECASE,
)
_INCLUDES = re.compile(
    r"(?:willing(?:ness)?|able|ability|(?:has |have )?signed|written informed consent"
    r"|(?:wo)?men (?:and|or) (?:wo)?men|(?:fe)?males? (?:and|or) (?:fe)?males?|aged)\b",
    re.IGNORECASE,
)
_FEWEST = 2  # Items that sound like the other list before anyone is told.
_LONGEST_CLAUSE = 60
_WORDS = re.compile(r"[\w-]+")
_CLAUSE = re.compile(r"[,;.]")
_NEGATIONS = frozenset(("not", "no", "without", "negative", "never", "non"))
_EMPTY = frozenset(
    (
        *(
            "a",
            "an",
            "the",
            "of",
            "for",
            "to",
            "is",
            "are",
            "was",
            "were",
            "be",
            "been",
        ),
        *("has", "have", "had", "having", "any", "with", "patient", "patients", "who"),
        *("subject", "subjects", "participant", "participants", "positive", "known"),
    )
)


def cross_reference(record: TrialRecord, _: Context) -> Iterator[Found]:
    """A reference to a criterion by a number that its list does not have.

    Items were lost, moved or renumbered since the reference was written.

    >>> from curation.rules.examples import found, record
    >>> found(cross_reference, record("I 1. Adults | E 1. Cancer (Incl. Criteria 11)"))
    Exclusion criterion 1 refers to inclusion criterion 11, which does not exist.
    >>> found(cross_reference, record("I 1. Adults | E 1. Minors (see criterion 1.1)"))
    """
    parts = sections(record.criteria)
    labels: dict[str, set[str]] = {}
    for section in parts:
        labels.setdefault(section.noun, set()).update(i.label for i in section.items)
    for section in parts:
        for item in section.items:
            if "criteri" not in item.text.lower():
                continue
            for match in _REFERENCE.finditer(item.text):
                if not match["list"] and not match["above"]:
                    continue
                noun = (
                    f"{match['list'].lower()}clusion" if match["list"] else section.noun
                )
                known = labels.get(noun, set())
                number = str(int(match["number"]))
                if number in known or known == {""}:
                    continue
                yield Found(
                    paths=(text_path(item),),
                    message=(
                        f"{name_of(section, item)} refers to {noun} criterion "
                        f"{number}, which does not exist."
                    ),
                    evidence=match.group(),
                )


def inclusion_wording(record: TrialRecord, _: Context) -> Iterator[Found]:
    """Exclusion criteria that read like inclusion criteria.

    Nobody is excluded for being willing, able or of both sexes: such items were
    probably printed under the wrong heading.

    >>> from curation.rules.examples import found, record
    >>> found(inclusion_wording, record("E 1. Willing to come | E 2. Aged 18 to 80"))
    2 exclusion criteria read like inclusions: “Willing to come”, “Aged 18 to 80”.
    >>> found(inclusion_wording, record("E 1. Unwilling to come | E 2. Aged under 18"))
    """
    for section in sections(record.criteria):
        if section.type != CriterionType.EXCLUSION:
            continue
        items = [item for item in section.items if _INCLUDES.match(item.text)]
        if len(items) < _FEWEST:
            continue
        quotes = ", ".join(f"“{short(item.text)}”" for item in items)
        yield Found(
            paths=tuple(text_path(item) for item in items),
            message=(
                f"{len(items)} exclusion criteria read like inclusions: {quotes}."
            ),
            evidence="\n".join(item.text for item in items),
        )


def negated_duplicate(record: TrialRecord, _: Context) -> Iterator[Found]:
    """An exclusion criterion that only negates an inclusion criterion.

    It says nothing new, and the two can come to disagree.

    >>> from curation.rules.examples import found, record
    >>> found(negated_duplicate, record("I HIV is positive. | E HIV is negative"))
    An exclusion criterion only negates an inclusion criterion: “HIV is negative”.
    >>> found(negated_duplicate, record("I Adults with HIV | E Not fasting"))
    """
    included: dict[tuple[frozenset[str], bool], tuple[Section, CriterionRecord]] = {}
    parts = sections(record.criteria)
    for section in parts:
        if section.type == CriterionType.INCLUSION:
            for item in section.items:
                for clause in {item.text, *_CLAUSE.split(item.text)}:
                    if len(clause) <= _LONGEST_CLAUSE:
                        included.setdefault(_said(clause), (section, item))
    for section in parts:
        if section.type != CriterionType.EXCLUSION:
            continue
        for item in section.items:
            if len(item.text) > _LONGEST_CLAUSE:
                continue
            words, is_negative = _said(item.text)
            twin = included.get((words, not is_negative)) if words else None
            if twin:
                yield Found(
                    paths=(text_path(item), text_path(twin[1])),
                    message=(
                        f"{name_of(section, item)} only negates "
                        f"{_lower(name_of(*twin))}: “{short(item.text)}”."
                    ),
                    evidence=f"{twin[1].text}\n{item.text}",
                )


def _said(text: str) -> tuple[frozenset[str], bool]:
    """The words that carry the sense, and whether the text negates them."""
    words = frozenset(_WORDS.findall(text.lower()))
    return words - _NEGATIONS - _EMPTY, bool(words & _NEGATIONS)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


RULES = (
    Rule("criteria.cross-reference", Severity.WARNING, cross_reference),
    Rule("criteria.inclusion-wording-in-exclusion", Severity.NOTE, inclusion_wording),
    Rule("criteria.negated-duplicate", Severity.NOTE, negated_duplicate),
)
