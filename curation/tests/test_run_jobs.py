"""Workers in processes of their own, and what becomes of a job when one dies."""

import time

import pytest
from django.core.management import call_command
from django.db import connection

from curation import jobs
from curation.models import Job
from curation.tests.factory import make_user
from curation.tests.job_factory import (
    Worker,
    make_import,
    page,
    wait_until,
    workers,
)
from trials.models import Revision, SourceDocument, Trial

pytestmark = pytest.mark.django_db(transaction=True)

State = Job.State


@pytest.fixture
def by():
    return make_user("add_trial", username="importer")


def make_imports(count, pages, by):
    """So many waiting imports of so many pages, no trial in two of them."""
    return [
        make_import({f"{n}.txt": page(1 + at * pages + n) for n in range(pages)}, by)
        for at in range(count)
    ]


def are_over():
    return not Job.objects.filter(state__in=(State.QUEUED, State.RUNNING)).exists()


def ends(running: list[Worker], job: Job) -> int:
    """How often a worker said that the job has ended."""
    lines = [line for worker in running for line in worker.text.splitlines()]
    return sum(f"Job {job.pk}: " in line and ": ended" in line for line in lines)


def test_a_batch_does_what_waits_and_ends(by):
    (job,) = make_imports(1, 2, by)

    call_command("run_jobs", "--batch")

    job.refresh_from_db()
    assert job.state == State.DONE
    assert Trial.objects.count() == 2


def test_a_worker_does_the_jobs_that_wait_and_ends_when_asked(by, tmp_path):
    made = make_imports(2, 2, by)

    with workers(tmp_path, 1) as running:
        wait_until(are_over, running)
        status = running[0].stop()

    assert status == 0
    assert set(Job.objects.values_list("state", flat=True)) == {State.DONE}
    assert [ends(running, job) for job in made] == [1, 1]
    assert Trial.objects.count() == 4


def test_a_worker_that_is_asked_to_end_hands_its_job_to_the_next(by, tmp_path):
    (job,) = make_imports(1, 100, by)

    with workers(tmp_path, 1) as running:
        wait_until(Trial.objects.exists, running)
        # Twice, as `make run` does where the terminal has sent one already.
        running[0].process.terminate()
        assert running[0].stop() == 0
    job.refresh_from_db()
    done = Trial.objects.count()

    assert job.state == State.QUEUED
    assert 0 < done < 100


def test_the_job_of_a_killed_worker_goes_on_where_it_stopped(by, tmp_path):
    """On SQLite too: the same worker, started again, takes it up."""
    (job,) = make_imports(1, 60, by)

    with workers(tmp_path, 1) as running:
        wait_until(lambda: Trial.objects.count() > 3, running)
        running[0].kill()
    done = Trial.objects.count()
    with workers(tmp_path, 1, dead_seconds=4) as running:
        wait_until(are_over, running)

    job.refresh_from_db()
    assert 3 < done < 60
    assert (job.state, job.done) == (State.DONE, 60)
    assert job.attempts > 1
    assert job.message.startswith("60 pages: 60 created, 0 there already")
    assert Revision.objects.count() == SourceDocument.objects.count() == 60
    assert job.change_set.revisions.count() == 60


def test_a_running_job_tells_how_far_it_is_and_stops_when_asked(by, tmp_path):
    (job,) = make_imports(1, 200, by)

    with workers(tmp_path, 1, dead_seconds=4) as running:
        told = Job.objects.filter(done__gt=0, total=200, state=State.RUNNING)
        wait_until(told.exists, running)
        jobs.cancel(job)
        asked = time.monotonic()
        wait_until(are_over, running)
        seconds = time.monotonic() - asked

    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert 0 < job.done < 200
    assert Trial.objects.count() == job.change_set.revisions.count() == job.done
    assert seconds < 5


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="Several workers share a PostgreSQL alone."
)
def test_two_workers_share_the_queue_and_one_is_killed_each_job_ends_once(by, tmp_path):
    made = make_imports(20, 4, by)

    with workers(tmp_path, 2, dead_seconds=4) as running:
        wait_until(lambda: all(w.text.count(": ended") > 1 for w in running), running)
        wait_until(lambda: running[0].is_at_work, running)
        running[0].kill()
        was_at_work = running[0].is_at_work
        wait_until(are_over, running)

    states = Job.objects.values_list("state", flat=True)
    assert list(states) == [State.DONE] * 20
    assert [ends(running, job) for job in made] == [1] * 20
    # It may have ended its job at the very last moment.
    assert Job.objects.filter(attempts__gt=1).exists() or not was_at_work
    assert Trial.objects.count() == Revision.objects.count() == 80
    assert SourceDocument.objects.count() == 80
