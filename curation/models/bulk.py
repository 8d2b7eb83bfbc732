"""Acts on many trials at once, and values that only look alike."""

import hashlib

from django.conf import settings
from django.db import models

from curation.models.job import Job
from trials.models import ChangeSet


class BulkOperation(models.Model):
    """An operation on chosen trials: prepared, looked at, and then applied or not.

    `operation` is its JSON (`curation.bulk.operation`), `query` names the trials as
    `ChosenTrials` does. `trials` are the id, version and hits of each trial that has
    any, as they were when it was prepared; `left_out` the names of the hits that were
    unticked, each behind the id of its trial; `counts` column -> hits. `skipped` are
    the NCT numbers of the trials that were left as they are, each with the reason.
    `job` does it where it is too much for a page; its state tells more than RUNNING.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", "Not applied yet"
        RUNNING = "running", "Running"
        APPLIED = "applied", "Applied"

    operation = models.TextField()
    query = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PREPARED)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField(max_length=200)
    prepared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    looked_at = models.PositiveIntegerField(default=0)
    trials = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    change_set = models.ForeignKey(
        ChangeSet, on_delete=models.PROTECT, null=True, related_name="bulk_operations"
    )
    changed = models.PositiveIntegerField(default=0)
    skipped = models.JSONField(default=list)
    job = models.OneToOneField(
        Job, on_delete=models.PROTECT, null=True, related_name="+"
    )
    repeats = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="repeated_by"
    )

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
        permissions = [("bulk_change", "Can change many trials at once")]

    def __str__(self):
        return f"Bulk operation {self.pk}"

    @property
    def state_in_words(self) -> str:
        """How it stands; until its job is through with it, how the job stands."""
        if self.state == self.State.RUNNING and self.job:
            return self.job.get_state_display()
        return self.get_state_display()


class NotSame(models.Model):
    """Two values of a column of which a person said that they are not the same.

    `digest` is that of the column and both values, which are too long for an index;
    `one` sorts before `other`.
    """

    column = models.CharField(max_length=80, db_index=True)
    one = models.TextField()
    other = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        default_permissions = ()

    def __str__(self):
        return f"{self.one} is not {self.other}"

    @staticmethod
    def digest_of(column: str, one: str, other: str) -> str:
        """The digest of a column and two values, whichever comes first."""
        told = "\0".join([column, *sorted((one, other))])
        return hashlib.sha256(told.encode()).hexdigest()
