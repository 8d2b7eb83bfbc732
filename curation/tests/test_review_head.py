"""What the page of a trial shows and offers of its review."""

import pytest
from django.urls import reverse

from curation import reviews
from curation.models import Finding
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
)
from curation.tests.section import address, said, shown
from trials.models import ChangeSet
from trials.tests.factory import make_record

pytestmark = pytest.mark.django_db

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


def page_of(client, trial, slug="eligibility"):
    return client.get(address(trial, slug)).content.decode()


def steps_in(response):
    """The names of the steps that the page offers, and what forbids them."""
    return {o.step.name: o.why_not for o in response.context["offers"]}


def offered(client, trial):
    return steps_in(client.get(address(trial)))


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
