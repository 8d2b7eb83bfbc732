"""`manage.py purge_job_files`: what jobs have left on the disk."""

from django.core.management.base import BaseCommand

from curation.jobs import files


class Command(BaseCommand):
    """Remove the files of jobs that have been over for JOB_FILES_DAYS.

    The jobs themselves, and what they refused, stay. Exit status: 0.
    """

    help = "Remove uploaded and exported files that are past their time."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="remove nothing")

    def handle(self, *args, **options):
        would = "would be " if options["dry_run"] else ""
        count = sum(1 for _ in files.purge(dry_run=options["dry_run"]))
        if options["verbosity"]:
            self.stdout.write(f"{count} folders {would}removed.")
