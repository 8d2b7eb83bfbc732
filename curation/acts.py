"""Who does something, and why: what the history keeps of every act."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from curation import __version__
from curation.models import Job
from trials.models import ChangeSet

COMMAND_LINE = "command line"
"""Stands for the actor of a command that was told no account."""


class Act:
    """Who does something, why, and the one change set that all of it goes into.

    `by` is None for the command line without an account. An act of a `job` goes on with
    the change set that the job has, if an attempt before has made one.
    """

    def __init__(
        self,
        kind: ChangeSet.Kind,
        *,
        by: AbstractBaseUser | None,
        reason: str = "",
        note: str = "",
        rule: str = "",
        reverts: ChangeSet | None = None,
        job: Job | None = None,
    ):
        self.kind = kind
        self.by = by
        self.reason = reason
        self.note = note
        self.rule = rule
        self.reverts = reverts
        self.job = job
        self._change_set: ChangeSet | None = job.change_set if job else None

    def change_set(self) -> ChangeSet:
        """The act's row, made when the act first changes something.

        Call it once in a transaction: the row counts for later ones only when the
        transaction that made it is through.
        """
        if self._change_set:
            return self._change_set
        change_set = ChangeSet.objects.create(
            kind=self.kind,
            at=timezone.now(),
            actor=self.by,
            actor_name=self.by.get_username() if self.by else COMMAND_LINE,
            actor_role=role_of(self.by),
            reason=self.reason,
            note=self.note,
            rule=self.rule,
            reverts=self.reverts,
            app_version=__version__,
        )
        if self.job:
            Job.objects.filter(pk=self.job.pk).update(change_set=change_set)
        transaction.on_commit(lambda: setattr(self, "_change_set", change_set))
        return change_set


def role_of(user: AbstractBaseUser | None) -> str:
    """The roles that the account has now, for the history to keep."""
    if user is None:
        return ""
    groups = list(user.groups.order_by("name").values_list("name", flat=True))
    return ", ".join([*groups, *(["superuser"] if user.is_superuser else [])])
