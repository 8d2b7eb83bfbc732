"""`manage.py revert_change_set`: an act on any number of trials, taken back."""

from django.core.management.base import BaseCommand, CommandError

from curation.management.actor import acting_user
from curation.reverts import Skipped, revert_change_set, touched, why_not
from trials.models import ChangeSet


class Command(BaseCommand):
    """Put every trial of a change set back as it was before.

    A trial that changed since is left alone and named. Exit status: 0 all put back, 1
    some left alone, 2 wrong arguments.
    """

    help = "Revert an import, a bulk edit or any other act on many trials."

    def add_arguments(self, parser):
        parser.add_argument("number", type=int, help="number of the change set")
        parser.add_argument("--dry-run", action="store_true", help="change nothing")
        parser.add_argument("--by", metavar="USER", help="who reverts")
        parser.add_argument(
            "--reason", choices=ChangeSet.Reason.values, required=True, help="why"
        )
        parser.add_argument("--note", default="", metavar="TEXT")

    def handle(self, *args, **options):
        by = acting_user(options["by"], needs="trials.revert_changeset")
        change_set = ChangeSet.objects.filter(pk=options["number"]).first()
        if change_set is None:
            raise CommandError(
                f"There is no change set {options['number']}.", returncode=2
            )
        if options["reason"] == ChangeSet.Reason.OTHER and not options["note"]:
            raise CommandError("Say with --note what the reason is.", returncode=2)
        would = ""
        if options["dry_run"]:
            would = "would be "
            asked = [(trial, why_not(trial)) for trial in touched(change_set)]
            skipped = [Skipped(trial, why) for trial, why in asked if why]
            count = len(asked) - len(skipped)
        else:
            reverted, skipped = revert_change_set(
                change_set, by=by, reason=options["reason"], note=options["note"]
            )
            count = len(reverted)
        if options["verbosity"]:
            for trial, why in skipped:
                self.stderr.write(f"{trial.nct_id}: {would}left alone. {why}")
            self.stdout.write(
                f"{count} trials {would}put back, {len(skipped)} {would}left alone."
            )
        if skipped:
            raise SystemExit(1)
