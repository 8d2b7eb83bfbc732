"""Rules about dates: their order, their types, and whether they have passed."""

import re
from collections.abc import Iterator

from curation.rules.changes import changed
from curation.rules.rule import Confidence, Context, Fix, Found, Rule, Severity
from curation.rules.wording import joined, noun
from trials.record.shape import TrialRecord

STUDY_DATES = ("start_date", "primary_completion_date", "completion_date")
CLOSED = frozenset({"COMPLETED", "TERMINATED", "WITHDRAWN"})
OPEN = frozenset(
    {
        "NOT_YET_RECRUITING",
        "RECRUITING",
        "ENROLLING_BY_INVITATION",
        "ACTIVE_NOT_RECRUITING",
        "SUSPENDED",
        "AVAILABLE",
        "UNKNOWN",
    }
)
_ISO = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_IN_ORDER = (
    ("start_date", "primary_completion_date"),
    ("primary_completion_date", "completion_date"),
    ("study_first_submit_date", "study_first_post_date"),
    ("study_first_post_date", "last_update_post_date"),
    ("study_first_submit_date", "last_update_submit_date"),
    ("last_update_submit_date", "last_update_post_date"),
    ("results_first_submit_date", "results_first_post_date"),
    ("results_first_post_date", "last_update_post_date"),
)
_YEAR = 12


def is_later(one: str, other: str) -> bool:
    """Whether `one` is later than `other`, as far as both say it.

    >>> is_later("2020-03", "2020-02-28"), is_later("2020-02-28", "2020-02")
    (True, False)
    """
    if not (_ISO.fullmatch(one) and _ISO.fullmatch(other)):
        return False
    length = min(len(one), len(other))
    return one[:length] > other[:length]


def months_between(early: str, late: str) -> int:
    """Whole months between two dates; a date without a month counts as its December.

    >>> months_between("2020-01", "2021-03-05"), months_between("2020", "2021-01")
    (14, 1)
    """
    return _months(late) - _months(early) if early and late else 0


def _months(date: str) -> int:
    if not _ISO.fullmatch(date):
        return 0
    return int(date[:4]) * _YEAR + int(date[5:7] or _YEAR)


def last_update(record: TrialRecord, context: Context) -> str:
    """The day of the record's last update, today where it does not say."""
    return (
        record.last_update_post_date
        or record.last_update_submit_date
        or context.today.isoformat()
    )


def order(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """A date lies before one that it has to follow: one of the two is wrong.

    A study starts, comes to its primary completion, then to its completion; it is
    submitted before it is posted. Dates are compared in the coarser precision of the
    two (Protocol Registration Data Element Definitions).

    >>> from curation.rules.examples import found, record
    >>> found(order, record(start_date="2020-05-01", completion_date="2020-03"))
    The start date (2020-05-01) is later than the completion date (2020-03).
    >>> found(order, record(start_date="2020-05-01", completion_date="2020-05"))
    """
    pairs = _IN_ORDER
    if not record.primary_completion_date:
        pairs = (("start_date", "completion_date"), *pairs)
    for first, second in pairs:
        early, late = getattr(record, first), getattr(record, second)
        if early and late and is_later(early, late):
            yield Found(
                paths=(first, second),
                message=f"The {noun(first)} ({early}) is later than the "
                f"{noun(second)} ({late}).",
                evidence=f"{early} > {late}",
            )


def estimated_past(record: TrialRecord, context: Context) -> Iterator[Found]:
    """A date is still called estimated although it has passed: it either came true or
    has to be put off.

    >>> from curation.rules.examples import found, record
    >>> found(estimated_past, record(start_date="2024-02", start_date_type="ESTIMATED"))
    The start date (2024-02) is still estimated although it has passed.
    >>> found(estimated_past, record(start_date="2024-05", start_date_type="ESTIMATED"))
    """
    today = context.today.isoformat()
    past = [
        (field, date)
        for field in STUDY_DATES
        if (date := getattr(record, field))
        and getattr(record, f"{field}_type") == "ESTIMATED"
        and is_later(today, date)
    ]
    if past:
        names = joined([f"the {noun(field)} ({date})" for field, date in past])
        verb, they = ("are", "they have") if len(past) > 1 else ("is", "it has")
        yield Found(
            paths=tuple(field for field, _ in past),
            message=f"{names[0].upper()}{names[1:]} {verb} still estimated although "
            f"{they} passed.",
            evidence=" | ".join(f"{field} {date}" for field, date in past),
        )


def actual_future(record: TrialRecord, context: Context) -> Iterator[Found]:
    """A date is called actual but lies after the record's last update: nobody could
    know it then.

    >>> from curation.rules.examples import found, record
    >>> found(actual_future, record(start_date="2030", start_date_type="ACTUAL"))
    The start date (2030) is called actual but lies after 2024-05-01, the last update.
    >>> found(actual_future, record(start_date="2024-05", start_date_type="ACTUAL"))
    """
    written = last_update(record, context)
    for field in STUDY_DATES:
        date, kind = getattr(record, field), f"{field}_type"
        if getattr(record, kind) == "ACTUAL" and is_later(date, written):
            yield Found(
                paths=(field, kind),
                message=f"The {noun(field)} ({date}) is called actual but lies "
                f"after {written}, the last update.",
                evidence=f"{date} actual > {written}",
                fix=Fix(
                    label=f"Call the {noun(field)} estimated",
                    changes=(changed(kind, "ACTUAL", "ESTIMATED"),),
                    before="ACTUAL",
                    after="ESTIMATED",
                    confidence=Confidence.MEDIUM,
                ),
            )


def verification_stale(record: TrialRecord, context: Context) -> Iterator[Found]:
    """A study that is not closed was last verified more than 12 months ago, so its
    status may be out of date.

    Records of studies that are not closed are to be verified each year (42 CFR
    11.64(a)(1)).

    >>> from curation.rules.examples import found, record
    >>> kept = record(overall_status="RECRUITING", status_verified_date="2022-01")
    >>> found(verification_stale, kept)
    The study is not closed, but its record was last verified in 2022-01, 28 months ago.
    >>> closed = record(overall_status="COMPLETED", status_verified_date="2022-01")
    >>> found(verification_stale, closed)
    """
    verified = record.status_verified_date
    age = months_between(verified, context.today.isoformat())
    if record.overall_status in OPEN and _ISO.fullmatch(verified) and age > _YEAR:
        yield Found(
            paths=("status_verified_date", "overall_status"),
            message="The study is not closed, but its record was last verified in "
            f"{verified}, {age} months ago.",
            evidence=f"{record.overall_status} verified {verified}",
        )


def posted_equal(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """First and last posting are the same day, but the record was verified later: the
    last update may have been read from the wrong line.

    >>> from curation.rules.examples import found, record
    >>> days = {"study_first_post_date": "2020-01-09"}
    >>> days |= {"last_update_post_date": "2020-01-09"}
    >>> found(posted_equal, record(status_verified_date="2020-03", **days))
    The record was first and last posted on 2020-01-09, but verified in 2020-03.
    >>> found(posted_equal, record(status_verified_date="2020-01", **days))
    """
    first, last = record.study_first_post_date, record.last_update_post_date
    if first and first == last and is_later(record.status_verified_date, last):
        yield Found(
            paths=("last_update_post_date", "status_verified_date"),
            message=f"The record was first and last posted on {first}, but verified "
            f"in {record.status_verified_date}.",
            evidence=f"{first} {record.status_verified_date}",
        )


def type_missing(record: TrialRecord, context: Context) -> Iterator[Found]:
    """The study is closed and a date has passed, but nothing says that it is the actual
    one.

    >>> from curation.rules.examples import found, record
    >>> found(type_missing, record(overall_status="COMPLETED", start_date="2020-02"))
    The study is closed; nothing says that the start date (2020-02) is actual.
    >>> found(type_missing, record(overall_status="RECRUITING", start_date="2020-02"))
    """
    if record.overall_status not in CLOSED:
        return
    today = context.today.isoformat()
    fields = [
        field
        for field in STUDY_DATES
        if (date := getattr(record, field))
        and not getattr(record, f"{field}_type")
        and not is_later(date, today)
    ]
    if not fields:
        return
    named = [f"the {noun(field)} ({getattr(record, field)})" for field in fields]
    verb = "are" if len(fields) > 1 else "is"
    yield Found(
        paths=tuple(name for f in fields for name in (f, f"{f}_type")),
        message=f"The study is closed; nothing says that {joined(named)} {verb} "
        "actual.",
        evidence=" | ".join(f"{f} {getattr(record, f)}" for f in fields),
        fix=Fix(
            label="Call them actual" if len(fields) > 1 else "Call it actual",
            changes=tuple(changed(f"{field}_type", "", "ACTUAL") for field in fields),
            before="",
            after="ACTUAL",
            confidence=Confidence.MEDIUM,
        ),
    )


def results_overdue(record: TrialRecord, context: Context) -> Iterator[Found]:
    """An interventional study ended more than 12 months ago and shows no results, which
    an applicable one must (FDAAA 801, 42 CFR 11.44).

    >>> from curation.rules.examples import found, record
    >>> ended = {"study_type": "INTERVENTIONAL", "overall_status": "COMPLETED"}
    >>> ended |= {"completion_date": "2021-06-30"}
    >>> found(results_overdue, record(has_results=False, **ended))
    The study ended on 2021-06-30, more than 12 months ago, and shows no results.
    >>> found(results_overdue, record(has_results=True, **ended))
    """
    ended = record.primary_completion_date or record.completion_date
    if (
        record.has_results is False
        and record.study_type == "INTERVENTIONAL"
        and record.overall_status in ("COMPLETED", "TERMINATED")
        and _ISO.fullmatch(ended)
        and months_between(ended, context.today.isoformat()) > _YEAR
    ):
        preposition = "on" if len(ended) == len("2020-01-01") else "in"
        yield Found(
            paths=("has_results",),
            message=f"The study ended {preposition} {ended}, more than 12 months ago, "
            "and shows no results.",
            evidence=f"no results, ended {ended}",
        )


RULES = (
    Rule("dates.order", Severity.ERROR, order),
    Rule("dates.estimated-past", Severity.WARNING, estimated_past),
    Rule("dates.actual-future", Severity.ERROR, actual_future),
    Rule("dates.verification-stale", Severity.WARNING, verification_stale),
    Rule("dates.posted-equal", Severity.NOTE, posted_equal),
    Rule("dates.type-missing", Severity.NOTE, type_missing),
    Rule("results.overdue", Severity.NOTE, results_overdue),
)
