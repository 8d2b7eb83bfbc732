"""`manage.py export_findings`: what the rules found, one JSON object a line."""

import hashlib
from pathlib import Path

import msgspec
from django.core.management.base import BaseCommand, CommandError

from curation import accounts_log
from curation.findings import RULE_BY_ID
from curation.management.actor import acting_user
from curation.models import Finding


class Command(BaseCommand):
    """Export findings as JSON lines, in the order of trials.

    Exit status: 0 written, 2 wrong arguments or the output cannot be written.
    """

    help = "Write the findings to a file, one JSON object a line."

    def add_arguments(self, parser):
        parser.add_argument("--output", type=Path, required=True, metavar="FILE.jsonl")
        parser.add_argument("--state", choices=Finding.State.values)
        parser.add_argument("--rule", metavar="ID")
        parser.add_argument("--by", metavar="USER", help="who exports")

    def handle(self, *args, **options):
        by = acting_user(options["by"], needs="curation.view_finding")
        rule = options["rule"]
        if rule and rule not in RULE_BY_ID and not self.is_stored(rule):
            raise CommandError(f"There is no rule {rule}.", returncode=2)
        rows = Finding.objects.order_by("trial__nct_id", "first_line", "id")
        for name in ("state", "rule"):
            if options[name]:
                rows = rows.filter(**{name: options[name]})
        output = options["output"]
        part = output.with_name(f"{output.name}.part")
        count = 0
        try:
            with part.open("wb") as file:
                for finding in rows.select_related("trial").iterator(chunk_size=1000):
                    file.write(msgspec.json.encode(as_json(finding)) + b"\n")
                    count += 1
            with part.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            what = f"findings: {count}"
            accounts_log.records_exported(what, {output.name: digest}, by=by)
            part.replace(output)
        except OSError as error:
            raise CommandError(
                f"Cannot write “{output}”: {error.strerror}.", returncode=2
            ) from error
        if options["verbosity"]:
            self.stdout.write(f"{count} findings written to {output}.")

    def is_stored(self, rule: str) -> bool:
        """Whether a rule that is no more has left findings behind."""
        return Finding.objects.filter(rule=rule).exists()


def as_json(finding: Finding) -> dict:
    """A finding as the export names its parts."""
    return {
        "nct_id": finding.trial.nct_id,
        "rule": finding.rule,
        "severity": finding.get_severity_display(),
        "state": finding.state,
        "paths": finding.paths,
        "first_line": finding.first_line,
        "last_line": finding.last_line,
        "message": finding.message,
        "confidence": finding.confidence,
        "before": finding.before,
        "after": finding.after,
    }
