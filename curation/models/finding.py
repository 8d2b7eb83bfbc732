"""What the rules found in the trials, and what people decided about it."""

import json

from django.conf import settings
from django.db import models

from curation.rules.rule import Confidence, Severity
from trials.models import Trial


class Finding(models.Model):
    """One thing that a rule says looks wrong with a trial.

    `fingerprint` names it by rule, place and evidence, so that the same thing found
    again is the same row. `paths` are the values it is about, `path` the first of them.
    `lines` are spans of source lines, `first_line` and `last_line` their ends. FIXED: a
    change of the record put it right. GONE: a changed rule or page no longer shows it.
    A waived finding stays waived until its evidence changes; what is found then is a
    new row whose `reopens` names the old one. `section` is the slug of the record's
    section where `path` is, "" where it is about the trial or its page as a whole.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        FIXED = "fixed", "Fixed"
        WAIVED = "waived", "Waived"
        GONE = "gone", "Gone"

    # In the order in which people should look at them.
    SEVERITIES = {Severity.ERROR: 1, Severity.WARNING: 2, Severity.NOTE: 3}

    trial = models.ForeignKey(
        Trial, on_delete=models.PROTECT, related_name="findings", db_index=False
    )
    rule = models.CharField(max_length=60)
    severity = models.PositiveSmallIntegerField(
        choices=[(rank, severity.value) for severity, rank in SEVERITIES.items()]
    )
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    fingerprint = models.CharField(max_length=40)
    path = models.CharField(max_length=80, blank=True)
    section = models.CharField(max_length=20, blank=True)
    paths = models.JSONField(default=list)
    lines = models.JSONField(default=list)
    first_line = models.PositiveIntegerField(null=True)
    last_line = models.PositiveIntegerField(null=True)
    message = models.TextField()
    evidence = models.TextField(blank=True)
    fix_label = models.TextField(blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    confidence = models.CharField(
        max_length=10,
        choices=[(c.value, c.value) for c in Confidence],
        blank=True,
    )
    variants = models.JSONField(default=list)
    layout = models.CharField(max_length=20, blank=True)
    reader_version = models.PositiveIntegerField(null=True)
    is_waived = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    reopens = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["severity", "first_line", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["trial", "fingerprint"], name="curation_finding_fingerprint"
            )
        ]
        indexes = [
            models.Index(
                fields=["rule", "state", "trial"], name="curation_finding_rule"
            ),
            models.Index(
                fields=["section", "state", "trial"], name="curation_finding_section"
            ),
            # What is found in some trials, without reading the findings.
            models.Index(
                fields=["trial", "state", "section", "severity", "rule"],
                name="curation_finding_trial",
            ),
            models.Index(
                fields=["state", "severity", "rule", "trial"],
                name="curation_finding_state",
            ),
            models.Index(
                fields=["state", "severity", "rule"],
                condition=~models.Q(fix_label=""),
                name="curation_finding_fixable",
            ),
        ]
        permissions = [("waive_finding", "Can waive findings")]

    def __str__(self):
        return f"{self.rule}: {self.message}"

    @property
    def lines_json(self) -> str:
        """The spans for a page's script."""
        return json.dumps(self.lines)


class Waiver(models.Model):
    """A person's word that a finding is no error, or the taking back of it.

    Append-only: the last word on a finding counts.
    """

    append_only = True

    finding = models.ForeignKey(
        Finding, on_delete=models.PROTECT, related_name="waivers"
    )
    at = models.DateTimeField("time (UTC)")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="waivers"
    )
    actor_name = models.CharField("who", max_length=200)
    actor_role = models.TextField("role", blank=True)
    reason = models.TextField()
    is_taken_back = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        default_permissions = ()

    def __str__(self):
        return f"{self.actor_name}: {self.reason}"


class WordCount(models.Model):
    """How often the records of this desk use a word, in lower case.

    The spelling rules compare rare words with frequent ones.
    """

    word = models.CharField(max_length=100, primary_key=True)
    count = models.PositiveBigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.word}: {self.count}"


class RuleVersion(models.Model):
    """The version of a rule that all trials were last checked with."""

    rule = models.CharField(max_length=60, primary_key=True)
    version = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.rule} {self.version}"
