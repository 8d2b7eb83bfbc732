"""The audit log: its rows, their counts, their way out, and the word of who read them.

The page and the command `export_audit` both begin at `AuditFilter` and both write what
`entries` gives, so that an export is what the page shows.
"""

import csv
import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import msgspec
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Count, Max, Min, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from curation import accounts_log
from curation.acts import COMMAND_LINE, role_of
from curation.audit_filter import ACT, AuditFilter
from curation.models import AccountEvent, AuditReview
from trials.models import ChangeSet, FieldChange
from trials.record.cells import guarded

CHUNK = 2000
"""Rows read from the database at once."""
PIECE = 64 * 1024
"""Characters of an export handed on at once."""


class Entry(NamedTuple):
    """One change as the log tells it; the names are the columns of an export."""

    id: int
    time: datetime.datetime
    who: str
    role: str
    kind: str
    reason: str
    note: str
    trial: str
    version: int
    path: str
    section: str
    field: str
    operation: str
    old: str
    new: str
    change_set: int
    app_version: str


SOURCES = (
    "pk",
    f"{ACT}__at",
    f"{ACT}__actor_name",
    f"{ACT}__actor_role",
    f"{ACT}__kind",
    f"{ACT}__reason",
    f"{ACT}__note",
    "trial__nct_id",
    "revision__number",
    "path",
    "section",
    "field",
    "operation",
    "old",
    "new",
    f"{ACT}_id",
    f"{ACT}__app_version",
)
"""Where each column of an `Entry` comes from."""


def entries(changes: QuerySet[FieldChange]) -> Iterator[Entry]:
    """The changes in their order, a chunk in memory at a time."""
    return map(Entry._make, changes.values_list(*SOURCES).iterator(CHUNK))


class Tally(NamedTuple):
    """How many changes there are: in all, by kind, by actor; and their first and last.

    `first` and `last` are ids, 0 where there is no change.
    """

    total: int
    first: int
    last: int
    kinds: list[tuple[str, int]]
    actors: list[tuple[str, int]]


def tally(changes: QuerySet[FieldChange]) -> Tally:
    """Count in two queries."""
    every = changes.order_by()
    kinds = list(
        every.values_list(f"{ACT}__kind")
        .annotate(count=Count("pk"), first=Min("pk"), last=Max("pk"))
        .order_by("-count", f"{ACT}__kind")
    )
    actors = every.values_list(f"{ACT}__actor_name").annotate(count=Count("pk"))
    return Tally(
        total=sum(count for _, count, _, _ in kinds),
        first=min((first for *_, first, _ in kinds), default=0),
        last=max((last for *_, last in kinds), default=0),
        kinds=[(kind, count) for kind, count, _, _ in kinds],
        actors=list(actors.order_by("-count", f"{ACT}__actor_name")),
    )


def actor_names() -> QuerySet[ChangeSet, str]:
    """Everyone who ever changed something, under the name of then."""
    names = ChangeSet.objects.order_by("actor_name").distinct()
    return names.values_list("actor_name", flat=True)


# Export


def csv_lines(
    rows: Iterable[NamedTuple], columns: Sequence[str] = Entry._fields
) -> Iterator[str]:
    """A head line and a line a row: RFC 4180, CRLF, cells safe for a spreadsheet.

    `columns` are the names of a row's values; one of them is its `time`.
    """
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    yield buffer.getvalue()
    for row in rows:
        buffer.seek(0)
        buffer.truncate()
        time = row.time.isoformat(timespec="microseconds").replace("+00:00", "Z")
        cells = row._replace(time=time)
        writer.writerow(guarded(c) if isinstance(c, str) else c for c in cells)
        yield buffer.getvalue()


def json_lines(
    rows: Iterable[NamedTuple], columns: Sequence[str] = Entry._fields
) -> Iterator[str]:
    """A JSON object a line and a row, every value as it is stored."""
    for row in rows:
        named = dict(zip(columns, row, strict=True))
        yield msgspec.json.encode(named).decode() + "\n"


FORMATS: dict[str, Callable[..., Iterator[str]]] = {
    "csv": csv_lines,
    "jsonl": json_lines,
}


def pieces(lines: Iterable[str]) -> Iterator[str]:
    """Lines joined into pieces worth sending one at a time."""
    piece, size = [], 0
    for line in lines:
        piece.append(line)
        size += len(line)
        if size >= PIECE:
            yield "".join(piece)
            piece, size = [], 0
    if piece:
        yield "".join(piece)


def log_export(
    what: str,
    name: str,
    *,
    by: AbstractBaseUser | None,
    request: HttpRequest | None = None,
) -> None:
    """Record that a log, or the part `what` of it, leaves in the format `name`; before
    it does."""
    accounts_log.record(
        AccountEvent.Kind.AUDIT_EXPORTED,
        account=by,
        name=COMMAND_LINE,
        actor=by,
        new=f"{name}: {what}",
        request=request,
    )


def export(
    chosen: AuditFilter, name: str, output: Path, progress: Callable[[int], None]
) -> int:
    """Write the filtered log to `output` in the format `name`; returns the rows' count.

    The file appears under its name only when it is whole. `progress` is called with the
    count so far, once a chunk. Raises OSError.
    """
    count = 0

    def counted(rows: Iterable[Entry]) -> Iterator[Entry]:
        nonlocal count
        for row in rows:
            yield row
            count += 1
            if count % CHUNK == 0:
                progress(count)

    part = output.with_name(f"{output.name}.part")
    with part.open("w", encoding="utf-8", newline="") as file:
        file.writelines(FORMATS[name](counted(entries(chosen.qs))))
    part.replace(output)
    return count


# Review of the trail


class RangeChanged(Exception):
    """The changes to be marked as reviewed are not those that the auditor saw."""


@transaction.atomic
def mark_reviewed(
    chosen: AuditFilter,
    *,
    by: AbstractBaseUser,
    last: int,
    count: int,
    outcome: str,
    note: str = "",
    request: HttpRequest | None = None,
) -> AuditReview:
    """Record an auditor's word on the `count` filtered changes up to the id `last`.

    Raises RangeChanged where there are not as many: one was under way while the auditor
    looked, or the page was empty.
    """
    seen = tally(chosen.qs.filter(pk__lte=last))
    if not count or (seen.total, seen.last) != (count, last):
        raise RangeChanged
    review = AuditReview.objects.create(
        at=timezone.now(),
        reviewer=by,
        reviewer_name=by.get_username(),
        reviewer_role=role_of(by),
        query=chosen.query,
        first_id=seen.first,
        last_id=last,
        count=count,
        outcome=outcome,
        note=note,
    )
    accounts_log.record(
        AccountEvent.Kind.AUDIT_REVIEWED,
        account=by,
        actor=by,
        new=f"{count} changes: {review.get_outcome_display()}",
        request=request,
    )
    return review


def reviews_of(chosen: AuditFilter) -> QuerySet[AuditReview]:
    """The reviews that covered what `chosen` selects, as far as it was there then.

    They had the same filter, or one that asks for less of the same.
    """
    return AuditReview.objects.filter(query__in=chosen.wider_queries())


def count_since(chosen: AuditFilter, reviews: Sequence[AuditReview]) -> int:
    """How many of the changes came after the last that one of `reviews` covers."""
    last = max((review.last_id for review in reviews), default=0)
    return chosen.qs.filter(pk__gt=last).count() if last else 0
