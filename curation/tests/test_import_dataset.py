"""A dataset into an empty desk and out again: the same bytes."""

import itertools
import json
import os
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings

from curation.dataset_imports import import_dataset
from curation.tests.edited_csv import planned, silent, write
from curation.tests.factory import FULL, act, edit, make_trial, make_user, seed_trial
from curation.workflow import Result
from trials import importer, tables
from trials.formats import Export, Item, dataset
from trials.formats.dataset_back import MOST_KEY, DatasetError
from trials.models import ChangeSet, Revision, Trial
from trials.record.registry import to_registry
from trials.record.tabular import TABLES
from trials.tests.factory import NCT_ID, criterion, make_record
from trials.tests.strategies import records

pytestmark = pytest.mark.django_db

RECORDS = [f"{table.name}.csv" for table in TABLES]
IMPORT = ChangeSet.Kind.CSV_IMPORT


def bring_in(path, *, dry_run=False):
    return import_dataset(path, act=act(IMPORT), dry_run=dry_run, progress=silent)


def only_records(folder):
    return {name: (folder / name).read_bytes() for name in RECORDS}


def made(folder, *found):
    """A dataset of records that no desk has seen."""
    dataset.write(Export([Item(record) for record in found]), folder)
    return folder


def refused(path):
    with pytest.raises(DatasetError) as error:
        bring_in(path)
    assert not Trial.objects.exists()
    return str(error.value)


@pytest.fixture
def folder(tmp_path):
    """The dataset of another desk, which is gone: three trials, edited since."""
    folder = tmp_path / "one"
    with transaction.atomic():
        seed_trial()
        trial = seed_trial(FULL)
        edit(trial, criteria=(criterion("c900", "OTHER", '=a "b"\n;'),), acronym="'x")
        edit(make_trial(), withdrawn=True)
        write(folder, "dataset", with_withdrawn=True)
        transaction.set_rollback(True)
    return folder


def test_an_empty_desk_gives_the_same_bytes_again(folder, tmp_path):
    assert not Trial.objects.exists()

    results = bring_in(folder)
    again = write(tmp_path / "two", "dataset", with_withdrawn=True)

    assert results[Result.CREATED] == 3
    assert only_records(again) == only_records(folder)
    assert (again / "reviews.csv").read_bytes() != (folder / "reviews.csv").read_bytes()


def test_a_trial_of_a_dataset_begins_its_history_there(folder):
    bring_in(folder)

    trial = Trial.objects.get(nct_id="NCT04225780")
    revision = Revision.objects.get(trial=trial)
    assert (trial.version, revision.number, revision.source) == (1, 1, None)
    assert revision.change_set.kind == IMPORT
    assert trial.last_key >= 900
    call_command("check_history", verbosity=0)


def test_its_pages_open_without_a_saved_page(folder, client):
    bring_in(folder)
    trial = Trial.objects.get(nct_id="NCT04225780")
    client.force_login(make_user(username="all", is_superuser=True))

    for name, *args in (
        ("trials_trial_section", trial.pk, "eligibility"),
        ("trials_trial_history", trial.pk),
        ("trials_trial_compare", trial.pk),
        ("trials_trial_changelist",),
        ("curation_queue",),
        ("index",),
    ):
        assert client.get(reverse(f"admin:{name}", args=args)).status_code == 200


def test_an_archive_is_as_good_as_a_folder(folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "one.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)

    bring_in(tmp_path / "one.zip")

    again = write(tmp_path / "two", "dataset", with_withdrawn=True)
    assert only_records(again) == only_records(folder)


def test_the_same_again_is_unchanged_and_may_be_edited_as_a_table(folder):
    bring_in(folder)

    assert bring_in(folder)[Result.UNCHANGED] == 3
    assert Revision.objects.count() == 3
    assert planned(*(folder / name for name in RECORDS)).changes == 0


def test_a_dry_run_counts_and_stores_nothing(folder):
    assert bring_in(folder, dry_run=True)[Result.CREATED] == 3

    assert not Trial.objects.exists()


def test_a_trial_that_says_something_else_keeps_all_out(folder):
    make_trial(acronym="MINE")

    with pytest.raises(DatasetError, match=f"{NCT_ID} is in the desk, and says"):
        bring_in(folder)

    assert Trial.objects.count() == 1


def test_an_altered_file_is_refused(folder):
    table = folder / "conditions.csv"
    table.write_bytes(table.read_bytes().replace(b"Sepsis", b"Seosis"))

    assert "conditions.csv is not as it was written" in refused(folder)


def test_what_is_no_dataset_is_refused(folder, tmp_path):
    (tmp_path / "broken.zip").write_bytes(b"PK no archive")
    assert "cannot be unpacked" in refused(tmp_path / "broken.zip")

    (folder / "arms.csv").unlink()
    assert "There is no arms.csv" in refused(folder)

    package = folder / "datapackage.json"
    described = json.loads(package.read_bytes())
    described["resources"][0]["path"] = "../trials.csv"
    package.write_text(json.dumps(described))
    assert "names the file “../trials.csv”" in refused(folder)
    package.write_text("{}")
    assert "cannot be read" in refused(folder)
    package.unlink()
    assert "There is no datapackage.json" in refused(folder)


def test_records_that_no_desk_could_hold_are_refused(tmp_path):
    high = make_record(criteria=(criterion(f"c{MOST_KEY + 1}", "OTHER", "a"),))
    assert "is too high" in refused(made(tmp_path / "high", high))

    twice = made(tmp_path / "twice", make_record(), make_record())
    assert "2 rows for one trial" in refused(twice)

    mixed = made(tmp_path / "mixed", make_record(nct_id="NCT00000002"), make_record())
    assert "not in the order" in refused(mixed)

    odd = made(tmp_path / "odd", make_record(enrollment_count=-1))
    assert "enrollment_count" in refused(odd)


FOLDERS = itertools.count()


@given(records())
@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_record_goes_through_a_desk_unchanged(tmp_path, record):
    folder = made(tmp_path / str(next(FOLDERS)), record)
    with transaction.atomic():
        bring_in(folder)
        found = tables.load(Trial.objects.get())
        again = write(folder / "again", "dataset", with_withdrawn=True)
        transaction.set_rollback(True)

    assert found == record
    assert only_records(again) == only_records(folder)


@pytest.mark.skipif(
    not os.environ.get("PRACTICE_PAGES"),
    reason="PRACTICE_PAGES names no folder with practice pages.",
)
def test_the_practice_pages_go_through_a_desk_unchanged(tmp_path):
    pages = Path(os.environ.get("PRACTICE_PAGES", "")) / "pages"
    found = {}
    for container in importer.find([pages])[0]:
        for page in importer.read(container):
            found.setdefault(page.reading.record.nct_id, page.reading.record)
    folder = made(tmp_path / "one", *(found[nct_id] for nct_id in sorted(found)))

    bring_in(folder)
    again = write(tmp_path / "two", "dataset")
    write(tmp_path / "three", "csv")

    assert only_records(again) == only_records(folder)
    for record in dataset.read(again):
        assert to_registry(record) == to_registry(found[record.nct_id])
    # What nobody edited is no change, however wide the row.
    plan = planned(*(tmp_path / "three").iterdir())
    assert (plan.changes, plan.problems) == (0, ())


# The command


def test_the_command_imports_for_an_account(folder, capsys):
    by = make_user("add_trial")

    call_command("import_dataset", folder, by="curator", reason="Moved.")

    change_set = ChangeSet.objects.filter(kind=IMPORT).latest("pk")
    assert (change_set.actor, change_set.note) == (by, "Moved.")
    assert "3 trials: 3 created, 0 unchanged." in capsys.readouterr().out


def test_the_command_ends_in_1_or_2_where_it_is_refused(folder, tmp_path):
    make_user("view_trial", username="viewer")
    (folder / "arms.csv").unlink()

    for status, path, options in (
        (1, folder, {}),
        (2, tmp_path / "nowhere.zip", {}),
        (2, folder, {"by": "viewer"}),
    ):
        with pytest.raises(CommandError) as error:
            call_command("import_dataset", path, **options)
        assert error.value.returncode == status


def test_a_dry_run_of_the_command_says_would(folder, capsys):
    call_command("import_dataset", folder, dry_run=True)

    assert "3 would be created" in capsys.readouterr().out
