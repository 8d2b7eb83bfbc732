"""How far a trial is on its way to approval, who works on it, and what was said."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from trials.models import ChangeSet, Trial

PERSON = {
    "to": settings.AUTH_USER_MODEL,
    "on_delete": models.PROTECT,
    "null": True,
    "related_name": "+",
}


class Review(models.Model):
    """How far a trial has come on its way to approval, and who works on it.

    The state moves by the transitions of `curation.reviews` alone. `assignee` answers
    for the record; `holder` has it before them now, which nobody else is given until
    `held_until`. `approved_version` is the trial's version that was approved last; it
    stays when the review is opened again. `looked_at` is when a reviewer last found
    that nothing was left to look at. `open_errors` and `open_warnings` count the
    trial's open findings; `found_at` is when the newest of these was found, None where
    there is none. `events` is the number of its last event, `events_hash` the hash of
    that.
    """

    class State(models.TextChoices):
        IMPORTED = "imported", "Imported"
        IN_REVIEW = "in_review", "In review"
        SUBMITTED = "submitted", "Submitted"
        RETURNED = "returned", "Returned"
        APPROVED = "approved", "Approved"
        REOPENED = "reopened", "Reopened"

    class Priority(models.IntegerChoices):
        LOW = 1, "Low"
        NORMAL = 2, "Normal"
        HIGH = 3, "High"

    trial = models.OneToOneField(
        Trial, on_delete=models.PROTECT, related_name="review", primary_key=True
    )
    state = models.CharField(max_length=20, choices=State, default=State.IMPORTED)
    state_since = models.DateTimeField(db_default=Now())
    priority = models.PositiveSmallIntegerField(
        choices=Priority, default=Priority.NORMAL
    )
    assignee = models.ForeignKey(**PERSON)
    holder = models.ForeignKey(**PERSON)
    held_until = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(**PERSON)
    approved_by = models.ForeignKey(**PERSON)
    approved_at = models.DateTimeField(null=True)
    approved_version = models.PositiveIntegerField(null=True)
    looked_at = models.DateTimeField(null=True)
    open_errors = models.PositiveIntegerField(default=0)
    open_warnings = models.PositiveIntegerField(default=0)
    found_at = models.DateTimeField(null=True)
    events = models.PositiveIntegerField(default=0)
    events_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            # The trial list by what it shows of a review.
            models.Index(fields=["state", "trial"], name="curation_review_state"),
            models.Index(fields=["assignee", "trial"], name="curation_review_assignee"),
            models.Index(
                fields=["open_errors", "trial"], name="curation_review_errors"
            ),
            models.Index(
                fields=["open_warnings", "trial"], name="curation_review_warnings"
            ),
            # The queue in each of its orders.
            models.Index(
                fields=["-open_errors", "-priority", "state_since", "trial"],
                name="curation_review_first",
            ),
            models.Index(fields=["state_since", "trial"], name="curation_review_age"),
            models.Index(
                fields=["-priority", "-open_errors", "state_since", "trial"],
                name="curation_review_urgent",
            ),
            # What needs another look, and what is somebody's: few, among all reviews.
            models.Index(
                fields=["state", "trial"],
                condition=models.Q(found_at__gt=models.F("looked_at")),
                name="curation_review_look",
            ),
            models.Index(
                fields=["assignee", "trial"],
                condition=models.Q(assignee__isnull=False),
                name="curation_review_mine",
            ),
            models.Index(
                fields=["holder", "held_until"],
                condition=models.Q(holder__isnull=False),
                name="curation_review_held",
            ),
        ]
        permissions = [
            ("submit_review", "Can take trials, tick sections and submit"),
            ("approve_review", "Can approve, return and reopen"),
            ("assign_review", "Can assign trials and set their priority"),
            ("export_approved", "Can export approved records"),
        ]

    def __str__(self):
        return f"{self.trial_id}: {self.get_state_display()}"


class ReviewEvent(models.Model):
    """Something that happened to a review. Append-only.

    `number` counts a trial's events from 1 without gaps. `version` is the trial's
    version then. `old` and `new` are states, user names, priorities; of a comment, or
    an answer to one, `new` is its text. `path` is the place: a value or part of the
    record, a section's slug where one is ticked, "" for the trial. `about` is the
    first event of the thread of comments that it belongs to. Who, when and why stand
    in the change set. `hash` is an HMAC over the hash before it and all of this.
    """

    append_only = True

    class Kind(models.TextChoices):
        STATE = "state", "State"
        KEPT = "kept", "Approval kept"
        ASSIGNED = "assigned", "Assigned"
        CLAIMED = "claimed", "Claimed"
        PRIORITY = "priority", "Priority"
        CHECKED = "checked", "Section checked"
        UNCHECKED = "unchecked", "Section no longer checked"
        COMMENTED = "commented", "Comment"
        RESOLVED = "resolved", "Comment resolved"
        REOPENED = "reopened", "Comment reopened"

    trial = models.ForeignKey(
        Trial, on_delete=models.PROTECT, related_name="review_events", db_index=False
    )
    number = models.PositiveIntegerField()
    change_set = models.ForeignKey(
        ChangeSet, on_delete=models.PROTECT, related_name="review_events"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    version = models.PositiveIntegerField("version of the trial")
    path = models.CharField(max_length=80, blank=True)
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)
    about = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="answers"
    )
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["trial", "number"], name="curation_reviewevent_number"
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.new}"


class Comment(models.Model):
    """A remark on a trial, or on one place of it, with its answers: open or resolved.

    `first` is the event that holds its text. `mentions` are the people whom it, or an
    answer, calls by @name.
    """

    first = models.OneToOneField(
        ReviewEvent, on_delete=models.PROTECT, primary_key=True, related_name="comment"
    )
    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="comments")
    path = models.CharField(max_length=80, blank=True)
    is_open = models.BooleanField(default=True)
    mentions = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="mentioned_in"
    )

    class Meta:
        ordering = ["first_id"]
        default_permissions = ("view", "add")

    def __str__(self):
        return f"Comment {self.first_id} on {self.path or 'the trial'}"
