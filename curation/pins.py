"""Which trials leave the desk, and in what state.

Every export begins at pins, which name a trial's state in its history. What leaves is
made of the history alone, so that the same pins give the same export at any time.
"""

import datetime
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.db import models
from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict

from curation.chosen_trials import ChosenTrials
from curation.models import Review, ReviewEvent
from curation.trial_filters import chosen
from trials import tables
from trials.models import FieldChange, Revision, SourceDocument, Trial
from trials.models.lookups import OneOf

BATCH = 200
"""Trials that are held at once."""


class Pin(NamedTuple):
    """A trial in the state in which it leaves.

    `version` is that of the record, `events` and `sources` count the events of the
    review and the saved pages that there were. Nobody knows how many findings were open
    at a time that is past: None.
    """

    trial_id: int
    nct_id: str
    version: int
    events: int
    sources: int
    open_errors: int | None = None
    open_warnings: int | None = None


@dataclass(frozen=True)
class Selection:
    """Which trials leave: those that pass all that is asked for.

    `query` is that of the trial list's address. `as_of` takes each as it was before
    that moment; then `statuses` and whether it was withdrawn are those of then, the
    list's filters those of now. `as_approved` takes the approved trials alone, each in
    the version that was approved, whatever happened to it since; no other choice goes
    with it but `nct_ids`.
    """

    nct_ids: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    query: str = ""
    with_withdrawn: bool = False
    as_of: datetime.datetime | None = None
    as_approved: bool = False

    def trials(self) -> QuerySet[Trial]:
        """The trials, by their numbers. Raises facets.UnknownFilter."""
        if self.as_approved:
            return self._approved()
        query = QueryDict(self.query, mutable=True)
        if self.with_withdrawn or self.as_of:
            query.setdefault("withdrawn", "all")
        trials = chosen(query)
        if self.nct_ids:
            trials = trials.filter(nct_id__in=self.nct_ids)
        if self.statuses and not self.as_of:
            trials = trials.filter(review__state__in=self.statuses)
        return trials.order_by("nct_id")

    def _approved(self) -> QuerySet[Trial]:
        found = Trial.objects.filter(
            withdrawn=False,
            review__state=Review.State.APPROVED,
            review__approved_version__isnull=False,
        )
        if self.nct_ids:
            found = found.filter(nct_id__in=self.nct_ids)
        return found.order_by("nct_id")

    def pins(self) -> Iterator[Pin]:
        """Each trial in its state."""
        if self.as_approved:
            return _pins_approved(self.trials())
        if self.as_of:
            return self._pins_then(self.as_of)
        return _pins_now(self.trials())

    def _pins_then(self, moment: datetime.datetime) -> Iterator[Pin]:
        for batch in tables.batches(self.trials().values_list("id", "nct_id")):
            pins = _pins_at(batch, moment)
            if self.statuses:
                found = reviews_at(pins)
                pins = [p for p in pins if found[p.trial_id].status in self.statuses]
            if not self.with_withdrawn:
                gone = _withdrawn_at(pins)
                pins = [p for p in pins if p.trial_id not in gone]
            yield from pins

    @property
    def words(self) -> str:
        """The selection for people."""
        if self.as_approved:
            return "Trials: as they were approved; not withdrawn."
        parts = []
        if self.nct_ids:
            parts.append(f"NCT numbers {', '.join(self.nct_ids)}")
        if self.statuses:
            parts.append(f"review {' or '.join(self.statuses)}")
        if self.query:
            parts.append(f"list filter {ChosenTrials(self.query).words}")
        parts.append("withdrawn too" if self.with_withdrawn else "not withdrawn")
        if self.as_of:
            parts.append(f"as of {told(self.as_of)}")
        return f"Trials: {'; '.join(parts)}."


def _pins_now(trials: QuerySet[Trial]) -> Iterator[Pin]:
    counts = ("review__open_errors", "review__open_warnings")
    return _pins(trials, "version", *counts)


def _pins_approved(trials: QuerySet[Trial]) -> Iterator[Pin]:
    # Findings are about the record as it is by now: they are not told.
    return _pins(trials, "review__approved_version")


def _pins(trials: QuerySet[Trial], version: str, *counts: str) -> Iterator[Pin]:
    # One statement, so that what it says of a trial is of one moment.
    sources = (
        SourceDocument.objects.filter(trial=OuterRef("pk"))
        .order_by()
        .values("trial")
        .annotate(count=Count("pk"))
        .values("count")
    )
    rows = trials.values_list(
        *("id", "nct_id", version, "review__events"),
        Coalesce(Subquery(sources), 0),
        *counts,
    )
    return itertools.starmap(Pin, rows.iterator(chunk_size=BATCH))


def _pins_at(trials: list[tuple[int, str]], moment: datetime.datetime) -> list[Pin]:
    """The trials that were there before the moment, in their state then."""
    ids = [pk for pk, _ in trials]

    def last(model: type[models.Model]) -> dict[int, int]:
        rows = of(model, ids).filter(change_set__at__lt=moment)
        return dict(rows.values_list("trial_id").annotate(Max("number")))

    versions, events = last(Revision), last(ReviewEvent)
    pages = of(SourceDocument, ids).filter(imported_at__lt=moment)
    sources = dict(pages.values_list("trial_id").annotate(Count("pk")))
    return [
        Pin(pk, nct_id, versions[pk], events.get(pk, 0), sources.get(pk, 0))
        for pk, nct_id in trials
        if pk in versions
    ]


def _withdrawn_at(pins: list[Pin]) -> set[int]:
    """The trials that were withdrawn in their state."""
    versions = {pin.trial_id: pin.version for pin in pins}
    changes = of(FieldChange, list(versions)).filter(path="withdrawn")
    last = {
        pk: new
        for pk, number, new in changes.order_by("revision__number").values_list(
            "trial_id", "revision__number", "new"
        )
        if number <= versions[pk]
    }
    return {pk for pk, new in last.items() if new == "true"}


def of(model: type[models.Model], ids: list[int]) -> QuerySet:
    """The rows of the trials with `ids`, in no order."""
    return model.objects.filter(OneOf(F("trial_id"), ids)).order_by()


class Reviewed(NamedTuple):
    """What a review had come to; who approved and when, while it is approved."""

    status: str = Review.State.IMPORTED.value
    by: str = ""
    at: datetime.datetime | None = None


def reviews_at(pins: list[Pin]) -> dict[int, Reviewed]:
    """Trial's id -> what its review had come to."""
    numbers = {pin.trial_id: pin.events for pin in pins}
    found = dict.fromkeys(numbers, Reviewed())
    events = (
        of(ReviewEvent, list(numbers))
        .filter(kind__in=(ReviewEvent.Kind.STATE, ReviewEvent.Kind.KEPT))
        .order_by("trial_id", "number")
        .values_list(
            "trial_id",
            "number",
            "kind",
            "new",
            "change_set__actor_name",
            "change_set__at",
        )
    )
    for pk, number, kind, new, by, at in events:
        if number > numbers[pk]:
            continue
        status = new if kind == ReviewEvent.Kind.STATE else found[pk].status
        is_approved = status == Review.State.APPROVED
        found[pk] = Reviewed(status, by, at) if is_approved else Reviewed(status)
    return found


def told(moment: datetime.datetime | None) -> str:
    """A moment as it is written: ISO, to the second, in UTC."""
    if moment is None:
        return ""
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
