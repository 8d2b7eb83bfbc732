"""What happened to trials, told in rows: values that changed and events of reviews."""

from collections.abc import Iterator
from datetime import datetime
from heapq import merge
from operator import attrgetter
from typing import NamedTuple

from django.db.models import QuerySet, Value

from curation.audit import CHUNK
from curation.models import ReviewEvent
from trials.models import FieldChange, Trial


class Told(NamedTuple):
    """A change or an event; the names are the columns of an export.

    `row` names it: "change 812", "review event 90". `operation` is what a change did to
    the value at `path` (create, change, move, delete), or the kind of an event (state,
    assigned, commented ...); `old` and `new` are values or states, `new` of a comment
    is its text. `about` names the event that began the thread of comments. `kind`,
    `reason` and `note` are those of the act.
    """

    row: str
    time: datetime
    who: str
    role: str
    kind: str
    reason: str
    note: str
    trial: str
    version: int
    path: str
    operation: str
    old: str
    new: str
    about: str
    change_set: int
    app_version: str


def _sources(act: str, version: str, operation: str, about) -> tuple:
    """Where each column comes from; `act` is the way to the act."""
    return (
        "pk",
        f"{act}__at",
        f"{act}__actor_name",
        f"{act}__actor_role",
        f"{act}__kind",
        f"{act}__reason",
        f"{act}__note",
        "trial__nct_id",
        version,
        "path",
        operation,
        "old",
        "new",
        about,
        f"{act}_id",
        f"{act}__app_version",
    )


CHANGES = _sources("revision__change_set", "revision__number", "operation", Value(""))
EVENTS = _sources("change_set", "version", "kind", "about_id")


def of_changes(changes: QuerySet[FieldChange]) -> Iterator[Told]:
    """The changes in their order, a chunk in memory at a time."""
    for number, *values in changes.values_list(*CHANGES).iterator(CHUNK):
        yield Told(f"change {number}", *values)


def of_events(events: QuerySet[ReviewEvent]) -> Iterator[Told]:
    """The events in their order, a chunk in memory at a time."""
    for number, *values in events.values_list(*EVENTS).iterator(CHUNK):
        told = Told(f"review event {number}", *values)
        about = f"review event {told.about}" if told.about else ""
        yield told._replace(about=about)


def of_trial(trial: Trial) -> Iterator[Told]:
    """All that happened to the trial, first things first.

    An event happened to the version that it names, so its place is known even where
    two acts went on at the same time.
    """
    changes = FieldChange.objects.filter(trial=trial).order_by("revision__number", "pk")
    events = ReviewEvent.objects.filter(trial=trial).order_by("number")
    return merge(of_changes(changes), of_events(events), key=attrgetter("version"))
