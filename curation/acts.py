"""Who does something, and why: what the history keeps of every act."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from curation import __version__
from curation.models import Job
from trials import bulk
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
        self._shared: ChangeSet | None = None

    def share(self) -> None:
        """Settle all that the act's row will say, so that several processes can write
        into one act: whichever changes something first makes the row."""
        with transaction.atomic():
            self._shared = self._row()
            (self._shared.pk,) = bulk.allocate({ChangeSet: 1})[ChangeSet]

    def change_set(self) -> ChangeSet:
        """The act's row, made when the act first changes something.

        Call it once in a transaction: the row counts for later ones only when the
        transaction that made it is through.
        """
        if self._change_set:
            return self._change_set
        if self._shared:
            change_set = self._shared
            ChangeSet.objects.bulk_create([change_set], ignore_conflicts=True)
        else:
            change_set = self._row()
            change_set.save(force_insert=True)
        if self.job:
            Job.objects.filter(pk=self.job.pk).update(change_set=change_set)
        transaction.on_commit(lambda: setattr(self, "_change_set", change_set))
        return change_set

    @contextmanager
    def whole(self) -> Iterator[ChangeSet]:
        """One transaction for all that the act does: all of it happens, or nothing."""
        with transaction.atomic():
            change_set = self._row()
            change_set.save(force_insert=True)
            self._change_set = change_set
            try:
                yield change_set
            except BaseException:
                self._change_set = None
                raise

    def _row(self) -> ChangeSet:
        return ChangeSet(
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


def role_of(user: AbstractBaseUser | None) -> str:
    """The roles that the account has now, for the history to keep."""
    if user is None:
        return ""
    groups = list(user.groups.order_by("name").values_list("name", flat=True))
    return ", ".join([*groups, *(["superuser"] if user.is_superuser else [])])
