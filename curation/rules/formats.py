"""Rules about the format of numbers, dates and codes."""

import datetime
import re
from collections.abc import Iterator
from functools import cache

from curation.rules.changes import changed
from curation.rules.rule import Confidence, Context, Fix, Found, Rule, Severity
from curation.rules.wording import noun, quoted
from trials.record.fields import fields_of, vocabularies_of
from trials.record.shape import COLLECTIONS, TrialRecord
from trials.record.vocabulary import AgeUnit

_NCT = re.compile(r"NCT[0-9]{8}")
_IDS = {
    "EUDRACT_NUMBER": ("EudraCT", re.compile(r"[0-9]{4}-[0-9]{6}-[0-9]{2}")),
    "CTIS": ("CTIS", re.compile(r"20[0-9]{2}-5[0-9]{5}-[0-9]{2}(?:-[0-9]{2})?")),
    "ISRCTN": ("ISRCTN", re.compile(r"ISRCTN[0-9]{8}")),
    "UTN": ("universal trial", re.compile(r"U1111-[0-9]{4}-[0-9]{4}")),
}
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_AGE = re.compile(r"(?P<number>[0-9]{1,4}) (?P<unit>[A-Z][a-z]+)")
_LENGTHS = {
    "brief_title": 300,
    "official_title": 600,
    "acronym": 14,
    "brief_summary": 5000,
    "detailed_description": 32000,
}
_CRITERIA_LENGTH = 20000
_MOST_YEARS = 120
_DAYS = {
    "YEARS": 365.25, "MONTHS": 30.44, "WEEKS": 7, "DAYS": 1,
    "HOURS": 1 / 24, "MINUTES": 1 / 1440,
}  # fmt: skip


def nct_id(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """An NCT number is not NCT and eight digits, so that it leads nowhere.

    >>> from curation.rules.examples import found, record
    >>> from trials.record.shape import NctAliasRecord
    >>> def former(text): return (NctAliasRecord(key="na1", nct_id=text),)
    >>> found(nct_id, record(nct_aliases=former("NCT1234")))
    “NCT1234” is no NCT number: NCT and eight digits.
    >>> found(nct_id, record(nct_aliases=former("NCT01234567")))
    """
    named = [("expanded_access_nct_id", record.expanded_access_nct_id)]
    for collection in ("nct_aliases", "related_trials"):
        named += [
            (f"{collection}[{part.key}].nct_id", part.nct_id)
            for part in getattr(record, collection)
        ]
    for path, text in named:
        if text and not _NCT.fullmatch(text):
            yield Found(
                paths=(path,),
                message=f"{quoted(text)} is no NCT number: NCT and eight digits.",
                evidence=text,
            )


def org_id_is_nct(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """The organisation's own number is the NCT number, which the page prints where the
    other is missing.

    >>> from curation.rules.examples import found, record
    >>> found(org_id_is_nct, record(org_study_id="NCT00000001"))
    The organisation's own number is the NCT number, NCT00000001.
    >>> found(org_id_is_nct, record(org_study_id="ILIAD-7"))
    """
    number = record.org_study_id
    if _NCT.fullmatch(number):
        yield Found(
            paths=("org_study_id",),
            message=f"The organisation's own number is the NCT number, {number}.",
            evidence=number,
            fix=Fix(
                label="Empty the organisation's number",
                changes=(changed("org_study_id", number, ""),),
                before=number,
                after="",
                confidence=Confidence.MEDIUM,
            ),
        )


def secondary_id(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """A number of another registry does not have that registry's form.

    >>> from curation.rules.examples import found, record
    >>> from trials.record.shape import SecondaryIdRecord
    >>> def also(text):
    ...     return (SecondaryIdRecord(key="id1", type="CTIS", secondary_id=text),)
    >>> found(secondary_id, record(secondary_ids=also("2022-00001")))
    “2022-00001” does not look like a CTIS number.
    >>> found(secondary_id, record(secondary_ids=also("2022-500001-10-00")))
    """
    for part in record.secondary_ids:
        text = part.secondary_id
        start = text[:6].upper()
        kind = part.type
        if start == "ISRCTN":
            kind = "ISRCTN"
        elif start.startswith("U1111"):
            kind = "UTN"
        name, form = _IDS.get(kind, ("", None))
        if text and form and not form.fullmatch(text):
            yield Found(
                paths=(f"secondary_ids[{part.key}].secondary_id",),
                message=f"{quoted(text)} does not look like a {name} number.",
                evidence=f"{part.type} {text}",
            )


@cache
def _date_fields() -> tuple[str, ...]:
    names = (field.name for field in fields_of(TrialRecord))
    return tuple(name for name in names if name.endswith("_date"))


def date(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """A date is no day, month or year that exists, so that nothing can be compared.

    >>> from curation.rules.examples import found, record
    >>> found(date, record(start_date="2020-02-31"))
    The start date is no real date: “2020-02-31”.
    >>> found(date, record(start_date="2020-02"))
    """
    for field in _date_fields():
        text = getattr(record, field)
        if text and not _is_date(text):
            yield Found(
                paths=(field,),
                message=f"The {noun(field)} is no real date: {quoted(text)}.",
                evidence=text,
            )


def _is_date(text: str) -> bool:
    match = _DATE.fullmatch(text)
    if match is None:
        return False
    year, month, day = match.groups()
    try:
        datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return False
    return True


def age(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """An age limit is not a number and a unit, is above 120 years, or the minimum is
    above the maximum.

    >>> from curation.rules.examples import found, record
    >>> found(age, record(minimum_age="80 Years", maximum_age="25 Years"))
    The minimum age (80 Years) is above the maximum age (25 Years).
    >>> found(age, record(minimum_age="6 Months", maximum_age="1 Year"))
    """
    days = {}
    for field in ("minimum_age", "maximum_age"):
        text = getattr(record, field)
        if not text:
            continue
        days[field] = _days(text)
        problem = "is not like “18 Years”"
        if days[field] is not None and days[field] > _MOST_YEARS * _DAYS["YEARS"]:
            problem = f"is above {_MOST_YEARS} years"
        elif days[field] is not None:
            continue
        yield Found(
            paths=(field,),
            message=f"The {noun(field)} {problem}: {quoted(text)}.",
            evidence=text,
        )
    low, high = days.get("minimum_age"), days.get("maximum_age")
    if low is not None and high is not None and low > high:
        yield Found(
            paths=("minimum_age", "maximum_age"),
            message=f"The minimum age ({record.minimum_age}) is above the maximum age "
            f"({record.maximum_age}).",
            evidence=f"{record.minimum_age} > {record.maximum_age}",
        )


def _days(text: str) -> float | None:
    """`"2 Weeks"` -> 14.0, None for what is no age."""
    match = _AGE.fullmatch(text)
    if match is None:
        return None
    name = match["unit"].upper()
    unit = name if name in AgeUnit.__members__ else f"{name}S"
    return int(match["number"]) * _DAYS[unit] if unit in _DAYS else None


def length(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """A text is longer than the registry takes (Protocol Registration Data Element
    Definitions).

    >>> from curation.rules.examples import found, record
    >>> found(length, record(acronym="A-VERY-LONG-NAME"))
    The acronym has 16 characters; the registry takes 14.
    >>> found(length, record(acronym="ILIAD-7-US-O"))
    """
    sizes = {field: len(getattr(record, field)) for field in _LENGTHS}
    sizes["criteria"] = sum(len(part.text) + 1 for part in record.criteria)
    for field, size in sizes.items():
        most = _LENGTHS.get(field, _CRITERIA_LENGTH)
        if size > most:
            verb = "have" if field == "criteria" else "has"
            yield Found(
                paths=(field,),
                message=f"The {noun(field)} {verb} {size} characters; the registry "
                f"takes {most}.",
                evidence=f"{size} > {most}",
            )


@cache
def _codes() -> dict[str, dict[str, frozenset[str]]]:
    """Collection ("" for the trial) -> field -> its codes."""
    shapes = {"": TrialRecord} | COLLECTIONS
    return {
        name: {
            field: frozenset(member.value for member in vocabulary)
            for field, vocabulary in vocabularies_of(shape).items()
        }
        for name, shape in shapes.items()
    }


def unknown_vocabulary(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """A coded value is not one of the registry's codes, so that exports and searches
    miss it.

    >>> from curation.rules.examples import found, record
    >>> found(unknown_vocabulary, record(allocation="Randomly"))
    “Randomly” is no code of the registry for the allocation.
    >>> found(unknown_vocabulary, record(allocation="RANDOMIZED"))
    """
    for collection, fields in _codes().items():
        parts = getattr(record, collection) if collection else (record,)
        for part in parts:
            for field, codes in fields.items():
                value = getattr(part, field)
                if not value or value in codes:
                    continue
                wrong = [v for v in _values(value) if v not in codes]
                path = f"{collection}[{part.key}].{field}" if collection else field
                for code in wrong:
                    yield Found(
                        paths=(path,),
                        message=f"{quoted(code)} is no code of the registry for the "
                        f"{noun(field)}.",
                        evidence=code,
                    )


def _values(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


RULES = (
    Rule("format.nct-id", Severity.ERROR, nct_id),
    Rule("format.org-id-is-nct", Severity.WARNING, org_id_is_nct),
    Rule("format.secondary-id", Severity.NOTE, secondary_id),
    Rule("format.date", Severity.ERROR, date),
    Rule("format.age", Severity.ERROR, age),
    Rule("format.length", Severity.WARNING, length),
    Rule("format.unknown-vocabulary", Severity.ERROR, unknown_vocabulary),
)
