"""Where the values come from: the saved pages, verbatim, and what reading them gave."""

from django.conf import settings
from django.db import models

from trials.models.trial import Trial


class SourceDocument(models.Model):
    """A saved page of a trial, and the account of its lines.

    `text.encode(encoding)` gives the file's bytes, whose SHA-256 is `sha256`. `lines`
    maps a path to the first and last line of its value; `repeats`, `headings`,
    `boilerplate`, `unplaced` and `warnings` are those of the reading. Never changed,
    but for `status`.
    """

    class Status(models.TextChoices):
        CURRENT = "current", "Current"
        PENDING = "pending", "Pending"

    trial = models.ForeignKey(
        Trial, on_delete=models.PROTECT, related_name="sources", db_index=False
    )
    status = models.CharField(max_length=10, choices=Status)
    file_name = models.TextField()
    text = models.TextField()
    encoding = models.CharField(max_length=20)
    sha256 = models.CharField("SHA-256", max_length=64)
    layout = models.CharField(max_length=20)
    reader_version = models.PositiveIntegerField()
    lines = models.JSONField(default=dict)
    repeats = models.JSONField(default=list)
    headings = models.JSONField(default=list)
    boilerplate = models.JSONField(default=list)
    unplaced = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    unplaced_count = models.PositiveIntegerField(default=0)
    warning_count = models.PositiveIntegerField(default=0)
    imported_at = models.DateTimeField(auto_now_add=True)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["trial_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["trial", "sha256"], name="trials_sourcedocument_text"
            ),
            models.UniqueConstraint(
                fields=["trial"],
                condition=models.Q(status="current"),
                name="trials_sourcedocument_current",
            ),
        ]
        indexes = [
            # They are few.
            models.Index(
                fields=["trial", "imported_at"],
                condition=models.Q(status="pending"),
                name="trials_sourcedocument_pending",
            ),
            # What counts pages by their readers need not read their texts.
            models.Index(
                fields=[
                    "status",
                    "layout",
                    "reader_version",
                    "unplaced_count",
                    "warning_count",
                    "trial",
                ],
                name="trials_sourcedocument_reader",
            ),
        ]

    def __str__(self):
        return self.file_name
