"""Jobs that people start, stop and resume, and those whose worker is gone."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from curation import operations, reverts
from curation.chosen_findings import ChosenFindings
from curation.exports import Order
from curation.jobs.running import enqueue
from curation.jobs.work import WORK, needs, plain_order
from curation.models import BulkOperation, Job
from curation.operation_words import title
from trials.models import ChangeSet

Kind, State = Job.Kind, Job.State

MOST_ATTEMPTS = 5
"""Attempts that may end with their worker; a job that brings down each worker that
takes it would go on for ever."""


# Starting


@transaction.atomic
def start(
    kind: Job.Kind, title: str, arguments: dict, *, by: AbstractBaseUser, **fields
) -> Job:
    """Let a worker do it. `arguments` are those of the kind, as JSON."""
    job = Job.objects.create(
        kind=kind, title=title[:200], arguments=arguments, by=by, **fields
    )
    enqueue(job)
    return job


def start_import(folder: str, title: str, note: str, *, by: AbstractBaseUser) -> Job:
    """Import the uploaded files that stand in `folder` below JOBS_ROOT."""
    return start(Kind.IMPORT, title, {"note": note}, by=by, folder=folder)


def start_export(
    order: Order,
    title: str,
    *,
    by: AbstractBaseUser,
    needs: tuple[str, ...] = WORK[Kind.EXPORT].needs,
) -> Job:
    """Write what is ordered; of `order.output` only the name counts.

    `needs` are the permissions that it takes when it runs and when it is fetched.
    """
    arguments = {"order": plain_order(order), "needs": list(needs)}
    return start(Kind.EXPORT, title, arguments, by=by)


def start_recheck(rule: str = "", *, by: AbstractBaseUser) -> Job:
    """Run one rule over all trials, or "": the rules that changed since."""
    title = f"Check all trials by {rule or 'the rules that changed'}"
    return start(Kind.RECHECK, title, {"rule": rule}, by=by)


def start_fix(
    chosen: ChosenFindings,
    *,
    by: AbstractBaseUser,
    reason: str = "",
    note: str = "",
) -> Job:
    """Make the fixes of all findings that are chosen. Raises facets.UnknownFilter."""
    arguments = {"query": chosen.query, "reason": reason, "note": note}
    return start(Kind.FIX, chosen.words, arguments, by=by)


def start_revert(
    change_set: ChangeSet, *, by: AbstractBaseUser, reason: str, note: str
) -> Job:
    """Put all trials of a change set back."""
    trials = reverts.touched(change_set).count()
    arguments = {
        "change_set": change_set.pk,
        "reason": reason,
        "note": note,
        "needs": list(reverts.permissions_for(change_set, by, trials)),
    }
    return start(Kind.REVERT, f"Revert change set {change_set.pk}", arguments, by=by)


@transaction.atomic
def start_bulk(
    bulk: BulkOperation, *, by: AbstractBaseUser, reason: str = "", note: str = ""
) -> Job:
    """Apply an operation that was prepared.

    Raises reviews.Refused where it was applied before.
    """
    operation = operations.operation_of(bulk)
    arguments = {
        "operation": bulk.pk,
        "reason": reason,
        "note": note,
        "needs": list(operations.permissions_for(operation)),
    }
    job = start(Kind.BULK, title(operation), arguments, by=by)
    operations.claim(bulk, by, job)
    return job


# Looking and stopping


def seen_by(user: AbstractBaseUser) -> QuerySet[Job]:
    """The jobs that the account may see: its own, or all."""
    jobs = Job.objects.select_related("by")
    return jobs if user.has_perm("curation.manage_jobs") else jobs.filter(by=user)


def may_do(user: AbstractBaseUser, job: Job) -> bool:
    """Whether the account may do what the job does, and have what it made."""
    return user.has_perms(needs(job.kind, job.arguments))


def cancel(job: Job) -> bool:
    """Stop the job: at once where it waits, after the item that it is at where it runs.

    False where it is over already.
    """
    going_on = Job.objects.filter(pk=job.pk, state__in=(State.QUEUED, State.RUNNING))
    # Asked first: a job that begins, or is handed back, meanwhile hears of it too.
    if not going_on.update(is_cancel_asked=True):
        return False
    Job.objects.filter(pk=job.pk, state=State.QUEUED).update(
        state=State.CANCELLED, finished=Now(), message="Cancelled before it went on."
    )
    return True


@transaction.atomic
def resume(job: Job) -> bool:
    """Go on with a job that failed or was cancelled; False where there is none."""
    ended = Job.objects.filter(pk=job.pk, state__in=(State.FAILED, State.CANCELLED))
    is_ended = ended.update(
        state=State.QUEUED, finished=None, is_cancel_asked=False, attempts=0, run=""
    )
    if is_ended:
        enqueue(job)
    return bool(is_ended)


# Workers that are gone


def take_up_lost() -> int:
    """Let jobs go on whose worker gave no sign of life for JOB_DEAD_SECONDS; how many.

    Any number of workers may call it at once: each job is taken up by one.
    """
    count = sum(map(_take_up, _silent().defer("arguments")))
    # A worker may end between the queue's row and the job's.
    long_ago = timezone.now() - timedelta(seconds=settings.JOB_DEAD_SECONDS)
    places = DBTaskResult.objects.filter(
        status=TaskResultStatus.RUNNING, started_at__lt=long_ago
    )
    waiting = Job.objects.filter(state=State.QUEUED, task__in=places.values("pk"))
    return count + sum(map(_queue_again, waiting.defer("arguments")))


def _silent() -> QuerySet[Job]:
    """Running jobs that were not heard of for too long, by the database's clock."""
    long_ago = timedelta(seconds=settings.JOB_DEAD_SECONDS)
    return Job.objects.filter(state=State.RUNNING, heartbeat__lt=Now() - long_ago)


@transaction.atomic
def _take_up(job: Job) -> bool:
    """Take a running job from its silent run."""
    silent = _silent().filter(pk=job.pk, run=job.run)
    if job.is_cancel_asked:
        message = "Stopped. What was done until then stays."
        change = {"state": State.CANCELLED, "message": message, "finished": Now()}
    elif job.attempts >= MOST_ATTEMPTS:
        message = f"Its worker ended {job.attempts} times in the middle of it."
        change = {"state": State.FAILED, "message": message, "finished": Now()}
    else:
        change = {"state": State.QUEUED}
    if not silent.update(run="", **change):
        return False
    _forget_place(job)
    if change["state"] == State.QUEUED:
        enqueue(job)
    return True


@transaction.atomic
def _queue_again(job: Job) -> bool:
    """Give a waiting job another place than the one that its worker left."""
    waiting = Job.objects.filter(pk=job.pk, state=State.QUEUED, task=job.task)
    if not waiting.update(task=None):
        return False
    _forget_place(job)
    enqueue(job)
    return True


def _forget_place(job: Job) -> None:
    """End the place in the queue that a worker left open."""
    DBTaskResult.objects.filter(pk=job.task, status=TaskResultStatus.RUNNING).update(
        status=TaskResultStatus.FAILED,
        finished_at=timezone.now(),
        traceback="Its worker gave no sign of life.",
    )
