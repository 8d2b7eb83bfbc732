"""How many revisions a second `check_history` verifies, with few and many a trial.

By itself, in a database of its own that goes again:

    .venv/bin/python manage.py shell -c "from benchmarks import history; history.main()"
"""

import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone
from msgspec.structs import replace

from trials import importer, revisions, tables, verification
from trials.models import ChangeSet, Trial
from trials.record import diff
from trials.record.shape import TrialRecord


def main() -> None:
    """Print the figures."""
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        for line in reports():
            print(line)  # noqa: T201 - what it is for.
    finally:
        teardown_databases(databases, verbosity=0)


def reports() -> Iterator[str]:
    """A line for trials with one revision each, with two and with ten."""
    for trials, each in ((1000, 1), (500, 2), (100, 10)):
        yield report(trials, each)


def report(trials: int, each: int) -> str:
    """A line of figures. Makes the history in the current database and undoes it."""
    with transaction.atomic():
        make_history(trials, each)
        started, cpu_started = time.perf_counter(), time.process_time()
        faults = list(verification.verify(Trial.objects.all(), lambda done: None))
        seconds = time.perf_counter() - started
        cpu_seconds = time.process_time() - cpu_started
        transaction.set_rollback(True)
    if faults:
        raise AssertionError(f"{len(faults)} faults, such as: {faults[0]}")
    return (
        f"check_history, {connection.vendor}, {trials} trials with {each} revisions "
        f"each: {trials * each / seconds:,.0f} revisions/s, "
        f"{trials * each / cpu_seconds:,.0f} a CPU second"
    )


def make_history(trials: int, each: int) -> None:
    """Trials like those of the fixtures, with `each` revisions of one change."""
    records = [
        page.reading.record
        for container in importer.find([Path(settings.BASE_DIR, "fixtures/pages")])[0]
        for page in importer.read(container)
    ]
    change_set = ChangeSet.objects.create(
        kind=ChangeSet.Kind.IMPORT,
        at=timezone.now(),
        actor_name="benchmark",
        app_version="0",
    )
    for number in range(1, trials + 1):
        record = replace(records[number % len(records)], nct_id=f"NCT{number:08}")
        _make_trial(record, each, change_set)


def _make_trial(record: TrialRecord, each: int, change_set: ChangeSet) -> None:
    trial = Trial(nct_id=record.nct_id)
    tables.save(replace(record, acronym=f"v{each}"), trial)
    before, last = None, ""
    for trial.version in range(1, each + 1):
        record = replace(record, acronym=f"v{trial.version}")
        changes = diff.compare(before, record) if before else revisions.CREATED
        new = revisions.New(trial, record, changes, last)
        (revision,) = revisions.append([new], change_set)
        before, last = record, revision.hash
    trial.save(update_fields=["version"])
