"""How near the batch path comes to the bare writing of the same rows, and a whole
import to its parts.

Raw is what the database's driver does at best with rows that are ready: binary COPY on
PostgreSQL, `executemany` on SQLite, in one transaction. Both ways write pages of the
same kind in turns, so that a busy machine is unfair to neither.
"""

import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import NamedTuple
from unittest import mock

from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Max

from benchmarks.pages import LAYOUTS, make_pages
from benchmarks.reading import peak_memory
from curation import findings, workflow
from curation.acts import Act
from curation.imports import import_pages
from curation.workflow import NewTrial
from trials import bulk, importer, revisions
from trials.importer import PageFile
from trials.models import ChangeSet, Trial

BATCH = 500
MOST_BATCHES = 5
"""More make the figures no better."""
SHARES = {
    "history": (revisions, "append_first"),
    "findings, reviews and search": (workflow, "_add_derived"),
}
"""Steps of the batch path."""


def main(pages: int) -> None:
    """Print the figures of the database of the settings, whatever it holds so far."""
    call_command("migrate", verbosity=0)
    last = Trial.objects.aggregate(last=Max("nct_id"))["last"] or "NCT0"
    first = 1 + int(last.removeprefix("NCT"))
    times: dict[str, list[float]] = defaultdict(list)
    for _ in range(min(MOST_BATCHES, max(1, pages // BATCH))):
        with tempfile.TemporaryDirectory() as name:
            for what, taken in timed(Path(name), first):
                times[what].append(taken)
        first += 3 * BATCH
    # Of each, the batch in the middle: a busy machine disturbs a few.
    middle = {what: statistics.median(taken) for what, taken in times.items()}
    for what, taken in middle.items():
        say(f"{what}: {taken * 1000 / BATCH:.2f} ms a page")
    parts = middle["reading"] + middle["checking"] + middle["raw writing"]
    say(
        f"batch path: {middle['raw writing'] / middle['batch path']:.2f} of raw writing"
    )
    say(f"whole import: {middle['whole import'] / parts:.2f} times its parts")
    for what in ("checking", *SHARES):
        say(f"of a whole import, {what}: {middle[what] / middle['whole import']:.0%}")
    say(f"peak memory of all that: {peak_memory():.0f} MiB")


def timed(folder: Path, first: int) -> Iterator[tuple[str, float]]:
    """What was done with a batch of pages, and the seconds that it took."""
    found, taken = reading(folder, first)
    yield "reading", taken
    new: list[NewTrial] = []
    yield "checking", seconds(lambda: new.extend(checked(found)))
    rows = prepared(new)
    yield "raw writing", seconds(lambda: write_raw(rows))
    new = checked(reading(folder, first + BATCH)[0])
    yield "batch path", seconds(lambda: write_batch(new))
    new.clear()
    reading(folder, first + 2 * BATCH)
    with ExitStack() as watching:
        steps = {what: Watched(watching, *step) for what, step in SHARES.items()}
        yield "whole import", seconds(lambda: import_all(folder))
    yield from ((what, step.seconds) for what, step in steps.items())


class Watched:
    """A function of a module that, meanwhile, adds the time it takes to `seconds`."""

    def __init__(self, watching: ExitStack, module: ModuleType, name: str):
        self.seconds = 0.0
        self._step = getattr(module, name)
        watching.enter_context(mock.patch.object(module, name, self))

    def __call__(self, *arguments):
        """The step itself."""
        started = time.perf_counter()
        try:
            return self._step(*arguments)
        finally:
            self.seconds += time.perf_counter() - started


def say(line: str) -> None:
    """One figure."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def reading(folder: Path, first: int) -> tuple[list[PageFile], float]:
    """A batch of new pages in the folder, which holds no others then, and the seconds
    that reading them takes."""
    for old in folder.iterdir():
        old.unlink()
    each = BATCH // len(LAYOUTS)
    for number, layout in enumerate(LAYOUTS):
        for name, data in make_pages(layout, each, first + number * each):
            (folder / name).write_bytes(data)
    pages = []
    containers, _ = importer.find([folder])
    taken = seconds(
        lambda: pages.extend(page for c in containers for page in importer.read(c))
    )
    return pages, taken


def import_all(folder: Path) -> None:
    """Import the pages as the command does."""
    import_pages(
        importer.find([folder])[0],
        act=Act(ChangeSet.Kind.IMPORT, by=None),
        dry_run=False,
        progress=lambda number, item: None,
    )


class Rows(NamedTuple):
    """The rows of one table, as the driver takes them."""

    model: bulk.Model
    names: tuple[str, ...]
    rows: list[bulk.Row]


def seconds(step: Callable[[], object]) -> float:
    """The time that `step` takes."""
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def checked(pages: list[PageFile]) -> list[NewTrial]:
    """The pages, ready to be written."""
    words = findings.lazy_words()
    act = Act(ChangeSet.Kind.IMPORT, by=None)
    return [workflow.check_new(page, words, act=act) for page in pages]


def prepared(new: list[NewTrial]) -> list[Rows]:
    """The very rows that the batch path writes for the pages; of them, only the act is
    stored."""
    tables = []
    insert = bulk.insert

    def note(model, names, rows):
        rows = list(rows)
        tables.append(Rows(model, names, rows))
        insert(model, names, rows)

    act = Act(ChangeSet.Kind.IMPORT, by=None)
    with transaction.atomic():
        act.change_set()
    with transaction.atomic(), mock.patch.object(bulk, "insert", note):
        workflow.import_new(new, act=act)
        transaction.set_rollback(True)
    return tables


def write_raw(tables: list[Rows]) -> None:
    """Write the rows with the driver alone."""
    with transaction.atomic():
        for model, names, rows in tables:
            statement = bulk.insertion(model, names)
            if connection.vendor == "sqlite":
                connection.connection.executemany(statement, rows)
                continue
            with connection.cursor() as cursor, cursor.copy(statement) as copy:
                copy.set_types(bulk.types_of(model, names))
                for row in rows:
                    copy.write_row(row)


def write_batch(new: list[NewTrial]) -> None:
    """Write the same kind of rows through the door."""
    workflow.import_new(new, act=Act(ChangeSet.Kind.IMPORT, by=None))
