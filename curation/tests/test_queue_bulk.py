"""Many trials of the queue given to someone, or a priority, at once."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from curation.models import Review, ReviewEvent
from curation.pages import queue as page
from curation.tests.factory import make_trial, make_user
from trials.models import ChangeSet

pytestmark = pytest.mark.django_db

QUEUE = "admin:curation_queue"
ASSIGN = "admin:curation_queue_assign"


@pytest.fixture
def reviewer(client):
    """A reviewer who is logged in."""
    user = make_user(username="me")
    user.groups.add(Group.objects.get(name="reviewer"))
    client.force_login(user)
    return user


@pytest.fixture
def trials():
    """Three trials without a finding."""
    trials = [make_trial(nct_id=f"NCT{number:08}") for number in (1, 2, 3)]
    for trial in trials:
        trial.findings.all().delete()
    return trials


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def assign(client, *chosen, queue="tab=unassigned", **data):
    """What one is told after having applied `data` to the chosen trials."""
    chosen = {"chosen": [trial.pk for trial in chosen], "scope": "chosen"}
    response = client.post(reverse(ASSIGN), chosen | {"queue": queue} | data)
    assert response.url == f"{reverse(QUEUE)}?{queue}"
    return told(response)[-1]


def assignees():
    found = Review.objects.order_by("pk")
    return list(found.values_list("assignee__username", flat=True))


def test_the_ticked_trials_are_assigned(client, reviewer, trials):
    ana = make_user("submit_review", username="ana")

    said = assign(client, trials[0], trials[2], assignee=ana.pk)

    assert said == "2 trials are now assigned to ana."
    assert assignees() == ["ana", None, "ana"]


def test_all_trials_of_a_filter_are_assigned(client, reviewer, trials):
    said = assign(
        client,
        scope="all",
        assignee=reviewer.pk,
        queue="tab=unassigned&q=NCT00000002",
    )

    assert said == "1 trial is now assigned to me."
    assert assignees() == [None, "me", None]


def test_all_trials_of_a_rule_are_assigned(client, reviewer, trials):
    for trial in trials[1:]:
        values = {"severity": 1, "message": "!", "opened_at": timezone.now()}
        trial.findings.create(rule="x.one", **values)

    queue = "tab=unassigned&rule=x.one"
    said = assign(client, scope="all", assignee=reviewer.pk, queue=queue)

    assert said == "2 trials are now assigned to me."
    assert assignees() == [None, "me", "me"]


def test_trials_go_back_to_nobody_with_a_priority(client, reviewer, trials):
    Review.objects.update(assignee=reviewer)

    said = assign(client, trials[0], trials[1], assignee="nobody", priority=3)

    assert said == "2 trials are now assigned to nobody and of high priority."
    assert assignees() == [None, None, "me"]
    priorities = Review.objects.order_by("pk").values_list("priority", flat=True)
    assert list(priorities) == [3, 3, 2]


@pytest.mark.parametrize(
    "data",
    [{}, {"assignee": "nobody!"}, {"assignee": "-1"}, {"priority": "9"}, {"scope": ""}],
)
def test_what_makes_no_sense_changes_nothing(client, reviewer, trials, data):
    said = assign(client, *trials, **data)

    assert "Nothing was changed" in said
    assert not ReviewEvent.objects.exists()


def test_an_account_that_may_not_submit_cannot_be_chosen(client, reviewer, trials):
    auditor = make_user(username="auditor")

    assert "Nothing was changed" in assign(client, *trials, assignee=auditor.pk)
    assert assignees() == [None] * 3


def test_nothing_ticked_changes_nothing(client, reviewer, trials):
    assert "Nothing to change" in assign(client, assignee=reviewer.pk)
    assert not ChangeSet.objects.filter(kind=ChangeSet.Kind.REVIEW).exists()


def test_more_than_a_request_can_change_are_left_for_the_next(
    client, reviewer, trials, monkeypatch
):
    monkeypatch.setattr(page, "MOST_AT_ONCE", 2)
    everything = {"scope": "all", "priority": 1, "queue": "tab=working"}

    assert "1 more" in assign(client, **everything)
    assert assign(client, **everything) == "1 trial is now of low priority."

    assert set(Review.objects.values_list("priority", flat=True)) == {1}
