"""A trial with all that can happen to a review, for the tests of what tells it."""

from django.contrib.auth.models import Group
from django.db import transaction

from curation import review_events, reviews
from curation.acts import Act
from curation.locks import hold
from curation.models import Comment, Review, ReviewEvent
from curation.reviews import APPROVE, KEEP, RETURN, SUBMIT, Transition
from curation.tests.factory import act, edit, make_trial, make_user
from trials.models import ChangeSet, Trial

Kind = ReviewEvent.Kind


def make_reviewed(**changes) -> Trial:
    """A trial that ana edited and rita returned, then approved, with words about it.

    Its events: 1 started, 2 assigned, 3 commented, 4 ticked, 5 submitted, 6 returned,
    7 answered, 8 resolved, 9 claimed, 10 priority, 11 started, 12 submitted, 13
    approved, 14 kept.
    """
    ana, rita = make_user(username="ana"), make_user(username="rita")
    rita.groups.add(Group.objects.get(name="reviewer"))
    trial = make_trial(**changes)
    edit_as(trial, ana, acronym="IL7")
    first = happen(trial, rita, Kind.COMMENTED, path="acronym", new="IL-7, surely?")
    reviews.tick(
        trial.pk,
        "identification",
        is_checked=True,
        version=trial.version,
        act=Act(ChangeSet.Kind.REVIEW, by=ana),
    )
    take(trial, SUBMIT, ana)
    take(trial, RETURN, rita, note="The acronym is IL-7.")
    thread = {"path": "acronym", "about": first}
    happen(trial, ana, Kind.COMMENTED, new="So it is.", **thread)
    happen(trial, ana, Kind.RESOLVED, **thread)
    happen(trial, ana, Kind.CLAIMED, new="ana")
    happen(trial, rita, Kind.PRIORITY, old="2", new="3")
    edit_as(trial, ana, acronym="IL-7")
    take(trial, SUBMIT, ana)
    take(trial, APPROVE, rita)
    take(trial, KEEP, rita)
    return trial


def edit_as(trial: Trial, by, **changes) -> None:
    """Edit it, so that no finding stands in the way."""
    edit(trial, act(ChangeSet.Kind.EDIT, by, reason="typo"), **changes)
    trial.findings.all().delete()


def take(trial: Trial, step: Transition, by, note: str = "") -> None:
    """Take a step with the trial as it is by now."""
    trial.refresh_from_db()
    trial.findings.all().delete()
    why = Act(ChangeSet.Kind.TRANSITION, by=by, note=note)
    reviews.take(trial.pk, step, version=trial.version, act=why)


@transaction.atomic
def happen(trial: Trial, by, kind: Kind, **event) -> ReviewEvent:
    """Append an event, and make the rows say what it says."""
    held = hold(trial.pk)
    change_set = Act(ChangeSet.Kind.REVIEW, by=by).change_set()
    told = review_events.append(
        held.review, kind, change_set, version=held.version, **event
    )
    if kind == Kind.COMMENTED and told.about is None:
        Comment.objects.create(first=told, trial=held, path=told.path)
    if kind in (Kind.RESOLVED, Kind.REOPENED):
        Comment.objects.filter(pk=told.about_id).update(is_open=kind == Kind.REOPENED)
    if kind == Kind.PRIORITY:
        held.review.priority = Review.Priority(int(told.new))
    reviews.save(held.review)
    return told
