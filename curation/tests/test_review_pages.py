"""Steps, ticks and giving back, as the pages of a trial do them."""

import pytest
from django.urls import reverse

from curation import reviews
from curation.acts import Act
from curation.models import Finding, Review, ReviewEvent
from curation.reviews import APPROVE, REOPEN, SUBMIT
from curation.rules.rule import Severity
from curation.tests.factory import act, edit, make_page, make_trial, make_user
from curation.tests.review import (
    CURATE,
    clean_trial,
    make_curator,
    make_reviewer,
    step_address,
    stepped,
    tick_address,
)
from curation.tests.section import address, said, shown
from trials.models import ChangeSet, Trial
from trials.tests.factory import make_record

pytestmark = pytest.mark.django_db

State = Review.State
ERROR = Finding.SEVERITIES[Severity.ERROR]
NOTE = Finding.SEVERITIES[Severity.NOTE]


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


def steps_in(response):
    """The names of the steps that the page offers, and what forbids them."""
    return {o.step.name: o.why_not for o in response.context["offers"]}


def offered(client, trial):
    return steps_in(client.get(address(trial)))


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
    release = reverse("admin:curation_review_release", args=[999])
    assert client.post(release).status_code == 404


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


# What the page offers


def test_each_state_offers_its_own_steps(client, as_rita, trial):
    ana = make_curator()
    assert offered(client, trial) == {"submit": ""}
    stepped(trial, SUBMIT, by=ana)
    assert offered(client, trial) == {"approve": "", "return": ""}
    stepped(trial, APPROVE, by=as_rita)
    assert offered(client, trial) == {"reopen": ""}
    stepped(trial, REOPEN, by=as_rita)
    assert offered(client, trial) == {"submit": ""}


def test_a_curator_is_offered_to_submit_alone(client, ana, rita, trial):
    assert offered(client, trial) == {"submit": ""}
    stepped(trial, SUBMIT, by=ana)
    assert offered(client, trial) == {}
    stepped(trial, APPROVE, by=rita)
    assert offered(client, trial) == {}


def test_a_viewer_and_a_withdrawn_trial_are_offered_nothing(client, viewer, trial):
    assert offered(client, trial) == {}

    client.force_login(make_reviewer())
    edit(trial, withdrawn=True)
    assert offered(client, trial) == {}


def test_open_errors_are_counted_and_the_first_one_is_a_click_away(client, ana):
    trial = make_trial()
    errors = reviews.open_errors(trial)
    first = trial.findings.filter(severity=ERROR).first()

    page = page_of(client, trial, "related")

    noun = "error" if errors == 1 else "errors"
    assert f"Submit · {errors} {noun} open</a>" in page
    assert f'data-finding="finding-{first.pk}"' in page
    assert step_address(trial, "submit") not in page


def test_who_changed_the_record_is_told_why_they_cannot_approve(client, rita):
    trial = clean_trial()
    edit(trial, act(ChangeSet.Kind.EDIT, rita, reason="typo"), acronym="IL7")
    trial.findings.all().delete()
    stepped(trial, SUBMIT, by=make_curator())
    client.force_login(rita)

    page = page_of(client, trial)

    assert "Another person has to approve it." in page
    assert step_address(trial, "approve") not in page
    assert step_address(trial, "return") in page


def test_the_head_says_who_answers_for_it_and_who_has_it_now(client, ana, rita):
    trial = clean_trial()
    edit(trial, act(ChangeSet.Kind.EDIT, rita, reason="typo"), acronym="IL7")

    assert "Taken by rita until" in page_of(client, trial)
    client.force_login(rita)
    page = page_of(client, trial)
    assert "Taken by" not in page
    assert "In review · you" in page
    assert 'title="rita answers for the record"' in page
    assert reverse("admin:curation_review_release", args=[trial.pk]) in page


def test_the_last_approval_leads_to_what_changed_since(client, ana, rita, trial):
    stepped(trial, SUBMIT, by=ana)
    stepped(trial, APPROVE, by=rita)
    page = page_of(client, trial)
    assert ">by rita, " in page
    assert " UTC, v1</a>" in page

    stepped(trial, REOPEN, by=rita)
    edit(trial, acronym="IL7")

    compare = reverse("admin:trials_trial_compare", args=[trial.pk])
    page = page_of(client, trial)
    assert f'href="{compare}?from=1&amp;to=2"' in page
    assert ">last approved by rita, " in page


def test_another_page_asks_a_reviewer_to_look_and_keep_the_approval(
    client, as_rita, trial
):
    stepped(trial, SUBMIT, by=make_curator())
    stepped(trial, APPROVE, by=as_rita)
    assert "keep" not in offered(client, trial)
    make_trial(make_page(make_record(), "Another page."))
    assert "Since a reviewer last looked" in page_of(client, trial)

    response = post_step(client, trial, "keep")

    assert "stays approved as version 1" in said(response)[0]
    assert "keep" not in offered(client, trial)
    assert "Since a reviewer last looked" not in page_of(client, trial)


# An approved record


@pytest.fixture
def approved(ana, rita):
    trial = clean_trial()
    stepped(trial, SUBMIT, by=ana)
    return stepped(trial, APPROVE, by=rita)


def test_an_approved_record_is_shown_and_takes_nothing(client, approved):
    response = client.get(address(approved))

    page = response.content.decode()
    assert not {"sex", "criteria-0-text"} & shown(response).keys()
    assert "is approved, and so read-only. A reviewer can reopen it" in page
    for control in ('name="_save"', 'name="_submit"', "data-add", 'data-act="up"'):
        assert control not in page


def test_a_fix_is_offered_until_the_record_is_approved(client, ana, rita):
    trial = make_trial(criteria=(*make_record().criteria[:2],))
    finding = trial.findings.first()
    trial.findings.exclude(pk=finding.pk).delete()
    trial.findings.update(fix_label="Put it right", severity=NOTE, variants=["X"])
    fix = reverse("admin:curation_finding_fix", args=[finding.pk])
    opened = client.get(address(trial))
    assert fix in opened.content.decode()

    stepped(trial, SUBMIT, by=ana)
    stepped(trial, APPROVE, by=rita)

    typed = shown(opened) | {"sex": "FEMALE", "reason": "typo"}
    for page in (client.get(address(trial)), client.post(address(trial), typed)):
        assert finding.message in page.content.decode()
        assert fix not in page.content.decode()


def test_what_was_typed_before_the_approval_can_be_sent_again(client, approved):
    data = {"version": "1", "acronym": "IL7", "reason": "typo"}
    opened = shown(client.get(address(approved, "identification")))

    response = client.post(address(approved, "identification"), opened | data)

    page = response.content.decode()
    assert "is approved, and so read-only" in said(response)[0]
    assert 'value="IL7"' in page or ">\nIL7<" in page
    assert 'name="_save"' in page


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


# Giving back


def give_back(client, trial):
    return client.post(reverse("admin:curation_review_release", args=[trial.pk]))


def test_what_one_has_is_given_back(client, ana, trial):
    edit(trial, act(ChangeSet.Kind.EDIT, ana, reason="typo"), acronym="IL7")

    response = give_back(client, trial)

    assert said(response) == ["Given back: others can take it from the queue."]
    review = Review.objects.get(pk=trial.pk)
    assert (review.holder, review.held_until) == (None, None)
    event = trial.review_events.first()
    assert (event.kind, event.old, event.new) == (ReviewEvent.Kind.CLAIMED, "ana", "")


def test_what_another_has_is_not_given_back(client, ana, rita, trial):
    edit(trial, act(ChangeSet.Kind.EDIT, rita, reason="typo"), acronym="IL7")

    response = give_back(client, trial)

    assert said(response) == ["You do not have NCT00000001 from the queue."]
    assert Review.objects.get(pk=trial.pk).holder == rita


def test_a_curator_who_may_not_change_trials_submits_all_the_same(client, trial):
    client.force_login(make_user(*set(CURATE) - {"change_trial"}, username="sam"))

    page = page_of(client, trial)

    assert step_address(trial, "submit") in page
    assert 'name="_submit"' not in page


def test_the_history_of_a_value_puts_nothing_back_into_an_approved_record(
    client, ana, rita, trial
):
    edit(trial, acronym="IL7")
    trial.findings.all().delete()
    past = reverse("admin:trials_trial_fieldhistory", args=[trial.pk])
    assert "Put back" in client.get(past, {"path": "acronym"}).content.decode()

    stepped(trial, SUBMIT, by=ana)
    stepped(trial, APPROVE, by=rita)

    assert "Put back" not in client.get(past, {"path": "acronym"}).content.decode()
