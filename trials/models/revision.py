"""The history: acts, what each left of a trial, and every value that it changed.

The three tables are append-only: triggers in the database refuse to change or remove
their rows (see `trials.history_guard`).
"""

from django.conf import settings
from django.db import models

from trials.models.source import SourceDocument
from trials.models.trial import Trial
from trials.record import diff


class ChangeSet(models.Model):
    """One act of one person, or of the command line, on one trial or on thousands.

    `actor_name` and `actor_role` are those at the time of the act, since both can
    change later.
    """

    append_only = True

    class Kind(models.TextChoices):
        IMPORT = "import", "Import"
        EDIT = "edit", "Edit"
        FIX = "fix", "Fix"
        BULK_EDIT = "bulk_edit", "Bulk edit"
        CSV_IMPORT = "csv_import", "CSV import"
        REVERT = "revert", "Revert"
        TRANSITION = "transition", "Transition"
        REVIEW = "review", "Review work"

    class Reason(models.TextChoices):
        TRANSCRIPTION_ERROR = "transcription_error", "Transcription error"
        PARSING_ERROR = "parsing_error", "Parsing error"
        TYPO = "typo", "Typo"
        SOURCE_CONTRADICTION = "source_contradiction", "Source contradicts itself"
        REGISTRY_CONSULTED = "registry_consulted", "Registry consulted"
        OTHER = "other", "Other (see note)"

    kind = models.CharField(max_length=20, choices=Kind)
    at = models.DateTimeField("time (UTC)", db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="change_sets",
    )
    actor_name = models.CharField("who", max_length=200)
    actor_role = models.TextField("role", blank=True)
    reason = models.CharField(max_length=30, choices=Reason, blank=True)
    note = models.TextField(blank=True)
    # Of a fix: the id of the rule that proposed it.
    rule = models.CharField(max_length=60, blank=True)
    reverts = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="reverted_by"
    )
    app_version = models.CharField("version of the desk", max_length=40)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["actor_name", "at"], name="trials_changeset_actor"),
        ]
        permissions = [
            ("revert_changeset", "Can revert an act on several trials at once")
        ]

    def __str__(self):
        return (
            f"{self.get_kind_display()} by {self.actor_name}, {self.at:%Y-%m-%d %H:%M}"
        )


class Revision(models.Model):
    """A trial as one act left it.

    `number` counts from 1 without gaps and is the trial's version then. `snapshot` is
    the canonical JSON of the whole record, and `hash` an HMAC over the previous hash
    and all that the revision says, changes and act included. `source` is the page that
    an import read.
    """

    append_only = True

    trial = models.ForeignKey(
        Trial, on_delete=models.PROTECT, related_name="revisions", db_index=False
    )
    number = models.PositiveIntegerField()
    change_set = models.ForeignKey(
        ChangeSet, on_delete=models.PROTECT, related_name="revisions"
    )
    source = models.ForeignKey(
        SourceDocument,
        on_delete=models.PROTECT,
        null=True,
        related_name="revisions",
        db_index=False,
    )
    snapshot = models.TextField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["trial_id", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["trial", "number"], name="trials_revision_number"
            )
        ]

    def __str__(self):
        return f"Revision {self.number}"


class FieldChange(models.Model):
    """One value that a revision changed.

    `path` names it by the part's key, `field` without ("criteria.text"). The creation
    of a trial is one row with the path "".
    """

    append_only = True

    class Operation(models.TextChoices):
        CREATE = diff.Operation.CREATE.value, "created"
        CHANGE = diff.Operation.CHANGE.value, "changed"
        MOVE = diff.Operation.MOVE.value, "moved"
        DELETE = diff.Operation.DELETE.value, "deleted"

    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="changes"
    )
    trial = models.ForeignKey(
        Trial, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    path = models.CharField(max_length=80, blank=True)
    section = models.CharField(max_length=20, blank=True)
    field = models.CharField(max_length=80, blank=True)
    operation = models.CharField(max_length=10, choices=Operation)
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["trial", "path"], name="trials_fieldchange_path"),
            models.Index(fields=["section", "field"], name="trials_fieldchange_field"),
        ]
        permissions = [("view_audit", "Can read and export the audit log")]

    def __str__(self):
        return f"{self.path or 'trial'} {self.get_operation_display()}"
