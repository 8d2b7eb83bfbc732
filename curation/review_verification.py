"""Whether the reviews are what their events say, and nobody changed those.

The events are verified by their numbers, links and hashes, and each review and its
comments against what the events say of them. As with the revisions, an end that was cut
off together with what it left in the rows shows only against a note of the heads that
was kept elsewhere: see `trials.heads`.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import attrgetter
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from curation import review_events
from curation.models import AccountEvent, Comment, Review, ReviewEvent
from trials.heads import Head
from trials.models import ChangeSet, Revision, Trial
from trials.verification import Fault, Progress

BATCH = 200
"""Reviews that are held at once."""
CHUNK = 2000
"""Events that are read from the database at once."""
EVENT = "review event"
"""What a fault and a noted head of this history call its rows."""

Kind = ReviewEvent.Kind
State = Review.State


class Thread(NamedTuple):
    """A comment, as its events tell it; `number` is that of the first."""

    number: int
    path: str
    is_open: bool = True


@dataclass
class Told:
    """What a review's events, heard in their order, say that it is now.

    `threads` are its comments, by the ids of their first events.
    """

    state: str = State.IMPORTED
    state_since: datetime.datetime | None = None
    assignee: str = ""
    priority: str = str(Review.Priority.NORMAL.value)
    submitted_by: int | None = None
    approved_by: int | None = None
    approved_at: datetime.datetime | None = None
    approved_version: int | None = None
    looked_at: datetime.datetime | None = None
    threads: dict[int, Thread] = field(default_factory=dict)

    def hear(self, event: ReviewEvent) -> None:
        """Take in the next event."""
        act = event.change_set
        match event.kind:
            case Kind.STATE:
                self.state, self.state_since = event.new, act.at
                if event.new == State.SUBMITTED:
                    self.submitted_by = act.actor_id
                if event.new == State.APPROVED:
                    self.approved_by, self.approved_at = act.actor_id, act.at
                    self.approved_version = event.version
                    self.looked_at = act.at
            case Kind.KEPT:
                self.looked_at = act.at
            case Kind.ASSIGNED:
                self.assignee = event.new
            case Kind.PRIORITY:
                self.priority = event.new
            case Kind.COMMENTED if event.about_id is None:
                self.threads[event.pk] = Thread(event.number, event.path)
            case Kind.RESOLVED | Kind.REOPENED if event.about_id in self.threads:
                thread = self.threads[event.about_id]
                is_open = event.kind == Kind.REOPENED
                self.threads[event.about_id] = thread._replace(is_open=is_open)


def verify(trials: QuerySet[Trial], progress: Progress) -> Iterator[Fault]:
    """Everything that is wrong with the reviews of `trials` and their events."""
    done = 0
    rows = trials.select_related("review__assignee").iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        if faults := _batch_faults(batch):
            # Someone may be at work on one of them. Look again while nobody can.
            numbers = {fault.nct_id for fault in faults}
            suspects = Trial.objects.filter(nct_id__in=numbers).order_by("pk")
            with transaction.atomic():
                # A save holds the trial and then its review, a claim the review alone.
                len(suspects.select_for_update(no_key=True))
                reviews = Review.objects.filter(trial__in=suspects).order_by("pk")
                len(reviews.select_for_update(no_key=True))
                faults = _batch_faults(suspects.select_related("review__assignee"))
        yield from faults
        done += len(batch)
        progress(done)


def _batch_faults(batch: Iterable[Trial]) -> list[Fault]:
    trials = {trial.pk: trial for trial in batch}
    comments = {row.pk: row for row in Comment.objects.filter(trial__in=trials)}
    rows = ReviewEvent.objects.filter(trial__in=trials).select_related("change_set")
    events = rows.order_by("trial_id", "number").iterator(chunk_size=CHUNK)
    faults, told = [], {trial_id: Told() for trial_id in trials}
    last: dict[int, tuple[int, str]] = {}
    for trial_id, some in groupby(events, key=attrgetter("trial_id")):
        number, last_hash = 0, ""
        for event in some:
            faults += _event_faults(trials[trial_id], event, number, last_hash)
            number, last_hash = event.number, event.hash
            told[trial_id].hear(event)
        last[trial_id] = number, last_hash
    for trial_id, trial in trials.items():
        if not hasattr(trial, "review"):
            faults.append(Fault(trial.nct_id, 0, "It has no review."))
            continue
        faults += _end_faults(trial, *last.get(trial_id, (0, "")))
        for what in _row_faults(trial.review, told[trial_id]):
            faults.append(Fault(trial.nct_id, 0, what))
    for trial_id, trial in trials.items():
        faults += _thread_faults(trial, told[trial_id], comments)
    for comment in comments.values():
        what = f"Comment {comment.pk} has no event that begins it."
        faults.append(Fault(trials[comment.trial_id].nct_id, 0, what))
    return faults


def _event_faults(
    trial: Trial, event: ReviewEvent, number: int, last_hash: str
) -> Iterator[Fault]:
    """What is wrong with an event that comes after the one of `number`."""
    if event.number > number + 1:
        yield Fault(trial.nct_id, 0, _gap(number + 1, event.number - 1))
    elif event.previous_hash != last_hash:
        what = "It does not continue the event before it: that one has another hash."
        yield Fault(trial.nct_id, event.number, what, EVENT)
    if event.hash != review_events.digest(event):
        what = "Its hash does not fit what it says."
        yield Fault(trial.nct_id, event.number, what, EVENT)


def _end_faults(trial: Trial, number: int, last_hash: str) -> Iterator[Fault]:
    """What is wrong with the last event, as the review has noted it."""
    review = trial.review
    if review.events > number:
        yield Fault(trial.nct_id, 0, _gap(number + 1, review.events))
    elif review.events < number:
        what = f"The review says that it has {review.events} events."
        yield Fault(trial.nct_id, number, what, EVENT)
    elif review.events_hash != last_hash:
        what = "The review has noted another hash for its last event."
        yield Fault(trial.nct_id, number, what, EVENT)


def _row_faults(review: Review, told: Told) -> Iterator[str]:
    """Where the review's row says something else than its events."""
    if review.state != told.state:
        yield f"The review is {review.state}; its events say {told.state}."
    if told.state_since and review.state_since != told.state_since:
        yield "The review is in its state since another time than its events say."
    if told.priority != str(review.priority):
        yield f"The priority is {review.priority}; its events say {told.priority}."
    name = review.assignee.get_username() if review.assignee else ""
    if name != told.assignee and not _was_called(review.assignee_id, told.assignee):
        yield (
            f"It is assigned to {name or 'nobody'}; "
            f"the events say {told.assignee or 'nobody'}."
        )
    for attribute in (
        "submitted_by_id",
        "approved_by_id",
        "approved_at",
        "approved_version",
        "looked_at",
    ):
        said = getattr(told, attribute.removesuffix("_id"))
        if getattr(review, attribute) != said:
            what = attribute.removesuffix("_id").replace("_", " ")
            yield f"The review's “{what}” is not what its events say."


def _was_called(account_id: int | None, name: str) -> bool:
    """Whether the account once had the name, which someone changed since."""
    events = AccountEvent.objects.filter(
        account=account_id, kind=AccountEvent.Kind.RENAMED, old=name
    )
    return bool(account_id and name) and events.exists()


def _thread_faults(
    trial: Trial, told: Told, comments: dict[int, Comment]
) -> Iterator[Fault]:
    """Where the comments say something else than the events; takes out those seen."""
    for first_id, thread in told.threads.items():
        comment = comments.pop(first_id, None)
        if comment is None:
            what = "Its comment is missing."
        elif (comment.trial_id, comment.path) != (trial.pk, thread.path):
            what = "Its comment stands at another place."
        elif comment.is_open != thread.is_open:
            now, said = (
                ("open", "resolved") if comment.is_open else ("resolved", "open")
            )
            what = f"Its comment is {now}; the events say {said}."
        else:
            continue
        yield Fault(trial.nct_id, thread.number, what, EVENT)


def _gap(first: int, last: int) -> str:
    if first == last:
        return f"Review event {first} is missing."
    return f"Review events {first} to {last} are missing."


def strays() -> Iterator[Fault]:
    """Events without a trial, and acts of the review whose events someone took away."""
    trial = Trial.objects.filter(pk=OuterRef("trial_id"))
    for number, trial_id in ReviewEvent.objects.filter(~Exists(trial)).values_list(
        "number", "trial_id"
    ):
        what = f"It belongs to a trial {trial_id} that is not there."
        yield Fault("", number, what, EVENT)
    acts = ChangeSet.objects.filter(
        ~Exists(ReviewEvent.objects.filter(change_set=OuterRef("pk"))),
        ~Exists(Revision.objects.filter(change_set=OuterRef("pk"))),
        kind__in=(ChangeSet.Kind.TRANSITION, ChangeSet.Kind.REVIEW),
    )
    for act in acts:
        yield Fault("", 0, f"Nothing is left of act {act.pk} ({act}).")


def heads(trials: QuerySet[Trial]) -> Iterator[Head]:
    """The last event of each review of `trials` that has one."""
    last = ReviewEvent.objects.filter(
        trial__in=trials, number=F("trial__review__events")
    )
    rows = last.order_by("trial__nct_id").values_list("trial__nct_id", "number", "hash")
    for row in rows.iterator():
        yield Head(*row, EVENT)
