import pytest
from django.urls import reverse

from curation.tests.factory import edit, make_trial, make_user
from trials.models import ChangeSet
from trials.tests.factory import make_record

BEFORE = make_record()


def revert_url(trial, query):
    return reverse("admin:trials_trial_revert", args=[trial.pk]) + "?" + query


def test_the_page_shows_before_and_after_and_asks_why(client, curator):
    trial = make_trial()
    edit(trial, brief_title="Interleukin-7 in flu")

    page = client.get(revert_url(trial, "to=1&path=brief_title")).content.decode()

    assert "<del>flu</del><ins>sepsis</ins>" in page
    assert 'name="reason"' in page


def test_a_value_is_put_back_with_a_reason(client, curator):
    trial = make_trial()
    edit(trial, brief_title="Other", acronym="NEW")

    response = client.post(
        revert_url(trial, "to=1&path=brief_title"),
        {"version": 2, "reason": "registry_consulted", "note": "Looked up."},
    )

    change_set = trial.revisions.get(number=3).change_set
    trial.refresh_from_db()
    assert response.url == reverse("admin:trials_trial_history", args=[trial.pk])
    assert (trial.brief_title, trial.acronym) == (BEFORE.brief_title, "NEW")
    assert (change_set.kind, change_set.actor) == (ChangeSet.Kind.REVERT, curator)
    assert (change_set.reason, change_set.note) == ("registry_consulted", "Looked up.")


def test_one_change_is_undone_and_later_ones_stay(client, curator):
    trial = make_trial()
    edit(trial, brief_title="Other", acronym="NEW")
    edit(trial, org_study_id="7")
    change = trial.revisions.get(number=2).changes.get(path="brief_title")

    client.post(
        revert_url(trial, f"change={change.pk}"), {"version": 3, "reason": "typo"}
    )

    trial.refresh_from_db()
    assert trial.brief_title == BEFORE.brief_title
    assert (trial.acronym, trial.org_study_id) == ("NEW", "7")


def test_without_a_reason_nothing_is_put_back(client, curator):
    trial = make_trial()
    edit(trial, brief_title="Other")

    response = client.post(revert_url(trial, "to=1"), {"version": 2})

    trial.refresh_from_db()
    assert "Please choose the reason for the change." in response.content.decode()
    assert trial.version == 2


def test_what_was_not_seen_is_not_overwritten(client, curator):
    trial = make_trial()
    edit(trial, brief_title="Other")
    edit(trial, brief_title="Later")

    response = client.post(
        revert_url(trial, "to=1"), {"version": 2, "reason": "typo"}
    ).content.decode()

    trial.refresh_from_db()
    assert trial.version == 3
    assert "Please look at the changes again." in response
    assert 'name="version" value="3"' in response


def test_what_does_not_fit_is_refused_in_a_sentence(client, curator):
    trial = make_trial()
    edit(trial, criteria=BEFORE.criteria[1:])

    response = client.get(revert_url(trial, "to=1&path=criteria[c7].text"), follow=True)

    assert "Nothing was put back." in response.content.decode()


def test_nothing_to_put_back_is_said(client, curator):
    trial = make_trial()

    response = client.get(revert_url(trial, "to=1"), follow=True)

    assert "The record says so already" in response.content.decode()


@pytest.mark.parametrize(
    "query", ["", "to=9", "to=x", "change=9999", "change=x", "to=-1", "to=²"]
)
def test_what_was_never_there_is_not_found(client, curator, query):
    assert client.get(revert_url(make_trial(), query)).status_code == 404


def test_a_change_of_another_trial_is_not_found(client, curator):
    other = make_trial(nct_id="NCT00000002")
    change = other.revisions.get().changes.get()

    url = revert_url(make_trial(), f"change={change.pk}")

    assert client.get(url).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_only_look_cannot_put_back(client, db, method):
    client.force_login(make_user("view_trial"))

    response = getattr(client, method)(revert_url(make_trial(), "to=1"))

    assert response.status_code == 403


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_no_other_method_is_taken(client, curator, method):
    response = getattr(client, method)(revert_url(make_trial(), "to=1"))

    assert response.status_code == 405
