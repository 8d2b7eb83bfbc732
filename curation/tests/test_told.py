"""What the script of a trial's page is told of a fix, a waiver, and their undoing."""

import pytest
from django.urls import reverse

from curation.models import Finding
from curation.tests.factory import edit, make_trial, make_user
from curation.tests.section import address, shown
from trials import tables
from trials.models import ChangeSet, Trial
from trials.tests.factory import criterion

pytestmark = pytest.mark.django_db

BLANK = "text.space-before-punctuation"


@pytest.fixture
def trial():
    return make_trial(criteria=(criterion("c7", "INCLUSION", "Adults ."),))


@pytest.fixture
def finding(trial):
    return trial.findings.get(rule=BLANK)


@pytest.fixture
def curator(client):
    user = make_user("view_trial", "change_trial", "view_finding", "waive_finding")
    client.force_login(user)
    return user


@pytest.fixture
def ask(client):
    """Post as the script does."""

    def ask(url, fields=None):
        return client.post(url, fields or {}, headers={"Accept": "application/json"})

    return ask


def act(name, finding):
    return reverse(f"admin:curation_finding_{name}", args=[finding.pk])


def text_of(trial):
    return tables.load(Trial.objects.get(pk=trial.pk)).criteria[0].text


def test_a_fix_is_told_and_undone_as_told(curator, ask, trial, finding):
    told = ask(act("fix", finding)).json()

    assert told["message"].startswith(f"{BLANK}: ")
    assert told["message"].endswith("Saved as version 2.")
    assert text_of(trial) == "Adults."

    undone = ask(told["undo"]["url"], told["undo"]["fields"])

    assert undone.status_code == 200
    assert "saved as version 3" in undone.json()["message"]
    assert text_of(trial) == "Adults ."
    last = ChangeSet.objects.latest("pk")
    assert (last.kind, last.reason) == (ChangeSet.Kind.REVERT, ChangeSet.Reason.OTHER)
    assert last.note == f"Undo of {BLANK}"


def test_an_undo_takes_the_reason_of_the_session_and_leaves_none(
    client, curator, ask, trial, finding
):
    told = ask(act("fix", finding)).json()
    ask(told["undo"]["url"], told["undo"]["fields"])
    assert "reason" not in client.session

    session = client.session
    session["reason"] = "typo"
    session.save()
    again = trial.findings.get(rule=BLANK)

    assert ask(act("fix", again)).json()["undo"]["fields"]["reason"] == "typo"


def test_what_was_told_is_not_said_again_on_the_page(
    client, curator, ask, trial, finding
):
    ask(act("fix", finding))

    assert "Saved as version" not in client.get(address(trial)).content.decode()


def test_a_fix_that_cannot_be_is_told_with_409(curator, ask, trial, finding):
    edit(trial, criteria=(criterion("c7", "INCLUSION", "Grown-ups."),))

    told = ask(act("fix", finding))

    assert told.status_code == 409
    assert "Nothing was changed." in told.json()["message"]
    assert trial.version == 2


def test_an_undo_that_comes_too_late_changes_nothing(curator, ask, trial, finding):
    told = ask(act("fix", finding)).json()
    edit(trial, acronym="NEW")

    late = ask(told["undo"]["url"], told["undo"]["fields"])

    assert late.status_code == 409
    assert "Nothing was put back." in late.json()["message"]
    assert Trial.objects.get().version == 3


def test_an_undo_without_a_reason_is_refused(curator, ask, trial, finding):
    told = ask(act("fix", finding)).json()

    refused = ask(told["undo"]["url"], {"version": 2})

    assert refused.status_code == 409
    assert text_of(trial) == "Adults."


def test_a_waiver_is_told_and_taken_back_as_told(curator, ask, trial, finding):
    told = ask(act("waive", finding), {"reason": "The page says so."}).json()
    finding.refresh_from_db()
    assert finding.state == Finding.State.WAIVED

    undone = ask(told["undo"]["url"], told["undo"]["fields"]).json()

    assert "is open again" in undone["message"]
    finding.refresh_from_db()
    assert finding.state == Finding.State.OPEN


def test_a_waiver_without_a_reason_is_told_to_be_none(curator, ask, finding):
    told = ask(act("waive", finding))

    assert told.status_code == 409
    assert told.json()["message"] == "Please write why the finding is no error."


def test_who_may_not_is_told_nothing(client, ask, trial, finding):
    client.force_login(make_user("view_trial", username="viewer"))
    undo = reverse("admin:trials_trial_revert", args=[trial.pk])

    answers = [
        ask(act("fix", finding)),
        ask(act("waive", finding), {"reason": "No."}),
        ask(f"{undo}?to=1", {"version": 1, "reason": "typo"}),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert Trial.objects.get().version == 1


def test_each_page_names_the_drafts_that_saves_took_last(client, curator, trial):
    for number in range(1, 13):
        sent = shown(client.get(address(trial)))
        sent |= {"reason": "typo", "draft": f"d-{number}"}
        client.post(address(trial), sent | {"criteria-0-text": f"Adults, {number}."})

    last = " ".join(f"d-{number}" for number in range(3, 13))
    for _ in range(2):
        page = client.get(address(trial)).content.decode()
        assert f'data-saved="{last}"' in page


def test_a_save_that_could_not_be_names_no_draft(client, curator, trial):
    sent = shown(client.get(address(trial))) | {"reason": "", "draft": "d-1"}
    sent["criteria-0-text"] = "Adults."
    client.post(address(trial), sent)

    assert 'data-saved=""' in client.get(address(trial)).content.decode()
