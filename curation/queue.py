"""The queue: which trials wait for whom, in which order, and who is given the next."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from curation import review_events, reviews
from curation.acts import Act
from curation.models import Comment, Finding, Review, ReviewEvent
from curation.paging import CountOf
from curation.reviews import APPROVE, KEEP, SUBMIT, WORKING, State, Transition
from trials.models import ChangeSet, Trial
from trials.search import matching


@dataclass(frozen=True)
class Tab:
    """A part of the queue: the trials that wait for the same thing.

    `has` says which these are for an account. `step` is the one that the work on them
    leads to; None where there is nothing to take, only to read. `is_of_many` where the
    trials may belong to several people. `empty` says what to do where there is none.
    """

    name: str
    label: str
    has: Callable[[AbstractBaseUser], Q]
    step: Transition | None
    is_of_many: bool
    empty: str


def _is_free(user: AbstractBaseUser) -> Q:
    """Nobody else has the trial from the queue now."""
    return Q(holder=None) | Q(holder=user) | Q(held_until__lte=timezone.now())


def _mine(user: AbstractBaseUser) -> Q:
    holds = Q(holder=user, held_until__gt=timezone.now())
    return Q(state__in=WORKING) & (Q(assignee=user) | holds)


def _unassigned(user: AbstractBaseUser) -> Q:
    return Q(state__in=WORKING, assignee=None) & _is_free(user)


def _mentions(user: AbstractBaseUser) -> Q:
    comments = Comment.objects.filter(is_open=True, mentions=user)
    return Q(pk__in=comments.values("trial"))


TABS = {
    tab.name: tab
    for tab in (
        Tab(
            "mine",
            "Mine",
            _mine,
            SUBMIT,
            is_of_many=False,
            empty="You have no trial in work. Take one from “Unassigned”.",
        ),
        Tab(
            "unassigned",
            "Unassigned",
            _unassigned,
            SUBMIT,
            is_of_many=False,
            empty="Every trial in work is somebody's. New ones come with an import.",
        ),
        Tab(
            "returned",
            "Returned",
            lambda user: Q(state=State.RETURNED),
            SUBMIT,
            is_of_many=True,
            empty="No reviewer has sent a trial back. Go on with “Mine”.",
        ),
        Tab(
            "working",
            "All in work",
            lambda user: Q(state__in=WORKING),
            SUBMIT,
            is_of_many=True,
            empty="No trial is in work. New ones come with an import.",
        ),
        Tab(
            "submitted",
            "Submitted",
            lambda user: Q(state=State.SUBMITTED),
            APPROVE,
            is_of_many=True,
            empty="No trial waits for approval. See “All in work” for what comes next.",
        ),
        Tab(
            "another-look",
            "Another look",
            lambda user: reviews.needs_another_look(),
            KEEP,
            is_of_many=True,
            empty=(
                "Nothing new was found in approved trials. They come here when a rule "
                "finds something, or another page of them is imported."
            ),
        ),
        Tab(
            "mentions",
            "Mentions",
            _mentions,
            None,
            is_of_many=True,
            empty="No open comment calls you by @name.",
        ),
    )
}

ORDERS = {
    "errors": ("-open_errors", "-priority", "state_since", "pk"),
    "age": ("state_since", "pk"),
    "priority": ("-priority", "-open_errors", "state_since", "pk"),
}
"""Most open errors first, longest in its state first, highest priority first. Each ends
in a column that no two trials share: the next one is always the same."""


@dataclass(frozen=True)
class Queue:
    """A tab of the queue in an order, with what else is asked for.

    `rule`: an open finding of that rule; `assignee`: the user name of whoever answers
    for the record; `words`: as `trials.search` takes them.
    """

    tab: Tab = TABS["mine"]
    order: str = "errors"
    rule: str = ""
    assignee: str = ""
    words: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> Self:
        """The queue that an address asks for; what makes no sense there counts as
        not said."""
        tab = TABS.get(query.get("tab", ""), cls.tab)
        order = query.get("order", "")
        return cls(
            tab=tab,
            order=order if order in ORDERS else cls.order,
            rule=query.get("rule", "").strip(),
            assignee=query.get("assignee", "").strip() if tab.is_of_many else "",
            words=" ".join(query.get("q", "").split()),
        )

    @property
    def query(self) -> str:
        """The one query string that names this queue; "" for the plain one."""
        said = {
            "tab": self.tab.name if self.tab is not Queue.tab else "",
            "order": self.order if self.order != Queue.order else "",
            "rule": self.rule,
            "assignee": self.assignee,
            "q": self.words,
        }
        return urlencode({name: value for name, value in said.items() if value})

    @property
    def is_filtered(self) -> bool:
        """Whether the tab may hold more than the queue shows."""
        return bool(self.rule or self.assignee or self.words)

    def at(self, tab: Tab) -> Self:
        """The same queue in another tab."""
        return replace(self, tab=tab, assignee=self.assignee if tab.is_of_many else "")

    def reviews(self, user: AbstractBaseUser) -> QuerySet[Review]:
        """What the queue holds for the account, in its order."""
        found = self._asked_for().filter(self.tab.has(user), self._assigned())
        return found.order_by(*ORDERS[self.order])

    def counts(self, user: AbstractBaseUser) -> dict[str, int]:
        """Tab -> how many trials the same queue holds there; one more than `COUNTED`
        where it holds more. One query, which does not read all reviews."""
        every = self._asked_for()
        counts = [
            CountOf(every.filter(tab.has(user), self.at(tab)._assigned()))
            for tab in TABS.values()
        ]
        own_row = get_user_model().objects.filter(pk=user.pk)
        return dict(zip(TABS, own_row.values_list(*counts).get(), strict=True))

    def candidates(self, user: AbstractBaseUser) -> QuerySet[Review]:
        """What the queue holds and may be given to the account.

        Not what another holds, or answers for; not what the account could not approve.
        """
        free = self.reviews(user).filter(_is_free(user))
        if self.tab.step is SUBMIT:
            return free.filter(Q(assignee=None) | Q(assignee=user))
        return free.exclude(reviews.authored_by(user)) if settings.FOUR_EYES else free

    def _asked_for(self) -> QuerySet[Review]:
        # They are few, and an index lists them: a join would read all trials.
        withdrawn = Trial.objects.filter(withdrawn=True).order_by()
        found = Review.objects.exclude(trial__in=withdrawn)
        if self.rule:
            # Once for all trials: SQLite would go through the rule's findings for each.
            findings = Finding.objects.filter(rule=self.rule, state=Finding.State.OPEN)
            found = found.filter(trial__in=findings.values("trial"))
        if self.words:
            found = found.filter(trial__in=matching(Trial.objects.all(), self.words))
        return found

    def _assigned(self) -> Q:
        return Q(assignee__username=self.assignee) if self.assignee else Q()


@transaction.atomic
def claim_next(
    queue: Queue, user: AbstractBaseUser, skip: Collection[int] = ()
) -> Trial | None:
    """Give the account the queue's next trial, for CLAIM_MINUTES; None: none is left.

    No two accounts are ever given the same one: the row of its review is held while it
    is given. A save holds the trial first and its review next, and a claim waits for
    nothing else while it holds a review, so neither can block the other for good.
    """
    candidates = queue.candidates(user).exclude(pk__in=skip)
    # Those that another is given or saves just now are passed over, and waited for
    # only when there is no other: one of them may be free after that.
    review = _first_held(candidates, skip_locked=True) or _first_held(candidates)
    if review is None:
        return None
    # Read once the review is held: no save can raise the version any more.
    trial = review.trial
    if not _holds(user, review):
        review_events.append(
            review,
            ReviewEvent.Kind.CLAIMED,
            Act(ChangeSet.Kind.REVIEW, by=user).change_set(),
            version=trial.version,
            new=user.get_username(),
        )
    review.holder, review.held_until = user, reviews.hold_ends()
    reviews.save(review)
    return trial


def _first_held(candidates: QuerySet[Review], **how: bool) -> Review | None:
    """The first row, held until the transaction ends.

    On SQLite the transaction itself is the lock: it begins IMMEDIATE.
    """
    return candidates.select_for_update(of=("self",), no_key=True, **how).first()


def _holds(user: AbstractBaseUser, review: Review) -> bool:
    return review.holder_id == user.pk and review.held_until > timezone.now()


def release(trial_id: int, user: AbstractBaseUser) -> bool:
    """Let others be given the trial; False where the account does not hold it.

    Whoever answers for the record still does. No event: a hold ends by itself too.
    """
    held = Review.objects.filter(pk=trial_id, holder=user)
    return bool(held.update(holder=None, held_until=None))
