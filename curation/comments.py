"""What people say about a trial, or about one place of it, while it is reviewed.

The texts stand in the events of the review. The row of a comment says whether its
thread is open, and whom it calls.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from curation import review_events, reviews
from curation.acts import Act
from curation.labels import path_label
from curation.locks import hold
from curation.models import Comment, ReviewEvent
from trials import revisions
from trials.models import FieldChange, Trial
from trials.record.diff import Operation, part_at
from trials.record.fields import is_known
from trials.record.paths import parse
from trials.record.shape import COLLECTIONS

Kind = ReviewEvent.Kind

MOST_CHARACTERS = 5_000
"""Of one comment, or one answer."""

# As Django's user names are made; what stands before the @ of an address is no mention.
_MENTION = re.compile(r"(?<![\w.@+-])@([\w.@+-]+)")


class CommentError(Exception):
    """A text or a place that no comment can have: why."""


# Writing


@transaction.atomic
def comment(trial_id: int, path: str, text: str, act: Act) -> Comment:
    """Say something about the place at `path`: a value or a part, "" for the trial.

    Raises CommentError where the text is empty or too long, and where the trial never
    had such a place.
    """
    text = _checked(text)
    trial = hold(trial_id)
    _check_place(trial, path)
    first = _append(trial, Kind.COMMENTED, act, path=path, new=text)
    comment = Comment.objects.create(first=first, trial=trial, path=path)
    comment.mentions.set(_called(text))
    return comment


@transaction.atomic
def answer(comment_id: int, text: str, act: Act) -> Comment:
    """Add to what was said. Raises CommentError for an empty or too long text."""
    text = _checked(text)
    comment, trial = _held(comment_id)
    _append(
        trial,
        Kind.COMMENTED,
        act,
        path=comment.path,
        new=text,
        about=comment.first,
    )
    comment.mentions.add(*_called(text))
    return comment


def resolve(comment_id: int, act: Act) -> Comment:
    """Note that nothing is left to do about it."""
    return _set_open(comment_id, False, act)


def reopen(comment_id: int, act: Act) -> Comment:
    """Note that something is left to do about it after all."""
    return _set_open(comment_id, True, act)


@transaction.atomic
def _set_open(comment_id: int, is_open: bool, act: Act) -> Comment:
    comment, trial = _held(comment_id)
    if comment.is_open == is_open:
        return comment
    kind = Kind.REOPENED if is_open else Kind.RESOLVED
    _append(trial, kind, act, path=comment.path, about=comment.first)
    comment.is_open = is_open
    comment.save(update_fields=["is_open"])
    return comment


def _held(comment_id: int) -> tuple[Comment, Trial]:
    """The comment as it is once its trial is held. Raises Comment.DoesNotExist."""
    comments = Comment.objects.select_related("first")
    trial = hold(comments.get(pk=comment_id).trial_id)
    return comments.get(pk=comment_id), trial


def _append(trial: Trial, kind: Kind, act: Act, **event) -> ReviewEvent:
    review, change_set = trial.review, act.change_set()
    appended = review_events.append(
        review, kind, change_set, version=trial.version, **event
    )
    reviews.save(review)
    return appended


def _checked(text: str) -> str:
    """The text as it is kept, its line breaks those of Python."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        raise CommentError("Please write something.")
    if len(text) > MOST_CHARACTERS:
        raise CommentError(
            f"{len(text):,} characters are too many: a comment takes "
            f"{MOST_CHARACTERS:,}."
        )
    if "\0" in text:
        raise CommentError("A comment takes no null characters.")
    return text


def _check_place(trial: Trial, text: str) -> None:
    """Raise CommentError where the trial has no such value or part, and never had."""
    if not text:
        return
    try:
        path = parse(text)
        known = is_known(path) and (path.key or path.field not in COLLECTIONS)
    except ValueError:
        known = False
    if not known:
        raise CommentError(f"There is no place “{text}” in a record.")
    if not path.key or part_at(revisions.record_at(trial, trial.version), path):
        return
    part = str(path._replace(part_field=""))
    gone = FieldChange.objects.filter(
        trial=trial, path=part, operation=Operation.DELETE.value
    )
    if not gone.exists():
        raise CommentError(f"{trial.nct_id} never had “{part}”.")


# People


def people() -> list[str]:
    """The user names that a comment can call."""
    active = get_user_model().objects.filter(is_active=True)
    return list(active.order_by("username").values_list("username", flat=True))


def _called(text: str) -> list[AbstractBaseUser]:
    """The active accounts that the text calls by @name; other names stay text."""
    names = {name for match in _MENTION.finditer(text) for name in _readings(match[1])}
    return list(get_user_model().objects.filter(is_active=True, username__in=names))


def _readings(name: str) -> tuple[str, str]:
    """`"ana."` -> ("ana.", "ana"): a user name, or one at the end of a sentence."""
    return name, name.rstrip(".@+-")


def pieces(text: str, names: Collection[str]) -> Iterator[tuple[str, bool]]:
    """The text cut where it calls one of `names`: (piece, whether it is a name)."""
    end = 0
    for match in _MENTION.finditer(text):
        name = next((name for name in _readings(match[1]) if name in names), None)
        if name is None:
            continue
        start = match.start()
        yield text[end:start], False
        end = start + 1 + len(name)
        yield text[start:end], True
    yield text[end:], False


# Reading


@dataclass(frozen=True)
class Entry:
    """One event of a thread; `pieces` are those of its text."""

    event: ReviewEvent
    pieces: list[tuple[str, bool]]


@dataclass(frozen=True)
class Thread:
    """A comment, its answers, and when it was resolved and opened again."""

    comment: Comment
    entries: list[Entry] = field(default_factory=list)

    @property
    def label(self) -> str:
        """Its place in the words of the forms."""
        return path_label(self.comment.path)


def threads(trial: Trial, names: Collection[str]) -> list[Thread]:
    """All that was said of the trial, the open threads first, in one query.

    `names` are the user names to mark in the texts.
    """
    kinds = (Kind.COMMENTED, Kind.RESOLVED, Kind.REOPENED)
    events = trial.review_events.filter(kind__in=kinds)
    found: dict[int, Thread] = {}
    for event in events.select_related("change_set", "comment").order_by("number"):
        if event.about_id is None:
            found[event.pk] = Thread(event.comment)
        thread = found[event.about_id or event.pk]
        thread.entries.append(Entry(event, list(pieces(event.new, names))))
    return sorted(found.values(), key=lambda thread: not thread.comment.is_open)
