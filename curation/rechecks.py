"""Checking stored trials again, as much as the change of the rules asks for."""

from collections.abc import Callable
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from curation import findings, reviews, word_counts
from curation.locks import hold
from curation.models import Finding, RuleVersion
from curation.rules.rule import Rule
from trials import revisions
from trials.models import Trial


class Checked(NamedTuple):
    """How many trials and rules took part, and the open findings of those trials."""

    trials: int
    rules: int
    open: int


def recheck(
    trials: QuerySet[Trial],
    rules: list[Rule] | None,
    progress: Callable[[int, str], None],
    *,
    after: str = "",
) -> Checked:
    """Run `rules` over `trials` (None: the rules that changed), a transaction a trial.

    Rules that ran over all trials are noted with their version; findings of rules that
    are no more, or are off, are closed. `after` goes on behind that NCT number; then
    `trials` are in that order. What `progress` raises ends the check; what was found
    until then stays.
    """
    is_whole = not trials.query.where
    if is_whole:
        word_counts.count_again()
    chosen = rules if rules is not None else _due(is_whole)
    count = 0
    left = trials.filter(nct_id__gt=after)
    for count, trial_id in enumerate(_ids(left) if chosen else (), start=1):
        progress(count, _check(trial_id, chosen))
    if is_whole:
        _note(chosen)
        _close_all_but(chosen)
    still_open = Finding.objects.filter(trial__in=trials, state=Finding.State.OPEN)
    return Checked(count, len(chosen), still_open.count())


def _ids(trials: QuerySet[Trial]) -> list[int]:
    return list(trials.values_list("pk", flat=True))


def _due(is_whole: bool) -> list[Rule]:
    """The rules that are on and whose version is not the one that all were run with."""
    rules = findings.active_rules()
    if not is_whole:
        return rules
    noted = dict(RuleVersion.objects.values_list("rule", "version"))
    return [rule for rule in rules if noted.get(rule.id) != rule.version]


@transaction.atomic
def _check(trial_id: int, rules: list[Rule]) -> str:
    trial = hold(trial_id)
    record = revisions.record_at(trial, trial.version)
    checked = findings.Checked(trial, record, findings.context_of(trial))
    (open_now,) = findings.refresh([checked], rules, closed_as=Finding.State.GONE)
    findings.note(trial.review, open_now)
    reviews.save(trial.review)
    return trial.nct_id


def _close_all_but(rules: list[Rule]) -> None:
    """Close what is found by none of `rules` and no rule that is on."""
    kept = {rule.id for rule in (*rules, *findings.active_rules())}
    active = (Finding.State.OPEN, Finding.State.WAIVED)
    gone = Finding.objects.filter(state__in=active).exclude(rule__in=kept)
    gone.update(state=Finding.State.GONE, closed_at=timezone.now())


def _note(rules: list[Rule]) -> None:
    """Note what ran. A rule that is off falls behind, so it is noted no more."""
    RuleVersion.objects.bulk_create(
        [RuleVersion(rule=rule.id, version=rule.version) for rule in rules],
        update_conflicts=True,
        unique_fields=["rule"],
        update_fields=["version"],
    )
    on = [rule.id for rule in findings.active_rules()]
    RuleVersion.objects.exclude(rule__in=on).delete()
