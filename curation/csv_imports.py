"""Edited tables back in: a plan, made by `csv_plan`, done through the door.

The page, the command, and whoever runs it in the background all call `apply`.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser

from curation import workflow
from curation.acts import Act
from curation.csv_plan import Plan, PlannedChange, PlannedTrial
from curation.locks import StaleVersion
from curation.workflow import Wanted
from trials import revisions
from trials.models import ChangeSet, Trial
from trials.record import diff
from trials.record.contest import Standing
from trials.record.paths import parse
from trials.record.plain import from_plain
from trials.record.shape import TrialRecord
from trials.sheets import File

PERMISSIONS = ("trials.change_trial", "trials.add_trial")
"""Who brings tables in: changes many trials at once, and answers for what comes in."""


class Choice(StrEnum):
    """Whose value is kept where two changed the same."""

    THEIRS = "theirs"
    MINE = "mine"


class NotApplied(Exception):
    """Why nothing was applied, and what to do."""


class NothingToApply(NotApplied):
    """The desk says already all that the files say, or keeps what it says."""


class Applied(NamedTuple):
    """What was done."""

    change_set: ChangeSet
    trials: int
    changes: int


Progress = Callable[[int, int], None]
"""Called with the number of trials that were saved, and that of all."""


def named(files: Iterable[File]) -> str:
    """The files, each with the beginning of its SHA-256."""
    return ", ".join(
        f"{name} ({hashlib.sha256(text).hexdigest()[:16]})" for name, text in files
    )


def noted(note: str, files: str) -> str:
    """The note of the act: why, and from which files, as `named` names them."""
    return f"{note} Files (SHA-256): {files}.".strip()


def undecided(plan: Plan, choices: Mapping[str, Choice]) -> int:
    """How many conflicts nobody has decided yet."""
    return sum(trial.name(change) not in choices for trial, change in plan.conflicts)


def decide_all(plan: Plan, choice: Choice) -> dict[str, Choice]:
    """The same choice for every conflict; a part that is gone stays theirs."""
    return {
        trial.name(change): Choice.THEIRS
        if change.standing == Standing.GONE
        else choice
        for trial, change in plan.conflicts
    }


def apply(
    plan: Plan,
    choices: Mapping[str, Choice],
    *,
    by: AbstractBaseUser | None,
    reason: str,
    note: str,
    progress: Progress,
) -> Applied:
    """Do all of the plan as one act, or nothing. Raises NotApplied.

    `choices` decides the conflicts: `PlannedTrial.name` of a change -> whose value.
    """
    if plan.problem_count:
        raise NotApplied(
            f"Nothing was applied: {plan.problem_count} problems are in the files."
        )
    if count := undecided(plan, choices):
        raise NotApplied(f"Nothing was applied: {count} conflicts are not decided.")
    wanted = [(trial, _chosen(trial, choices)) for trial in plan.trials]
    wanted = [(trial, changes) for trial, changes in wanted if changes]
    if not wanted:
        raise NothingToApply("There is nothing to apply: the desk stays as it is.")
    act = Act(ChangeSet.Kind.CSV_IMPORT, by=by, reason=reason, note=note)
    count = 0
    with act.whole() as change_set:
        for start in range(0, len(wanted), workflow.TOGETHER):
            batch = wanted[start : start + workflow.TOGETHER]
            _save(batch, act)
            for done, (_, changes) in enumerate(batch, start=start + 1):
                count += len(changes)
                progress(done, len(wanted))
    return Applied(change_set, len(wanted), count)


def _chosen(trial: PlannedTrial, choices: Mapping[str, Choice]) -> list[PlannedChange]:
    """The changes that are to be made."""
    return [
        change
        for change in trial.changes
        if not change.is_conflict
        or (
            change.standing != Standing.GONE
            and choices[trial.name(change)] == Choice.MINE
        )
    ]


def _save(batch: list[tuple[PlannedTrial, list[PlannedChange]]], act: Act) -> None:
    """Make the changes on trials as they were planned. Raises NotApplied."""
    trials = Trial.objects.only("last_key").in_bulk(
        [planned.id for planned, _ in batch]
    )
    snapshots = revisions.snapshots_at({p.id: p.version for p, _ in batch})
    wanted = []
    for planned, changes in batch:
        named = diff.renamed(
            [item.change for item in changes], trials[planned.id].last_key
        )
        try:
            after = diff.apply(from_plain(snapshots[planned.id]), named)
            _check_made(after, named)
        except diff.ChangeError as error:
            raise _not_applied(planned, error) from error
        wanted.append(Wanted(planned.id, planned.version, after))
    saved = workflow.save_records(wanted, act=act)
    for (planned, _), result in zip(batch, saved, strict=True):
        if isinstance(result, Exception):
            raise _not_applied(planned, result) from result


def _not_applied(planned: PlannedTrial, why: Exception) -> NotApplied:
    if isinstance(why, StaleVersion):
        return NotApplied(
            f"Nothing was applied: {why} Please look at the changes again."
        )
    return NotApplied(f"Nothing was applied: {planned.nct_id}: {why}")


def _check_made(after: TrialRecord, wanted: Iterable[diff.Change]) -> None:
    """Raise ChangeError where a value names a part that somebody deleted meanwhile:
    what names it would go too."""
    for change in wanted:
        is_value = change.operation == diff.Operation.CHANGE
        if is_value and diff.text_at(after, parse(change.path)) != change.new:
            raise diff.ChangeError(
                f"{change.path} cannot become “{change.new}”: that is gone."
            )
