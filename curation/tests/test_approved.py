import csv
import json
from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from curation import reviews
from curation.acts import Act
from curation.models import AccountEvent
from curation.reviews import APPROVE, REOPEN, SUBMIT
from curation.tests.factory import act, edit, make_trial, make_user
from trials import tables
from trials.models import ChangeSet, Trial
from trials.record import flat
from trials.record.registry import to_registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    user = make_user(username="dana")
    user.groups.add(Group.objects.get(name="data user"))
    client.force_login(user)
    return user


@pytest.fixture
def ana():
    return make_user(username="ana")


@pytest.fixture
def rita():
    return make_user(username="rita")


def take(trial, step, by, note=""):
    trial.refresh_from_db()
    one = Act(ChangeSet.Kind.TRANSITION, by=by, note=note)
    reviews.take(trial.pk, step, version=trial.version, act=one)


@pytest.fixture
def approve(ana, rita):
    def approve(trial):
        trial.findings.all().delete()
        take(trial, SUBMIT, ana)
        take(trial, APPROVE, rita)

    return approve


def page(client):
    return client.get(reverse("admin:curation_approved"))


def download(client, name):
    response = client.get(reverse(f"admin:curation_approved_{name}"))
    return b"".join(response.streaming_content).decode()


def table(client):
    return list(csv.DictReader(StringIO(download(client, "csv"), newline="")))


def studies(client):
    return json.loads(download(client, "json"))["studies"]


def test_the_page_tells_how_many_records_are_approved_and_since_when(
    client, reader, approve
):
    assert "No record is approved yet" in page(client).content.decode()
    trial = make_trial()
    make_trial(nct_id="NCT00000002")

    approve(trial)

    html = page(client).content.decode()
    trial.review.refresh_from_db()
    assert "<strong>1 record</strong> is approved" in html
    assert f"{trial.review.approved_at:%Y-%m-%d %H:%M} UTC" in html


def test_only_approved_records_leave(client, reader, approve, rita):
    approved, reopened, withdrawn, imported = (
        make_trial(nct_id=f"NCT0000000{number}") for number in (1, 2, 3, 4)
    )
    for trial in (approved, reopened, withdrawn):
        approve(trial)
    take(reopened, REOPEN, rita, note="The sponsor moved.")
    Trial.objects.filter(pk=withdrawn.pk).update(withdrawn=True)

    assert [row["nct_id"] for row in table(client)] == ["NCT00000001"]
    assert studies(client) == [to_registry(tables.load(approved))]


def test_a_row_tells_who_approved_which_version_and_when(
    client, reader, approve, ana, rita
):
    trial = make_trial()
    edit(trial, act(ChangeSet.Kind.EDIT, ana, reason="typo"), acronym="IL7")
    approve(trial)

    (row,) = table(client)

    trial.review.refresh_from_db()
    assert list(row)[: len(flat.TRIALS.header)] == list(flat.TRIALS.header)
    assert row["acronym"] == "IL7"
    assert (row["review_status"], row["approved_by"]) == ("approved", "rita")
    assert row["approved_at"] == f"{trial.review.approved_at:%Y-%m-%dT%H:%M:%SZ}"
    assert row["version"] == "2"


def test_a_record_that_is_changed_while_it_is_read_leaves_as_it_was_approved(
    client, reader, approve, ana, rita
):
    trial = make_trial()
    approve(trial)
    response = client.get(reverse("admin:curation_approved_csv"))
    pieces = iter(response.streaming_content)
    next(pieces)

    Trial.objects.filter(pk=trial.pk).update(brief_title="Behind the door")

    assert "Behind the door" not in b"".join(pieces).decode()


def test_no_approved_record_is_still_a_table_and_json(client, reader):
    assert table(client) == []
    assert studies(client) == []


@pytest.mark.parametrize("name", ["csv", "json"])
def test_a_download_is_logged(client, reader, approve, name):
    approve(make_trial())

    download(client, name)

    event = AccountEvent.objects.get(kind=AccountEvent.Kind.RECORDS_EXPORTED)
    assert (event.actor, event.account) == (reader, reader)
    assert event.new == f"{name}: 1 approved records"
    assert event.address == "127.0.0.1"


def test_the_queries_do_not_grow_with_the_records(
    client, reader, approve, django_assert_num_queries
):
    for number in (1, 2, 3):
        approve(make_trial(nct_id=f"NCT0000000{number}"))

    for name in ("csv", "json"):
        # Session, account, its permissions, the count, the log, the records.
        with django_assert_num_queries(7):
            download(client, name)


def test_a_data_user_sees_nothing_but_approved_records(client, reader):
    trial = make_trial()

    refused = [
        client.get(reverse("admin:trials_trial_changelist")),
        client.get(reverse("admin:trials_trial_change", args=[trial.pk])),
        client.get(reverse("admin:trials_trial_change", args=[trial.pk + 1])),
        client.get(reverse("admin:trials_trial_history", args=[trial.pk])),
        client.get(reverse("admin:curation_findings")),
    ]

    assert {response.status_code for response in refused} == {403}


def test_who_may_not_export_gets_no_record(client):
    client.force_login(make_user("view_trial", "change_trial"))

    for name in ("", "_csv", "_json"):
        response = client.get(reverse(f"admin:curation_approved{name}"))
        assert response.status_code == 403
    assert not AccountEvent.objects.filter(kind="records_exported").exists()
