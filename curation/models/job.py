"""Long work that goes on behind the pages: what, for whom, how far."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from trials.models import ChangeSet


def new_folder() -> str:
    """A name for a job's folder that nobody guesses."""
    return secrets.token_hex(16)


class Job(models.Model):
    """Work of one kind for one account, which a worker does step by step.

    `arguments` say what is to be done, as JSON. `run` names the attempt that does it
    now: whoever writes to a running job asks for its own `run`, so that a worker that
    was given up cannot. `heartbeat` is when that attempt was last heard of, by the
    clock of the database. `done` of `total` steps are through, `first` of them before
    this attempt began, and `position` is the item that was done last. `change_set`
    holds all that was changed, by all attempts. `output` is the name of the file that
    can be fetched, in `folder` below JOBS_ROOT. `task` is its place in the queue.
    """

    class Kind(models.TextChoices):
        IMPORT = "import", "Import"
        EXPORT = "export", "Export"
        RECHECK = "recheck", "Recheck"
        FIX = "fix", "Fix all"
        REVERT = "revert", "Revert"
        BULK = "bulk", "Bulk operation"

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    kind = models.CharField(max_length=20, choices=Kind)
    arguments = models.JSONField(default=dict)
    title = models.CharField(max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs"
    )
    state = models.CharField(
        max_length=20, choices=State, default=State.QUEUED, db_index=True
    )
    created = models.DateTimeField(db_default=Now())
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)
    heartbeat = models.DateTimeField(null=True)
    task = models.UUIDField(null=True)
    run = models.CharField(max_length=32, blank=True)
    run_started = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    is_cancel_asked = models.BooleanField(default=False)
    done = models.PositiveIntegerField(default=0)
    first = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    position = models.CharField(max_length=40, blank=True)
    message = models.TextField(blank=True)
    folder = models.CharField(max_length=32, default=new_folder, unique=True)
    output = models.CharField(max_length=200, blank=True)
    change_set = models.ForeignKey(
        ChangeSet, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
        permissions = [("manage_jobs", "Can see, stop and resume everyone's jobs")]

    def __str__(self):
        return f"Job {self.pk}: {self.title}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.state not in (self.State.QUEUED, self.State.RUNNING)

    @property
    def may_be_resumed(self) -> bool:
        """Whether it ended before all was done."""
        return self.state in (self.State.FAILED, self.State.CANCELLED)

    @property
    def percent(self) -> int:
        """How much is done, in whole percent, 100 only at the end."""
        if self.state == self.State.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0

    @property
    def rate(self) -> float:
        """Steps a second of the attempt that runs; 0 where nobody can tell yet."""
        if not (self.run_started and self.heartbeat):
            return 0
        seconds = (self.heartbeat - self.run_started).total_seconds()
        return (self.done - self.first) / seconds if seconds > 0 else 0

    @property
    def seconds_left(self) -> int | None:
        """How long it goes on at that rate; None where nobody can tell."""
        if self.state != self.State.RUNNING or not self.rate:
            return None
        return round(max(0, self.total - self.done) / self.rate)


class JobLog(models.Model):
    """Something that a job left alone: a file, a trial. `line` 0: no line of it."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="log")
    item = models.TextField()
    line = models.PositiveIntegerField(default=0)
    reason = models.TextField()

    class Meta:
        ordering = ["id"]
        default_permissions = ()

    def __str__(self):
        return f"{self.item}: {self.reason}"
