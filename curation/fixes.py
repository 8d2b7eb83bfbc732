"""Applying what the rules propose, through the door, one finding or many."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count, islice

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from curation import findings, reviews, workflow
from curation.acts import Act, role_of
from curation.findings import Checked
from curation.locks import hold
from curation.models import Finding, Waiver
from curation.rules.rule import Found
from curation.workflow import Wanted
from trials import revisions
from trials.models import ChangeSet, Revision, Trial
from trials.record import diff
from trials.record.paths import parse


class FixError(Exception):
    """A proposed fix that can no longer be made; says why."""


@dataclass
class Outcome:
    """What became of many fixes: changed trials, and skipped ones with the reason."""

    fixed: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    change_set: ChangeSet | None = None


def apply_fix(finding: Finding, act: Act) -> Revision:
    """Make the fix that the finding's rule proposes for the record as it is now.

    Raises FixError where the rule no longer finds this or proposes nothing,
    StaleVersion, Refused and tables.Drift as the door does.
    """
    return _save(_fixed(finding, _now(finding)), act)


def use_variant(finding: Finding, variant: str, act: Act) -> Revision:
    """Give the finding's first value the other value that the page prints for it.

    Raises what `apply_fix` raises.
    """
    now = _now(finding)
    found = _found_again(finding, now)
    if variant not in found.variants:
        raise FixError(f"The page does not give “{variant}” any more.")
    path = found.paths[0]
    old = diff.text_at(now.record, parse(path))
    change = diff.Change(path, diff.Operation.CHANGE, old, variant)
    return _save(_wanted(now, (change,)), act)


def _now(finding: Finding) -> Checked:
    return _as_they_are([finding.trial_id])[finding.trial_id]


def _as_they_are(ids: list[int]) -> dict[int, Checked]:
    """The trials and what the rules may know of them now, by id: no fix is older.

    Takes no lock: the door refuses a record that is not made from the last version.
    """
    trials = Trial.objects.in_bulk(ids)
    last = revisions.last_of(trials.values())
    contexts = findings.contexts_of(ids)
    return {pk: Checked(trials[pk], last[pk].record, contexts[pk]) for pk in ids}


def _fixed(finding: Finding, now: Checked) -> Wanted:
    """The trial with the fix made. Raises FixError."""
    found = _found_again(finding, now)
    if found.fix is None:
        raise FixError("The rule proposes no fix for this.")
    return _wanted(now, found.fix.changes)


def _found_again(finding: Finding, now: Checked) -> Found:
    """What the rule says of the record now. Raises FixError."""
    if now.trial.withdrawn:
        raise FixError("The trial is withdrawn.")
    rule = findings.RULE_BY_ID.get(finding.rule)
    if rule is None:
        raise FixError(f"There is no rule {finding.rule} any more.")
    found = findings.matches(now.record, now.context, rule)
    if found is None:
        raise FixError(
            f"The rule {finding.rule} fails on this trial; the log says how."
        )
    if finding.fingerprint not in found:
        raise FixError("The record has changed, and the rule no longer finds this.")
    return found[finding.fingerprint].found


def _wanted(now: Checked, changes: Iterable[diff.Change]) -> Wanted:
    try:
        record = diff.apply(now.record, changes)
    except diff.ChangeError as error:
        raise FixError(str(error)) from error
    return Wanted(now.trial.pk, now.trial.version, record)


_SAID_ALREADY = "The record says already what the fix proposes."


def _save(wanted: Wanted, act: Act) -> Revision:
    trial_id, version, record = wanted
    revision = workflow.save_record(trial_id, record, version=version, act=act)
    if revision is None:
        raise FixError(_SAID_ALREADY)
    return revision


def apply_fixes(
    chosen: Iterable[Finding],
    act: Act,
    progress: Callable[[int, Finding, str], None],
) -> Outcome:
    """Apply the fixes of many findings as one act, some trials at a time.

    A trial whose fix can no longer be made is skipped and listed. `progress(n, finding,
    why)` is called for each; `why` says why it was skipped, or "". Where n is a
    multiple of `workflow.TOGETHER` no other is begun yet, and what it raises ends the
    act; what was fixed until then stays.
    """
    outcome = Outcome()
    chosen, counted = iter(chosen), count(start=1)
    while batch := list(islice(chosen, workflow.TOGETHER)):
        saved = _fix_all(batch, act)
        for finding in batch:
            result, why = saved[finding.pk], ""
            if isinstance(result, Revision):
                outcome.fixed.append(finding.trial.nct_id)
                outcome.change_set = result.change_set
            else:
                why = str(result)
                outcome.skipped.append((finding.trial.nct_id, why))
            progress(next(counted), finding, why)
    return outcome


def _fix_all(chosen: list[Finding], act: Act) -> dict[int, Revision | Exception]:
    """Id of each of the findings -> its fix, or why it cannot be made."""
    saved: dict[int, Revision | Exception] = {}
    while left := [finding for finding in chosen if finding.pk not in saved]:
        # One of each trial: its next fix is made for the record that this one leaves.
        first = {finding.trial_id: finding for finding in reversed(left)}
        saved |= _fix_together(first, act)
    return saved


def _fix_together(
    chosen: dict[int, Finding], act: Act
) -> dict[int, Revision | Exception]:
    """`_fix_all` for findings of different trials, each by the id of its trial."""
    saved: dict[int, Revision | Exception] = {}
    wanted = []
    now = _as_they_are(list(chosen))
    for trial_id, finding in chosen.items():
        try:
            wanted.append(_fixed(finding, now[trial_id]))
        except FixError as error:
            saved[finding.pk] = error
    results = workflow.save_records(wanted, act=act)
    for one, result in zip(wanted, results, strict=True):
        saved[chosen[one.trial_id].pk] = result or FixError(_SAID_ALREADY)
    return saved


@transaction.atomic
def waive(finding: Finding, reason: str, by: AbstractBaseUser) -> None:
    """Record that a person holds the finding for no error."""
    _decide(finding, reason, by, is_taken_back=False)


@transaction.atomic
def take_back_waiver(finding: Finding, reason: str, by: AbstractBaseUser) -> None:
    """Open a waived finding again."""
    _decide(finding, reason, by, is_taken_back=True)


def _decide(
    finding: Finding, reason: str, by: AbstractBaseUser, *, is_taken_back: bool
) -> None:
    # A save that goes on would write the state that it read before this.
    trial = hold(finding.trial_id)
    was, becomes = Finding.State.OPEN, Finding.State.WAIVED
    if is_taken_back:
        was, becomes = becomes, was
    rows = Finding.objects.filter(pk=finding.pk, state=was)
    if not rows.update(state=becomes, is_waived=not is_taken_back):
        raise FixError(f"The finding is not {was.label.lower()} any more.")
    findings.note(trial.review, findings.tally(trial.findings.all()))
    reviews.save(trial.review)
    Waiver.objects.create(
        finding=finding,
        at=timezone.now(),
        actor=by,
        actor_name=by.get_username(),
        actor_role=role_of(by),
        reason=reason,
        is_taken_back=is_taken_back,
    )
