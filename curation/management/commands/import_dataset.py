"""`manage.py import_dataset`: the trials of a whole dataset in."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from curation.acts import Act
from curation.dataset_imports import import_dataset
from curation.management.actor import acting_user
from curation.workflow import Result
from trials.formats.dataset_back import DatasetError
from trials.models import ChangeSet


class Command(BaseCommand):
    """Make the trials of a dataset anew, with all their keys, in a desk without them.

    Exit status: 0 all stored or there already, 1 the dataset is refused (with the
    reason), 2 wrong arguments.
    """

    help = "Import the trials of a dataset, a folder or .zip with datapackage.json."

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path, metavar="PATH")
        parser.add_argument("--dry-run", action="store_true", help="store nothing")
        parser.add_argument("--by", metavar="USER", help="who imports")
        parser.add_argument("--reason", default="", metavar="TEXT", help="why")

    def handle(self, *args, **options):
        by = acting_user(options["by"], needs="trials.add_trial")
        self.verbosity = options["verbosity"]
        act = Act(ChangeSet.Kind.CSV_IMPORT, by=by, note=options["reason"])
        try:
            results = import_dataset(
                options["path"],
                act=act,
                dry_run=options["dry_run"],
                progress=self.show,
            )
        except OSError as error:
            raise CommandError(
                f"Cannot read “{options['path']}”: {error.strerror}.", returncode=2
            ) from error
        except DatasetError as error:
            raise CommandError(str(error), returncode=1) from error
        if self.verbosity:
            would = "would be " if options["dry_run"] else ""
            self.stdout.write(
                f"{results.total()} trials: {results[Result.CREATED]} {would}created, "
                f"{results[Result.UNCHANGED]} {would}unchanged."
            )

    def show(self, count: int) -> None:
        """A line of progress now and then."""
        if self.verbosity and count % 50 == 0:
            self.stderr.write(f"[{count}]", self.style.NOTICE)
