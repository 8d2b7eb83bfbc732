"""`manage.py check_history`: is the history whole, and are the trials what it says?"""

from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.models import QuerySet

from curation import review_verification
from curation.models import ReviewEvent
from trials import heads, history_guard, verification
from trials.models import Revision, Trial
from trials.verification import Fault

HISTORIES = {heads.REVISION: Revision, review_verification.EVENT: ReviewEvent}
"""What is noted of each trial, by the names that the note has for it."""


class Command(BaseCommand):
    """Verify the triggers of the guard, and the history and the rows of the trials and
    of their reviews.

    Exit status: 0 all is well, 1 faults were found (a line each), 2 wrong arguments.
    """

    help = "Verify that nobody changed the history, or a trial or review past it."

    def add_arguments(self, parser):
        parser.add_argument("nct_ids", nargs="*", metavar="NCT", help="default: all")
        parser.add_argument(
            "--heads",
            type=Path,
            metavar="FILE",
            help="note the number and hash of each trial's last revision and last "
            "review event there, unless there is a fault",
        )
        parser.add_argument(
            "--against",
            type=Path,
            metavar="FILE",
            help="verify that the history still holds what --heads noted there",
        )

    def handle(self, *args, **options):
        self.verbosity = options["verbosity"]
        named = set(options["nct_ids"])
        trials = self.chosen(named)
        self.total = trials.count()
        count = 0
        try:
            noted = heads.read(options["against"]) if options["against"] else []
            for fault in self.faults(trials, named, noted):
                count += 1
                if self.verbosity:
                    self.stdout.write(str(fault))
            if options["heads"] and not count:
                ends = (heads.of_revisions(trials), review_verification.heads(trials))
                heads.write(chain(*ends), options["heads"])
        except (OSError, heads.HeadsError) as error:
            raise CommandError(str(error), returncode=2) from error
        if self.verbosity:
            revisions = Revision.objects.filter(trial__in=trials).count()
            events = ReviewEvent.objects.filter(trial__in=trials).count()
            self.stdout.write(
                f"{self.total} trials, {revisions} revisions, {events} review events: "
                f"{count} faults."
            )
        if count:
            raise SystemExit(1)

    def chosen(self, named: set[str]) -> QuerySet[Trial]:
        """The trials named, or all. Raises CommandError for one that is not there."""
        trials = Trial.objects.order_by("nct_id")
        if not named:
            return trials
        trials = trials.filter(nct_id__in=named)
        if unknown := named - set(trials.values_list("nct_id", flat=True)):
            what = f"There is no trial {', '.join(sorted(unknown))}."
            raise CommandError(what, returncode=2)
        return trials

    def faults(
        self, trials: QuerySet[Trial], named: set[str], noted: list[heads.Head]
    ) -> Iterator[Fault]:
        """All faults; those that are of no trial only where none was named."""
        for name in history_guard.missing(connection):
            yield Fault("", 0, f"The trigger {name} is missing or altered.")
        yield from verification.verify(trials, partial(self.show, "trials"))
        yield from review_verification.verify(trials, partial(self.show, "reviews"))
        if not named:
            yield from verification.strays()
            yield from review_verification.strays()
        asked = [h for h in noted if not named or h.nct_id in named]
        yield from heads.lost(asked, HISTORIES)

    def show(self, what: str, count: int) -> None:
        """A line of progress a batch."""
        if self.verbosity:
            self.stderr.write(f"[{count}/{self.total}] {what}", self.style.NOTICE)
