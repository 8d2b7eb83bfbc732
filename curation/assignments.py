"""Who answers for which trials, and which come first: one act on one or on thousands.

Each trial is changed in a transaction of its own, so that people who save meanwhile
wait for one trial and not for all. What is as wanted already leaves no trace.
"""

from collections.abc import Callable, Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from curation import review_events, reviews
from curation.acts import Act
from curation.locks import hold
from curation.models import Review, ReviewEvent
from curation.reviews import SUBMIT, Refused
from trials.models import ChangeSet


def assign(
    trial_ids: Iterable[int], assignee: AbstractBaseUser | None, act: Act
) -> int:
    """Make `assignee`, or nobody, answer for the trials; how many were another's.

    Whoever else had one from the queue holds it no longer. Raises Refused where the
    account may not submit trials.
    """
    if assignee and not assignee.has_perm(SUBMIT.permission):
        raise Refused(f"{assignee} may not submit trials, so none can be assigned.")

    def give(review: Review, change_set: ChangeSet, version: int) -> None:
        reviews.give(review, assignee, change_set, version)
        if review.holder != assignee:
            review.holder = review.held_until = None

    return _each(trial_ids, act, lambda review: review.assignee != assignee, give)


def prioritise(trial_ids: Iterable[int], priority: Review.Priority, act: Act) -> int:
    """Give the trials a priority; how many had another."""

    def set_priority(review: Review, change_set: ChangeSet, version: int) -> None:
        review_events.append(
            review,
            ReviewEvent.Kind.PRIORITY,
            change_set,
            version=version,
            old=str(review.priority),
            new=str(priority.value),
        )
        review.priority = priority

    return _each(
        trial_ids, act, lambda review: review.priority != priority, set_priority
    )


def _each(
    trial_ids: Iterable[int],
    act: Act,
    is_other: Callable[[Review], bool],
    change: Callable[[Review, ChangeSet, int], None],
) -> int:
    """Change the review of each trial that is not as wanted; how many were changed."""
    changed = 0
    for trial_id in trial_ids:
        with transaction.atomic():
            trial = hold(trial_id)
            if is_other(trial.review):
                change(trial.review, act.change_set(), trial.version)
                reviews.save(trial.review)
                changed += 1
    return changed
