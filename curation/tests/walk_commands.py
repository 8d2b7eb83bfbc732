"""Every command of the desk, run for an account of each role and for none."""

from io import StringIO
from pathlib import Path
from typing import NamedTuple

from django.core.management import (
    BaseCommand,
    CommandError,
    call_command,
    get_commands,
    load_command_class,
)
from django.test import override_settings

from curation.tests.factory import SNAPSHOT
from curation.tests.walk import NO, NONE, YES, undone
from curation.tests.walk_desk import ANONYMOUS, VISITORS, Desk
from trials.formats import Export, Item, dataset
from trials.tests.factory import make_record

ACTORS = tuple(name for name in VISITORS if name != ANONYMOUS)


class CommandRow(NamedTuple):
    """What a command answers with `--by` an account of each of `ACTORS` (`–`: it has no
    such option), and without."""

    command: str
    answers: tuple[str, ...]
    without: str


def walk_commands(desk: Desk, folder: Path) -> list[CommandRow]:
    """A row for each command of ours; files go into `folder`."""
    apps = get_commands()
    ours = sorted(name for name in apps if apps[name] in ("trials", "curation"))
    ours.remove("run_jobs")  # Opens its connection anew, outside what is undone here.
    return [_row(desk, name, _arguments(desk, folder)[name]) for name in ours]


def _arguments(desk: Desk, folder: Path) -> dict[str, list[str]]:
    """Command -> what it needs to do something."""
    trials = ["--format", "ctgov", "--output", str(folder / "trials.json")]
    call_command("export_trials", *trials, "--release", "first", verbosity=0)
    return {
        "apply_fix": ["--rule", desk.finding.rule, "--like", str(desk.finding.pk)],
        "check_history": [],
        "create_demo_accounts": [],
        "diff_releases": ["first", "first"],
        "export_audit": ["--format", "csv", "--output", str(folder / "audit.csv")],
        "export_findings": ["--output", str(folder / "findings.jsonl")],
        "export_trials": trials,
        "import_csv": [_table(desk, folder), "--reason", "typo"],
        "import_dataset": [_dataset(folder)],
        "import_trials": [str(SNAPSHOT)],
        "purge_job_files": [],
        "rebuild_search": [],
        "recheck": [],
        "revert_change_set": [str(desk.change_set.pk), "--reason", "typo"],
    }


def _table(desk: Desk, folder: Path) -> str:
    """A table that corrects a value."""
    table = folder / "trials.csv"
    table.write_text(f"nct_id,acronym,version\n{desk.trial.nct_id},IL-7,1\n", "utf-8")
    return str(table)


def _dataset(folder: Path) -> str:
    """A dataset of one trial that the desk does not have."""
    record = make_record(nct_id="NCT00000003")
    dataset.write(Export([Item(record)]), folder / "dataset")
    return str(folder / "dataset")


def _row(desk: Desk, name: str, arguments: list[str]) -> CommandRow:
    command = load_command_class(get_commands()[name], name)
    answers = [NONE] * len(ACTORS)
    if "--by " in command.create_parser("manage.py", name).format_help():
        by = [desk.accounts[actor].get_username() for actor in ACTORS]
        answers = [_run(command, [*arguments, "--by", user]) for user in by]
    return CommandRow(name, tuple(answers), _run(command, arguments))


def _run(command: BaseCommand, arguments: list[str]) -> str:
    """Whether the command does it. Raises CommandError for any other trouble."""
    quiet = {"stdout": StringIO(), "stderr": StringIO(), "verbosity": 0}
    try:
        # create_demo_accounts works nowhere else.
        with undone(), override_settings(DEBUG=True):
            call_command(command, *arguments, **quiet)
    except SystemExit:
        return YES  # It ran; some of what it found it could not do.
    except CommandError as error:
        if "may not do this" not in str(error):
            raise
        return NO
    return YES
