"""`manage.py export_trials`: the records out, as registry JSON or CSV."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from curation import accounts_log
from curation.management.actor import acting_user
from trials.exporter import export_csv, export_ctgov
from trials.models import Trial


class Command(BaseCommand):
    """Export the trials in the order of their NCT numbers, withdrawn ones if asked.

    Exit status: 0 written, 2 wrong arguments or the output cannot be written.
    """

    help = "Export the trials: ctgov writes one JSON file, csv a folder of tables."
    formats = {"ctgov": export_ctgov, "csv": export_csv}

    def add_arguments(self, parser):
        parser.add_argument("--format", choices=self.formats, required=True)
        parser.add_argument("--output", type=Path, required=True, metavar="PATH")
        parser.add_argument(
            "--withdrawn", action="store_true", help="export withdrawn trials too"
        )

        parser.add_argument("--by", metavar="USER", help="who exports")

    def handle(self, *args, **options):
        by = acting_user(options["by"], needs="trials.view_trial")
        trials = Trial.objects.order_by("nct_id")
        if not options["withdrawn"]:
            trials = trials.filter(withdrawn=False)
        self.verbosity = options["verbosity"]
        self.total = trials.count()
        what = f"{options['format']}: {self.total} trials of any state"
        accounts_log.records_exported(what, by=by)
        export = self.formats[options["format"]]
        try:
            count = export(trials, options["output"], self.show)
        except OSError as error:
            raise CommandError(
                f"Cannot write “{options['output']}”: {error.strerror}.", returncode=2
            ) from error
        if self.verbosity:
            self.stdout.write(f"{count} trials written to {options['output']}.")

    def show(self, count: int) -> None:
        """A line of progress a batch."""
        if self.verbosity:
            self.stderr.write(f"[{count}/{self.total}]", self.style.NOTICE)
