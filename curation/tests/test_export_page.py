"""The export page: what it says, what it hands out, and to whom."""

import csv
import io
import json
import re
import zipfile
from hashlib import sha256

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from curation.models import AccountEvent, ExportProfile, Job, Release, Review
from curation.pages import export
from curation.tests.factory import FULL, edit, make_trial, make_user, seed_trial
from curation.tests.job_factory import run
from trials.formats import dataset
from trials.models import Trial
from trials.tests.factory import NCT_ID

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:trials_trial_export")
LIST = reverse("admin:trials_trial_changelist")


def log_in(client, role, username="ana"):
    user = make_user(username=username)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return user


@pytest.fixture
def ana(client):
    return log_in(client, "curator")


def take(client, query="", **form):
    """What a download has: its name and bytes."""
    response = client.post(f"{PAGE}?{query}", {"format": "ctgov"} | form)
    assert response.status_code == 200
    assert "Content-Disposition" in response.headers, errors(response)
    name = re.search('filename="(.*)"', response["Content-Disposition"])[1]
    return name, b"".join(response.streaming_content)


def errors(response):
    return response.context["form"].errors


def numbers(client, query="", **form):
    """The trials of a download."""
    studies = json.loads(take(client, query, **form)[1])["studies"]
    return [s["protocolSection"]["identificationModule"]["nctId"] for s in studies]


def text(response):
    """The page's text on one line, without tags."""
    return " ".join(re.sub("<[^>]*>", " ", response.content.decode()).split())


def events():
    return AccountEvent.objects.filter(kind=AccountEvent.Kind.RECORDS_EXPORTED)


@pytest.mark.parametrize(
    ("format", "options"),
    [
        ("csv", {}),
        ("csv", {"bom": "on"}),
        ("dataset", {}),
        ("xlsx", {}),
        ("ctgov", {}),
        ("ctgov", {"lines": "on"}),
        ("aact", {}),
    ],
)
def test_each_format_is_what_the_command_writes_and_its_hash_is_logged(
    client, ana, tmp_path, monkeypatch, format, options
):
    seed_trial()
    seed_trial(FULL)
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)

    name, found = take(client, format=format, **options)

    (event,) = events()
    path = tmp_path / name
    flags = [f"--{option}" for option in options]
    where = ["--format", format, "--output", str(path)]
    call_command("export_trials", *where, *flags, verbosity=0)
    assert found == path.read_bytes()
    said, line = event.new.splitlines()
    assert said == f"{format}, records: 2. Trials: not withdrawn."
    assert line == f"sha256 {sha256(found).hexdigest()} {name}"
    assert (event.actor, event.address) == (ana, "127.0.0.1")


def test_the_file_is_named_after_format_time_and_choice(client, ana):
    query = "overall_status=COMPLETED&q=a%22b/../c%0d%0aX"
    name, _ = take(client, query, status=["imported", "approved"])

    pattern = r"trials-ctgov-\d{4}-\d\d-\d\dT\d{4}Z-imported-approved-COMPLETED-a-b-c-X"
    assert re.fullmatch(rf"{pattern}\.json", name)


def test_the_filter_of_the_list_and_its_ticks_choose(client, ana):
    for number in (1, 2, 3):
        make_trial(nct_id=f"NCT0000000{number}", acronym=f"A{number}")
    make_trial(nct_id="NCT00000004", overall_status="TERMINATED")

    assert numbers(client, "overall_status=TERMINATED&o=1&p=1&e=1") == ["NCT00000004"]
    assert numbers(client, "q=A2") == ["NCT00000002"]
    assert numbers(client, "trials=NCT00000003&trials=NCT00000001") == [
        *("NCT00000001", "NCT00000003")
    ]
    assert len(numbers(client)) == 4


def test_the_action_of_the_list_leads_here_with_filter_and_ticks(client, ana):
    trials = [make_trial(nct_id=f"NCT0000000{number}") for number in (1, 2, 3)]
    ticked = {
        "action": "export_admin_action",
        "_selected_action": [trials[0].pk, trials[2].pk],
    }
    address = f"{LIST}?overall_status=COMPLETED"

    some = client.post(address, ticked)
    every = client.post(address, ticked | {"select_across": "1"})

    query = "overall_status=COMPLETED&trials=NCT00000003&trials=NCT00000001"
    assert some.url == f"{PAGE}?{query}"
    assert every.url == f"{PAGE}?overall_status=COMPLETED"
    assert f'href="{PAGE}?overall_status=COMPLETED"' in client.get(
        address
    ).content.decode().replace("&amp;", "&")


def test_a_filter_that_is_not_there_lets_nothing_by(client, ana):
    make_trial()

    for query in ("colour=red", "overall_status=DONE"):
        assert client.get(f"{PAGE}?{query}").status_code == 400
        response = client.post(f"{PAGE}?{query}", {"format": "csv"})
        assert response.status_code == 400
        assert "Nothing is exported." in response.content.decode()
    assert not events().exists()


def test_the_page_says_what_it_will_hold_and_what_not(client, ana):
    make_trial()
    make_trial(nct_id="NCT00000002")
    edit(make_trial(nct_id="NCT00000003"), withdrawn=True)
    Review.objects.filter(trial__nct_id="NCT00000002").update(state="submitted")
    count = {"format": "dataset", "count": "1"}

    first = text(client.get(PAGE))
    submitted = text(client.post(PAGE, count | {"status": "submitted"}))
    then = text(client.post(PAGE, count | {"as_of": "2020-01-01"}))
    columns = {"columns": "chosen", "table_columns": ["trials.acronym", "arms.label"]}
    cut = text(client.post(PAGE, count | columns))

    assert "It will hold 2 trials . Trials: not withdrawn." in first
    assert "Left out: 1 trial is withdrawn." in first
    assert "It will hold 1 trial . Trials: review submitted" in submitted
    assert "1 trial is withdrawn. 1 trial is not submitted." in submitted
    assert "It will hold 0 trials" in then
    assert "3 trials are not like that then." in then
    assert "Findings are not kept" in then
    assert re.search(r"1 trial is withdrawn\. \d+ of \d+ columns\.", cut)
    assert not events().exists()


def test_a_job_writes_what_is_too_large_to_wait_for(client, ana, monkeypatch):
    monkeypatch.setattr(export, "MOST_AT_ONCE", 1)
    make_trial(acronym="it's")
    make_trial(nct_id="NCT00000002", acronym="it's")
    chosen = {
        "format": "csv",
        "bom": "on",
        "status": "imported",
        "columns": "chosen",
        "csv_columns": ["trials.acronym"],
    }

    page = f"{PAGE}?q=it%27s"
    assert "made in the background" in text(client.post(page, chosen | {"count": "1"}))
    response = client.post(page, chosen)

    job = Job.objects.get()
    assert response.url == reverse("admin:curation_job", args=[job.pk])
    assert not events().exists()
    job = run(job)
    assert job.state == Job.State.DONE, job.message
    file = client.get(reverse("admin:curation_job_output", args=[job.pk]))
    with zipfile.ZipFile(io.BytesIO(b"".join(file))) as archive:
        assert archive.namelist() == ["trials.csv"]
        lines = archive.read("trials.csv").decode("utf-8-sig").splitlines()
    assert lines == ["nct_id,acronym", f"{NCT_ID},it's", "NCT00000002,it's"]


def test_the_job_of_a_data_user_writes_approved_records_alone(client, monkeypatch):
    log_in(client, "data user")
    monkeypatch.setattr(export, "MOST_AT_ONCE", 0)
    make_trial()
    approved = make_trial(nct_id="NCT00000002")
    Review.objects.filter(pk=approved.pk).update(state="approved", approved_version=1)

    client.post(PAGE, {"format": "csv"})

    job = run(Job.objects.get())
    file = client.get(reverse("admin:curation_job_output", args=[job.pk]))
    with zipfile.ZipFile(io.BytesIO(b"".join(file))) as archive:
        trials = archive.read("trials.csv").decode().splitlines()
    assert [line[:11] for line in trials[1:]] == [approved.nct_id]


def test_what_the_time_says_is_checked(client, ana):
    response = client.post(PAGE, {"format": "csv", "as_of": "<b>May</b>"})

    assert "as_of" in errors(response)
    assert "<b>May" not in response.content.decode()
    assert not events().exists()


def test_chosen_columns_leave_alone(client, ana):
    make_trial(acronym="IL7")
    form = {"columns": "chosen", "csv_columns": ["trials.acronym"]}

    _, found = take(client, format="csv", **form)

    with zipfile.ZipFile(io.BytesIO(found)) as archive:
        assert archive.namelist() == ["trials.csv"]
        rows = list(csv.reader(io.StringIO(archive.read("trials.csv").decode())))
    assert rows == [["nct_id", "acronym"], ["NCT00000001", "IL7"]]


# Releases


def test_a_release_is_frozen_by_those_who_may_and_taken_again_by_all(client, ana):
    trial = make_trial()
    refused = client.post(PAGE, {"format": "ctgov", "new_release": "2026-05"})
    assert b"".join(refused.streaming_content)  # Not asked, not made.
    assert not Release.objects.exists()

    log_in(client, "reviewer", "rita")
    _, first = take(client, new_release="2026-05")
    edit(trial, acronym="NEW")
    again = client.post(PAGE, {"format": "ctgov", "new_release": "2026-05"})
    assert "new_release" in errors(again)

    client.force_login(ana)
    name, second = take(client, release="2026-05")
    assert first == second
    assert name.endswith("-2026-05.json")
    narrowed = client.post(f"{PAGE}?q=x", {"format": "ctgov", "release": "2026-05"})
    assert "release" in errors(narrowed)


def test_a_release_that_does_not_come_out_as_it_was_does_not_leave(
    client, ana, monkeypatch
):
    make_trial()
    client.force_login(log_in(client, "reviewer", "rita"))
    take(client, format="dataset", new_release="2026-05")
    monkeypatch.setattr(dataset, "_readme", lambda *args: "Another text.")

    response = client.post(PAGE, {"format": "dataset", "release": "2026-05"})

    assert "README.md is not what it was" in text(response)
    assert events().count() == 1


# Who may


def test_a_data_user_gets_approved_records_alone_whatever_is_asked(client):
    log_in(client, "data user")
    approved, other = make_trial(), make_trial(nct_id="NCT00000002")
    Review.objects.filter(pk=approved.pk).update(state="approved", approved_version=1)
    Release.objects.create(
        name="all", at=timezone.now(), trials=2, pins="[]", files="[]"
    )

    page = client.get(PAGE)
    assert "It will hold 1 trial ." in text(page)
    assert 'value="reviews"' in page.content.decode()
    assert 'value="findings"' not in page.content.decode()
    assert set(page.context["form"].fields).isdisjoint(
        {"status", "withdrawn", "as_of", "release", "new_release"}
    )
    asked = {"status": "imported", "withdrawn": "on", "release": "all"}
    assert numbers(client, **asked) == [approved.nct_id]
    assert numbers(client, f"trials={other.nct_id}") == []
    assert client.get(f"{PAGE}?review=imported").status_code == 400
    _, found = take(client, format="dataset")
    with zipfile.ZipFile(io.BytesIO(found)) as archive:
        names = {name.removesuffix(".csv") for name in archive.namelist()}
    assert "reviews" in names
    assert names.isdisjoint({"findings", "changes", "sources"})


def test_a_data_user_sees_nothing_but_the_export(client):
    log_in(client, "data user")
    trial = make_trial()

    refused = [
        client.get(LIST),
        client.post(LIST, {"action": "export_admin_action"}),
        client.get(reverse("admin:trials_trial_change", args=[trial.pk])),
        client.get(reverse("admin:trials_trial_change", args=[trial.pk + 1])),
        client.get(reverse("admin:trials_trial_history", args=[trial.pk])),
        client.get(reverse("admin:curation_findings")),
    ]

    assert {response.status_code for response in refused} == {403}


def test_who_may_not_export_gets_nothing(client):
    client.force_login(make_user("view_finding"))

    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"format": "csv"}).status_code == 403
    assert not events().exists()


def test_the_auditor_sees_what_left_with_its_hash(client, ana):
    make_trial(brief_title="<b>bold</b>")
    name, found = take(client, "q=%3Cb%3Ebold")
    log_in(client, "auditor", "una")

    html = client.get(reverse("admin:curation_accountevent_changelist"))

    assert f"sha256 {sha256(found).hexdigest()} {name}" in html.content.decode()
    assert "<b>bold" not in html.content.decode()


def test_the_queries_do_not_grow_with_the_trials(
    client, ana, django_assert_max_num_queries
):
    for number in range(1, 6):
        make_trial(nct_id=f"NCT0000000{number}")

    with django_assert_max_num_queries(14):
        client.get(PAGE)
    with django_assert_max_num_queries(18):
        take(client, format="csv")
    assert Trial.objects.count() == 5
    assert not ExportProfile.objects.exists()
