import pytest
from django.urls import reverse

from curation.models import Job
from curation.pages import change_set as pages
from curation.tests.factory import act, edit, make_trial, make_user
from trials.models import ChangeSet

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trials():
    return [make_trial(nct_id=f"NCT0000000{n}") for n in (1, 2, 3)]


@pytest.fixture
def bulk(trials):
    """The act that gave all three a title."""
    together = act(ChangeSet.Kind.BULK_EDIT, reason="typo", note="All of them.")
    for trial in trials:
        edit(trial, together, brief_title="Together")
    return ChangeSet.objects.get(kind=ChangeSet.Kind.BULK_EDIT)


def url(change_set, name="change_set"):
    return reverse(f"admin:trials_trial_{name}", args=[change_set.pk])


def log_in(client, *permissions):
    client.force_login(make_user("view_trial", *permissions))


def test_it_shows_who_why_and_every_trial(client, trials, bulk):
    log_in(client)

    page = client.get(url(bulk)).content.decode()

    assert "command line" in page
    assert "All of them." in page
    assert all(trial.nct_id in page for trial in trials)
    compare = reverse("admin:trials_trial_compare", args=[trials[0].pk])
    assert f"{compare}?from=1&amp;to=2" in page


def test_it_tells_the_trials_that_changed_since(client, trials, bulk):
    edit(trials[1], act(ChangeSet.Kind.EDIT), acronym="LATER")
    log_in(client)

    assert "it is at version 3" in client.get(url(bulk)).content.decode()


def test_all_are_reverted_and_those_that_changed_since_are_named(client, trials, bulk):
    edit(trials[1], act(ChangeSet.Kind.EDIT), acronym="LATER")
    log_in(client, "change_trial", "revert_changeset")

    response = client.post(url(bulk, "revert_all"), {"reason": "typo"}, follow=True)

    page = response.content.decode()
    versions = []
    for trial in trials:
        trial.refresh_from_db()
        versions.append((trial.version, trial.brief_title == "Together"))
    assert versions == [(3, False), (3, True), (3, False)]
    assert "2 trials were put back. 1 were left as they are: NCT00000002." in page
    revert = ChangeSet.objects.get(reverts=bulk)
    assert url(revert) in page
    left = client.get(url(revert)).content.decode()
    assert "1 trial of change set" in left
    assert "NCT00000002" in left


def test_the_confirmation_names_both_kinds_and_changes_nothing(client, trials, bulk):
    edit(trials[1], act(ChangeSet.Kind.EDIT), acronym="LATER")
    log_in(client, "change_trial", "revert_changeset")

    page = client.get(url(bulk, "revert_all")).content.decode()

    assert "<strong>2 trials</strong> will be put back" in page
    assert "<strong>1 trial</strong> changed since" in page
    assert not ChangeSet.objects.filter(kind=ChangeSet.Kind.REVERT).exists()


def test_without_a_reason_nothing_is_reverted(client, bulk):
    log_in(client, "change_trial", "revert_changeset")

    client.post(url(bulk, "revert_all"), {})

    assert not ChangeSet.objects.filter(kind=ChangeSet.Kind.REVERT).exists()


def test_when_all_changed_since_there_is_nothing_to_revert(client, trials, bulk):
    for trial in trials:
        edit(trial, act(ChangeSet.Kind.EDIT), acronym="LATER")
    log_in(client, "change_trial", "revert_changeset")

    response = client.get(url(bulk, "revert_all"), follow=True)

    assert "All its trials changed since" in response.content.decode()


def test_more_than_a_page_can_do_is_the_work_of_a_job(client, bulk, monkeypatch):
    monkeypatch.setattr(pages, "MOST_AT_ONCE", 2)
    log_in(client, "change_trial", "revert_changeset")

    response = client.post(url(bulk, "revert_all"), {"reason": "typo"}, follow=True)

    job = Job.objects.get(kind=Job.Kind.REVERT)
    assert response.redirect_chain[-1][0] == reverse(
        "admin:curation_job", args=[job.pk]
    )
    assert job.arguments["change_set"] == bulk.pk
    assert not ChangeSet.objects.filter(kind=ChangeSet.Kind.REVERT).exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_several_trials_at_once_need_a_permission_of_their_own(client, bulk, method):
    log_in(client, "change_trial")

    response = getattr(client, method)(url(bulk, "revert_all"), {"reason": "typo"})

    assert response.status_code == 403
    assert "Revert all" not in client.get(url(bulk)).content.decode()


def test_one_trial_is_reverted_by_whoever_may_change_it(client, trials):
    edit(trials[0], act(ChangeSet.Kind.EDIT), acronym="A")
    log_in(client, "change_trial")

    client.post(
        url(ChangeSet.objects.get(kind=ChangeSet.Kind.EDIT), "revert_all"),
        {"reason": "typo"},
    )

    trials[0].refresh_from_db()
    assert (trials[0].version, trials[0].acronym) == (3, "")


def test_it_takes_as_many_queries_for_three_trials_as_for_one(
    client, trials, bulk, django_assert_num_queries
):
    log_in(client, "change_trial", "revert_changeset")
    # Session, account, two of permissions, act, count, trials, events, those whose
    # record it changed, its reverts.
    for act_of in (ChangeSet.objects.earliest("pk"), bulk):
        with django_assert_num_queries(10):
            client.get(url(act_of))


def test_who_may_not_see_trials_sees_no_act(client, bulk):
    client.force_login(make_user())

    assert client.get(url(bulk)).status_code == 403


def test_the_methods_are_those_of_the_pages(client, bulk):
    log_in(client, "change_trial", "revert_changeset")

    assert client.post(url(bulk)).status_code == 405
    assert client.put(url(bulk, "revert_all")).status_code == 405


def test_an_act_that_never_was_is_not_found(client, db):
    log_in(client)

    assert (
        client.get(reverse("admin:trials_trial_change_set", args=[999])).status_code
        == 404
    )
