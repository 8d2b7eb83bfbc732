"""Who answers for which trials, and which come first: one act on one or on thousands.

Some trials at a time are changed in one transaction, so that people who save meanwhile
wait for a moment only. What is as wanted already leaves no trace.
"""

from collections.abc import Callable, Collection

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from curation import review_events, reviews
from curation.acts import Act
from curation.models import Review, ReviewEvent
from curation.reviews import SUBMIT, Refused
from trials.models import ChangeSet, Trial

AT_ONCE = 50
"""Trials that one transaction changes: a fraction of a second."""


def assign(
    trial_ids: Collection[int], assignee: AbstractBaseUser | None, act: Act
) -> int:
    """Make `assignee`, or nobody, answer for the trials; how many were another's.

    Whoever else had one from the queue holds it no longer. Raises Refused where the
    account may not submit trials.
    """
    if assignee and not assignee.has_perm(SUBMIT.permission):
        raise Refused(f"{assignee} may not submit trials, so none can be assigned.")

    def give(review: Review, change_set: ChangeSet, version: int) -> None:
        reviews.give(review, assignee, change_set, version)
        if assignee is None or review.holder_id != assignee.pk:
            review.holder = review.held_until = None

    return _each(trial_ids, act, lambda review: review.assignee != assignee, give)


def prioritise(trial_ids: Collection[int], priority: Review.Priority, act: Act) -> int:
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
    trial_ids: Collection[int],
    act: Act,
    is_other: Callable[[Review], bool],
    change: Callable[[Review, ChangeSet, int], None],
) -> int:
    """Change the review of each trial that is not as wanted; how many were changed."""
    changed = 0
    ids = sorted(trial_ids)
    for start in range(0, len(ids), AT_ONCE):
        changed += _change_some(ids[start : start + AT_ONCE], act, is_other, change)
    return changed


@transaction.atomic
def _change_some(
    ids: list[int],
    act: Act,
    is_other: Callable[[Review], bool],
    change: Callable[[Review, ChangeSet, int], None],
) -> int:
    # In the order of their keys, so that two people who assign the same trials wait
    # for each other only one way, and for who changes these trials (`hold_all`).
    held = Review.objects.select_for_update(of=("self",), no_key=True)
    found = held.select_related("assignee").filter(pk__in=ids).order_by("pk")
    others = [review for review in found if is_other(review)]
    if not others:
        return 0
    # Read once the reviews are held: no save can raise a version any more.
    versions = dict(Trial.objects.filter(pk__in=ids).values_list("pk", "version"))
    change_set = act.change_set()
    for review in others:
        change(review, change_set, versions[review.pk])
        reviews.save(review)
    return len(others)
