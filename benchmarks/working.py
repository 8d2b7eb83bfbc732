"""Two workers on one queue, one of them killed: every job must end exactly once."""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import (
    setup_databases,
    setup_test_environment,
    teardown_databases,
)

from curation.models import Job
from curation.tests.job_factory import Worker, make_import, page, wait_until, workers
from trials.models import Revision, SourceDocument, Trial

DEAD_SECONDS = 10
MOST_SECONDS = 1200


def main(jobs: int, pages: int) -> int:
    """Let two workers do so many imports of so many pages, and kill one after a
    quarter of them; print what became of the jobs. The number of faults."""
    if connection.vendor != "postgresql":
        sys.exit("Several workers share a PostgreSQL alone: set DATABASE_URL.")
    setup_test_environment(debug=False)
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            settings.JOBS_ROOT = Path(folder) / "jobs"
            return _share(jobs, pages, Path(folder))
    finally:
        teardown_databases(databases, verbosity=0)


def _share(jobs: int, pages: int, folder: Path) -> int:
    by = get_user_model().objects.create_superuser("importer")
    for job in range(jobs):
        first = 1 + job * pages
        numbers = range(first, first + pages)
        make_import({f"{number}.txt": page(number) for number in numbers}, by)
    over = Job.objects.exclude(state__in=(Job.State.QUEUED, Job.State.RUNNING))
    started = time.monotonic()
    with workers(folder, 2, DEAD_SECONDS) as running:
        wait_until(lambda: over.count() > jobs // 4, running, MOST_SECONDS)
        wait_until(lambda: running[0].is_at_work, running)
        running[0].kill()
        done, killed = over.count(), time.monotonic() - started
        say(f"after {killed:.0f} s and {done} jobs, one of two workers is killed")
        wait_until(lambda: over.count() == jobs, running, MOST_SECONDS)
        seconds = time.monotonic() - started
        return _judge(running, jobs, pages, seconds)


def _judge(running: list[Worker], jobs: int, pages: int, seconds: float) -> int:
    """Compare the rows with what the workers said."""
    lines = [line for worker in running for line in worker.text.splitlines()]
    ended = Counter(
        line.split("Job ", 1)[1].split(":", 1)[0] for line in lines if ": ended" in line
    )
    attempts = Counter(Job.objects.values_list("attempts", flat=True))
    say(f"{jobs} jobs of {pages} pages in {seconds:.0f} s")
    say(f"ended jobs a worker: {[w.text.count(': ended') for w in running]}")
    say(f"jobs by attempts: {dict(sorted(attempts.items()))}")
    faults = {
        "jobs that are not done": jobs - Job.objects.filter(state="done").count(),
        "jobs that did not end exactly once": jobs
        - sum(count == 1 for count in ended.values()),
        "trials missing": jobs * pages - Trial.objects.count(),
        "trials changed twice": Revision.objects.count() - Trial.objects.count(),
        "pages kept twice": SourceDocument.objects.count() - Trial.objects.count(),
    }
    for what, count in faults.items():
        say(f"{what}: {count}")
    return sum(map(abs, faults.values()))


def say(line: str) -> None:
    """One figure."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
