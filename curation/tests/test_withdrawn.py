import json

import pytest
from django.core.management import call_command
from django.urls import reverse
from msgspec.structs import replace

from curation import workflow
from curation.imports import import_pages
from curation.tests.factory import SNAPSHOT, act, make_trial, make_user, seed_trial
from curation.workflow import Result
from trials import importer, revisions
from trials.record.plain import from_plain, to_plain
from trials.record.sections import SECTIONS
from trials.tests.factory import make_record

pytestmark = pytest.mark.django_db


def withdraw(trial):
    record = replace(revisions.record_at(trial, trial.version), withdrawn=True)
    workflow.save_record(trial.pk, record, version=trial.version, act=act())


@pytest.fixture
def two():
    """A trial in use and a withdrawn one."""
    kept, gone = (make_trial(nct_id=f"NCT0000000{n}") for n in (1, 2))
    withdraw(gone)
    return kept, gone


def listed(client, query):
    page = client.get(reverse("admin:trials_trial_changelist") + query)
    return [trial.nct_id for trial in page.context["cl"].result_list]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", ["NCT00000001"]),
        ("?withdrawn=yes", ["NCT00000002"]),
        ("?withdrawn=all", ["NCT00000001", "NCT00000002"]),
    ],
)
def test_the_list_shows_withdrawn_trials_only_when_asked(client, two, query, numbers):
    client.force_login(make_user("view_trial"))

    assert sorted(listed(client, query)) == numbers


@pytest.mark.parametrize(
    ("options", "numbers"),
    [({}, ["NCT00000001"]), ({"withdrawn": True}, ["NCT00000001", "NCT00000002"])],
)
def test_the_export_leaves_withdrawn_trials_out(two, tmp_path, options, numbers):
    file = tmp_path / "out.json"

    call_command("export_trials", format="ctgov", output=file, verbosity=0, **options)

    studies = json.loads(file.read_bytes())["studies"]
    names = [
        study["protocolSection"]["identificationModule"]["nctId"] for study in studies
    ]
    assert names == numbers
    assert studies[-1]["curationSection"].get("withdrawn", False) is bool(options)


def test_no_form_withdraws_a_trial():
    assert all("withdrawn" not in section.fields for section in SECTIONS)


def test_a_record_keeps_it_and_is_in_use_without_a_word():
    assert from_plain(to_plain(make_record(withdrawn=True))).withdrawn
    assert b"withdrawn" not in to_plain(make_record())


def test_a_dry_run_tells_that_the_same_page_brings_the_trial_back():
    withdraw(seed_trial(SNAPSHOT))
    containers, _ = importer.find([SNAPSHOT])

    results = []
    import_pages(
        containers * 2,
        act=act(),
        dry_run=True,
        progress=lambda number, item: results.append(item.result),
    )

    assert results == [Result.CREATED, Result.UNCHANGED]


def test_the_trial_says_that_it_is_withdrawn(client, two):
    client.force_login(make_user("view_trial"))
    _, gone = two

    for name in ("history", "compare"):
        page = client.get(reverse(f"admin:trials_trial_{name}", args=[gone.pk]))
        assert "withdrawn</span>" in page.content.decode()
