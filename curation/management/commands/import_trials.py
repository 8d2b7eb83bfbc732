"""`manage.py import_trials`: saved pages in, a line of summary out."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from curation.acts import Act
from curation.import_batches import Item
from curation.import_report import Report
from curation.import_workers import WorkerLost
from curation.imports import import_pages
from curation.management.actor import acting_user
from curation.management.import_progress import Progress
from curation.workflow import Result
from trials import importer
from trials.models import ChangeSet

MOST_JOBS = 64
GOES_ON = "The same command goes on where this one ended."


class Command(BaseCommand):
    """Import saved trial pages.

    Exit status: 0 all read, 1 some refused (each named with file, line and reason)
    or a process of it lost,
    2 wrong arguments, 130 broken off with Ctrl-C.
    """

    help = "Import saved trial pages: files, folders, .zip and .tar.gz archives."

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--dry-run", action="store_true", help="store nothing")
        parser.add_argument(
            "--report", type=Path, metavar="FILE.json", help="write every outcome there"
        )
        parser.add_argument(
            "--jobs", type=int, default=1, metavar="N", help="processes, 1 to 64"
        )
        parser.add_argument("--by", metavar="USER", help="who imports")
        parser.add_argument("--reason", default="", metavar="TEXT", help="why")

    def handle(self, *args, **options):
        if not 1 <= options["jobs"] <= MOST_JOBS:
            raise CommandError(f"--jobs must be from 1 to {MOST_JOBS}.", returncode=2)
        by = acting_user(options["by"], needs="trials.add_trial")
        try:
            containers, passed_over = importer.find(options["paths"])
            report = Report(options["report"]) if options["report"] else None
        except OSError as error:
            raise CommandError(str(error), returncode=2) from error
        progress = Progress(
            sum(container.count for container in containers),
            verbosity=options["verbosity"],
            would="would be " if options["dry_run"] else "",
            say=self.say,
        )

        def tell(number: int, item: Item) -> None:
            if report:
                report.add(item)
            progress.show(number, item)

        status = 0
        try:
            import_pages(
                containers,
                act=Act(ChangeSet.Kind.IMPORT, by=by, note=options["reason"]),
                dry_run=options["dry_run"],
                progress=tell,
                jobs=options["jobs"],
            )
        except KeyboardInterrupt:
            status = 130
            self.stderr.write(f"Broken off. {GOES_ON}")
        except WorkerLost as error:
            status = 1
            self.stderr.write(f"{error} {GOES_ON}")
        if report:
            report.close(passed_over)
        if options["verbosity"]:
            self.stdout.write(progress.summary(len(passed_over)))
        if status or progress.results[Result.REFUSED]:
            raise SystemExit(status or 1)

    def say(self, text: str, is_trouble: bool) -> None:
        """A line of progress."""
        self.stderr.write(text, None if is_trouble else self.style.NOTICE)
