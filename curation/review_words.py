"""What happened to a review, as people read it."""

from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from curation.labels import known_label
from curation.models import Review, ReviewEvent
from trials.record.sections import SECTIONS

Kind = ReviewEvent.Kind

STATES = dict(Review.State.choices)
PRIORITIES = {str(value): label for value, label in Review.Priority.choices}
TITLES = {section.slug: section.title for section in SECTIONS}

REMARKS = (Kind.COMMENTED, Kind.RESOLVED, Kind.REOPENED)
"""What belongs to comments: who may not view those sees none of it."""


class ReadableEvent(NamedTuple):
    """An event in words; what nobody knows the words for, as it stands.

    `place` is the label of the place and `url` leads there; both "" for the trial.
    `text` is what was said, and `about` what that answers, or what was resolved.
    """

    event: ReviewEvent
    label: str
    old: str
    new: str
    place: str
    url: str
    text: str
    about: str


def events_for(user: AbstractBaseUser) -> QuerySet[ReviewEvent]:
    """The events that the user may know, with what they are about: without
    `view_comment`, no comments."""
    events = ReviewEvent.objects.select_related("about")
    if user.has_perm("curation.view_comment"):
        return events
    return events.exclude(kind__in=REMARKS)


def readable_event(event: ReviewEvent) -> ReadableEvent:
    """The event in words. Reads `event.about`: select it along with many."""
    is_said = event.kind == Kind.COMMENTED
    return ReadableEvent(
        event=event,
        label=_label(event),
        old="" if is_said else _in_words(event.kind, event.old),
        new="" if is_said else _in_words(event.kind, event.new),
        place=_place(event),
        url=_url(event),
        text=event.new if is_said else "",
        about=event.about.new if event.about else "",
    )


def _label(event: ReviewEvent) -> str:
    if event.kind == Kind.COMMENTED and event.about_id:
        return "Answer"
    if event.kind == Kind.CLAIMED and not event.new:
        return "Given back"
    return event.get_kind_display()


def _in_words(kind: str, value: str) -> str:
    match kind:
        case Kind.STATE:
            return STATES.get(value, value)
        case Kind.PRIORITY:
            return PRIORITIES.get(value, value)
        case Kind.ASSIGNED:
            return value or "nobody"
    return value


def _place(event: ReviewEvent) -> str:
    if not event.path:
        return ""
    return TITLES.get(event.path) or known_label(event.path)


def _url(event: ReviewEvent) -> str:
    if not event.path:
        return ""
    if event.path in TITLES:
        name = "admin:trials_trial_section"
        return reverse(name, args=[event.trial_id, event.path])
    goto = reverse("admin:trials_trial_goto", args=[event.trial_id])
    return f"{goto}?{urlencode({'path': event.path})}"
