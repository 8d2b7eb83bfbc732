"""Long work behind the pages: started by a person, done by a worker, seen by both.

A job is a row (`models.Job`) with a place in the queue of django-tasks. A worker
(`manage.py run_jobs`) claims it, writes a heartbeat each second, and ends it once. A
job whose worker died is taken up by another one, and passes over what is done already.
"""

from curation.jobs.attempt import JobError
from curation.jobs.queueing import (
    cancel,
    may_do,
    resume,
    seen_by,
    start_bulk,
    start_export,
    start_fix,
    start_import,
    start_recheck,
    start_revert,
    take_up_lost,
)
from curation.jobs.running import run

__all__ = [
    "JobError",
    "cancel",
    "may_do",
    "resume",
    "run",
    "seen_by",
    "start_bulk",
    "start_export",
    "start_fix",
    "start_import",
    "start_recheck",
    "start_revert",
    "take_up_lost",
]
