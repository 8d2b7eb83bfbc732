"""A prepared operation as people look at it: every hit in its place, page by page.

Only the trials of a page are read, and looked through anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractBaseUser

from curation import columns, operations, reviews
from curation.bulk.changes import Found, finder, replaced, why_unfit
from curation.bulk.operation import Operation, Replace, Step
from curation.bulk.patterns import Hit
from curation.labels import path_label
from curation.models import BulkOperation, Review
from curation.readable import in_words
from trials.models import Trial

HITS = 150
"""Hits on a page, if no single trial has more; well below what one form may send."""
MOST_SHOWN = 400
"""Hits of one trial that are shown; the others are made without a look."""
AROUND = 60
"""Characters of the text shown on each side of a hit."""


@dataclass(frozen=True)
class ShownHit:
    """One hit: where, what stands around it, what it becomes, and its tick."""

    name: str
    path: str
    label: str
    before: str
    old: str
    new: str
    after: str
    is_chosen: bool
    refusal: str


@dataclass
class ShownTrial:
    """A trial and its hits on the page. `note` says what will keep it from changing."""

    trial: Trial
    note: str
    is_stale: bool
    hits: list[ShownHit] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True)
class PreviewPage:
    """A page of a preview: its trials, its number from 1, and how many there are."""

    trials: list[ShownTrial]
    number: int
    pages: int


def names_on(page: PreviewPage) -> set[str]:
    """The names of the hits that the page shows, each behind the id of its trial."""
    return {hit.name for trial in page.trials for hit in trial.hits}


def preview(bulk: BulkOperation, number: int, user: AbstractBaseUser) -> PreviewPage:
    """A page of what was prepared; the nearest one where there is none of the number.

    `user` is the one who would do it: what a step's guard says depends on that.
    """
    pages = list(_pages(bulk.trials))
    number = max(1, min(number, len(pages)))
    rows = pages[number - 1] if pages else []
    ids = [trial_id for trial_id, _, _ in rows]
    trials = Trial.objects.select_related("review__assignee", "review__holder")
    found = trials.defer("brief_summary", "detailed_description").in_bulk(ids)
    operation = operations.operation_of(bulk)
    shown = {
        trial_id: _shown(found[trial_id], version, operation, user)
        for trial_id, version, _ in rows
        if trial_id in found
    }
    left_out = set(bulk.left_out)
    if isinstance(operation, Step):
        for trial_id, item in shown.items():
            item.hits.append(_whole(trial_id, left_out))
    else:
        _add_hits(shown, operation, left_out)
    return PreviewPage(list(shown.values()), number, max(1, len(pages)))


def _pages(trials: list[list[int]]) -> Iterator[list[list[int]]]:
    """The trials of each page: as many as have `HITS` hits together."""
    page: list[list[int]] = []
    hits = 0
    for row in trials:
        if page and hits + row[2] > HITS:
            yield page
            page, hits = [], 0
        page.append(row)
        hits += row[2]
    if page:
        yield page


def _shown(
    trial: Trial, version: int, operation: Operation, user: AbstractBaseUser
) -> ShownTrial:
    if trial.version != version:
        return ShownTrial(trial, operations.changed_since(trial), is_stale=True)
    note = ""
    if isinstance(operation, Step):
        step = reviews.TRANSITIONS.get(operation.step)
        note = reviews.why_not(trial.review, step, user) if step else ""
    elif trial.review.state == Review.State.APPROVED:
        note = "It is approved, and so read-only."
    return ShownTrial(trial, note, is_stale=False)


def _whole(trial_id: int, left_out: set[str]) -> ShownHit:
    """The tick of a trial as a whole."""
    name = f"{trial_id}:"
    return ShownHit(name, "", "", "", "", "", "", name not in left_out, "")


def _add_hits(
    shown: dict[int, ShownTrial], operation: Operation, left_out: set[str]
) -> None:
    fresh = [trial_id for trial_id, item in shown.items() if not item.is_stale]
    hits_in = finder(operation)
    for trial_id, value in columns.values(fresh, operation.columns):
        item, found = shown[trial_id], Found(value, hits_in(value.column, value.text))
        room = MOST_SHOWN - len(item.hits)
        item.more += max(0, len(found.hits) - room)
        item.hits += list(_hits(trial_id, found, operation, left_out))[:room]


def _hits(
    trial_id: int, found: Found, operation: Operation, left_out: set[str]
) -> Iterator[ShownHit]:
    value = found.value
    new = replaced(value.text, found.hits)
    refusal = why_unfit(value, new, columns.one_line())
    for name, hit in zip(found.names(), found.hits, strict=True):
        name = f"{trial_id}:{name}"
        before, old, made, after = _around(value.text, hit)
        if not isinstance(operation, Replace):
            old, made = in_words(value.path, old), in_words(value.path, made)
        yield ShownHit(
            name=name,
            path=value.path,
            label=path_label(value.path),
            before=before,
            old=old,
            new=made,
            after=after,
            is_chosen=name not in left_out and not refusal,
            refusal=refusal,
        )


def _around(text: str, hit: Hit) -> tuple[str, str, str, str]:
    """What stands before the hit, in it, what is to stand there, and what behind."""
    start, end = max(0, hit.start - AROUND), hit.end + AROUND
    before = ("…" if start else "") + text[start : hit.start]
    after = text[hit.end : end] + ("…" if end < len(text) else "")
    return before, text[hit.start : hit.end], hit.new, after
