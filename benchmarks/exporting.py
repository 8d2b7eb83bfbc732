"""Rows a second and memory of each export format, for few trials and for many.

Each format is to be measured in a process of its own, so that its memory is its own.
"""

import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone
from msgspec.structs import replace

from benchmarks.pages import LAYOUTS, make_pages
from benchmarks.reading import peak_memory
from curation.exports import Order, export
from curation.models import Finding, Review
from curation.pins import Selection
from trials import importer
from trials.models import ChangeSet, FieldChange, Revision, Trial
from trials.record.plain import to_plain

DIFFERENT = 50
"""Records that the trials are copies of, from pages of each layout."""
CHUNK = 500


def fill(count: int) -> None:
    """Make the database of the settings, if need be, and its trials `count`.

    Each has a history of one revision, and five findings.
    """
    call_command("migrate", verbosity=0)
    first = Trial.objects.count() + 1
    records = [
        importer.read_bytes(name, data).reading.record
        for layout in LAYOUTS
        for name, data in make_pages(layout, DIFFERENT)
    ]
    act = ChangeSet.objects.create(
        kind=ChangeSet.Kind.IMPORT,
        at=timezone.now(),
        actor_name="benchmark",
        app_version="0",
    )
    numbers = iter(zip(range(first, count + 1), cycle(records)))
    while chunk := list(islice(numbers, CHUNK)):
        found = [replace(record, nct_id=f"NCT{n:08}") for n, record in chunk]
        trials = Trial.objects.bulk_create(
            Trial(nct_id=record.nct_id, version=1) for record in found
        )
        Review.objects.bulk_create(Review(trial=trial) for trial in trials)
        revisions = Revision.objects.bulk_create(
            Revision(
                trial=trial,
                number=1,
                change_set=act,
                snapshot=to_plain(record).decode(),
                hash="0",
            )
            for trial, record in zip(trials, found, strict=True)
        )
        FieldChange.objects.bulk_create(
            FieldChange(revision=r, trial_id=r.trial_id, operation="create")
            for r in revisions
        )
        Finding.objects.bulk_create(
            Finding(
                trial=trial,
                rule="benchmark",
                severity=2,
                fingerprint=str(number),
                message="Something looks wrong with this value, as rules say it.",
                opened_at=act.at,
            )
            for trial in trials
            for number in range(5)
        )


def measure(name: str) -> None:
    """Print one format's figures."""
    before = peak_memory()
    with tempfile.TemporaryDirectory() as folder:
        order = Order(name, Path(folder, f"out.{name}"), Selection())
        started = time.perf_counter()
        written = export(order, by=None, progress=lambda done: None)
        seconds = time.perf_counter() - started
    rows = sum(file.rows or 0 for file in written.files) or written.trials
    sys.stdout.write(
        f"export, {name}, {written.trials:,} trials: "
        f"{written.trials / seconds:,.0f} trials/s, {rows / seconds:,.0f} rows/s, "
        f"peak memory {peak_memory():.0f} MiB ({before:.0f} before)\n"
    )
