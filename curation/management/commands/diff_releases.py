"""`manage.py diff_releases`: what one release has otherwise than another."""

from django.core.management.base import BaseCommand, CommandError
from msgspec import json

from curation import releases
from curation.management.actor import acting_user
from curation.models import Release


class Command(BaseCommand):
    """List trials and values that were added, removed or changed from A to B.

    A line each: a sign (`+`, `-`, `~`, `>` for moved), the NCT number, the path, and
    the values before and after. Exit status: 0 compared, 2 wrong arguments.
    """

    help = "Compare two releases."
    signs = {"added": "+", "removed": "-", "changed": "~", "moved": ">"}

    def add_arguments(self, parser):
        parser.add_argument("before", metavar="A")
        parser.add_argument("after", metavar="B")
        parser.add_argument(
            "--json", action="store_true", help="one JSON object a line, whole values"
        )
        parser.add_argument("--by", metavar="USER", help="who compares")

    def handle(self, *args, **options):
        acting_user(options["by"], needs="trials.view_trial")
        before, after = (self.release(options[name]) for name in ("before", "after"))
        trials, values = set(), 0
        for difference in releases.compare(before, after):
            trials.add(difference.nct_id)
            values += bool(difference.path)
            if options["json"]:
                self.stdout.write(json.encode(difference._asdict()).decode())
            else:
                self.stdout.write(self.line(difference))
        if options["verbosity"] and not options["json"]:
            self.stdout.write(
                f"{before} to {after}: {len(trials)} trials differ, in {values} values."
            )

    def release(self, name: str) -> Release:
        """The release of that name."""
        release = Release.objects.filter(name=name).first()
        if release is None:
            raise CommandError(f"There is no release “{name}”.", returncode=2)
        return release

    def line(self, difference: releases.Difference) -> str:
        """One difference for people, on one line."""
        sign = self.signs[difference.what]
        if not difference.path:
            version = difference.old or difference.new
            return f"{sign} {difference.nct_id} (version {version})"
        values = [v for v in (difference.old, difference.new) if v]
        shown = " → ".join(" ".join(value.split())[:100] for value in values)
        return f"{sign} {difference.nct_id} {difference.path}: {shown}"
