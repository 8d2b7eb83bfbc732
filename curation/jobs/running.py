"""A job's way through a worker: claimed by one, done, and ended once."""

import logging
import secrets

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django_tasks import task

from curation.jobs.attempt import Cancelled, HandedBack, JobError, Lost, Run
from curation.jobs.work import WORK, needs
from curation.models import Job, JobLog

logger = logging.getLogger(__name__)

State = Job.State


@task
def run_job(job_id: int) -> None:
    """Do the job, if it still waits. What the queue of django-tasks calls."""
    run(job_id)


def enqueue(job: Job) -> None:
    """Give the job a place in the queue.

    Call it in the transaction that makes the job wait: the place is a row of the same
    database, so there is never one without the other.
    """
    place = run_job.enqueue(job.pk)
    Job.objects.filter(pk=job.pk).update(task=place.id)


def run(job_id: int) -> None:
    """Do the job, if nobody else does and nobody cancelled it."""
    job = _claim(job_id)
    if job is None:
        return
    logger.info("%s: begun, attempt %s.", job, job.attempts)
    with Run(job) as attempt:
        state, message = _do(attempt)
    # The heart is still now: nobody writes to the row but this.
    if state is None:
        logger.warning("%s was given to another worker; this one stops.", job)
    elif state == State.QUEUED:
        _hand_back(attempt)
    else:
        _end(attempt, state, message)


def _claim(job_id: int) -> Job | None:
    """Take the job for this run; None where there is nothing to take.

    One statement, so that of several workers one gets it.
    """
    token = secrets.token_hex(16)
    waiting = Job.objects.filter(pk=job_id, state=State.QUEUED)
    is_mine = waiting.update(
        state=State.RUNNING,
        run=token,
        heartbeat=Now(),
        run_started=Now(),
        started=Coalesce("started", Now()),
        attempts=F("attempts") + 1,
        done=0,
        first=0,
        total=0,
        message="",
    )
    if not is_mine:
        return None
    # What this run passes over, it names itself.
    JobLog.objects.filter(job_id=job_id).delete()
    return Job.objects.select_related("by", "change_set").get(pk=job_id)


def _do(attempt: Run) -> tuple[State | None, str]:
    """Do the work; how the job ends (None: not by this run), and a sentence."""
    job = attempt.job
    try:
        _check_account(job)
        return State.DONE, WORK[job.kind].do(attempt)
    except Cancelled:
        return State.CANCELLED, "Stopped. What was done until then stays."
    except HandedBack:
        return State.QUEUED, ""
    except Lost:
        return None, ""
    except JobError as error:
        return State.FAILED, str(error)
    except Exception:  # The edge of the job: the log has the whole story.
        logger.exception("%s failed.", job)
        return State.FAILED, "It broke off by an error; the log of the worker says how."


def _check_account(job: Job) -> None:
    """Whether the account may still do this. Raises JobError."""
    if not job.by.is_active:
        raise JobError(f"The account {job.by} is closed.")
    if not job.by.has_perms(needs(job.kind, job.arguments)):
        raise JobError(f"The account {job.by} may not do this any more.")


def _end(attempt: Run, state: State, message: str) -> None:
    """Write how it ended, once: a row that is not this run's stays as it is."""
    job = attempt.job
    is_mine = attempt.mine().update(
        state=state,
        message=message,
        finished=Now(),
        heartbeat=Now(),
        output=job.output,
        **attempt.progress,
    )
    if is_mine:
        logger.info("%s: ended, %s. %s", job, state, message)
    else:
        logger.warning("%s was given to another worker; this one stops.", job)


@transaction.atomic
def _hand_back(attempt: Run) -> None:
    """Let another worker go on; it is no failed attempt."""
    is_mine = attempt.mine().update(
        state=State.QUEUED,
        run="",
        attempts=F("attempts") - 1,
        **attempt.progress,
    )
    if is_mine:
        enqueue(attempt.job)
        logger.info("%s: handed back.", attempt.job)
