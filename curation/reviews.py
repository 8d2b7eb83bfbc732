"""The review of a trial: its states, and the steps between them with their guards.

    imported ─▶ in review ─▶ submitted ─▶ approved ─▶ reopened
                  ▲             │                       │
                  │             ▼                       │
                  ├───────── returned                   │
                  └─────────────────────────────────────┘

Whoever changes a trial by hand, or submits it, brings it into review on the way. Every
step is an event of the review, in the change set of the act that made it.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from curation import review_events
from curation.acts import Act
from curation.locks import lock
from curation.models import Finding, Review, ReviewEvent
from curation.rules.rule import Severity
from trials import bulk
from trials.models import ChangeSet, FieldChange, Revision, SourceDocument, Trial
from trials.record.sections import SECTIONS

State = Review.State
Kind = ReviewEvent.Kind


class Refused(Exception):
    """What cannot be done with a trial as its review stands: why, and what to do."""


@dataclass(frozen=True)
class Transition:
    """A step of a review: from which states, to which, and who may take it.

    `permission` is "app.codename". The note of the act says why where `needs_note`.
    """

    name: str
    label: str
    sources: frozenset[State]
    target: State
    permission: str
    needs_note: bool = False


RESTING = frozenset({State.IMPORTED, State.RETURNED, State.REOPENED})
"""Nobody works on the record yet, or again; a change by hand starts the review."""
WORKING = RESTING | {State.IN_REVIEW}
"""It is the curators' turn."""

SUBMIT = Transition(
    "submit", "Submit", WORKING, State.SUBMITTED, "curation.submit_review"
)
APPROVE = Transition(
    "approve",
    "Approve",
    frozenset({State.SUBMITTED}),
    State.APPROVED,
    "curation.approve_review",
)
RETURN = Transition(
    "return",
    "Return",
    frozenset({State.SUBMITTED}),
    State.RETURNED,
    "curation.approve_review",
    needs_note=True,
)
REOPEN = Transition(
    "reopen",
    "Reopen",
    frozenset({State.APPROVED}),
    State.REOPENED,
    "curation.approve_review",
    needs_note=True,
)
KEEP = Transition(
    "keep",
    "Keep the approval",
    frozenset({State.APPROVED}),
    State.APPROVED,
    "curation.approve_review",
)
TRANSITIONS = {step.name: step for step in (SUBMIT, APPROVE, RETURN, REOPEN, KEEP)}


@transaction.atomic
def take(trial_id: int, step: Transition, *, version: int, act: Act) -> Review:
    """Take a step with the trial at `version`, the one that the person looked at.

    Raises StaleVersion where the trial moved on, and Refused where a guard says no.
    """
    trial = lock(trial_id, version)
    review = trial.review
    if why := why_not(review, step, act.by):
        raise Refused(why)
    if step.needs_note and not act.note.strip():
        raise Refused(f"Please write why you {step.label.lower()} {trial.nct_id}.")
    change_set = act.change_set()
    if step is SUBMIT:
        _start(review, change_set, trial.version)
        review.submitted_by = act.by
        if review.assignee is None:
            give(review, act.by, change_set, trial.version)
    if step in (APPROVE, KEEP):
        review.looked_at = change_set.at
    if step is APPROVE:
        review.approved_by, review.approved_at = act.by, change_set.at
        review.approved_version = trial.version
    if step is KEEP:
        review_events.append(review, Kind.KEPT, change_set, version=trial.version)
    else:
        _move(review, step.target, change_set, trial.version)
    review.holder = review.held_until = None
    save(review)
    return review


def save(review: Review) -> None:
    """Write the review, whose row is held. An insert is not tried."""
    review.save(force_update=True)


_COLUMNS = bulk.columns_of(Review, without=["trial_id"])


def save_all(held: Sequence[Review]) -> None:
    """`save` many."""
    names = (*_COLUMNS, "state_since")
    bulk.update(Review, names, bulk.rows_of((*names, "trial_id"), held))


def why_not(review: Review, step: Transition, user: AbstractBaseUser) -> str:
    """Why `user` cannot take the step now: a sentence; "" where nothing is against it.

    Permissions are the business of whoever asks.
    """
    nct_id = review.trial.nct_id
    if review.trial.withdrawn:
        return f"{nct_id} is withdrawn."
    if review.state not in step.sources:
        return f"{nct_id} is {review.get_state_display().lower()} by now."
    if step in (SUBMIT, APPROVE) and (errors := open_errors(review.trial)):
        count = "1 error is" if errors == 1 else f"{errors} errors are"
        return f"{count} open on {nct_id}: fix or waive what is found first."
    if step is APPROVE and settings.FOUR_EYES and user.pk in authors(review):
        return (
            f"You changed or submitted {nct_id} since it was last approved. "
            "Another person has to approve it."
        )
    return ""


def open_errors(trial: Trial) -> int:
    """How many open findings say that the record is wrong."""
    error = Finding.SEVERITIES[Severity.ERROR]
    return trial.findings.filter(state=Finding.State.OPEN, severity=error).count()


def authors(review: Review) -> set[int]:
    """The accounts that changed the record since its last approval, or submitted it.

    A page that was imported is not the work of who imported it.
    """
    later = Revision.objects.filter(
        trial=review.trial_id, number__gt=review.approved_version or 0
    ).exclude(change_set__kind=ChangeSet.Kind.IMPORT)
    actors = later.order_by().values_list("change_set__actor", flat=True).distinct()
    return {*actors, review.submitted_by_id} - {None}


def authored_by(user: AbstractBaseUser) -> Q:
    """The reviews that have `user` among their `authors`."""
    later = Revision.objects.filter(
        trial=OuterRef("pk"),
        number__gt=Coalesce(OuterRef("approved_version"), 0),
        change_set__actor=user,
    ).exclude(change_set__kind=ChangeSet.Kind.IMPORT)
    return Q(submitted_by=user) | Q(Exists(later))


def refuse_change(review: Review) -> None:
    """Raise Refused where the record must not change: it is approved."""
    if review.state == State.APPROVED:
        raise Refused(
            f"{review.trial.nct_id} is approved, and so read-only. "
            "A reviewer can reopen it."
        )


def changed(review: Review, change_set: ChangeSet, version: int) -> None:
    """Note that the act left the record as `version`; the caller saves the review.

    Who changes a record by hand, or has it from the queue, works on it from then on:
    it is in review, theirs if it was nobody's, and goes to no one else for a while.
    """
    actor = change_set.actor
    is_by_hand = change_set.kind == ChangeSet.Kind.EDIT
    if actor is None or not (is_by_hand or review.holder_id == actor.pk):
        return
    if review.state in RESTING:
        _start(review, change_set, version)
    if review.assignee is None and review.state in WORKING:
        give(review, actor, change_set, version)
    if not held_by_another(review, actor):
        review.holder, review.held_until = actor, hold_ends()


def give(
    review: Review,
    assignee: AbstractBaseUser | None,
    change_set: ChangeSet,
    version: int,
) -> None:
    """Make `assignee`, or nobody, answer for the record. The caller saves."""
    review_events.append(
        review,
        Kind.ASSIGNED,
        change_set,
        version=version,
        old=_name(review.assignee),
        new=_name(assignee),
    )
    review.assignee = assignee


def _name(user: AbstractBaseUser | None) -> str:
    return user.get_username() if user else ""


def held_by_another(review: Review, user: AbstractBaseUser) -> bool:
    """Whether somebody else has the trial from the queue now."""
    return (
        review.holder_id is not None
        and review.holder_id != user.pk
        and review.held_until > timezone.now()
    )


def hold_ends() -> datetime.datetime:
    """When a claim that is made or renewed now expires."""
    return timezone.now() + datetime.timedelta(minutes=settings.CLAIM_MINUTES)


def _start(review: Review, change_set: ChangeSet, version: int) -> None:
    if review.state in RESTING:
        _move(review, State.IN_REVIEW, change_set, version)


def _move(
    review: Review, state: State, change_set: ChangeSet, version: int
) -> ReviewEvent:
    old, review.state = review.state, state
    review.state_since = change_set.at
    return review_events.append(
        review, Kind.STATE, change_set, version=version, old=old, new=state
    )


# Another look


def needs_another_look() -> Q:
    """Approved reviews where, since a reviewer looked, a rule found something new, or
    another page of the trial came in."""
    # Read once for all reviews, not once for each.
    pages = SourceDocument.objects.filter(
        status=SourceDocument.Status.PENDING,
        imported_at__gt=F("trial__review__looked_at"),
    )
    approved = Q(state=State.APPROVED)
    # The state in either part: SQLite takes an index for a part by what stands in it.
    is_found = approved & Q(found_at__gt=F("looked_at"))
    return is_found | approved & Q(pk__in=pages.values("trial"))


# Sections that were checked


@transaction.atomic
def tick(
    trial_id: int, section: str, *, is_checked: bool, version: int, act: Act
) -> None:
    """Tick a section, named by its slug, as checked at `version`, or take that back.

    Raises StaleVersion where the trial moved on since the person looked at it.
    """
    trial = lock(trial_id, version)
    review = trial.review
    if is_checked == (section in ticks(trial)):
        return
    kind = Kind.CHECKED if is_checked else Kind.UNCHECKED
    change_set = act.change_set()
    review_events.append(review, kind, change_set, version=version, path=section)
    save(review)


def ticks(trial: Trial) -> dict[str, ReviewEvent]:
    """Slug -> who checked the section and when, where nothing in it changed since."""
    events = trial.review_events.filter(kind__in=(Kind.CHECKED, Kind.UNCHECKED))
    last = {event.path: event for event in _acts(events).order_by("number")}
    checked = {slug: e for slug, e in last.items() if e.kind == Kind.CHECKED}
    if not checked:
        return {}
    since = min(event.version for event in checked.values())
    changes = FieldChange.objects.filter(trial=trial, revision__number__gt=since)
    versions = (
        changes.order_by().values_list("section").annotate(Max("revision__number"))
    )
    changed_at = dict(versions)
    return {
        section.slug: checked[section.slug]
        for section in SECTIONS
        if section.slug in checked
        and changed_at.get(section.slug, 0) <= checked[section.slug].version
    }


def _acts(events: QuerySet[ReviewEvent]) -> QuerySet[ReviewEvent]:
    return events.select_related("change_set")
