"""`manage.py export_audit`: the audit log out, filtered as on its page."""

from pathlib import Path
from urllib.parse import urlencode

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict

from curation import audit
from curation.audit_filter import AuditFilter
from curation.management.actor import acting_user

FILTERS = {
    "since": ("TIME", "from this day or minute in UTC: 2026-05-04, 2026-05-04 13:30"),
    "until": ("TIME", "through this day or minute in UTC"),
    "actor": ("NAME", "by whom"),
    "trial": ("NCT_ID", "of which trial"),
    "field": ("FIELD", "of which field: brief_title, criteria, criteria.text"),
}


class Command(BaseCommand):
    """Export the changes of all trials, or those that are asked for.

    Exit status: 0 written, 2 wrong arguments or the output cannot be written.
    """

    help = "Export the audit log as CSV or JSON lines, newest change first."

    def add_arguments(self, parser):
        parser.add_argument("--format", choices=audit.FORMATS, required=True)
        parser.add_argument("--output", type=Path, required=True, metavar="FILE")
        for name, (metavar, text) in FILTERS.items():
            parser.add_argument(f"--{name}", metavar=metavar, help=text)
        parser.add_argument("--by", metavar="USER", help="who exports")

    def handle(self, *args, **options):
        by = acting_user(options["by"], needs="trials.view_audit")
        asked = {name: options[name] for name in FILTERS if options[name]}
        chosen = AuditFilter(QueryDict(urlencode(asked)))
        if not chosen.is_valid():
            raise CommandError(_complaint(chosen), returncode=2)
        self.verbosity = options["verbosity"]
        self.total = chosen.qs.count()
        audit.log_export(chosen.told, options["format"], by=by)
        output = options["output"]
        try:
            count = audit.export(chosen, options["format"], output, self.show)
        except OSError as error:
            raise CommandError(
                f"Cannot write “{output}”: {error.strerror}.", returncode=2
            ) from error
        if self.verbosity:
            self.stdout.write(f"{count} changes written to {output}.")

    def show(self, count: int) -> None:
        """A line of progress a chunk."""
        if self.verbosity:
            self.stderr.write(f"[{count}/{self.total}]", self.style.NOTICE)


def _complaint(chosen: AuditFilter) -> str:
    return " ".join(
        f"--{name}: {error}"
        for name, errors in chosen.errors.items()
        for error in errors
    )
