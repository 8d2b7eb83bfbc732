"""Steps, ticks and giving back, as the pages of a trial do them."""

import pytest
from django.urls import reverse

from curation import reviews
from curation.acts import Act
from curation.models import Review, ReviewEvent
from curation.reviews import SUBMIT
from curation.tests.factory import edit, make_trial, make_user
from curation.tests.review import (
    clean_trial,
    make_curator,
    make_reviewer,
    step_address,
    stepped,
    tick_address,
)
from curation.tests.section import address, said, shown
from trials.models import ChangeSet, Trial

pytestmark = pytest.mark.django_db

State = Review.State


@pytest.fixture
def trial():
    return clean_trial()


@pytest.fixture
def ana(client):
    """A curator who is logged in."""
    user = make_curator()
    client.force_login(user)
    return user


@pytest.fixture
def rita():
    return make_reviewer()


@pytest.fixture
def as_rita(client, rita):
    """A reviewer who is logged in; Ana, who is not, submits."""
    client.force_login(rita)
    return rita


def post_step(client, trial, name, version=1, **data):
    return client.post(step_address(trial, name), {"version": version} | data)


def post_tick(client, trial, slug="eligibility", checked="1", **data):
    data = {"version": 1, "checked": checked} | data
    return client.post(tick_address(trial, slug), data)


def state(trial):
    return Review.objects.get(pk=trial.pk).state


def page_of(client, trial, slug="eligibility"):
    return client.get(address(trial, slug)).content.decode()


# Steps


def test_one_click_submits_and_says_what_is_next(client, ana, trial):
    response = post_step(client, trial, "submit", back=address(trial))

    assert response.url == address(trial)
    assert said(response) == [
        "NCT00000001 is submitted. A reviewer decides on it next."
    ]
    assert state(trial) == State.SUBMITTED


def test_a_reviewer_returns_with_a_note_and_approves_the_next_time(client, rita):
    trial = clean_trial()
    ana = make_curator()
    stepped(trial, SUBMIT, by=ana)
    client.force_login(rita)

    returned = post_step(client, trial, "return", note=" Which sponsor? ")

    assert said(returned) == ["NCT00000001 is returned. It is the turn of ana again."]
    assert trial.review_events.first().change_set.note == "Which sponsor?"
    stepped(trial, SUBMIT, by=ana)
    approved = post_step(client, trial, "approve")
    assert "approved as version 1, and read-only" in said(approved)[-1]
    assert state(trial) == State.APPROVED
    reopened = post_step(client, trial, "reopen", note="Moved.")
    assert "Version 1 stays the one that was approved last" in said(reopened)[-1]


def test_what_a_guard_refuses_is_said_with_the_reason_and_the_note_kept(
    client, as_rita
):
    trial = make_trial()

    response = post_step(client, trial, "return", note="Not so.")

    assert said(response) == [
        "“Return”: NCT00000001 is imported by now. You had written: “Not so.”"
    ]
    assert state(trial) == State.IMPORTED


def test_who_decides_on_an_older_version_sees_what_changed(client, as_rita):
    trial = clean_trial()
    edit(trial, acronym="IL7")

    response = post_step(client, trial, "return", version=1, note="Not so.")

    compare = reverse("admin:trials_trial_compare", args=[trial.pk])
    assert response.url == f"{compare}?from=1&to=2"
    assert "changed since you looked at it" in said(response)[0]
    assert "You had written: “Not so.”" in said(response)[0]


@pytest.mark.parametrize("step", reviews.TRANSITIONS.values(), ids=lambda s: s.name)
def test_each_step_needs_its_permission(client, trial, step):
    every = {"submit_review", "approve_review"}
    codename = step.permission.removeprefix("curation.")
    client.force_login(make_user("view_trial", *(every - {codename})))

    assert post_step(client, trial, step.name, note="Why not?").status_code == 403
    assert state(trial) == State.IMPORTED


@pytest.mark.parametrize(
    ("name", "version"),
    [("publish", "1"), ("submit", ""), ("submit", "x"), ("submit", "-1")],
)
def test_no_such_step_or_version_is_not_found(client, ana, trial, name, version):
    assert post_step(client, trial, name, version).status_code == 404
    assert state(trial) == State.IMPORTED


def test_a_trial_that_is_not_there_is_not_found(client, ana, trial):
    trial.pk = 999

    assert post_step(client, trial, "submit").status_code == 404
    assert post_tick(client, trial).status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "curation_review_step:submit",
        "curation_review_tick:eligibility",
        "curation_review_release",
    ],
)
def test_a_link_or_a_stranger_does_nothing(client, trial, url):
    name, *more = url.split(":")
    url = reverse(f"admin:{name}", args=[trial.pk, *more])

    assert reverse("admin:login") in client.post(url, {"version": 1}).url
    client.force_login(make_user("view_trial"))
    assert client.post(url, {"version": 1}).status_code == 403
    assert client.get(url).status_code == 405
    assert not trial.review_events.exists()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", ""])
def test_it_leads_back_to_the_desk_only(client, ana, trial, elsewhere):
    response = post_step(client, trial, "submit", back=elsewhere)

    assert response.url == reverse("admin:trials_trial_change", args=[trial.pk])


# Save and submit


def save_and_submit(client, trial, **changes):
    data = shown(client.get(address(trial))) | {"_submit": "", "reason": "typo"}
    return client.post(address(trial), data | changes)


def test_save_and_submit_does_both(client, ana, trial):
    response = save_and_submit(client, trial, sex="FEMALE")

    # The save looked at the record anew; what it found is not the test's business.
    assert said(response)[0] == "Saved as version 2."
    assert response.url == address(trial)
    trial.refresh_from_db()
    assert trial.sex == "FEMALE"


def test_with_nothing_typed_it_only_submits_and_asks_no_reason(client, ana, trial):
    response = save_and_submit(client, trial, reason="")

    assert said(response) == [
        "NCT00000001 is submitted. A reviewer decides on it next."
    ]
    assert Trial.objects.get().version == 1
    assert state(trial) == State.SUBMITTED


def test_what_is_saved_stays_saved_where_it_cannot_be_submitted(client, ana):
    trial = make_trial()

    response = save_and_submit(client, trial, sex="FEMALE")

    saved, refused = said(response)
    assert saved == "Saved as version 2."
    assert refused.startswith("“Submit”: ")
    assert "open on NCT00000001: fix or waive" in refused
    assert state(trial) == State.IN_REVIEW


def test_what_cannot_be_saved_is_not_submitted(client, ana, trial):
    response = save_and_submit(client, trial, sex="FEMALE", reason="")

    assert response.status_code == 200
    assert "data-unsaved" in response.content.decode()
    assert state(trial) == State.IMPORTED


def test_a_trial_that_moved_on_is_not_submitted_unseen(client, ana, trial):
    data = shown(client.get(address(trial))) | {"_submit": ""}
    edit(trial, acronym="IL7")
    trial.findings.all().delete()

    response = client.post(address(trial), data)

    assert "changed since you looked at it" in said(response)[0]
    assert state(trial) == State.IMPORTED


def test_who_may_not_submit_saves_nothing_that_way(client, curator, trial):
    response = save_and_submit(client, trial, sex="FEMALE")

    assert response.status_code == 403
    assert Trial.objects.get().version == 1


# Ticks


def test_a_section_is_ticked_with_who_and_when(client, ana, trial):
    response = post_tick(client, trial, back=address(trial))

    assert response.url == address(trial)
    page = page_of(client, trial)
    assert 'aria-pressed="true"' in page
    assert "ana · " in page
    assert " UTC · v1" in page
    assert page.count("ticked") == 1


def test_a_change_in_the_section_takes_its_tick(client, ana, trial):
    post_tick(client, trial)
    post_tick(client, trial, "design")

    edit(trial, sex="MALE")

    assert set(reviews.ticks(trial)) == {"design"}
    assert 'aria-pressed="false"' in page_of(client, trial)


def test_a_tick_is_taken_back(client, ana, trial):
    post_tick(client, trial)
    post_tick(client, trial, checked="")

    assert reviews.ticks(trial) == {}
    kinds = trial.review_events.order_by("number").values_list("kind", flat=True)
    assert list(kinds) == [ReviewEvent.Kind.CHECKED, ReviewEvent.Kind.UNCHECKED]


def test_a_tick_on_an_older_version_is_none(client, ana, trial):
    edit(trial, sex="MALE")

    response = post_tick(client, trial)

    assert "changed since you looked at it" in said(response)[0]
    assert reviews.ticks(trial) == {}


def test_there_is_no_tick_for_what_is_no_section(client, ana, trial):
    assert post_tick(client, trial, "weather").status_code == 404
    assert post_tick(client, trial, version="x").status_code == 404


def test_a_viewer_sees_ticks_and_sets_none(client, viewer, trial):
    assert "tick/eligibility" not in page_of(client, trial)
    ticked = Act(ChangeSet.Kind.REVIEW, by=viewer)
    reviews.tick(trial.pk, "eligibility", is_checked=True, version=1, act=ticked)

    page = page_of(client, trial)

    assert "viewer · " in page
    assert "aria-pressed" not in page
