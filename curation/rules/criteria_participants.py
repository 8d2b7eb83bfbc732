"""Rules on what the eligibility items and the fields say of age and sex."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from curation.rules.changes import changed
from curation.rules.items import name_of, text_path
from curation.rules.numbering import Section, sections
from curation.rules.rule import Confidence, Context, Fix, Found, Rule, Severity
from trials.record.shape import CriterionRecord, TrialRecord
from trials.record.vocabulary import CriterionType, Sex

_AGE_WORDS = re.compile(
    r"(?:age[ds]?\b|(?:adults?|males?|females?|men|women|boys|girls|patients?|subjects?"
    r"|participants?|volunteers|individuals|people)\b[^.;:]{0,40}?\bage[ds]?\b|[≥>])",
    re.IGNORECASE,
)
_YEARS = r"(?:\s?-?\s?(?:years?|yrs?)\b)"
_RANGE = re.compile(
    rf"(?P<low>\d{{1,3}}){_YEARS}?\s?(?:to|-|–|and|through)\s?(?P<high>\d{{1,3}}){_YEARS}",
    re.IGNORECASE,
)
_LEAST = re.compile(
    r"(?P<sign>≥|>=|>|\bat least|\bolder than|\bover)\s?(?P<low>\d{1,3})" + _YEARS,
    re.IGNORECASE,
)
_OR_OLDER = re.compile(
    r"(?P<low>\d{1,3})"
    + _YEARS
    + r"(?: of age| old)?,? (?:and|or) (?:older|above|over)",
    re.IGNORECASE,
)
_HEAD = 120  # Characters in which an item about age gives it.
_FIELD = re.compile(r"(?P<number>\d{1,3}) Years?\Z")
_AGE_TYPES = (("low", "minimum_age", "minimum"), ("high", "maximum_age", "maximum"))
_ONE_SEX = re.compile(
    r"(?P<sex>(?:fe)?males?|(?:wo)?men)(?: (?:patients?|subjects?|participants?))?"
    r"(?: only\b|\.?\Z)",
    re.IGNORECASE,
)
_BOTH_SEXES = re.compile(
    r"(?:males?(?: and| or|/) ?females?|females?(?: and| or|/) ?males?"
    r"|men(?: and| or|/) ?women|women(?: and| or|/) ?men|both (?:sexes|genders))\b",
    re.IGNORECASE,
)
_PREGNANT = re.compile(
    r"(?:pregnan\w*|lactating|breast.?feeding|nursing)", re.IGNORECASE
)
_PARTNER = re.compile(r"\bpartners?\b|\bwi(?:fe|ves)\b|\bnursing home", re.IGNORECASE)


class Ages(NamedTuple):
    """The limits that an item gives, in years; None where it gives none.

    `is_above`: the lower one is itself left out ("older than 18").
    """

    text: str
    low: int | None
    high: int | None = None
    is_above: bool = False


def age_text(record: TrialRecord, _: Context) -> Iterator[Found]:
    """An inclusion criterion on age that differs from the age limits.

    Searches go by the limits, the site by the criterion. Only a list with one such item
    is looked at: several are for several groups of people.

    >>> from curation.rules.examples import found, record
    >>> found(age_text, record("I Aged 18 to 65 years", minimum_age="21 Years"))
    An inclusion criterion says “18 to 65 years”, but the minimum age is 21 Years.
    >>> found(age_text, record("I Age > 18 years", minimum_age="18 Years"))
    """
    said = [
        (section, item, ages)
        for section in sections(record.criteria)
        if section.type == CriterionType.INCLUSION
        for item in section.items
        if _AGE_WORDS.match(item.text) and (ages := _ages(item.text[:_HEAD]))
    ]
    if len(said) != 1:
        return
    section, item, ages = said[0]
    for part, name, noun in _AGE_TYPES:
        limit = _FIELD.match(getattr(record, name))
        number = getattr(ages, part)
        if (
            limit is None
            or number is None
            or _agrees(ages, number, int(limit["number"]))
        ):
            continue
        old, new = limit.group(), f"{number} Years"
        yield Found(
            paths=(name, text_path(item)),
            message=(
                f"{name_of(section, item)} says “{ages.text}”, but the {noun} age is "
                f"{old}."
            ),
            evidence=f"{old}: {ages.text}",
            fix=Fix(
                f"Set the {noun} age to {new}",
                (changed(name, old, new),),
                old,
                new,
                Confidence.MEDIUM,
            ),
        )


def _agrees(ages: Ages, said: int, limit: int) -> bool:
    return said == limit or (ages.is_above and said + 1 == limit)


def _ages(text: str) -> Ages | None:
    if match := _RANGE.search(text):
        low, high = int(match["low"]), int(match["high"])
        return Ages(match.group(), low, high) if low < high else None
    if match := _LEAST.search(text):
        is_above = match["sign"].lower() in (">", "older than", "over")
        return Ages(match.group(), int(match["low"]), is_above=is_above)
    if match := _OR_OLDER.search(text):
        return Ages(match.group(), int(match["low"]))
    return None


def sex_text(record: TrialRecord, _: Context) -> Iterator[Found]:
    """An eligibility item that does not fit the sex that may take part.

    >>> from curation.rules.examples import found, record
    >>> found(sex_text, record("I Women only", sex="ALL"))
    An inclusion criterion says “Women only”, but participants of all sexes may take \
part.
    >>> found(sex_text, record("I Men | E Partner is pregnant", sex="MALE"))
    """
    parts = sections(record.criteria)
    if record.sex == Sex.ALL:
        yield from _one_sex(parts)
    elif record.sex in (Sex.MALE, Sex.FEMALE):
        yield from _other_sex(parts, Sex(record.sex))


def _one_sex(parts: Sequence[Section]) -> Iterator[Found]:
    said = [
        (section, item, match)
        for section, item in _included(parts)
        if (match := _ONE_SEX.match(item.text))
    ]
    if len(said) == 1:
        section, item, match = said[0]
        yield _sex_found(section, item, match.group(), "participants of all sexes")


def _other_sex(parts: Sequence[Section], sex: Sex) -> Iterator[Found]:
    who = f"{sex.label.lower()} participants only"
    for section, item in _included(parts):
        if match := _BOTH_SEXES.match(item.text):
            yield _sex_found(section, item, match.group(), who)
    if sex == Sex.FEMALE:
        return
    for section in parts:
        for item in section.items:
            match = _PREGNANT.match(item.text)
            if match and not _PARTNER.search(item.text):
                yield _sex_found(section, item, match.group(), who)


def _included(parts: Sequence[Section]) -> Iterator[tuple[Section, CriterionRecord]]:
    for section in parts:
        if section.type == CriterionType.INCLUSION:
            for item in section.items:
                yield section, item


def _sex_found(section: Section, item: CriterionRecord, said: str, who: str) -> Found:
    return Found(
        paths=("sex", text_path(item)),
        message=f"{name_of(section, item)} says “{said}”, but {who} may take part.",
        evidence=item.text,
    )


RULES = (
    Rule("criteria.age-text", Severity.WARNING, age_text),
    Rule("criteria.sex-text", Severity.WARNING, sex_text),
)
