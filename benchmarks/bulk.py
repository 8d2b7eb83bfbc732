"""What a replacement over many trials costs: to look for, to show and to apply."""

import sys
import time

from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from benchmarks.many import make_many
from benchmarks.pages import LAYOUTS, make_pages
from curation import operations, workflow
from curation.acts import Act
from curation.bulk.operation import Replace
from curation.bulk.values import text_columns
from curation.chosen_trials import ChosenTrials
from curation.operation_preview import preview
from trials import importer
from trials.models import ChangeSet, Trial

APPLIED = 100
"""Trials that it is applied to: those of `make_many` have no history of their own."""


def main(trials: int) -> None:
    """Print the figures for the database of the settings."""
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        make_many(trials)
        by = get_user_model().objects.create_superuser("admin")
        for columns in (("brief_title", "criteria.text"), tuple(text_columns())):
            _report(columns, by)
        _report_applied(by)
    finally:
        teardown_databases(databases, verbosity=0)


def _report(columns: tuple[str, ...], by) -> None:
    started = time.perf_counter()
    replace = Replace(columns, "patients", "participants", whole_words=True)
    bulk = operations.prepare(replace, ChosenTrials(), by=by)
    found = time.perf_counter()
    preview(bulk, 1, by)
    shown = time.perf_counter()
    hits = sum(row[2] for row in bulk.trials)
    _say(
        f"replace in {len(columns)} fields of {bulk.looked_at:,} trials, "
        f"{hits:,} hits: found in {found - started:.2f} s, "
        f"a page of them shown in {shown - found:.2f} s"
    )


def _report_applied(by) -> None:
    act = Act(ChangeSet.Kind.IMPORT, by=None)
    pages = [importer.read_bytes(*page) for page in make_pages(LAYOUTS[0], APPLIED)]
    for page in pages:
        workflow.import_page(page, act=act)
    numbers = [page.reading.record.nct_id for page in pages]
    chosen = Trial.objects.filter(nct_id__in=numbers)
    trials = ChosenTrials.of(list(chosen.values_list("pk", flat=True)))
    replace = Replace(("brief_title", "criteria.text"), "e", "E", match_case=True)
    bulk = operations.prepare(replace, trials, by=by)
    started = time.perf_counter()
    operations.apply(bulk, Act(ChangeSet.Kind.BULK_EDIT, by=by))
    seconds = time.perf_counter() - started
    if bulk.changed != len(numbers):
        raise AssertionError(f"Only {bulk.changed} trials were changed.")
    _say(f"applied to {bulk.changed / seconds:.0f} trials/s, a revision each")


def _say(line: str) -> None:
    sys.stdout.write(f"{connection.vendor}: {line}\n")
    sys.stdout.flush()
