"""Operations on many trials: prepared and looked at first, then applied.

`prepare` keeps which trials have hits and at which version. `apply` goes through the
door, some trials at a time: what is done is one change set, what is not is untouched. A
page calls it, and a job where the trials are many.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import F
from django.utils import timezone

from curation import assignments, columns, reviews, workflow
from curation.acts import Act
from curation.bulk.changes import Unfit, changed, finder
from curation.bulk.operation import (
    Operation,
    OperationError,
    Step,
    packed,
    unpacked,
)
from curation.bulk.patterns import PatternError
from curation.chosen_trials import ChosenTrials
from curation.facets import UnknownFilter
from curation.locks import StaleVersion
from curation.models import BulkOperation, Job, ReviewEvent
from curation.reviews import Refused
from curation.workflow import Saved, Wanted
from trials import revisions
from trials.models import ChangeSet, Revision, Trial
from trials.models.lookups import OneOf

LOOKED_AT_ONCE = 500
"""Trials whose values are held at once."""
PATIENCE = 20
"""Seconds that looking for hits may take."""
KEPT_FOR = timedelta(days=30)
"""What was prepared and never applied goes after that."""

State = BulkOperation.State


def operation_of(bulk: BulkOperation) -> Operation:
    """What is to be done."""
    return unpacked(bulk.operation)


def permissions_for(operation: Operation) -> tuple[str, ...]:
    """What an account must have to prepare and apply it."""
    if not isinstance(operation, Step):
        return ("trials.change_trial", "curation.bulk_change")
    if operation.step == "assign":
        return ("curation.assign_review",)
    return (reviews.TRANSITIONS[operation.step].permission,)


def kind_of(operation: Operation) -> ChangeSet.Kind:
    """The kind of the act that it is."""
    if not isinstance(operation, Step):
        return ChangeSet.Kind.BULK_EDIT
    is_given = operation.step == "assign"
    return ChangeSet.Kind.REVIEW if is_given else ChangeSet.Kind.TRANSITION


# Prepare


def prepare(
    operation: Operation,
    trials: ChosenTrials,
    *,
    by: AbstractBaseUser,
    repeats: BulkOperation | None = None,
) -> BulkOperation:
    """Find what the operation would change, and keep it until it is applied.

    Raises OperationError where the operation or the choice of trials makes no sense.
    """
    columns.check(operation)
    text = packed(operation)
    try:
        versions = dict(trials.trials().order_by("nct_id").values_list("pk", "version"))
    except UnknownFilter as error:
        raise OperationError(str(error)) from error
    counts: Counter[str] = Counter()
    if isinstance(operation, Step):
        hits = Counter(dict.fromkeys(versions, 1))
    else:
        hits = Counter()
        for trial_id, column, count in _hits(operation, list(versions)):
            hits[trial_id] += count
            counts[column] += count
    old = BulkOperation.objects.filter(state=State.PREPARED, by=by)
    old.filter(prepared_at__lt=timezone.now() - KEPT_FOR).delete()
    return BulkOperation.objects.create(
        operation=text,
        query=trials.query,
        by=by,
        by_name=by.get_username(),
        prepared_at=timezone.now(),
        looked_at=len(versions),
        trials=[[pk, versions[pk], hits[pk]] for pk in versions if pk in hits],
        counts=dict(counts),
        repeats=repeats,
    )


def _hits(operation: Operation, ids: list[int]) -> Iterator[tuple[int, str, int]]:
    """(trial id, column, hits) of each value that would change."""
    deadline = time.monotonic() + PATIENCE
    hits_in = finder(operation)
    for start in range(0, len(ids), LOOKED_AT_ONCE):
        some = ids[start : start + LOOKED_AT_ONCE]
        try:
            for trial_id, _, column, text in columns.texts(some, operation.columns):
                if hits := hits_in(column, text):
                    yield trial_id, column, len(hits)
        except PatternError as error:
            raise OperationError(str(error)) from error
        if time.monotonic() > deadline:
            raise OperationError(
                "Looking through all these values takes too long. "
                "Please choose fewer fields or trials."
            )


def prepare_again(bulk: BulkOperation, by: AbstractBaseUser) -> BulkOperation:
    """The same operation on the same choice of trials as they are now."""
    made = prepare(
        operation_of(bulk), ChosenTrials(bulk.query), by=by, repeats=bulk.repeats
    )
    discard(bulk)
    return made


def discard(bulk: BulkOperation) -> bool:
    """Give up what was prepared; False where it was applied meanwhile."""
    prepared = BulkOperation.objects.filter(pk=bulk.pk, state=State.PREPARED)
    return bool(prepared.delete()[0])


# Apply


def chosen(bulk: BulkOperation) -> list[list[int]]:
    """Its trials that have a hit which was not unticked: id, version and hits."""
    left_out = _by_trial(bulk.left_out)
    return [row for row in bulk.trials if len(left_out.get(row[0], ())) < row[2]]


def changed_by(change_set: ChangeSet | None) -> set[int]:
    """The ids of the trials that an act changed, in their record or review."""
    if change_set is None:
        return set()
    made = Revision.objects.filter(change_set=change_set)
    taken = ReviewEvent.objects.filter(change_set=change_set)
    return {
        *made.order_by().values_list("trial", flat=True),
        *taken.order_by().values_list("trial", flat=True),
    }


def claim(bulk: BulkOperation, by: AbstractBaseUser, job: Job | None = None) -> None:
    """Have it applied by one account, once. Raises Refused where it was before."""
    bulk.state, bulk.job = State.RUNNING, job
    bulk.by, bulk.by_name = by, by.get_username()
    prepared = BulkOperation.objects.filter(pk=bulk.pk, state=State.PREPARED)
    if not prepared.update(state=bulk.state, job=job, by=bulk.by, by_name=bulk.by_name):
        raise Refused("This was applied before, or is being applied just now.")


def apply(
    bulk: BulkOperation,
    act: Act,
    progress: Callable[[int, str, str], None] = lambda *done: None,
) -> None:
    """Do what was prepared, some trials at a time, as the one act.

    A trial that changed since it was looked at, or that a guard refuses, is skipped and
    named. `progress(n, nct_id, why)` is called for each; `why` says why it was skipped,
    or "". Where n is a multiple of `workflow.TOGETHER` no other is begun yet, and what
    it raises ends the operation; what was done until then stays so. An act of a job,
    for which it was claimed, goes on where an attempt before has ended. Raises Refused
    where it was applied before.
    """
    if act.job is None:
        claim(bulk, act.by)
    bulk.change_set = act.job.change_set if act.job else None
    done = changed_by(bulk.change_set)
    bulk.changed, bulk.skipped = len(done), []
    operation = operation_of(bulk)
    left = [row for row in chosen(bulk) if row[0] not in done]
    named = Trial.objects.filter(OneOf(F("id"), [row[0] for row in left])).order_by()
    names = dict(named.values_list("pk", "nct_id"))
    left_out = _by_trial(bulk.left_out)
    together = 1 if isinstance(operation, Step) else workflow.TOGETHER
    try:
        for start in range(0, len(left), together):
            batch = left[start : start + together]
            told = _apply_to(batch, operation, left_out, act)
            for trial_id, why in told.items():
                if why:
                    bulk.skipped.append([names[trial_id], why])
                elif why is not None:
                    bulk.changed += 1
            if bulk.change_set is None and bulk.changed:
                # From here on a process that dies leaves a trace of what it did.
                bulk.change_set = act.change_set()
                bulk.save(update_fields=["change_set"])
            for count, (trial_id, why) in enumerate(told.items(), start=start + 1):
                progress(count, names[trial_id], why or "")
        bulk.state, bulk.ended_at = State.APPLIED, timezone.now()
    finally:
        _keep_outcome(bulk)


def _keep_outcome(bulk: BulkOperation) -> None:
    """Write what came of it so far; not over what another worker wrote at the end."""
    BulkOperation.objects.filter(pk=bulk.pk, state=State.RUNNING).update(
        state=bulk.state,
        ended_at=bulk.ended_at,
        change_set=bulk.change_set,
        changed=bulk.changed,
        skipped=bulk.skipped,
    )


_Told = dict[int, str | None]
"""Id of a trial -> "" where it is done, None where nothing was to be done, or a
sentence that says why not; in the order in which they were to be done."""


def _apply_to(
    rows: list[list[int]], operation: Operation, left_out: dict[int, set[str]], act: Act
) -> _Told:
    """Do it to some trials: id, version and hits."""
    if isinstance(operation, Step):
        return {pk: _step(pk, version, operation, act) for pk, version, _ in rows}
    told: _Told = {pk: None for pk, _, _ in rows}
    trials = Trial.objects.only("nct_id", "version").in_bulk(list(told))
    last = revisions.last_of(trials.values())
    wanted = []
    for pk, version, _ in rows:
        if trials[pk].version != version:
            told[pk] = changed_since(trials[pk])
            continue
        try:
            record = changed(
                last[pk].record,
                operation,
                left_out=left_out.get(pk, set()),
                one_line=columns.one_line(),
            )
            wanted.append(Wanted(pk, version, record))
        except Unfit as error:
            told[pk] = str(error)
    saved = workflow.save_records(wanted, act=act)
    return told | {
        one.trial_id: _in_words(result)
        for one, result in zip(wanted, saved, strict=True)
    }


def _in_words(saved: Saved) -> str | None:
    if isinstance(saved, StaleVersion):
        return changed_since(saved.trial)
    if isinstance(saved, Exception):
        return str(saved)
    return None if saved is None else ""


def changed_since(trial: Trial) -> str:
    """Why a trial that is not as it was looked at is left alone."""
    return f"It changed since you looked at it: it is at version {trial.version}."


def _step(trial_id: int, version: int, operation: Step, act: Act) -> str | None:
    try:
        if operation.step == "assign":
            assignee = _assignee(operation)
            return "" if assignments.assign([trial_id], assignee, act) else None
        step = reviews.TRANSITIONS[operation.step]
        reviews.take(trial_id, step, version=version, act=act)
    except StaleVersion as stale:
        return changed_since(stale.trial)
    except Refused as error:
        return str(error)
    return ""


def _assignee(operation: Step) -> AbstractBaseUser | None:
    if not operation.assignee:
        return None
    found = get_user_model().objects.filter(username=operation.assignee, is_active=True)
    if (user := found.first()) is None:
        raise Refused(f"There is no account “{operation.assignee}” any more.")
    return user


def _by_trial(left_out: list[str]) -> dict[int, set[str]]:
    """Trial id -> the names of its hits that were unticked."""
    found: dict[int, set[str]] = {}
    for name in left_out:
        trial_id, _, hit = name.partition(":")
        found.setdefault(int(trial_id), set()).add(hit)
    return found
