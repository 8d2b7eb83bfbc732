"""`manage.py import_trials`: saved pages in, a line of summary out."""

import json
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from curation.acts import Act
from curation.imports import Item, import_pages
from curation.management.actor import acting_user
from curation.workflow import Result
from trials import importer
from trials.models import ChangeSet


class Command(BaseCommand):
    """Import saved trial pages.

    Exit status: 0 all read, 1 some refused (each named with file, line and reason),
    2 wrong arguments.
    """

    help = "Import saved trial pages: files, folders, .zip and .tar.gz archives."

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--dry-run", action="store_true", help="store nothing")
        parser.add_argument(
            "--report", type=Path, metavar="FILE.json", help="write every outcome there"
        )
        parser.add_argument("--by", metavar="USER", help="who imports")
        parser.add_argument("--reason", default="", metavar="TEXT", help="why")

    def handle(self, *args, **options):
        by = acting_user(options["by"], needs="trials.add_trial")
        try:
            containers, passed_over = importer.find(options["paths"])
        except FileNotFoundError as error:
            raise CommandError(str(error), returncode=2) from error
        self.verbosity = options["verbosity"]
        self.would = "would be " if options["dry_run"] else ""
        self.total = sum(container.count for container in containers)
        items = import_pages(
            containers,
            act=Act(ChangeSet.Kind.IMPORT, by=by, note=options["reason"]),
            dry_run=options["dry_run"],
            progress=self.show,
        )
        if options["report"]:
            self.write_report(options["report"], items, passed_over)
        refused = sum(item.result == Result.REFUSED for item in items)
        if self.verbosity:
            self.stdout.write(self.summary(items, len(passed_over)))
        if refused:
            raise SystemExit(1)

    def show(self, number: int, item: Item) -> None:
        """One line of progress; a refusal is named whatever the verbosity above 0."""
        if not self.verbosity:
            return
        text = f"[{number}/{self.total}] {item.file}: {self.would}{item.result}"
        if item.result == Result.REFUSED:
            where = f"line {item.line}: " if item.line else ""
            self.stderr.write(f"{text}: {where}{item.reason}")
        else:
            trouble = len(item.unplaced) + len(item.warnings)
            more = f", {trouble} lines to look at" if trouble else ""
            self.stderr.write(f"{text} {item.nct_id}{more}", self.style.NOTICE)

    def summary(self, items: list[Item], passed_over: int) -> str:
        """One line: how many of each result."""
        counts = [
            f"{sum(item.result == result for item in items)} {self.would}{result}"
            for result in Result
        ]
        if passed_over:
            counts.append(f"{passed_over} files that are no pages passed over")
        return f"{len(items)} pages: {', '.join(counts)}."

    def write_report(
        self, path: Path, items: list[Item], passed_over: list[Path]
    ) -> None:
        """All outcomes as JSON."""
        report = {
            "items": [asdict(item) for item in items],
            "passed_over": [str(file) for file in passed_over],
        }
        path.write_text(json.dumps(report, indent=1, ensure_ascii=False), "utf-8")
