"""What becomes of a job: how it is claimed, ends, stops and goes on."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from curation import jobs, word_counts
from curation.jobs import attempt as runs
from curation.jobs import running, work
from curation.jobs.queueing import MOST_ATTEMPTS
from curation.models import Job
from curation.tests.factory import make_user, seed_trial
from curation.tests.job_factory import PAGE, make_import, page, run
from curation.tests.test_concurrency import at_once
from trials.models import ChangeSet, Trial

pytestmark = pytest.mark.django_db

committing = pytest.mark.django_db(transaction=True)
"""For what looks at the act: it is one for all pages once the first is committed."""

State = Job.State


@pytest.fixture
def by():
    return make_user("add_trial", username="importer")


def silence(job):
    """Let its worker have been silent for long."""
    Job.objects.filter(pk=job.pk).update(heartbeat=Now() - timedelta(hours=1))


def claimed(job):
    """The job as a worker that then died has it."""
    running._claim(job.pk)
    places = DBTaskResult.objects.filter(pk=job.task_place)
    places.update(status=TaskResultStatus.RUNNING, started_at=job.created)
    job.refresh_from_db()
    return job


@pytest.fixture
def waiting(by):
    """An import of two pages that waits."""
    job = make_import({"a.txt": page(1), "b.txt": page(2)}, by)
    job.refresh_from_db()
    job.task_place = job.task
    return job


def stop_at(monkeypatch, count, act):
    """Do `act` after so many pages of an import."""
    step = runs.Run.step

    def stepped(self, done, position=None):
        if done == count:
            act(self)
        step(self, done, position)

    monkeypatch.setattr(runs.Run, "step", stepped)
    # What is stored together is told of when all of it is stored.
    monkeypatch.setattr(work, "PAGES_AT_ONCE", 1)


def test_a_job_waits_with_a_place_in_the_queue(waiting):
    place = DBTaskResult.objects.get(pk=waiting.task)

    assert waiting.state == State.QUEUED
    assert place.status == TaskResultStatus.READY
    assert place.args_kwargs["args"] == [waiting.pk]


@committing
def test_a_job_is_done_by_whom_it_is_for(waiting, by):
    job = run(waiting)

    assert (job.state, job.done, job.total, job.percent) == (State.DONE, 2, 2, 100)
    assert job.message == (
        "2 pages: 2 created, 0 there already, 0 kept as further sources, 0 refused."
    )
    assert job.change_set == ChangeSet.objects.get()
    assert job.change_set.actor == by
    assert job.started and job.finished


def test_a_job_that_is_done_is_not_done_again(waiting):
    first = run(waiting)
    finished = first.finished

    again = run(waiting)

    assert (again.attempts, again.finished) == (1, finished)


def test_a_job_that_another_worker_has_is_left_to_it(waiting):
    claimed(waiting)

    job = run(waiting)

    assert (job.state, job.attempts, Trial.objects.count()) == (State.RUNNING, 1, 0)


def test_what_is_refused_is_named_with_line_and_reason(by):
    job = make_import({"good.txt": page(1), "bad.txt": b"a\n\0"}, by)

    job = run(job)

    (row,) = job.log.all()
    assert (row.item, row.line) == ("bad.txt", 2)
    assert "0x00" in row.reason
    assert job.message.endswith("1 refused.")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda by: by.user_permissions.clear(), "may not do this any more"),
        (lambda by: type(by).objects.update(is_active=False), "is closed"),
    ],
)
def test_who_may_not_any_more_has_nothing_done(waiting, by, change, reason):
    change(by)

    job = run(waiting)

    assert job.state == State.FAILED
    assert reason in job.message
    assert not Trial.objects.exists()


def test_an_error_ends_the_job_and_is_in_the_log(waiting, monkeypatch, caplog):
    def fail(*args, **options):
        raise RuntimeError("The disk is full.")

    monkeypatch.setattr("curation.jobs.work.import_pages", fail)

    job = run(waiting)

    assert job.state == State.FAILED
    assert "the log of the worker says how" in job.message
    assert "The disk is full." in caplog.text


def test_files_that_are_gone_are_said_to_be(waiting, settings, tmp_path):
    settings.JOBS_ROOT = tmp_path

    job = run(waiting)

    assert job.state == State.FAILED
    assert "JOBS_ROOT" in job.message


def test_a_waiting_job_is_cancelled_at_once_and_never_begins(waiting):
    assert jobs.cancel(waiting)

    job = run(waiting)

    assert (job.state, job.attempts) == (State.CANCELLED, 0)
    assert job.finished


def test_a_job_that_is_over_is_not_cancelled(waiting):
    job = run(waiting)

    assert not jobs.cancel(job)


def test_a_cancelled_job_stops_between_two_items_and_what_is_done_stays(
    waiting, monkeypatch
):
    def cancel(attempt):
        jobs.cancel(attempt.job)
        attempt._tell()

    stop_at(monkeypatch, 1, cancel)

    job = run(waiting)

    assert (job.state, job.done) == (State.CANCELLED, 1)
    assert [trial.nct_id for trial in Trial.objects.all()] == ["NCT00000001"]
    assert job.change_set.revisions.count() == 1


@committing
def test_a_cancelled_job_goes_on_with_what_is_left_as_the_same_act(
    waiting, monkeypatch
):
    with monkeypatch.context() as patch:
        stop_at(patch, 1, lambda attempt: jobs.cancel(attempt.job) and attempt._tell())
        run(waiting)
    waiting.refresh_from_db()

    assert jobs.resume(waiting)
    job = run(waiting)

    assert (job.state, job.done) == (State.DONE, 2)
    assert job.message.startswith("2 pages: 2 created, 0 there already")
    assert job.change_set == ChangeSet.objects.get()
    assert job.change_set.revisions.count() == 2


@committing
def test_a_further_source_that_an_attempt_kept_is_one_in_the_end_too(by, monkeypatch):
    seed_trial()
    pages = {"a.txt": PAGE + b"\n", "b.txt": PAGE, "c.txt": PAGE + b"\n\n"}
    job = make_import(pages, by)
    with monkeypatch.context() as patch:
        stop_at(patch, 2, lambda attempt: jobs.cancel(attempt.job) and attempt._tell())
        run(job)

    jobs.resume(job)

    assert run(job).message == (
        "3 pages: 0 created, 1 there already, 2 kept as further sources, 0 refused."
    )


@committing
def test_a_further_source_that_another_job_kept_is_there_already(by):
    seed_trial()
    first = make_import({"a.txt": PAGE + b"\n"}, by)
    second = make_import({"a.txt": PAGE + b"\n"}, by)

    assert "1 kept as further sources" in run(first).message
    assert "1 there already, 0 kept" in run(second).message


def test_only_a_job_that_ended_early_is_resumed(waiting):
    assert not jobs.resume(waiting)
    assert not jobs.resume(run(waiting))


def test_what_an_attempt_refused_is_named_once(by, monkeypatch):
    job = make_import({"a.txt": b"a\n\0", "b.txt": page(1)}, by)
    with monkeypatch.context() as patch:
        patch.setattr(word_counts, "add_all_ahead", lambda: 1 / 0)
        run(job)

    jobs.resume(job)
    run(job)

    assert job.log.count() == 1


def test_a_worker_that_ends_hands_its_job_back(waiting, monkeypatch):
    with monkeypatch.context() as patch:
        stop_at(patch, 1, lambda attempt: runs.shutting_down.set())
        job = run(waiting)
    runs.shutting_down.clear()

    assert (job.state, job.attempts, job.run) == (State.QUEUED, 0, "")
    assert job.task != waiting.task_place
    assert run(job).state == State.DONE


def test_a_job_whose_worker_is_silent_is_taken_up_once(waiting):
    silence(claimed(waiting))

    assert jobs.take_up_lost() == 1
    assert jobs.take_up_lost() == 0

    waiting.refresh_from_db()
    assert waiting.state == State.QUEUED
    assert DBTaskResult.objects.ready().get().pk == waiting.task
    assert DBTaskResult.objects.get(pk=waiting.task_place).status == "FAILED"
    assert run(waiting).attempts == 2


def test_a_job_whose_heart_beats_is_left_alone(waiting):
    claimed(waiting)

    assert jobs.take_up_lost() == 0


def test_a_silent_job_that_was_to_stop_is_over(waiting):
    jobs.cancel(claimed(waiting))
    silence(waiting)

    jobs.take_up_lost()

    waiting.refresh_from_db()
    assert waiting.state == State.CANCELLED


def test_a_job_that_brings_down_its_workers_is_given_up(waiting):
    silence(claimed(waiting))
    Job.objects.update(attempts=MOST_ATTEMPTS)

    jobs.take_up_lost()

    waiting.refresh_from_db()
    assert waiting.state == State.FAILED
    assert "5 times" in waiting.message


def test_a_place_that_was_left_before_the_job_was_claimed_is_given_again(waiting):
    places = DBTaskResult.objects.filter(pk=waiting.task)
    long_ago = waiting.created - timedelta(hours=1)
    places.update(status=TaskResultStatus.RUNNING, started_at=long_ago)

    assert jobs.take_up_lost() == 1
    assert jobs.take_up_lost() == 0
    assert DBTaskResult.objects.ready().count() == 1


def test_a_worker_whose_job_was_taken_up_writes_nothing_to_it(waiting, monkeypatch):
    def take_away(attempt):
        silence(attempt.job)
        jobs.take_up_lost()
        running._claim(attempt.job.pk)
        attempt._tell(done=99)

    stop_at(monkeypatch, 1, take_away)

    job = run(waiting)

    assert (job.state, job.attempts) == (State.RUNNING, 2)
    assert (job.message, job.done, job.finished) == ("", 0, None)


def test_a_run_that_lost_its_job_at_the_end_does_not_end_it(waiting, monkeypatch):
    def take_away(attempt):
        silence(attempt.job)
        jobs.take_up_lost()
        running._claim(attempt.job.pk)

    stop_at(monkeypatch, 2, take_away)

    job = run(waiting)

    assert (job.state, job.attempts, job.message) == (State.RUNNING, 2, "")


@committing
def test_of_many_workers_one_gets_the_job(waiting):
    claims = at_once(lambda number: running._claim(waiting.pk), 8)

    assert len([job for job in claims if job]) == 1
    waiting.refresh_from_db()
    assert waiting.attempts == 1


@committing
def test_of_many_workers_one_takes_a_lost_job_up(waiting):
    silence(claimed(waiting))

    taken = at_once(lambda number: jobs.take_up_lost(), 8)

    assert sum(taken) == 1
    assert DBTaskResult.objects.ready().count() == 1


def test_a_worker_that_was_silent_itself_gives_up(waiting, monkeypatch):
    def sleep(attempt):
        attempt._told -= 31

    stop_at(monkeypatch, 1, sleep)

    job = run(waiting)

    assert (job.state, Trial.objects.count()) == (State.RUNNING, 1)


def test_the_row_tells_how_far_how_fast_and_how_long(waiting):
    job = claimed(waiting)
    job.done, job.first, job.total = 60, 10, 110
    job.heartbeat = job.run_started + timedelta(seconds=25)

    assert (job.percent, job.rate, job.seconds_left) == (54, 2, 25)
