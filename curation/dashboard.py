"""What the start page tells: where the trials stand, and how the work on them goes.

Withdrawn trials count nowhere but under their own name. Days are those of UTC.
"""

import datetime
import math
import statistics
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import (
    Case,
    Count,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils import timezone

from curation.models import Comment, Finding, Review, ReviewEvent
from curation.reviews import WORKING, needs_another_look
from curation.rules.rule import Severity
from trials.models import SourceDocument, Trial

State = Review.State

ROWS = 10
"""Trials of the own queue, and rules, that are shown."""

MENTIONS = 5
"""Comments that are shown."""

WEEKS = 12
"""How far back progress is shown; day by day on a desk that is younger than this:"""
YOUNG = datetime.timedelta(weeks=3)

APPROVALS_SINCE = datetime.timedelta(days=90)
"""How far back approvals count for how long they took."""
MOST_APPROVALS = 5000
"""The latest of them that are looked at."""


def _withdrawn() -> QuerySet[Trial]:
    return Trial.objects.filter(withdrawn=True).order_by()


def _reviews() -> QuerySet[Review]:
    # Few trials are withdrawn, and an index lists them: a join would read all trials.
    return Review.objects.exclude(trial__in=_withdrawn())


# Where the trials stand


@dataclass(frozen=True)
class StateCount:
    """How many trials are in a state of the review."""

    state: State
    trials: int


@dataclass(frozen=True)
class Standing:
    """How many trials there are, by state and by what there is to look at."""

    states: tuple[StateCount, ...]
    with_errors: int
    with_warnings: int
    another_look: int
    withdrawn: int

    @property
    def total(self) -> int:
        """The trials in use."""
        return sum(count.trials for count in self.states)


def standing() -> Standing:
    """Count all trials."""
    rows = (
        _reviews()
        .values("state")
        .annotate(
            trials=Count("pk"),
            with_errors=Count("pk", filter=Q(open_errors__gt=0)),
            with_warnings=Count("pk", filter=Q(open_warnings__gt=0)),
        )
    )
    by_state = {row["state"]: row for row in rows}
    return Standing(
        states=tuple(
            StateCount(state, by_state[state]["trials"] if state in by_state else 0)
            for state in State
        ),
        with_errors=sum(row["with_errors"] for row in by_state.values()),
        with_warnings=sum(row["with_warnings"] for row in by_state.values()),
        another_look=_reviews().filter(needs_another_look()).count(),
        withdrawn=_withdrawn().count(),
    )


# What waits for one person


@dataclass(frozen=True)
class Mine:
    """How many trials are someone's to work on, and the `first` of them."""

    total: int
    first: tuple[Review, ...]


def mine(user: AbstractBaseUser) -> Mine:
    """What `user` answers for or holds, and has to bring on; the urgent first."""
    is_held = Q(holder=user, held_until__gt=timezone.now())
    theirs = _reviews().filter(Q(assignee=user) | is_held, state__in=WORKING)
    first = theirs.select_related("trial").only(
        "state",
        "state_since",
        "priority",
        "open_errors",
        "open_warnings",
        "trial__nct_id",
        "trial__brief_title",
        "trial__official_title",
    )
    order = ("-priority", "-open_errors", "state_since", "pk")
    return Mine(theirs.count(), tuple(first.order_by(*order)[:ROWS]))


def mentions(user: AbstractBaseUser) -> tuple[Comment, ...]:
    """The latest open comments that call `user` by name."""
    comments = (
        Comment.objects.filter(mentions=user, is_open=True)
        .exclude(trial__in=_withdrawn())
        .select_related("trial", "first__change_set")
        .only(
            "path",
            "trial__nct_id",
            "first__new",
            "first__change_set__at",
            "first__change_set__actor_name",
        )
    )
    return tuple(comments.order_by("-first_id")[:MENTIONS])


# What was found


@dataclass(frozen=True)
class RuleCount:
    """How many findings of a rule are open."""

    rule: str
    errors: int
    warnings: int


def rules() -> tuple[RuleCount, ...]:
    """The rules with the most open errors, then warnings. Notes are not counted."""
    error, warning = (
        Finding.SEVERITIES[severity] for severity in (Severity.ERROR, Severity.WARNING)
    )
    # Grouped as an index has them, which alone is read then.
    rows = (
        Finding.objects.filter(state=Finding.State.OPEN, severity__in=(error, warning))
        .order_by()
        .values_list("severity", "rule")
        .annotate(Count("pk"))
    )
    counts = {(severity, rule): count for severity, rule, count in rows}
    found = [
        RuleCount(rule, counts.get((error, rule), 0), counts.get((warning, rule), 0))
        for rule in {rule for _, rule in counts}
    ]
    found.sort(key=lambda row: (-row.errors, -row.warnings, row.rule))
    return tuple(found[:ROWS])


@dataclass(frozen=True)
class ReaderCount:
    """What one version of the reader of a layout made of the pages that count.

    Of its trials: how many have lines not placed or values that are doubtful, how many
    have errors and warnings open.
    """

    layout: str
    reader_version: int
    trials: int
    doubtful: int
    with_errors: int
    with_warnings: int


def readers() -> tuple[ReaderCount, ...]:
    """What each reader left to do, in the trials' current pages."""
    pages = SourceDocument.objects.filter(status=SourceDocument.Status.CURRENT)
    rows = (
        pages.exclude(trial__in=_withdrawn())
        .values("layout", "reader_version")
        .annotate(
            trials=Count("pk"),
            doubtful=Count(
                "pk", filter=Q(unplaced_count__gt=0) | Q(warning_count__gt=0)
            ),
            with_errors=Count("pk", filter=Q(trial__review__open_errors__gt=0)),
            with_warnings=Count("pk", filter=Q(trial__review__open_warnings__gt=0)),
        )
        .order_by("layout", "reader_version")
    )
    return tuple(ReaderCount(**row) for row in rows)


# How it goes


@dataclass(frozen=True)
class Period:
    """The days from `since` on and before `until`, and the trials that came then into a
    state; each trial counts once in a period and state."""

    since: datetime.date
    until: datetime.date
    imported: int = 0
    submitted: int = 0
    approved: int = 0


@dataclass(frozen=True)
class Progress:
    """Days, or weeks from Monday on, up to now; the oldest first."""

    by_week: bool
    periods: tuple[Period, ...]


def progress() -> Progress:
    """What came in and what got done: by week, on a young desk by day."""
    today = timezone.now().date()
    oldest = Trial.objects.aggregate(oldest=Min("created_at"))["oldest"]
    first = oldest.date() if oldest else today
    by_week = today - first >= YOUNG
    if by_week:
        length = datetime.timedelta(weeks=1)
        monday = today - datetime.timedelta(days=today.weekday())
        first = max(first, monday - (WEEKS - 1) * length)
        first -= datetime.timedelta(days=first.weekday())
    else:
        length = datetime.timedelta(days=1)
    starts = [first + n * length for n in range((today - first) // length + 1)]
    spans = [(since, since + length) for since in starts]
    counts = _imported(spans) | _moved(spans)
    periods = [
        Period(
            *span,
            **{
                state.value: counts.get((state, number), 0)
                for state in (State.IMPORTED, State.SUBMITTED, State.APPROVED)
            },
        )
        for number, span in enumerate(spans)
    ]
    return Progress(by_week, tuple(periods))


Spans = list[tuple[datetime.date, datetime.date]]


def _imported(spans: Spans) -> dict[tuple[State, int], int]:
    """(imported, number of the span) -> trials."""
    rows = (
        Trial.objects.exclude(pk__in=_withdrawn())
        .filter(created_at__gte=_midnight(spans[0][0]))
        .order_by()
        .values_list(_number("created_at", spans))
        .annotate(Count("pk"))
    )
    return {(State.IMPORTED, number): count for number, count in rows}


def _moved(spans: Spans) -> dict[tuple[State, int], int]:
    """(submitted or approved, number of the span) -> trials."""
    rows = (
        _events(spans[0][0], spans[-1][1])
        .filter(new__in=(State.SUBMITTED, State.APPROVED))
        .exclude(trial__in=_withdrawn())
        .order_by()
        .values_list("new", _number("change_set__at", spans))
        .annotate(Count("trial", distinct=True))
    )
    return {(State(state), number): count for state, number, count in rows}


def _number(time: str, spans: Spans) -> Case:
    """The number of the span that holds the column's time, by comparison alone: SQLite
    has no function of its own that cuts a time down to its week."""
    return Case(
        *(
            When(**{f"{time}__lt": _midnight(until)}, then=Value(number))
            for number, (_, until) in enumerate(spans)
        )
    )


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)


def _events(since: datetime.date, until: datetime.date) -> QuerySet[ReviewEvent]:
    """The changes of state in these days."""
    return ReviewEvent.objects.filter(
        kind=ReviewEvent.Kind.STATE,
        change_set__at__gte=_midnight(since),
        change_set__at__lt=_midnight(until),
    )


def reached(state: State, since: datetime.date, until: datetime.date) -> Q:
    """The trials that came into the state from `since` on and before `until`."""
    if state == State.IMPORTED:
        return Q(created_at__gte=_midnight(since), created_at__lt=_midnight(until))
    return Q(pk__in=_events(since, until).filter(new=state).values("trial"))


@dataclass(frozen=True)
class TimeToApproval:
    """How long the `trials` approved from `since` on and before `until` took.

    From the import to the first approval, half of them took `median` or less, nine of
    ten `ninetieth` or less. `is_cut`: more were approved, and only the latest count.
    """

    since: datetime.date
    until: datetime.date
    trials: int
    is_cut: bool
    median: datetime.timedelta
    ninetieth: datetime.timedelta


def time_to_approval() -> TimeToApproval | None:
    """How long trials took that were approved lately; None where none was."""
    until = timezone.now().date() + datetime.timedelta(days=1)
    since = until - APPROVALS_SINCE
    first = ReviewEvent.objects.filter(
        trial=OuterRef("trial"), kind=ReviewEvent.Kind.STATE, new=State.APPROVED
    ).order_by("number")
    rows = (
        _events(since, until)
        .filter(new=State.APPROVED)
        .exclude(trial__in=_withdrawn())
        .order_by("-change_set__at", "-pk")
        .values_list(
            "trial",
            F("trial__created_at"),
            Subquery(first.values("change_set__at")[:1]),
        )
    )
    latest = list(rows[: MOST_APPROVALS + 1])
    is_cut = len(latest) > MOST_APPROVALS
    took = {trial: done - came for trial, came, done in latest[:MOST_APPROVALS]}
    if not took:
        return None
    ordered = sorted(took.values())
    return TimeToApproval(
        since,
        until,
        trials=len(ordered),
        is_cut=is_cut,
        median=statistics.median(ordered),
        ninetieth=ordered[math.ceil(0.9 * len(ordered)) - 1],
    )
