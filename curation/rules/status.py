"""Rules about the status and the enrollment: whether they fit the dates."""

from collections.abc import Iterator

from curation.rules.changes import changed
from curation.rules.dates import CLOSED, is_later, months_between
from curation.rules.rule import Confidence, Context, Fix, Found, Rule, Severity
from trials.record.shape import TrialRecord

_UNKNOWN_AFTER = 24
"""Months without verification after which the registry calls a status unknown."""


def unknown(record: TrialRecord, context: Context) -> Iterator[Found]:
    """The status is unknown, and the last known one is not given or the dates do not
    fit.

    The registry itself sets "Unknown status" for a study that is past its completion
    date and was not verified for two years (Jones et al., BMJ Open 2017).

    >>> from curation.rules.examples import found, record
    >>> found(unknown, record(overall_status="UNKNOWN", status_verified_date="2020-01"))
    The status is unknown (last verified in 2020-01); the last known one is not given.
    >>> found(unknown, record(overall_status="UNKNOWN",
    ...     last_known_status="RECRUITING", status_verified_date="2020-01"))
    """
    if record.overall_status != "UNKNOWN":
        return
    today, verified = context.today.isoformat(), record.status_verified_date
    said = f"last verified in {verified}" if verified else "never verified"
    if record.completion_date and is_later(record.completion_date, today):
        yield Found(
            paths=("overall_status", "completion_date"),
            message="The status is unknown, but the study is not past its completion "
            f"date ({record.completion_date}).",
            evidence=f"UNKNOWN, completion {record.completion_date}",
        )
    elif verified and months_between(verified, today) < _UNKNOWN_AFTER:
        yield Found(
            paths=("overall_status", "status_verified_date"),
            message="The status is unknown, but the record was verified in "
            f"{verified}, less than two years ago.",
            evidence=f"UNKNOWN, verified {verified}",
        )
    elif not record.last_known_status:
        yield Found(
            paths=("overall_status", "last_known_status"),
            message=f"The status is unknown ({said}); the last known one is not given.",
            evidence=f"UNKNOWN, verified {verified}",
        )


def vs_dates(record: TrialRecord, context: Context) -> Iterator[Found]:
    """The status says one thing and a date another: not yet recruiting but started, or
    completed but not over.

    >>> from curation.rules.examples import found, record
    >>> found(vs_dates, record(overall_status="COMPLETED", completion_date="2025-01"))
    The study is completed, but its completion date (2025-01) has not come yet.
    >>> found(vs_dates, record(overall_status="RECRUITING", completion_date="2025-01"))
    """
    today = context.today.isoformat()
    if record.overall_status == "NOT_YET_RECRUITING":
        start = record.start_date
        if record.start_date_type == "ACTUAL" and is_later(today, start):
            yield Found(
                paths=("overall_status", "start_date"),
                message="The study is not yet recruiting, but it actually started "
                f"({start}).",
                evidence=f"NOT_YET_RECRUITING, started {start}",
            )
    elif record.overall_status == "COMPLETED":
        end = record.completion_date
        if is_later(end, today):
            yield Found(
                paths=("overall_status", "completion_date"),
                message=f"The study is completed, but its completion date ({end}) has "
                "not come yet.",
                evidence=f"COMPLETED, completion {end}",
            )


def vs_enrollment(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """The status and the enrollment exclude each other.

    A study is withdrawn exactly if nobody was enrolled, and once it is over the number
    of participants is the actual one (Protocol Registration Data Element Definitions).

    >>> from curation.rules.examples import found, record
    >>> found(vs_enrollment, record(overall_status="WITHDRAWN", enrollment_count=12))
    The study is withdrawn, which means that nobody was enrolled, but it enrolled 12.
    >>> found(vs_enrollment, record(overall_status="WITHDRAWN", enrollment_count=0))
    """
    status, count = record.overall_status, record.enrollment_count
    if count is None:
        return
    evidence = f"{status}, {count} {record.enrollment_type}".rstrip()
    paths = ("enrollment_count", "overall_status")
    if status == "WITHDRAWN" and count:
        yield Found(
            paths=paths,
            message="The study is withdrawn, which means that nobody was enrolled, but "
            f"it enrolled {count}.",
            evidence=evidence,
        )
    elif status and status != "WITHDRAWN" and count == 0:
        yield Found(
            paths=paths,
            message="Nobody was enrolled (0 participants), but the study is not "
            f"withdrawn: its status is {status}.",
            evidence=evidence,
        )
    elif (
        status in ("COMPLETED", "TERMINATED") and record.enrollment_type == "ESTIMATED"
    ):
        yield Found(
            paths=("enrollment_type", "enrollment_count", "overall_status"),
            message=f"The study is {status.lower()}, but its enrollment ({count}) is "
            "still estimated.",
            evidence=evidence,
            fix=_actual("ESTIMATED"),
        )


def enrollment_type_missing(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """The study is closed, and nothing says that its enrollment is the actual one.

    >>> from curation.rules.examples import found, record
    >>> check = enrollment_type_missing
    >>> found(check, record(overall_status="TERMINATED", enrollment_count=10))
    The study is closed; nothing says that its enrollment (10) is the actual one.
    >>> found(check, record(overall_status="RECRUITING", enrollment_count=10))
    """
    count = record.enrollment_count
    if record.overall_status in CLOSED and count is not None:
        if record.enrollment_type:
            return
        yield Found(
            paths=("enrollment_type", "enrollment_count"),
            message=f"The study is closed; nothing says that its enrollment ({count}) "
            "is the actual one.",
            evidence=f"{record.overall_status}, {count}",
            fix=_actual(""),
        )


def _actual(before: str) -> Fix:
    return Fix(
        label="Call the enrollment actual",
        changes=(changed("enrollment_type", before, "ACTUAL"),),
        before=before,
        after="ACTUAL",
        confidence=Confidence.MEDIUM,
    )


RULES = (
    Rule("status.unknown", Severity.NOTE, unknown),
    Rule("status.vs-dates", Severity.ERROR, vs_dates),
    Rule("status.vs-enrollment", Severity.ERROR, vs_enrollment),
    Rule("enrollment.type-missing", Severity.NOTE, enrollment_type_missing),
)
