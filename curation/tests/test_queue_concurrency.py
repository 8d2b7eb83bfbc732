"""What many take from the queue at once, each over a connection of their own."""

from collections import Counter
from threading import Event

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.utils import timezone
from msgspec.structs import replace

from curation import assignments, queue, review_events
from curation.locks import hold
from curation.models import Review, ReviewEvent
from curation.queue import Queue, claim_next
from curation.tests.factory import act, make_trial, make_user
from curation.tests.test_concurrency import at_once, save_until_through
from trials import verification
from trials.models import ChangeSet, Trial

pytestmark = pytest.mark.django_db(transaction=True)

UNASSIGNED = Queue.of(QueryDict("tab=unassigned"))
WORKERS = 10
TRIALS = 40


@pytest.fixture
def workers():
    return [make_user("submit_review", username=f"w{n}") for n in range(WORKERS)]


@pytest.fixture
def trials():
    trials = [make_trial(nct_id=f"NCT{n:08}") for n in range(1, TRIALS + 1)]
    Review.objects.update(state_since=timezone.now())
    return trials


def take_all(worker):
    """The trials that the worker is given, one after the other, until none is left."""
    taken = []
    while trial := claim_next(UNASSIGNED, worker, skip=taken):
        taken.append(trial.pk)
    return taken


def broken_chains():
    """The trials whose events are not numbered and chained as they must be."""
    broken = []
    for review in Review.objects.prefetch_related("trial__review_events__change_set"):
        events = sorted(review.trial.review_events.all(), key=lambda e: e.number)
        hashes = ["", *(event.hash for event in events)]
        if (
            [event.number for event in events] != list(range(1, review.events + 1))
            or [event.previous_hash for event in events] != hashes[:-1]
            or [review_events.digest(event) for event in events] != hashes[1:]
            or review.events_hash != hashes[-1]
        ):
            broken.append(review.trial_id)
    return broken


def test_no_trial_is_given_to_two_of_those_who_take_at_once(workers, trials):
    taken = at_once(lambda number: take_all(workers[number]), WORKERS)

    given = Counter(pk for pks in taken for pk in pks)
    assert given == Counter({trial.pk: 1 for trial in trials})
    holders = dict(Review.objects.values_list("pk", "holder"))
    for worker, pks in zip(workers, taken, strict=True):
        assert {holders[pk] for pk in pks} <= {worker.pk}
    assert ReviewEvent.objects.filter(kind=ReviewEvent.Kind.CLAIMED).count() == TRIALS
    assert broken_chains() == []


def test_many_who_want_the_last_trial_get_it_once(workers):
    trial = make_trial()

    given = at_once(lambda number: claim_next(UNASSIGNED, workers[number]), WORKERS)

    assert Counter(given) == Counter({trial: 1, None: WORKERS - 1})


def test_claims_and_saves_of_the_same_trials_do_not_block_each_other(workers, trials):
    savers = 4

    def work(number):
        if number >= savers:
            return take_all(workers[number])
        # Forwards and backwards, so that saves meet each other and the claims.
        for trial in trials[:8] if number % 2 else reversed(trials[:8]):
            save_until_through(
                trial.pk, lambda record: replace(record, acronym=f"S{number}")
            )
        return []

    taken = at_once(work, WORKERS)

    given = Counter(pk for pks in taken for pk in pks)
    assert given == Counter({trial.pk: 1 for trial in trials})
    versions = Counter(Trial.objects.values_list("version", flat=True))
    assert versions == Counter({1 + savers: 8, 1: TRIALS - 8})
    assert broken_chains() == []
    assert list(verification.verify(Trial.objects.all(), lambda count: None)) == []


@pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="SQLite has one lock, for which a claim waits before it looks.",
)
def test_the_last_trial_is_waited_for_while_it_is_saved(workers, monkeypatch):
    trial = make_trial()
    is_held, is_waited_for = Event(), Event()
    first_held = queue._first_held

    def first_held_or_waited_for(candidates, **how):
        if not how:
            is_waited_for.set()
        return first_held(candidates, **how)

    monkeypatch.setattr(queue, "_first_held", first_held_or_waited_for)

    def work(number):
        if number == 0:
            with transaction.atomic():
                hold(trial.pk)
                is_held.set()
                return is_waited_for.wait(timeout=30)
        is_held.wait(timeout=30)
        try:
            return claim_next(UNASSIGNED, workers[number])
        finally:
            is_waited_for.set()

    assert at_once(work, 2) == [True, trial]


def test_assigning_while_others_take_leaves_each_trial_with_one(workers, trials):
    lead = workers[0]
    pks = [trial.pk for trial in trials]

    def work(number):
        if number == 0:
            one = act(ChangeSet.Kind.REVIEW, lead)
            return assignments.assign(pks[:20], lead, one)
        if number == 1:
            one = act(ChangeSet.Kind.REVIEW, workers[1])
            return assignments.assign(pks[29:9:-1], workers[1], one)
        return take_all(workers[number])

    at_once(work, WORKERS)

    for review in Review.objects.select_related("assignee", "holder"):
        assert review.holder is None or review.assignee in (None, review.holder)
        assert (review.assignee is None) == (review.trial_id in pks[30:])
        assert (review.holder is None) == (review.trial_id not in pks[30:])
    assert broken_chains() == []
