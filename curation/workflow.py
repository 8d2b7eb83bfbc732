"""The one door: every change of a trial ends here, in one database transaction.

Who and why are arguments, carried by an `Act`. A change counts as one act on the whole
trial: it writes the rows, appends one revision and raises the version by one. What
changes nothing leaves no trace.
"""

from enum import StrEnum

import msgspec
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from curation import __version__, findings
from curation.models import Finding, Review
from trials import revisions, tables
from trials.importer import PageFile
from trials.models import ChangeSet, Revision, SourceDocument, Trial
from trials.record import diff
from trials.record.plain import from_plain
from trials.record.shape import TrialRecord

COMMAND_LINE = "command line"
"""Stands for the actor of a command that was told no account."""


class StaleVersion(Exception):
    """The trial changed since the edit began; `trial` is as it stands now."""

    def __init__(self, trial: Trial):
        super().__init__(f"{trial.nct_id} is at version {trial.version} by now.")
        self.trial = trial


class Result(StrEnum):
    """What became of a page that was to be imported."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    PENDING = "pending"
    REFUSED = "refused"


class Act:
    """Who does something, why, and the one change set that all of it goes into.

    `by` is None for the command line without an account.
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
    ):
        self.kind = kind
        self.by = by
        self.reason = reason
        self.note = note
        self.rule = rule
        self.reverts = reverts
        self._change_set: ChangeSet | None = None

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
        transaction.on_commit(lambda: setattr(self, "_change_set", change_set))
        return change_set


def role_of(user: AbstractBaseUser | None) -> str:
    """The roles that the account has now, for the history to keep."""
    if user is None:
        return ""
    groups = list(user.groups.order_by("name").values_list("name", flat=True))
    return ", ".join([*groups, *(["superuser"] if user.is_superuser else [])])


@transaction.atomic
def import_page(page: PageFile, *, act: Act) -> Result:
    """Store a page that was read.

    A trial that is not there yet is created from it. The same text again changes
    nothing, but brings a withdrawn trial back as that page made it. Another page of a
    trial that is there never overwrites: it is kept as a further source, pending a
    curator's decision.
    """
    record = page.reading.record
    trial, is_new = _lock_or_create(record.nct_id)
    if is_new:
        source = _keep_source(trial, page, SourceDocument.Status.CURRENT, act)
        tables.save(record, trial)
        Review.objects.create(trial=trial)
        _append(trial, record, revisions.CREATED, act, source)
        return Result.CREATED
    if trial.sources.filter(sha256=page.sha256).exists():
        return _bring_back(trial, page, act)
    _keep_source(trial, page, SourceDocument.Status.PENDING, act)
    now = revisions.record_at(trial, trial.version)
    _check(trial, now, closed_as=Finding.State.GONE)
    return Result.PENDING


@transaction.atomic
def save_record(
    trial_id: int, record: TrialRecord, *, version: int, act: Act
) -> Revision | None:
    """Make the trial say what `record` says; None where it does already.

    `version` is the one that the change started from. Raises StaleVersion where the
    trial has moved on, and tables.Drift where its rows are not what its history says;
    nothing is written then.
    """
    return _write(lock(trial_id, version), record, act)


def lock(trial_id: int, version: int) -> Trial:
    """The trial's row, held until the transaction ends.

    On SQLite the transaction itself is the lock: it begins IMMEDIATE. Raises
    StaleVersion where the trial is not at `version`.
    """
    trials = Trial.objects.select_for_update(of=("self",))
    trial = trials.select_related("changed_by").get(pk=trial_id)
    if trial.version != version:
        raise StaleVersion(trial)
    return trial


def _write(
    trial: Trial, record: TrialRecord, act: Act, source: SourceDocument | None = None
) -> Revision | None:
    """Make the trial, whose row is held, say what `record` says."""
    before = revisions.record_at(trial, trial.version)
    changes = diff.compare(before, record)
    if not changes:
        return None
    tables.save(record, trial, before=before)
    return _append(trial, record, changes, act, source)


def made_by(trial: Trial, sha256: str) -> Revision | None:
    """What a withdrawn trial goes back to when the page of that hash comes again.

    It is the record that the page first gave: a page's lines point at the keys of that
    one, and another reading could give a key a second time.
    """
    if not trial.withdrawn:
        return None
    made = trial.revisions.filter(source__sha256=sha256).select_related("source")
    return made.order_by("number").first()


def _bring_back(trial: Trial, page: PageFile, act: Act) -> Result:
    """Deal with a page that the trial has already."""
    made = made_by(trial, page.sha256)
    if made is None:
        return Result.UNCHANGED
    _write(trial, from_plain(made.snapshot), act, made.source)
    return Result.CREATED


def _append(
    trial: Trial,
    record: TrialRecord,
    changes: tuple[diff.Change, ...],
    act: Act,
    source: SourceDocument | None = None,
) -> Revision:
    """Count one act on the trial, and add it to the history."""
    change_set = act.change_set()
    trial.version += 1
    trial.changed_at = change_set.at
    trial.changed_by = act.by
    trial.save(update_fields=["version", "changed_at", "changed_by"])
    revision = revisions.append(trial, record, changes, change_set, source)
    _check(trial, record)
    return revision


def _check(
    trial: Trial,
    record: TrialRecord,
    closed_as: Finding.State = Finding.State.FIXED,
) -> None:
    """Bring the trial's findings up to date with its record and pages."""
    context = findings.context_of(trial)
    rules = findings.active_rules()
    findings.refresh(trial, record, context, rules, closed_as=closed_as)


def _lock_or_create(nct_id: str) -> tuple[Trial, bool]:
    """The trial's row, held until the transaction ends, and whether it is new.

    The insert ignores a row that another import made first, and waits for that import
    to end; so two imports of one new trial make one row.
    """
    trials = Trial.objects.select_for_update()
    found = trials.filter(nct_id=nct_id).first()
    if found:
        return found, False
    Trial.objects.bulk_create([Trial(nct_id=nct_id)], ignore_conflicts=True)
    trial = trials.get(nct_id=nct_id)
    return trial, trial.version == 0


def _keep_source(
    trial: Trial, page: PageFile, status: SourceDocument.Status, act: Act
) -> SourceDocument:
    reading = page.reading
    return SourceDocument.objects.create(
        trial=trial,
        status=status,
        file_name=page.name,
        text=page.text,
        encoding=page.encoding,
        sha256=page.sha256,
        layout=reading.layout,
        reader_version=reading.reader_version,
        lines=reading.lines,
        repeats=msgspec.to_builtins(reading.repeats),
        headings=reading.headings,
        boilerplate=reading.boilerplate,
        unplaced=reading.unplaced,
        warnings=msgspec.to_builtins(reading.warnings),
        unplaced_count=len(reading.unplaced),
        warning_count=len(reading.warnings),
        imported_by=act.by,
        reason=act.note,
    )
