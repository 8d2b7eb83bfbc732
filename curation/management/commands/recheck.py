"""`manage.py recheck`: run the rules over trials again."""

from django.core.management.base import BaseCommand, CommandError

from curation.findings import RULE_BY_ID
from curation.rechecks import recheck
from trials.models import Trial


class Command(BaseCommand):
    """Check trials again.

    Without arguments: all trials, by the rules that changed since they were last run
    over all of them. Exit status: 0 checked, 2 wrong arguments.
    """

    help = "Run the rules over all trials, or over those named, again."

    def add_arguments(self, parser):
        parser.add_argument("nct_ids", nargs="*", metavar="NCT")
        parser.add_argument("--rule", choices=sorted(RULE_BY_ID), metavar="ID")

    def handle(self, *args, **options):
        trials = Trial.objects.order_by("nct_id")
        if options["nct_ids"]:
            trials = trials.filter(nct_id__in=options["nct_ids"])
            known = set(trials.values_list("nct_id", flat=True))
            if missing := sorted(set(options["nct_ids"]) - known):
                raise CommandError(f"Not here: {', '.join(missing)}.", returncode=2)
        self.verbosity = options["verbosity"]
        self.total = trials.count()
        rules = [RULE_BY_ID[options["rule"]]] if options["rule"] else None
        checked = recheck(trials, rules, self.show)
        if self.verbosity:
            count = f"{checked.rules} rule{'s' if checked.rules != 1 else ''}"
            self.stdout.write(
                f"{checked.trials} trials checked by {count}; "
                f"{checked.open} findings are open."
            )

    def show(self, count: int, nct_id: str) -> None:
        """A line of progress a trial."""
        if self.verbosity:
            self.stderr.write(f"[{count}/{self.total}] {nct_id}", self.style.NOTICE)
