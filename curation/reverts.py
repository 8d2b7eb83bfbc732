"""Going back: one value, one part, a whole record, or all that an act did.

`put_back` and `undo` make a record from a record; the door saves it, as a new act. The
history goes on: nothing in it is taken back.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, Max, Min, QuerySet
from msgspec.structs import replace

from curation import workflow
from curation.acts import Act
from curation.locks import StaleVersion
from curation.models import Job
from curation.workflow import Wanted
from trials import revisions
from trials.models import ChangeSet, Revision, Trial
from trials.record import diff
from trials.record.fields import is_known
from trials.record.links import without_dangling
from trials.record.paths import Path, parse
from trials.record.plain import from_plain
from trials.record.shape import Part, TrialRecord


class RevertError(ValueError):
    """What cannot be put back as the record is now; a sentence that says why."""


# Record -> record


def put_back(record: TrialRecord, then: TrialRecord, path: str) -> TrialRecord:
    """`record` with what `path` names (a value, a part, "" all) as `then` has it.

    A part keeps its key, and stands again behind the one that it stood behind. One
    that `then` lacks is deleted, and what points at it goes too. Raises RevertError.
    """
    if not path:
        return then
    where = _known(path)
    if not where.key:
        return _fitting(record, {where.field: getattr(then, where.field)})
    parts = {part.key: part for part in getattr(record, where.field)}
    was = diff.part_at(then, where)
    if where.part_field:
        if was is None or where.key not in parts:
            raise RevertError(
                f"{where.field}[{where.key}] is not in both versions, so no value of "
                "it alone can be put back."
            )
        value = getattr(was, where.part_field)
        parts[where.key] = replace(parts[where.key], **{where.part_field: value})
        return _fitting(record, {where.field: tuple(parts.values())})
    if was is None:
        parts.pop(where.key, None)
        return without_dangling(record, {where.field: tuple(parts.values())})
    parts[where.key] = was
    return _fitting(record, {where.field: _in_place(parts, where, then)})


def undo(
    record: TrialRecord, before: TrialRecord | None, change: diff.Change
) -> TrialRecord:
    """`record` without `change`, which was made to `before`. Raises RevertError.

    What else changed since stays. The creation of a trial (`before` is None) is undone
    by withdrawing it.
    """
    if before is None:
        return replace(record, withdrawn=True)
    if change.operation != diff.Operation.MOVE:
        return put_back(record, before, change.path)
    where = _known(change.path)
    parts = {part.key: part for part in getattr(record, where.field)}
    if where.key not in parts:
        raise RevertError(f"{change.path} is not in the record any more.")
    return _fitting(record, {where.field: _in_place(parts, where, before)})


def _known(text: str) -> Path:
    """The path, if a record has what it names. Raises RevertError."""
    try:
        path = parse(text)
    except ValueError as error:
        raise RevertError(f"There is no value “{text}”.") from error
    if not is_known(path):
        raise RevertError(f"There is no value “{text}”.")
    return path


def _in_place(
    parts: dict[str, Part], where: Path, then: TrialRecord
) -> tuple[Part, ...]:
    """`parts`, the one at `where` behind the nearest that it stood behind `then`."""
    order = [key for key in parts if key != where.key]
    place = 0
    for part in getattr(then, where.field):
        if part.key == where.key:
            break
        if part.key in parts:
            place = order.index(part.key) + 1
    order.insert(place, where.key)
    return tuple(parts[key] for key in order)


def _fitting(record: TrialRecord, values: dict[str, object]) -> TrialRecord:
    """`record` with `values`. Raises RevertError where they name a missing part."""
    try:
        return replace(record, **values)
    except ValueError as error:
        raise RevertError(f"{error} Put that back first.") from error


# All that an act did


class Skipped(NamedTuple):
    """A trial that was left as it is, and why: a sentence."""

    trial: Trial
    why: str


class Outcome(NamedTuple):
    """What became of the trials of a change set that was to be reverted."""

    reverted: list[Trial]
    skipped: list[Skipped]


def touched(change_set: ChangeSet) -> QuerySet[Trial]:
    """The trials of an act, each with its `first` and `last` revision by the act, and
    `acts`, the number of them."""
    return (
        Trial.objects.filter(revisions__change_set=change_set)
        .only("nct_id", "version")
        .annotate(
            first=Min("revisions__number"),
            last=Max("revisions__number"),
            acts=Count("revisions"),
        )
        .order_by("nct_id")
    )


def why_not(trial: Trial) -> str:
    """Why a trial of `touched` cannot be reverted; "" if it can."""
    if trial.version != trial.last:
        return f"It was changed since: it is at version {trial.version}."
    if trial.acts != trial.last - trial.first + 1:
        return "Others changed it while the act went on."
    return ""


def permissions_for(
    change_set: ChangeSet, by: AbstractBaseUser, trials: int
) -> tuple[str, ...]:
    """What it takes to put so many trials of an act back: more than to change them,
    unless it is one trial, or what the account itself has fixed."""
    is_own = change_set.kind == ChangeSet.Kind.FIX and change_set.actor_id == by.pk
    if is_own or trials <= 1:
        return ("trials.change_trial",)
    return ("trials.change_trial", "trials.revert_changeset")


def revert_change_set(
    change_set: ChangeSet,
    *,
    by: AbstractBaseUser | None,
    reason: str,
    note: str,
    job: Job | None = None,
    progress: Callable[[int, Trial, str], None] = lambda *done: None,
) -> Outcome:
    """Put every trial of the act back as it was before, as one act with a reason.

    A trial that changed since is skipped. One that the act created is withdrawn. Some
    trials are one transaction, so that thousands do not keep everyone else waiting.
    `job` goes on where an attempt before has ended. `progress(n, trial, why)` is called
    for each; `why` says why it was skipped, or "". Where n is a multiple of
    `workflow.TOGETHER` no other is begun yet, and what it raises ends the revert; what
    was put back until then stays so.
    """
    act = Act(
        ChangeSet.Kind.REVERT,
        by=by,
        reason=reason,
        note=note,
        reverts=change_set,
        job=job,
    )
    outcome = Outcome([], [])
    left = touched(change_set)
    if job and job.change_set:
        done = Revision.objects.filter(change_set=job.change_set)
        left = left.exclude(pk__in=done.values("trial"))
    trials = list(left)
    for start in range(0, len(trials), workflow.TOGETHER):
        batch = trials[start : start + workflow.TOGETHER]
        told = _revert(batch, act)
        for count, trial in enumerate(batch, start=start + 1):
            why = told[trial.pk]
            if why:
                outcome.skipped.append(Skipped(trial, why))
            else:
                outcome.reverted.append(trial)
            progress(count, trial, why)
    return outcome


def _revert(trials: list[Trial], act: Act) -> dict[int, str]:
    """Put trials of `touched` back; id -> why it could not be, "" if it was."""
    told = {trial.pk: why_not(trial) for trial in trials}
    left = [trial for trial in trials if not told[trial.pk]]
    snapshots = revisions.snapshots_at({t.pk: max(t.first - 1, 1) for t in left})
    wanted = []
    for trial in left:
        record = from_plain(snapshots[trial.pk])
        if trial.first == 1:
            record = replace(revisions.record_at(trial, trial.last), withdrawn=True)
        wanted.append(Wanted(trial.pk, trial.last, record))
    saved = workflow.save_records(wanted, act=act)
    for one, result in zip(wanted, saved, strict=True):
        if isinstance(result, StaleVersion):
            told[one.trial_id] = "It was changed meanwhile."
        elif isinstance(result, Exception):
            told[one.trial_id] = str(result)
    return told
