import csv
import json
from io import StringIO

import pytest
from django.urls import reverse

from curation import story
from curation.models import AccountEvent, ReviewEvent
from curation.tests.factory import make_trial, make_user
from curation.tests.reviewed import happen, make_reviewed

pytestmark = pytest.mark.django_db


@pytest.fixture
def trial(auditor):
    return make_reviewed()


def body(client, trial, name):
    response = client.get(reverse(f"admin:trials_trial_story_{name}", args=[trial.pk]))
    assert response.streaming
    return b"".join(response.streaming_content).decode()


def rows(client, trial):
    return [json.loads(line) for line in body(client, trial, "jsonl").splitlines()]


def test_the_story_tells_changes_and_events_in_the_order_of_time(client, trial):
    told = [(row["version"], row["operation"]) for row in rows(client, trial)]

    assert told == [
        (1, "create"),
        (2, "change"),
        (2, "state"),
        (2, "assigned"),
        (2, "commented"),
        (2, "checked"),
        (2, "state"),
        (2, "state"),
        (2, "commented"),
        (2, "resolved"),
        (2, "claimed"),
        (2, "priority"),
        (3, "change"),
        (3, "state"),
        (3, "state"),
        (3, "state"),
        (3, "kept"),
    ]
    times = [row["time"] for row in rows(client, trial)]
    assert times == sorted(times)


def test_a_change_and_an_event_read_alike(client, trial):
    _, change, state, *_ = rows(client, trial)

    assert tuple(change) == tuple(state) == story.Told._fields
    assert (change["path"], change["old"], change["new"]) == ("acronym", "", "IL7")
    assert (state["path"], state["old"], state["new"]) == ("", "imported", "in_review")
    assert change["row"].startswith("change ")
    assert state["row"].startswith("review event ")
    for name in ("time", "who", "reason", "trial", "version", "change_set"):
        assert change[name] == state[name]
    assert (change["who"], change["reason"]) == ("ana", "typo")


def test_an_answer_and_a_resolution_name_the_comment_that_they_are_about(client, trial):
    said = [row for row in rows(client, trial) if row["path"] == "acronym"]
    _, first, answer, resolved, _ = said

    assert (first["new"], first["about"]) == ("IL-7, surely?", "")
    assert (answer["new"], answer["about"]) == ("So it is.", first["row"])
    assert (resolved["operation"], resolved["about"]) == ("resolved", first["row"])


def test_a_return_keeps_its_note(client, trial):
    (returned,) = [row for row in rows(client, trial) if row["new"] == "returned"]

    assert (returned["who"], returned["note"]) == ("rita", "The acronym is IL-7.")


def test_csv_tells_the_same_and_no_cell_is_taken_for_a_formula(client, trial):
    happen(trial, None, ReviewEvent.Kind.COMMENTED, new="=1+1")

    head, *lines = csv.reader(StringIO(body(client, trial, "csv"), newline=""))

    assert tuple(head) == story.Told._fields
    assert [line[0] for line in lines] == [row["row"] for row in rows(client, trial)]
    assert lines[-1][head.index("new")] == "'=1+1"
    assert lines[-1][head.index("time")].endswith("Z")


def test_only_the_story_of_that_trial_is_told(client, trial):
    other = make_trial(nct_id="NCT00000002")
    happen(other, None, ReviewEvent.Kind.COMMENTED, new="Elsewhere.")

    assert {row["trial"] for row in rows(client, trial)} == {trial.nct_id}


def test_taking_it_out_is_logged(client, auditor, trial):
    body(client, trial, "csv")

    event = AccountEvent.objects.get(kind="audit_exported")
    assert (event.actor, event.new) == (auditor, f"csv: story of {trial.nct_id}")
    assert event.address == "127.0.0.1"


def test_it_reads_the_same_number_of_times_for_many_rows(
    client, trial, django_assert_num_queries
):
    # Session, account, two of permissions, trial; the account's event; changes, events.
    with django_assert_num_queries(8):
        body(client, trial, "jsonl")

    for number in range(10):
        happen(trial, None, ReviewEvent.Kind.COMMENTED, new=str(number))

    with django_assert_num_queries(8):
        assert body(client, trial, "jsonl").count("\n") == 27


def test_only_auditors_take_it_out_and_find_the_way(client, trial, django_user_model):
    address = reverse("admin:trials_trial_story_csv", args=[trial.pk])
    history = reverse("admin:trials_trial_history", args=[trial.pk])
    client.force_login(make_user("view_trial", username="guest"))

    assert client.get(address).status_code == 403
    assert address not in client.get(history).content.decode()
    assert not AccountEvent.objects.filter(kind="audit_exported").exists()

    client.force_login(make_user("view_trial", "view_audit", username="vera"))
    assert address in client.get(history).content.decode()


def test_it_is_only_read_and_of_a_trial_that_is_there(client, trial):
    address = reverse("admin:trials_trial_story_csv", args=[trial.pk])

    assert client.post(address).status_code == 405
    assert client.get(address.replace(f"/{trial.pk}/", "/999/")).status_code == 404
