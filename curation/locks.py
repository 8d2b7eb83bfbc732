"""Holding a trial while it is changed, so that nobody's change is lost."""

from trials.models import Trial


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
    # Its number stays, so a row that refers to the trial need not wait.
    trials = Trial.objects.select_for_update(of=("self", "review"), no_key=True)
    people = ("changed_by", "review__assignee", "review__holder")
    # Every trial has a review; asked for, it is joined in a way that can be locked.
    return trials.select_related(*people).get(pk=trial_id, review__isnull=False)
