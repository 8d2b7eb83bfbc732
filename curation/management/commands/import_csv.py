"""`manage.py import_csv`: edited tables in, as corrections of the records."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from curation import csv_imports, csv_words
from curation.csv_imports import (
    PERMISSIONS,
    Choice,
    NotApplied,
    NothingToApply,
    decide_all,
)
from curation.csv_plan import plan_of
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
        for choice, what in ((Choice.THEIRS, "desk's"), (Choice.MINE, "file's")):
            whose.add_argument(
                f"--{choice}",
                dest="choice",
                action="store_const",
                const=choice,
                help=f"where others changed the same since the export, keep the {what}",
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
        for line in csv_words.trouble(plan, choices):
            self.stderr.write(line)
        if self.verbosity:
            for line in csv_words.changes(plan):
                self.stdout.write(line)
        if options["dry_run"]:
            if self.verbosity:
                self.stdout.write(csv_words.summary(plan))
            if plan.problem_count or csv_imports.undecided(plan, choices):
                raise SystemExit(1)
            return
        try:
            note = csv_imports.noted(options["note"], csv_imports.named(files))
            why = {"by": by, "reason": options["reason"], "note": note}
            done = csv_imports.apply(plan, choices, progress=self.show, **why)
            said = (
                f"{done.changes} changes in {done.trials} trials applied as change set "
                f"{done.change_set.pk}."
            )
        except NothingToApply as nothing:
            said = str(nothing)
        except NotApplied as error:
            raise CommandError(str(error), returncode=1) from error
        if self.verbosity:
            self.stdout.write(said)

    def show(self, done: int, total: int) -> None:
        """A line of progress, not for each trial."""
        if self.verbosity and (done % 50 == 0 or done == total):
            self.stderr.write(f"[{done}/{total}]", self.style.NOTICE)
