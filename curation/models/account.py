"""What happened to accounts, and what auditors said of the audit log."""

from django.conf import settings
from django.db import models

from trials.models import FieldChange


class AccountEvent(models.Model):
    """Something that happened to an account or a role, or that an account did.

    Append-only. `account` is None where there is none: a failed login may name anyone,
    and a role is no account; `account_name` holds the name then, and at any rate the
    name at the time. `actor` did it; None is the command line, or nobody who proved to
    be someone. `old` and `new` are the values before and after, a list one item a line.
    """

    append_only = True

    class Kind(models.TextChoices):
        LOGIN = "login", "Login"
        LOGOUT = "logout", "Logout"
        LOGIN_FAILED = "login_failed", "Failed login"
        CREATED = "created", "Account created"
        RENAMED = "renamed", "Account renamed"
        ACTIVATED = "activated", "Account activated"
        DEACTIVATED = "deactivated", "Account deactivated"
        PASSWORD = "password", "Password changed"
        STAFF = "staff", "Staff status changed"
        SUPERUSER = "superuser", "Superuser status changed"
        ROLES = "roles", "Roles changed"
        PERMISSIONS = "permissions", "Permissions changed"
        ROLE_CREATED = "role_created", "Role created"
        ROLE_RENAMED = "role_renamed", "Role renamed"
        ROLE_PERMISSIONS = "role_permissions", "Permissions of a role changed"
        AUDIT_EXPORTED = "audit_exported", "Audit log exported"
        AUDIT_REVIEWED = "audit_reviewed", "Audit log reviewed"
        RECORDS_EXPORTED = "records_exported", "Records exported"

    at = models.DateTimeField("time (UTC)", db_index=True)
    kind = models.CharField(max_length=20, choices=Kind, db_index=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="account_events",
    )
    account_name = models.CharField("account or role", max_length=200, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="account_acts",
    )
    actor_name = models.CharField("by", max_length=200, blank=True)
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)
    address = models.GenericIPAddressField("IP address", null=True)

    class Meta:
        ordering = ["-id"]
        # Read by holders of trials.view_audit or auth.view_user, written by nobody.
        default_permissions = ()

    def __str__(self):
        return f"{self.get_kind_display()}: {self.account_name or self.actor_name}"


class AuditReview(models.Model):
    """An auditor's word on a stretch of the audit log. Append-only.

    `query` is the log's filter in its canonical text, "" for all; the review covers the
    `count` changes from `first` to `last` that pass it.
    """

    append_only = True

    class Outcome(models.TextChoices):
        NOTHING = "nothing", "Nothing to object"
        QUESTIONS = "questions", "Questions"
        DEVIATION = "deviation", "Deviation found"

    at = models.DateTimeField("time (UTC)")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="audit_reviews"
    )
    reviewer_name = models.CharField("who", max_length=200)
    reviewer_role = models.TextField("role", blank=True)
    query = models.TextField("filter", blank=True)
    first = models.ForeignKey(FieldChange, on_delete=models.PROTECT, related_name="+")
    last = models.ForeignKey(FieldChange, on_delete=models.PROTECT, related_name="+")
    count = models.PositiveIntegerField("changes")
    outcome = models.CharField(max_length=20, choices=Outcome)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
        permissions = [("review_audit", "Can mark the audit log as reviewed")]

    def __str__(self):
        return f"{self.get_outcome_display()}, {self.reviewer_name}, {self.count}"
