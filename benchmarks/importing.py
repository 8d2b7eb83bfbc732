"""What an import costs with its history and without, and what the section page does."""

import statistics
import sys
import time
from collections.abc import Callable
from unittest import mock

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import (
    setup_databases,
    setup_test_environment,
    teardown_databases,
)
from django.urls import reverse

from benchmarks import history, sizes
from benchmarks.pages import LAYOUTS, make_pages
from benchmarks.reading import peak_memory
from curation import workflow
from curation.acts import Act
from curation.tests.submission import submission
from trials import importer, revisions
from trials.importer import PageFile
from trials.models import ChangeSet, Revision, Trial

ROUNDS = 3
REPEATS = 11


def main(pages: int) -> None:
    """Print all figures for the database of the settings."""
    setup_test_environment(debug=False)
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        say(f"\n{connection.vendor}")
        for line in history.reports():
            say(line)
        with_history, without = compare_imports(pages)
        say(f"import with history: {pages / with_history:,.0f} pages/s")
        say(f"import without history: {pages / without:,.0f} pages/s")
        say(f"history makes an import {with_history / without:.2f} times as long")
        say(f"history of a trial: {history_size()}")
        for slug in ("identification", "eligibility"):
            get, post = section_page(slug)
            say(f"section page, {slug}: GET {get:.0f} ms, POST {post:.0f} ms (median)")
        say(f"peak memory: {peak_memory():.0f} MiB")
    finally:
        teardown_databases(databases, verbosity=0)


def say(line: str) -> None:
    """One figure."""
    sys.stdout.write(f"{line}\n")


def compare_imports(count: int) -> tuple[float, float]:
    """Seconds for `count` pages with history and without, the best of a few rounds.

    In turns, so that a busy machine is unfair to neither.
    """
    seconds: dict[bool, list[float]] = {True: [], False: []}
    first = 10_000
    for _ in range(ROUNDS):
        for with_history in seconds:
            pages = read(count, first)
            first += count
            seconds[with_history].append(
                timed(lambda p=pages, w=with_history: take(p, w))
            )
    return min(seconds[True]), min(seconds[False])


def read(count: int, first: int) -> list[PageFile]:
    """Pages of both layouts, read: the import alone is measured."""
    each = count // len(LAYOUTS)
    return [
        importer.read_bytes(name, data)
        for number, layout in enumerate(LAYOUTS)
        for name, data in make_pages(layout, each, first + number * each)
    ]


def take(pages: list[PageFile], with_history: bool) -> None:
    """Store the pages, as the command does."""
    act = Act(ChangeSet.Kind.IMPORT, by=None)
    append = revisions.append if with_history else _leave_out
    with mock.patch.object(revisions, "append", append):
        for page in pages:
            workflow.import_page(page, act=act)


def _leave_out(new, change_set) -> list[Revision]:
    """Stands in for the step that adds to the history."""
    return []


def timed(step: Callable[[], object]) -> float:
    """The seconds that `step` takes."""
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def history_size() -> str:
    """Bytes that the history takes with its indexes, for each trial that has one."""
    if connection.vendor == "postgresql":
        names = ", ".join(model._meta.db_table for model in sizes.HISTORY)
        with connection.cursor() as cursor:
            # What was made and undone for another figure still takes room.
            cursor.execute(f"VACUUM FULL {names}")
    trials = Revision.objects.values("trial").distinct().count()
    return sizes.a_trial(sizes.HISTORY, trials)


def section_page(slug: str) -> tuple[float, float]:
    """Median milliseconds of showing a section, and of saving one changed value."""
    users = get_user_model().objects
    client = Client()
    client.force_login(users.filter(is_superuser=True).first() or _superuser())
    trial = Trial.objects.filter(revisions__isnull=False).first()
    url = reverse("admin:trials_trial_section", args=[trial.pk, slug])
    shown, saved = [], []
    for number in range(REPEATS):
        shown.append(timed(lambda: client.get(url)))
        page = client.get(url).content.decode()
        field = "acronym" if slug == "identification" else "gender_description"
        data = submission(page, "section-form") | {field: str(number)}
        data["reason"] = "typo"
        started = time.perf_counter()
        response = client.post(url, data)
        saved.append(time.perf_counter() - started)
        if response.status_code != 302:
            raise AssertionError(f"{slug} was not saved.")
    return statistics.median(shown) * 1000, statistics.median(saved) * 1000


def _superuser():
    return get_user_model().objects.create_superuser("bench")
