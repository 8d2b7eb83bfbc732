"""The command `import_csv`."""

import hashlib

import pytest
from django.core.management import CommandError, call_command

from curation.tests.edited_csv import set_cell, write
from curation.tests.factory import edit, make_trial, make_user
from trials.models import ChangeSet, Trial
from trials.tests.factory import NCT_ID

pytestmark = pytest.mark.django_db


@pytest.fixture
def trial():
    return make_trial()


@pytest.fixture
def folder(trial, tmp_path):
    """The desk's export with one cell edited."""
    write(tmp_path)
    set_cell(tmp_path / "trials.csv", "acronym", "IL-7", nct_id=NCT_ID)
    return tmp_path


def run(*paths, **options):
    call_command("import_csv", *paths, **({"reason": "typo"} | options))


def refused(*paths, **options):
    with pytest.raises(CommandError) as error:
        run(*paths, **options)
    return error.value


def acronym():
    return Trial.objects.get().acronym


def test_it_applies_for_an_account_and_says_what(folder, capsys):
    by = make_user("change_trial", "add_trial")

    run(folder, by="curator", note="Checked.")

    made = ChangeSet.objects.get(kind=ChangeSet.Kind.CSV_IMPORT)
    assert (made.actor, made.reason) == (by, "typo")
    digest = hashlib.sha256((folder / "trials.csv").read_bytes()).hexdigest()
    assert made.note.startswith("Checked. Files (SHA-256): criteria.csv (")
    assert f"trials.csv ({digest[:16]})." in made.note
    said = capsys.readouterr().out
    assert f"{NCT_ID} acronym change: “” > “IL-7” (trials.csv, row 2, col" in said
    assert f"1 changes in 1 trials applied as change set {made.pk}." in said


def test_a_dry_run_says_would_and_changes_nothing(folder, capsys):
    run(folder, dry_run=True)

    assert acronym() == ""
    assert "1 changes in 1 trials would be applied" in capsys.readouterr().out


def test_the_same_files_again_change_nothing(folder, capsys):
    run(folder, verbosity=0)
    run(folder)

    assert ChangeSet.objects.filter(kind=ChangeSet.Kind.CSV_IMPORT).count() == 1
    assert "nothing to apply" in capsys.readouterr().out


def test_problems_are_named_and_nothing_is_applied(folder, capsys):
    set_cell(folder / "trials.csv", "enrollment_count", "many", nct_id=NCT_ID)

    error = refused(folder)

    assert error.returncode == 1
    assert "trials.csv, row 2, column enrollment_count: “many”:" in (
        capsys.readouterr().err
    )
    assert acronym() == ""


def test_a_dry_run_with_problems_ends_in_1(folder):
    set_cell(folder / "trials.csv", "enrollment_count", "many", nct_id=NCT_ID)

    with pytest.raises(SystemExit) as stopped:
        run(folder, dry_run=True)

    assert stopped.value.code == 1


@pytest.mark.parametrize(
    ("choice", "wanted"), [("mine", "IL-7"), ("theirs", "LATER"), (None, "LATER")]
)
def test_conflicts_take_a_decision(trial, folder, capsys, choice, wanted):
    edit(trial, acronym="LATER")

    if choice:
        run(folder, choice=choice)
    else:
        assert refused(folder).returncode == 1

    assert acronym() == wanted
    assert f"conflict in {NCT_ID} acronym" in capsys.readouterr().err


def test_wrong_arguments_end_in_2(folder):
    make_user("change_trial")

    for path, options in (
        (folder / "missing.csv", {}),
        (folder, {"by": "nobody"}),
        (folder, {"by": "curator"}),
        (folder, {"reason": "other"}),
    ):
        assert refused(path, **options).returncode == 2
