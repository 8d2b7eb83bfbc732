import datetime

import pytest
from django.utils import timezone

from curation import assignments
from curation.models import Review, ReviewEvent
from curation.reviews import Refused
from curation.tests.factory import act, make_trial, make_user
from trials.models import ChangeSet

# Some trials at a time are changed in a transaction, all as part of one act.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ana():
    return make_user("submit_review", username="ana")


@pytest.fixture
def lead():
    return make_user("assign_review", username="lead")


@pytest.fixture
def trials():
    return [make_trial(nct_id=f"NCT{number:08}") for number in (1, 2, 3)]


def ids(trials):
    return [trial.pk for trial in trials]


def assign(trials, assignee, by):
    one = act(ChangeSet.Kind.REVIEW, by)
    return assignments.assign(ids(trials), assignee, one)


def prioritise(trials, priority, by):
    one = act(ChangeSet.Kind.REVIEW, by)
    return assignments.prioritise(ids(trials), priority, one)


def assignees():
    found = Review.objects.order_by("pk")
    return list(found.values_list("assignee__username", flat=True))


def test_many_trials_are_assigned_in_one_act(trials, ana, lead):
    assert assign(trials[:2], ana, lead) == 2

    assert assignees() == ["ana", "ana", None]
    change_set = ChangeSet.objects.get(kind=ChangeSet.Kind.REVIEW)
    events = change_set.review_events.order_by("trial").values_list("kind", "new")
    assert change_set.actor == lead
    assert list(events) == [("assigned", "ana")] * 2


def test_trials_of_several_transactions_are_one_act(trials, ana, lead, monkeypatch):
    monkeypatch.setattr(assignments, "AT_ONCE", 1)

    assert assign(trials, ana, lead) == 3

    change_set = ChangeSet.objects.get(kind=ChangeSet.Kind.REVIEW)
    assert change_set.review_events.count() == 3


def test_what_is_assigned_already_leaves_no_trace(trials, ana, lead):
    assign(trials[:2], ana, lead)

    assert assign(trials, ana, lead) == 1
    assert assign(trials, ana, lead) == 0

    assert ReviewEvent.objects.count() == 3
    assert ChangeSet.objects.filter(kind=ChangeSet.Kind.REVIEW).count() == 2


def test_trials_are_taken_from_whoever_had_them(trials, ana, lead):
    assign(trials, ana, lead)

    assert assign(trials[:1], None, lead) == 1

    assert assignees() == [None, "ana", "ana"]
    event = trials[0].review_events.first()
    assert (event.old, event.new) == ("ana", "")


@pytest.mark.parametrize(("is_theirs", "is_kept"), [(True, True), (False, False)])
def test_assigning_drops_the_claim_of_anyone_else(
    trials, ana, lead, is_theirs, is_kept
):
    holder = ana if is_theirs else lead
    until = timezone.now() + datetime.timedelta(hours=1)
    Review.objects.update(holder=holder, held_until=until)

    assign(trials[:1], ana, lead)

    review = Review.objects.get(pk=trials[0].pk)
    kept = (review.holder, review.held_until)
    assert kept == ((ana, until) if is_kept else (None, None))


@pytest.mark.parametrize(
    "changes", [{"username": "auditor"}, {"username": "gone", "is_active": False}]
)
def test_only_who_may_submit_is_assigned_anything(trials, lead, changes):
    permissions = ["submit_review"] if changes["username"] == "gone" else []
    someone = make_user(*permissions, **changes)

    with pytest.raises(Refused, match="may not submit"):
        assign(trials, someone, lead)

    assert assignees() == [None] * 3
    assert not ReviewEvent.objects.exists()


def test_many_trials_get_a_priority_in_one_act(trials, lead):
    high = Review.Priority.HIGH
    assert prioritise(trials[:2], high, lead) == 2
    assert prioritise(trials, high, lead) == 1

    assert set(Review.objects.values_list("priority", flat=True)) == {high}
    events = ReviewEvent.objects.values_list("kind", "old", "new")
    assert list(events) == [("priority", "2", "3")] * 3
    assert ChangeSet.objects.filter(kind=ChangeSet.Kind.REVIEW).count() == 2


def test_an_assignee_and_a_priority_can_be_one_act(trials, ana, lead):
    one = act(ChangeSet.Kind.REVIEW, lead)

    assignments.assign(ids(trials), ana, one)
    assignments.prioritise(ids(trials), Review.Priority.LOW, one)

    change_set = ChangeSet.objects.get(kind=ChangeSet.Kind.REVIEW)
    assert change_set.review_events.count() == 6
