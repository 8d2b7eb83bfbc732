"""Holding a trial while it is changed, so that nobody's change is lost."""

from collections.abc import Iterable

from django.db.models import F, QuerySet

from trials.models import Trial
from trials.models.lookups import OneOf


class StaleVersion(Exception):
    """The trial changed since the act began; `trial` is as it stands now."""

    def __init__(self, trial: Trial):
        super().__init__(f"{trial.nct_id} is at version {trial.version} by now.")
        self.trial = trial


def lock(trial_id: int, version: int) -> Trial:
    """`hold` the trial. Raises StaleVersion where it is not at `version`."""
    trial = hold(trial_id)
    if trial.version != version:
        raise StaleVersion(trial)
    return trial


def hold(trial_id: int) -> Trial:
    """The trial's row and that of its review, held until the transaction ends.

    On SQLite the transaction itself is the lock: it begins IMMEDIATE.
    """
    return _held().get(pk=trial_id)


def hold_all(trial_ids: Iterable[int]) -> dict[int, Trial]:
    """`hold` many trials, by id.

    In the order of their ids, so that two who hold many wait for each other only one
    way. Who holds trials already must not wait for more.
    """
    rows = _held().filter(OneOf(F("id"), sorted(trial_ids))).order_by("pk")
    return {trial.pk: trial for trial in rows}


def hold_or_create(nct_id: str) -> tuple[Trial, bool]:
    """The trial's row, made if need be, held until the transaction ends, and whether it
    is new.

    The insert ignores a row that another import made first, and waits for that import
    to end; so two imports of one new trial make one row.
    """
    found = Trial.objects.filter(nct_id=nct_id).only("pk").first()
    if found is None:
        Trial.objects.bulk_create([Trial(nct_id=nct_id)], ignore_conflicts=True)
        found = Trial.objects.select_for_update(no_key=True).get(nct_id=nct_id)
        if found.version == 0:
            return found, True
    return hold(found.pk), False


def _held() -> QuerySet[Trial]:
    # Its number stays, so a row that refers to the trial need not wait.
    trials = Trial.objects.select_for_update(of=("self", "review"), no_key=True)
    people = ("changed_by", "review__assignee", "review__holder")
    # Every trial has a review; asked for, it is joined in a way that can be locked.
    return trials.select_related(*people).filter(review__isnull=False)
