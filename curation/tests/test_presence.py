"""Who else has a trial open."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from curation.models import Presence
from curation.tests.factory import make_trial, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def trial():
    return make_trial()


@pytest.fixture
def beat(client, trial):
    """Says as somebody that the trial is open, and hears who else has it."""

    def beat(username, on=trial, **data):
        user = get_user_model().objects.filter(username=username)
        client.force_login(user.first() or make_user("view_trial", username=username))
        address = reverse("admin:curation_presence", args=[on.pk])
        return client.post(address, {"section": "eligibility"} | data)

    return beat


@pytest.fixture
def later(monkeypatch):
    """Lets time pass."""
    start = timezone.now()

    def later(**by):
        now = start + timedelta(**by)
        monkeypatch.setattr("curation.presence.timezone.now", lambda: now)

    return later


def test_one_hears_of_the_others_and_not_of_oneself(beat):
    assert beat("ana").json() == {"others": []}
    assert beat("ben").json() == {"others": [{"name": "ana", "minutes": 0}]}
    assert beat("ana").json() == {"others": [{"name": "ben", "minutes": 0}]}


def test_who_stays_is_there_since_they_came(beat, later):
    beat("ben")
    for seconds in (60, 120, 150):
        later(seconds=seconds)
        beat("ben")

    assert beat("ana").json() == {"others": [{"name": "ben", "minutes": 2}]}
    assert Presence.objects.filter(user__username="ben").count() == 1


def test_who_was_not_heard_of_for_90_seconds_is_gone(beat, later):
    beat("ben")
    later(seconds=89)
    assert len(beat("ana").json()["others"]) == 1
    later(seconds=91)

    assert beat("ana").json() == {"others": []}
    assert not Presence.objects.filter(user__username="ben").exists()


def test_who_leaves_is_gone_at_once(beat):
    beat("ben")
    assert beat("ben", leave="1").status_code == 204

    assert beat("ana").json() == {"others": []}


def test_another_trial_is_another_matter(beat):
    beat("ben", on=make_trial(nct_id="NCT00000009"))

    assert beat("ana").json() == {"others": []}


def test_without_the_right_to_view_one_neither_hears_nor_is_heard(client, trial, beat):
    beat("ben")
    client.force_login(make_user(username="nobody"))
    address = reverse("admin:curation_presence", args=[trial.pk])

    assert client.post(address, {"section": "eligibility"}).status_code == 403
    assert client.post(address, {"leave": "1"}).status_code == 403
    assert Presence.objects.count() == 1


def test_what_is_not_there_cannot_be_open(client, trial, beat):
    assert beat("ana", section="nowhere").status_code == 404
    client.force_login(make_user("view_trial", username="eve"))
    nowhere = reverse("admin:curation_presence", args=[999])
    assert client.post(nowhere, {"section": "eligibility"}).status_code == 404
    here = reverse("admin:curation_presence", args=[trial.pk])
    assert client.get(here).status_code == 405
    assert not Presence.objects.exists()
