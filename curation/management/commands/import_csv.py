"""`manage.py import_csv`: edited tables in, as corrections of the records."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from curation import csv_imports
from curation.csv_imports import (
    PERMISSIONS,
    Choice,
    NotApplied,
    NothingToApply,
    decide_all,
)
from curation.csv_plan import Plan, PlannedTrial, plan_of
from curation.management.actor import acting_user
from trials import sheets
from trials.models import ChangeSet
from trials.sheets import Unreadable


class Command(BaseCommand):
    """Apply edited tables of the formats csv and dataset, all of it or nothing.

    Exit status: 0 applied, or nothing to apply; 1 nothing applied (every problem and
    conflict is named), 2 wrong arguments.
    """

    help = (
        "Apply edited tables: trials.csv, criteria.csv and the tables of a dataset; "
        "files, folders and .zip."
    )

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="change nothing")
        parser.add_argument("--by", metavar="USER", help="who corrects")
        parser.add_argument(
            "--reason", choices=ChangeSet.Reason.values, required=True, help="why"
        )
        parser.add_argument("--note", default="", metavar="TEXT")
        whose = parser.add_mutually_exclusive_group()
        for choice, help in (
            (Choice.THEIRS, "where others changed the same since, keep what is there"),
            (Choice.MINE, "where others changed the same since, take the file's"),
        ):
            whose.add_argument(
                f"--{choice}",
                dest="choice",
                action="store_const",
                const=choice,
                help=help,
            )

    def handle(self, *args, **options):
        by = None
        for permission in PERMISSIONS:
            by = acting_user(options["by"], needs=permission)
        if options["reason"] == ChangeSet.Reason.OTHER and not options["note"]:
            raise CommandError("Say with --note what the reason is.", returncode=2)
        self.verbosity = options["verbosity"]
        try:
            files = sheets.collected(options["paths"])
        except OSError as error:
            raise CommandError(
                f"Cannot read “{error.filename}”: {error.strerror}.", returncode=2
            ) from error
        except Unreadable as error:
            raise CommandError(str(error.problem), returncode=1) from error
        plan = plan_of(files, self.show)
        choices = decide_all(plan, options["choice"]) if options["choice"] else {}
        self.tell(plan, choices)
        if options["dry_run"]:
            self.end(plan, choices)
            return
        try:
            done = csv_imports.apply(
                plan,
                choices,
                by=by,
                reason=options["reason"],
                note=csv_imports.noted(options["note"], csv_imports.named(files)),
                progress=self.show,
            )
        except NothingToApply as error:
            self.stdout.write(str(error))
            return
        except NotApplied as error:
            raise CommandError(str(error), returncode=1) from error
        if self.verbosity:
            self.stdout.write(
                f"{done.changes} changes in {done.trials} trials applied as change "
                f"set {done.change_set.pk}."
            )

    def show(self, done: int, total: int) -> None:
        """A line of progress, not for each trial."""
        if self.verbosity and (done % 50 == 0 or done == total):
            self.stderr.write(f"[{done}/{total}]", self.style.NOTICE)

    def tell(self, plan: Plan, choices: dict[str, Choice]) -> None:
        """Every problem, conflict and change, a line each."""
        for problem in plan.problems:
            self.stderr.write(str(problem))
        if plan.problem_count > len(plan.problems):
            self.stderr.write(f"{plan.problem_count - len(plan.problems)} more.")
        for trial, change in plan.conflicts:
            choice = choices.get(trial.name(change), "not decided")
            self.stderr.write(
                f"{change.at}: conflict in {trial.nct_id} {change.change.path}, "
                f"{choice}. Now: “{change.theirs}”; in the file: “{change.change.new}”."
            )
        if self.verbosity:
            if plan.untold:
                self.stderr.write(
                    f"{plan.untold} trials come without their version: they are "
                    "compared with the records as they are now.",
                    self.style.NOTICE,
                )
            for trial in plan.trials:
                self.tell_changes(trial)

    def tell_changes(self, trial: PlannedTrial) -> None:
        """The changes of a trial, a line each."""
        for planned in trial.changes:
            change = planned.change
            self.stdout.write(
                f"{trial.nct_id} {change.path} {change.operation}: "
                f"{_short(change.old)} > {_short(change.new)} ({planned.at})"
            )

    def end(self, plan: Plan, choices: dict[str, Choice]) -> None:
        """The summary of what nothing was done of. Ends in 1 where it could not be."""
        if self.verbosity:
            self.stdout.write(
                f"{plan.changes} changes in {len(plan.trials)} trials would be "
                f"applied, {len(plan.conflicts)} conflicts, {plan.problem_count} "
                "problems."
            )
        if plan.problem_count or csv_imports.undecided(plan, choices):
            raise SystemExit(1)


def _short(text: str) -> str:
    """A value on one line."""
    line = " ".join(text.split())
    return f"“{line[:60]}{'…' if len(line) > 60 else ''}”"
