"""`manage.py apply_fix`: one fix over every trial that needs it."""

from django.core.management.base import BaseCommand, CommandError

from curation import fixes
from curation.acts import Act
from curation.chosen_findings import ChosenFindings
from curation.management.actor import acting_user
from curation.models import Finding
from trials.models import ChangeSet


class Command(BaseCommand):
    """Apply the fix of one finding to all open findings like it, as one change set.

    Exit status: 0 all applied, 1 some skipped (each named with the reason), 2 wrong
    arguments.
    """

    help = "Apply a finding's fix to every open finding that proposes the same."

    def add_arguments(self, parser):
        parser.add_argument("--rule", required=True, metavar="ID")
        parser.add_argument(
            "--like", required=True, type=int, metavar="FINDING", help="a finding's id"
        )
        parser.add_argument("--by", metavar="USER", help="who applies it")
        parser.add_argument("--reason", default="", metavar="TEXT", help="why")
        parser.add_argument("--dry-run", action="store_true", help="change nothing")

    def handle(self, *args, **options):
        by = acting_user(options["by"], needs="trials.change_trial")
        example = Finding.objects.filter(pk=options["like"], rule=options["rule"])
        finding = example.first()
        if finding is None or not finding.fix_label:
            raise CommandError(
                f"{options['rule']} has no finding {options['like']} with a fix.",
                returncode=2,
            )
        alike = list(ChosenFindings.like(finding.pk).fixable())
        self.verbosity, self.total = options["verbosity"], len(alike)
        if options["dry_run"]:
            if self.verbosity:
                self.stdout.write(f"{self.total} findings would be fixed.")
            return
        act = Act(
            ChangeSet.Kind.FIX, by=by, note=options["reason"], rule=options["rule"]
        )
        outcome = fixes.apply_fixes(alike, act, self.show)
        for nct_id, why in outcome.skipped:
            self.stderr.write(f"{nct_id}: skipped. {why}")
        if self.verbosity:
            self.stdout.write(
                f"{len(outcome.fixed)} findings fixed, {len(outcome.skipped)} skipped."
            )
        if outcome.skipped:
            raise SystemExit(1)

    def show(self, count: int, finding: Finding, why: str) -> None:
        """A line of progress a finding."""
        if self.verbosity:
            self.stderr.write(f"[{count}/{self.total}]", self.style.NOTICE)
