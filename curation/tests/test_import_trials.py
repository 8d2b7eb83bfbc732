import json
import re
import zipfile

import pytest
from django.core.management import CommandError, call_command

from curation.management import import_progress
from curation.management.import_progress import Progress
from curation.tests.factory import PAGES, SNAPSHOT, make_user
from trials.models import ChangeSet, Trial

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(capsys):
    """The command as the shell runs it: its exit status, output and errors."""

    def run(*arguments, **options):
        status = 0
        try:
            call_command("import_trials", *map(str, arguments), **options)
        except SystemExit as stop:
            status = stop.code
        except CommandError as error:
            status = error.returncode
            return status, "", str(error)
        return status, *capsys.readouterr()

    return run


def test_the_seed_pages_are_read(run):
    status, out, err = run(PAGES)

    assert status == 0
    assert out == ("2 pages: 2 created, 0 unchanged, 0 pending, 0 refused.\n")
    assert f"[1/2] {PAGES}/NCT04225780.full.txt: created NCT04225780" in err
    assert f"[2/2] {SNAPSHOT}: created NCT04426201" in err
    assert Trial.objects.count() == 2


def test_a_second_run_changes_nothing(run):
    run(PAGES)

    status, out, _ = run(PAGES)

    assert status == 0
    assert out.startswith("2 pages: 0 created, 2 unchanged")


def test_a_refused_page_is_named_with_line_and_reason_and_stops_no_other(run, tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"one\ntwo\0")

    status, out, err = run(bad, SNAPSHOT)

    assert status == 1
    assert f"[1/2] {bad}: refused: line 2: Binary, not text" in err
    assert out == "2 pages: 1 created, 0 unchanged, 0 pending, 1 refused.\n"
    assert Trial.objects.count() == 1


def test_a_dry_run_stores_nothing_and_says_would(run, tmp_path):
    (tmp_path / "bad.txt").write_bytes(b"")

    status, out, err = run(SNAPSHOT, tmp_path, "--dry-run")

    assert status == 1
    assert out == (
        "2 pages: 1 would be created, 0 would be unchanged, 0 would be pending, "
        "1 would be refused.\n"
    )
    assert f"{SNAPSHOT}: would be created NCT04426201" in err
    assert not Trial.objects.exists()
    assert not ChangeSet.objects.exists()


def test_the_report_tells_every_outcome(run, tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "bad.txt").write_bytes(b"one\ntwo\0")
    (pages / "notes.md").write_text("no page")
    report = tmp_path / "outcome.json"

    run(pages, SNAPSHOT, "--report", report)

    told = json.loads(report.read_text("utf-8"))
    assert told["passed_over"] == [str(pages / "notes.md")]
    bad, good = told["items"]
    assert bad["result"] == "refused"
    assert bad["file"] == str(pages / "bad.txt")
    assert bad["line"] == 2
    assert bad["reason"] == "Binary, not text: byte 0x00 at offset 7."
    assert good["result"] == "created"
    assert good["nct_id"] == "NCT04426201"
    assert good["layout"] == "snapshot"
    assert good["unplaced"] == []


def test_a_report_that_cannot_be_written_is_refused_before_anything_is_stored(
    run, tmp_path
):
    status, _, error = run(SNAPSHOT, "--report", tmp_path / "nowhere" / "a.json")

    assert status == 2
    assert "nowhere" in error
    assert not Trial.objects.exists()


def test_what_was_done_is_told_though_it_is_broken_off(run, tmp_path, monkeypatch):
    def break_off(progress, number, item):
        show(progress, number, item)
        raise KeyboardInterrupt

    show = Progress.show
    monkeypatch.setattr(Progress, "show", break_off)

    status, out, err = run(PAGES, "--report", tmp_path / "a.json")

    assert status == 130
    assert "Broken off. The same command goes on where this one ended." in err
    assert out.startswith("1 pages: 1 created")
    assert len(json.loads((tmp_path / "a.json").read_text())["items"]) == 1


def test_of_many_pages_the_rate_is_told_and_what_is_refused(run, tmp_path, monkeypatch):
    monkeypatch.setattr(import_progress, "FEW", 2)
    monkeypatch.setattr(import_progress, "EVERY", 2)
    (tmp_path / "bad.txt").write_bytes(b"")

    _, _, err = run(PAGES, tmp_path)
    _, _, all_lines = run(PAGES, tmp_path, verbosity=2)

    rate, refused = err.splitlines()
    assert re.fullmatch(r"\[2/3\] \d+ pages a second, \d+ s left", rate)
    assert refused.startswith(f"[3/3] {tmp_path}/bad.txt: refused: ")
    assert len(all_lines.splitlines()) == 3


@pytest.mark.parametrize("jobs", [0, 65])
def test_a_number_of_processes_that_makes_no_sense_is_refused(run, jobs):
    status, _, error = run(SNAPSHOT, "--jobs", jobs)

    assert (status, error) == (2, "--jobs must be from 1 to 64.")


def test_files_passed_over_are_counted(run, tmp_path):
    (tmp_path / "notes.md").write_text("no page")

    status, out, _ = run(tmp_path, SNAPSHOT)

    assert status == 0
    assert "1 files that are no pages passed over" in out


@pytest.mark.parametrize("trouble", [False, True])
def test_it_can_be_silent(run, tmp_path, trouble):
    (tmp_path / "page.txt").write_bytes(b"" if trouble else SNAPSHOT.read_bytes())

    assert run(tmp_path, verbosity=0) == (int(trouble), "", "")


def test_progress_counts_the_pages_of_archives(run, tmp_path):
    with zipfile.ZipFile(tmp_path / "pages.zip", "w") as archive:
        for page in PAGES.iterdir():
            archive.write(page, page.name)

    status, _, err = run(tmp_path)

    assert status == 0
    assert "[2/2]" in err


def test_who_and_why_are_kept(run):
    user = make_user("add_trial")

    assert run(SNAPSHOT, "--by", "curator", "--reason", "May batch")[0] == 0

    trial = Trial.objects.get()
    source = trial.sources.get()
    assert (source.imported_by, source.reason) == (user, "May batch")
    assert trial.changed_by == user
    change_set = ChangeSet.objects.get()
    assert (change_set.actor, change_set.note) == (user, "May batch")


def unknown():
    return "There is no account “curator”."


def inactive():
    make_user("add_trial", is_active=False)
    return "may not do this"


def without_permission():
    make_user("view_trial")
    return "may not do this"


@pytest.mark.parametrize("account", [unknown, inactive, without_permission])
def test_an_account_that_may_not_import_is_refused(run, account):
    says = account()

    status, _, error = run(SNAPSHOT, "--by", "curator")

    assert status == 2
    assert says in error
    assert not Trial.objects.exists()


def test_a_path_that_is_not_there_is_refused(run):
    status, _, error = run("/nowhere/at/all")

    assert status == 2
    assert error == "There is no file or folder “/nowhere/at/all”."
