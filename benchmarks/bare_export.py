"""The export as CSV against what the database gives by itself, side by side in one run.

Beside the export stands the plainest thing that makes the same two files: `COPY TO` on
PostgreSQL, `sqlite3` and `csv` on SQLite, two statements that read the tables of the
records as they are now. Lists are made by the form that is the faster one there: on
PostgreSQL each table is grouped and joined, on SQLite each trial asks by the index.

The same are the trials, their order, the rows, the columns, and the cells of one row in
`SAMPLE`, which are compared but for `NOT_COMPARED`. Not the same: the export makes all
that of the history, checks each record, finds the page of each and the lines of its
criteria, escapes items of lists, guards cells that spreadsheets would take for
formulas, and hashes the files. The bare statements do none of it: the columns of lines
are empty there, and the review is told by its row, not by its events.
"""

import csv
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import django
import psycopg
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import override_settings

from benchmarks.reading import peak_memory
from curation.export_tables import REVIEWS
from curation.exports import Order, export
from curation.models import Review
from curation.pins import Selection
from trials import tables
from trials.formats import csv_wide
from trials.models import Criterion, SourceDocument, Trial
from trials.record import flat
from trials.record.cells import SEPARATOR, split, unguarded
from trials.record.tabular import Column

SAMPLE = 20
"""One row of so many is compared cell by cell."""
NOT_COMPARED = {
    *("review_status", "approved_by", "approved_at"),
    *("first_line", "last_line"),
}


class Took(NamedTuple):
    """Trials, seconds, seconds of this process, and the most memory it held (MiB)."""

    trials: int
    seconds: float
    cpu: float
    memory: float


def main(rounds: int) -> None:
    """Print what both take of all trials of the settings' database, by turns.

    Raises AssertionError where the files do not say the same.
    """
    bare = {"sqlite": _script, "postgresql": _copy}[connection.vendor]
    name = {"sqlite": "sqlite3 and csv", "postgresql": "COPY TO"}[connection.vendor]
    measures = {"export": _export, name: bare}
    found: dict[str, list[Took]] = {name: [] for name in measures}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            for label, measure in measures.items():
                found[label].append(_alone(measure, Path(folder) / label))
        compared = _compare(*(Path(folder) / label for label in measures))
    trials = found["export"][0].trials
    sys.stdout.write(f"{connection.vendor}, {trials:,} trials as csv; {compared}\n")
    for label, took in found.items():
        seconds = statistics.median(t.seconds for t in took)
        sys.stdout.write(
            f"{label:15} {seconds:7.2f} s, {trials / seconds:6,.0f} trials/s, "
            f"CPU of the process {statistics.median(t.cpu for t in took):6.2f} s, "
            f"at most {max(t.memory for t in took):.0f} MiB\n"
        )
    ours, theirs = (
        statistics.median(t.seconds for t in took) for took in found.values()
    )
    sys.stdout.write(f"the export is {theirs / ours:.2f} times as fast as {name}\n")


def _alone(measure: Callable[[Path], int], folder: Path) -> Took:
    """What a measure takes in a process of its own, so that its memory is its own."""
    processes = get_context("spawn")
    with ProcessPoolExecutor(1, processes, initializer=django.setup) as process:
        return process.submit(_timed, measure, folder).result()


def _timed(measure: Callable[[Path], int], folder: Path) -> Took:
    started, cpu = time.perf_counter(), time.process_time()
    # A desk at work does not keep its queries in memory.
    with override_settings(DEBUG=False):
        trials = measure(folder)
    seconds = time.perf_counter() - started
    return Took(trials, seconds, time.process_time() - cpu, peak_memory())


def _export(folder: Path) -> int:
    order = Order("csv", folder, Selection())
    return export(order, by=None, progress=lambda done: None).trials


def _copy(folder: Path) -> int:
    """`COPY TO` into both files; tells how many trials."""
    folder.mkdir(exist_ok=True)
    counts = []
    with psycopg.connect(settings.DATABASE_URL) as bare, bare.cursor() as cursor:
        for name, select in _statements().items():
            copying = f"COPY ({select}) TO STDOUT WITH (FORMAT csv, HEADER)"
            with (folder / name).open("wb") as file, cursor.copy(copying) as copy:
                for data in copy:
                    file.write(data)
            counts.append(cursor.rowcount)
    return counts[0]


def _script(folder: Path) -> int:
    """The plain script of `sqlite3` and `csv`; tells how many trials."""
    folder.mkdir(exist_ok=True)
    bare = sqlite3.connect(settings.DATABASES["default"]["NAME"])
    for name, select in _statements().items():
        rows = bare.execute(select)
        path = folder / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(column for column, *_ in rows.description)
            writer.writerows(rows)
    table = Trial._meta.db_table
    count = f"SELECT count(*) FROM {table} WHERE NOT withdrawn"  # noqa: S608
    (trials,) = bare.execute(count).fetchone()
    bare.close()
    return trials


# The statements


def _statements() -> dict[str, str]:
    """Name of the file -> the statement that gives its rows."""
    return {"trials.csv": _of_trials(), "criteria.csv": _of_criteria()}


def _of_trials() -> str:
    columns, joins = [], []
    for column in flat.TRIALS.columns:
        value, join = _column(column)
        columns.append(f'{value} AS "{column.name}"')
        joins.append(join)
    review, source = Review._meta.db_table, SourceDocument._meta.db_table
    user = get_user_model()._meta.db_table
    columns += [
        "review.state AS review_status",
        '"user".username AS approved_by',
        *("review.approved_at", "trial.version"),
        *("review.open_errors", "review.open_warnings"),
        "source.sha256 AS source_sha256",
    ]
    return (
        f"SELECT {', '.join(columns)} FROM {Trial._meta.db_table} trial "  # noqa: S608
        f"JOIN {review} review ON review.trial_id = trial.id "
        f'LEFT JOIN {user} "user" ON "user".id = review.approved_by_id '
        f"LEFT JOIN {source} source ON source.trial_id = trial.id "
        f"AND source.status = '{SourceDocument.Status.CURRENT}' "
        f"{' '.join(joins)} WHERE NOT trial.withdrawn ORDER BY trial.nct_id"
    )


def _column(column: Column) -> tuple[str, str]:
    """A column of the trials: its value, and what is joined for it."""
    is_postgresql = connection.vendor == "postgresql"
    stored = f'trial."{column.name}"'
    if column.name in tables.MODELS:
        return _joined(column.name) if is_postgresql else (_asked(column.name), "")
    if column.kind == "list":
        line = "chr(10)" if is_postgresql else "char(10)"
        return f"replace({stored}, {line}, '{SEPARATOR}')", ""
    if column.kind == "flag":
        if is_postgresql:
            return f"{stored}::text", ""
        return f"CASE {stored} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END", ""
    return stored, ""


def _joined(collection: str) -> tuple[str, str]:
    """The names of each trial's parts, for all trials at once."""
    model, alias = tables.MODELS[collection], f'"of_{collection}"'
    name = model._meta.get_field(flat.NAMED_BY[collection]).column
    join = (
        f"LEFT JOIN (SELECT trial_id, string_agg(\"{name}\", '{SEPARATOR}' "  # noqa: S608
        f"ORDER BY position) AS names FROM {model._meta.db_table} GROUP BY trial_id) "
        f"{alias} ON {alias}.trial_id = trial.id"
    )
    return f"{alias}.names", join


def _asked(collection: str) -> str:
    """The names of a trial's parts."""
    model = tables.MODELS[collection]
    name = model._meta.get_field(flat.NAMED_BY[collection]).column
    return (
        f"(SELECT group_concat(name, '{SEPARATOR}') FROM ("  # noqa: S608
        f'SELECT "{name}" AS name FROM {model._meta.db_table} '
        "WHERE trial_id = trial.id ORDER BY position))"
    )


def _of_criteria() -> str:
    return (
        "SELECT trial.nct_id, criterion.key, criterion.position, "  # noqa: S608
        'criterion.type, criterion."group", criterion.label, criterion.text, '
        "NULL AS first_line, NULL AS last_line, trial.version "
        f"FROM {Criterion._meta.db_table} criterion "
        f"JOIN {Trial._meta.db_table} trial ON trial.id = criterion.trial_id "
        "WHERE NOT trial.withdrawn ORDER BY trial.nct_id, criterion.position"
    )


# That both say the same


def _compare(ours: Path, bare: Path) -> str:
    """What was compared, in words. Raises AssertionError where it is not the same."""
    counts = []
    for table in csv_wide.tables((REVIEWS,)):
        name = f"{table.name}.csv"
        count = -1  # The header is no row.
        for count, rows in enumerate(
            zip(_rows(ours / name), _rows(bare / name), strict=True), start=-1
        ):
            if count >= 0 and count % SAMPLE == 0:
                _compare_row(table.columns, *rows)
        counts.append(f"{count + 1:,} rows of {name}")
    return f"{' and '.join(counts)} in both, one of {SAMPLE} compared"


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file)


def _compare_row(columns: tuple[Column, ...], ours: list[str], bare: list[str]) -> None:
    for column, cell, other in zip(columns, ours, bare, strict=True):
        if column.name in NOT_COMPARED:
            continue
        text = unguarded(cell)
        if column.kind == "list":
            text = SEPARATOR.join(split(text))
        if text != other:
            raise AssertionError(f"{ours[0]}, {column.name}: {text!r} is {other!r}.")
