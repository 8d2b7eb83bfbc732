"""Applying what the rules propose, through the door, one finding or many."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from curation import findings, reviews, workflow
from curation.acts import Act, role_of
from curation.locks import StaleVersion, hold
from curation.models import Finding, Waiver
from curation.reviews import Refused
from curation.rules.rule import Found
from trials import revisions, tables
from trials.models import ChangeSet, Revision, Trial
from trials.record import diff
from trials.record.paths import parse
from trials.record.shape import TrialRecord


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
    trial, record, found = _found_again(finding)
    if found.fix is None:
        raise FixError("The rule proposes no fix for this.")
    return _save(trial, record, found.fix.changes, act)


def use_variant(finding: Finding, variant: str, act: Act) -> Revision:
    """Give the finding's first value the other value that the page prints for it.

    Raises what `apply_fix` raises.
    """
    trial, record, found = _found_again(finding)
    if variant not in found.variants:
        raise FixError(f"The page does not give “{variant}” any more.")
    path = found.paths[0]
    old = diff.text_at(record, parse(path))
    change = diff.Change(path, diff.Operation.CHANGE, old, variant)
    return _save(trial, record, (change,), act)


def _found_again(finding: Finding) -> tuple[Trial, TrialRecord, Found]:
    """What the rule says of the record as it is now: no fix is older than that.

    Takes no lock: the door refuses a record that is not made from the last version.
    """
    trial = Trial.objects.get(pk=finding.trial_id)
    if trial.withdrawn:
        raise FixError("The trial is withdrawn.")
    rule = findings.RULE_BY_ID.get(finding.rule)
    if rule is None:
        raise FixError(f"There is no rule {finding.rule} any more.")
    record = revisions.record_at(trial, trial.version)
    found = findings.matches(record, findings.context_of(trial), rule)
    if found is None:
        raise FixError(
            f"The rule {finding.rule} fails on this trial; the log says how."
        )
    if finding.fingerprint not in found:
        raise FixError("The record has changed, and the rule no longer finds this.")
    return trial, record, found[finding.fingerprint].found


def _save(
    trial: Trial, record: TrialRecord, changes: Iterable[diff.Change], act: Act
) -> Revision:
    try:
        wanted = diff.apply(record, changes)
    except diff.ChangeError as error:
        raise FixError(str(error)) from error
    revision = workflow.save_record(trial.pk, wanted, version=trial.version, act=act)
    if revision is None:
        raise FixError("The record says already what the fix proposes.")
    return revision


def apply_fixes(
    chosen: Iterable[Finding],
    act: Act,
    progress: Callable[[int, Finding, str], None],
) -> Outcome:
    """Apply the fixes of many findings as one act, each trial for itself.

    A trial whose fix can no longer be made is skipped and listed. `progress(n, finding,
    why)` is called after each; `why` says why it was skipped, or "". What it raises
    ends the act; what was fixed until then stays.
    """
    outcome = Outcome()
    for count, finding in enumerate(chosen, start=1):
        why = ""
        try:
            revision = apply_fix(finding, act)
        except (FixError, StaleVersion, Refused, tables.Drift) as error:
            why = str(error)
            outcome.skipped.append((finding.trial.nct_id, why))
        else:
            outcome.fixed.append(finding.trial.nct_id)
            outcome.change_set = revision.change_set
        progress(count, finding, why)
    return outcome


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
