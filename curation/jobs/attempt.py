"""One attempt at a job: how far it is, whether it should stop, and its heartbeat."""

import logging
import threading
import time

from django.conf import settings
from django.db import Error, connection
from django.db.models import QuerySet
from django.db.models.functions import Now

from curation.models import Job, JobLog

logger = logging.getLogger(__name__)

BEAT_SECONDS = 1.0
"""How often a running job tells how far it is, and hears whether it should stop; more
often where a silent one is soon held for dead."""

LET_IN_SECONDS = 0.11
"""How long a job leaves SQLite to others, once a beat. Whoever waits to write looks
every 0.1 seconds, and would rarely find it free beside a job that always writes.
"""

shutting_down = threading.Event()
"""Set when the worker is to end: its job stops after the item that it is at."""


class JobError(Exception):
    """Why a job cannot be done: a sentence for the one who asked for it."""


class Cancelled(Exception):
    """Someone asked the job to stop."""


class HandedBack(Exception):
    """The worker is to end; another one goes on with the job."""


class Lost(Exception):
    """The job was given to another worker, or may be by now."""


class Run:
    """What the work of a job calls while it goes on.

    Between two items the work tells how far it is. Where an item takes long, the heart
    beats in a thread with a connection of its own, which is seen while a transaction of
    the work is open. The thread alone would not do: SQLite lets one write at a time,
    and who writes all the time leaves others no room.
    """

    def __init__(self, job: Job):
        self.job = job
        self.done = self.total = 0
        self.position = job.position
        self._seconds = min(BEAT_SECONDS, settings.JOB_DEAD_SECONDS / 10)
        self._told = time.monotonic()
        self._reason: type[Exception] | None = None
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=str(job), daemon=True)

    def __enter__(self) -> "Run":
        self._thread.start()
        return self

    def __exit__(self, kind, error, trace) -> None:
        self._is_over.set()
        self._thread.join()

    # For the work

    def start(self, total: int, first: int = 0) -> None:
        """Say how many steps there are; `first` of them were done by attempts before.

        Raises what `step` raises.
        """
        self.total = total
        self.mine().update(first=first)
        self.step(first)

    def step(self, done: int, position: str | None = None) -> None:
        """Say that `done` steps are through, the last of them the item at `position`.

        Call it where no transaction of the work is open. Raises Cancelled, HandedBack
        or Lost where the work should stop here.
        """
        self.done = done
        if position is not None:
            self.position = position
        silence = time.monotonic() - self._told
        # Long before anyone may hold it for dead, so that nobody else is at it yet;
        # also where the whole process stood still meanwhile.
        if silence > settings.JOB_DEAD_SECONDS / 2:
            raise Lost
        if silence >= self._seconds:
            self._tell(**self.progress)
            if connection.vendor == "sqlite":
                time.sleep(LET_IN_SECONDS)
        if self._reason:
            raise self._reason
        if shutting_down.is_set():
            raise HandedBack

    def refuse(self, item: str, reason: str, line: int = 0) -> None:
        """Note something that was left alone, and why."""
        JobLog.objects.create(job=self.job, item=item, line=line, reason=reason)

    # For who runs it

    def mine(self) -> QuerySet[Job]:
        """The job's row, or none where the job is another's by now."""
        return Job.objects.filter(
            pk=self.job.pk, run=self.job.run, state=Job.State.RUNNING
        )

    @property
    def progress(self) -> dict[str, object]:
        """What the row says of how far it is."""
        return {"done": self.done, "total": self.total, "position": self.position}

    def _beat(self) -> None:
        try:
            while not self._is_over.wait(self._seconds):
                if time.monotonic() - self._told > 2 * self._seconds:
                    self._tell()
        finally:
            connection.close()

    def _tell(self, **progress) -> None:
        """Write the heartbeat, and hear whether to stop."""
        try:
            is_mine = self.mine().update(heartbeat=Now(), **progress)
            asked = self.mine().filter(is_cancel_asked=True).exists()
        except Error:
            logger.warning("%s could not write its heartbeat.", self.job, exc_info=True)
            connection.close()
            return
        self._told = time.monotonic()
        if not is_mine:
            self._reason = Lost
        elif asked:
            self._reason = Cancelled
