"""Rules on the wording of single eligibility items."""

import re
from collections.abc import Iterator, Sequence

from curation.rules.changes import changed
from curation.rules.items import name_of, text_path
from curation.rules.numbering import Section, sections
from curation.rules.rule import Confidence, Context, Fix, Found, Rule, Severity
from trials.record.shape import CriterionRecord, TrialRecord

_SIGNED_RANGE = re.compile(
    r"(?:[≥≤<>]=?|=[<>])\s?(?P<low>\d{1,4}(?:\.\d{1,3})?)\s?[-–]\s?"
    r"(?P<high>\d{1,4}(?:\.\d{1,3})?)(?![\d.]*\d)(?!\s?(?:[x×*]|times|fold|-fold))"
)
_COMPARISON = re.compile(
    r"(?:[>≥<≤]|\b(?:more|greater|higher|less|lower) than|\bat least)\s?"
    r"\d[^,;.()\d>≥<≤]*\Z",
    re.IGNORECASE,
)
_OR_MORE = re.compile(
    r"\bor (?:greater|more|higher|above|over|less|lower|below|older|younger)\b",
    re.IGNORECASE,
)
_LONGEST_COMPARISON = 60
_DANGLING = re.compile(
    r"\b(?:by|per|according to|meets?|meeting|fulfil(?:l|ls|ling)?) the criteria"
    r"\s?[;.,:]?\s*\Z",
    re.IGNORECASE,
)
_TAIL = 60  # Characters that tell how an item ends.
_LISTS = re.compile(r"[.;:()\[\]\n]")
_LEAD = re.compile(
    r"(?:and |or )?(?:other \w+ )?"
    r"(?:such as |including |includes? |like |e\.g |with )?",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]{4}")
_DIGIT = re.compile(r"\d")
_LONGEST_TERM = 5  # Words.
_FEWEST_TERMS = 4
_MARKS = ".;,"
_MIXED = 0.3


def _items(record: TrialRecord) -> Iterator[tuple[Section, CriterionRecord]]:
    for section in sections(record.criteria):
        for item in section.items:
            yield section, item


def repeated_list_term(record: TrialRecord, _: Context) -> Iterator[Found]:
    """A term twice between the commas of one list.

    >>> from curation.rules.examples import found, record
    >>> found(repeated_list_term, record("E Such as sepsis, HIV, sepsis, TB"))
    An exclusion criterion has “sepsis” twice in one list.
    >>> found(repeated_list_term, record("E Sepsis, HIV (with sepsis, TB), malaria"))
    """
    for section, item in _items(record):
        if item.text.count(",") < _FEWEST_TERMS - 1:
            continue
        repeats = list(_repeated_terms(item.text))
        if not repeats:
            continue
        said = ", ".join(dict.fromkeys(f"“{term}”" for term, _, _ in repeats))
        after = _without(item.text, [(start, end) for _, start, end in repeats])
        yield Found(
            paths=(text_path(item),),
            message=f"{name_of(section, item)} has {said} twice in one list.",
            evidence=item.text,
            fix=Fix(
                f"Remove the second {said}",
                (changed(text_path(item), item.text, after),),
                item.text,
                after,
            ),
        )


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text without these parts of it, which come in their order."""
    starts = [0, *(end for _, end in spans)]
    ends = [*(start for start, _ in spans), len(text)]
    return "".join(text[i:j] for i, j in zip(starts, ends, strict=True))


def _repeated_terms(text: str) -> Iterator[tuple[str, int, int]]:
    """Second terms, each with the span from the comma before it to its end."""
    place = 0
    for part in _LISTS.split(text):
        seen: set[str] = set()
        terms = part.split(",")
        start = place
        for index, term in enumerate(terms):
            end = start + len(term)
            said = _LEAD.sub("", term.strip(), count=1).strip()
            key = said.casefold()
            is_term = (
                len(terms) >= _FEWEST_TERMS
                and _LETTERS.search(said)
                and not _DIGIT.search(said)
                and len(said.split()) <= _LONGEST_TERM
            )
            if is_term and key in seen and index and said == term.strip():
                yield said, start - 1, end
            elif is_term:
                seen.add(key)
            start = end + 1
        place += len(part) + 1


def malformed_range(record: TrialRecord, _: Context) -> Iterator[Found]:
    """A relation sign before a range.

    “≥ 25 - 80” says two things: at least 25, and between 25 and 80. A multiple
    (“> 2-3 x ULN”) is meant so.

    >>> from curation.rules.examples import found, record
    >>> found(malformed_range, record("I 8. Men and women aged ≥ 25 - 80 years"))
    Inclusion criterion 8 mixes a sign and a range: “≥ 25 - 80”.
    >>> found(malformed_range, record("E ALT > 2-3 x ULN | E Aged 25 - 80"))
    """
    for section, item in _items(record):
        has_range = "-" in item.text or "–" in item.text
        ranges = _signed_ranges(item.text) if has_range else []
        if not ranges:
            continue
        after = _SIGNED_RANGE.sub(_unsigned, item.text)
        new = _unsigned(ranges[0])
        yield Found(
            paths=(text_path(item),),
            message=(
                f"{name_of(section, item)} mixes a sign and a range: "
                f"{', '.join(f'“{match.group()}”' for match in ranges)}."
            ),
            evidence="\n".join(match.group() for match in ranges),
            fix=Fix(
                f"Write “{new}”",
                (changed(text_path(item), item.text, after),),
                item.text,
                after,
                Confidence.MEDIUM,
            ),
        )


def _signed_ranges(text: str) -> list[re.Match[str]]:
    return [m for m in _SIGNED_RANGE.finditer(text) if _unsigned(m) != m.group()]


def _unsigned(match: re.Match[str]) -> str:
    """`"≥ 25 - 80"` -> "25 to 80"; what falls ("10-6") is no range and stays."""
    if float(match["low"]) >= float(match["high"]):
        return match.group()
    return f"{match['low']} to {match['high']}"


def double_comparison(record: TrialRecord, _: Context) -> Iterator[Found]:
    """A comparison twice: by a sign and by words.

    >>> from curation.rules.examples import found, record
    >>> found(double_comparison, record("I Oxygen at >4L per minute or greater"))
    An inclusion criterion compares twice: “>4L per minute or greater”.
    >>> found(double_comparison, record("I 18 years or older | I Oxygen > 4 L"))
    """
    for section, item in _items(record):
        for end in _OR_MORE.finditer(item.text):
            start = max(0, end.start() - _LONGEST_COMPARISON)
            begin = _COMPARISON.search(item.text[start : end.start()])
            if begin is None:
                continue
            words = begin.group() + end.group()
            yield Found(
                paths=(text_path(item),),
                message=f"{name_of(section, item)} compares twice: “{words}”.",
                evidence=words,
            )


def dangling_reference(record: TrialRecord, _: Context) -> Iterator[Found]:
    """An item that ends by referring to criteria that it does not name.

    >>> from curation.rules.examples import found, record
    >>> found(dangling_reference, record("I Rheumatic disease by the Criteria ;"))
    An inclusion criterion ends with “by the Criteria” and does not say which criteria.
    >>> found(dangling_reference, record("I Sepsis by the Sepsis-3 criteria"))
    """
    for section, item in _items(record):
        tail = item.text[-_TAIL:]
        match = _DANGLING.search(tail) if "riteria" in tail else None
        if match:
            words = match.group().rstrip(" ;.,:")
            yield Found(
                paths=(text_path(item),),
                message=(
                    f"{name_of(section, item)} ends with “{words}” and does not say "
                    "which criteria."
                ),
                evidence=tail,
            )


def end_punctuation_mixed(record: TrialRecord, _: Context) -> Iterator[Found]:
    """A few items of a list that end with another mark than the rest.

    >>> from curation.rules.examples import found, record
    >>> found(end_punctuation_mixed, record("E HIV | E HBV | E HCV | E Sepsis;"))
    1 of 4 exclusion criteria ends with another mark than the rest.
    >>> found(end_punctuation_mixed, record("E HIV; | E HBV; | E HCV;"))
    """
    for section in sections(record.criteria):
        ends = [i.text[-1:] if i.text[-1:] in _MARKS else "" for i in section.items]
        usual = max(sorted(set(ends)), key=ends.count, default="")
        pairs = zip(section.items, ends, strict=True)
        others = [(item, end) for item, end in pairs if end != usual]
        if not 0 < len(others) <= len(ends) * _MIXED:
            continue
        yield Found(
            paths=tuple(text_path(item) for item, _ in others),
            message=(
                f"{len(others)} of {len(ends)} {section.noun} criteria "
                f"{'ends' if len(others) == 1 else 'end'} with another mark than the "
                "rest."
            ),
            evidence="\n".join(item.text for item, _ in others),
            fix=Fix(
                "End all alike",
                tuple(
                    changed(
                        text_path(item),
                        item.text,
                        item.text.removesuffix(end).rstrip() + usual,
                    )
                    for item, end in others
                ),
                "\n".join(item.text for item, _ in others),
                "\n".join(
                    item.text.removesuffix(end).rstrip() + usual for item, end in others
                ),
                Confidence.MEDIUM,
            ),
        )


RULES = (
    Rule("criteria.repeated-list-term", Severity.WARNING, repeated_list_term),
    Rule("criteria.malformed-range", Severity.WARNING, malformed_range),
    Rule("criteria.double-comparison", Severity.NOTE, double_comparison),
    Rule("criteria.dangling-reference", Severity.WARNING, dangling_reference),
    Rule(
        "criteria.end-punctuation-mixed",
        Severity.NOTE,
        end_punctuation_mixed,
        is_on=False,
    ),
)
