"""The records of pinned trials, and rows of what the desk knows besides."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import groupby, islice
from operator import itemgetter

import msgspec
from django.db.models import F, TextField
from django.db.models.functions import Cast

from curation.export_tables import CHANGES, FINDINGS, REVIEWS, SOURCES
from curation.models import Finding
from curation.pins import BATCH, Pin, of, reviews_at, told
from trials import revisions
from trials.formats import Item
from trials.models import FieldChange, Revision, SourceDocument
from trials.models.lookups import OneOf
from trials.record.flat import Lines
from trials.record.plain import from_plain
from trials.record.tabular import Row, Table

Progress = Callable[[int], None]
"""Called with the number of trials that were read so far."""


def items(
    pins: Iterable[Pin],
    wanted: tuple[Table, ...],
    progress: Progress,
    *,
    with_lines: bool = False,
) -> Iterator[Item]:
    """The pinned records with the rows of the `wanted` tables, a batch held at a time.

    `with_lines` tells where the source page says each value.
    """
    pins, count = iter(pins), 0
    while held := list(islice(pins, BATCH)):
        batch = _Batch(held)
        snapshots = revisions.snapshots_at(batch.versions)
        rows = {table.name: _ROWS[table.name](batch) for table in wanted}
        lines = _lines(batch) if with_lines else {}
        for pin in held:
            yield Item(
                from_plain(snapshots.pop(pin.trial_id)),
                {name: found.pop(pin.trial_id, []) for name, found in rows.items()},
                lines.pop(pin.trial_id, {}),
            )
        count += len(held)
        progress(count)


class _Batch:
    """Pins that are held at once, and what several tables need to know of them."""

    def __init__(self, pins: list[Pin]):
        self.pins = pins
        self.versions = {pin.trial_id: pin.version for pin in pins}
        self.by_id = {pin.trial_id: pin for pin in pins}
        self.ids = list(self.by_id)

    @cached_property
    def pages(self) -> dict[int, tuple[int, str]]:
        """Trial's id -> id and hash of the page that its record was read from last."""
        rows = of(Revision, self.ids).filter(source__isnull=False)
        return {
            pk: (source, sha256)
            for pk, number, source, sha256 in rows.order_by("number").values_list(
                "trial_id", "number", "source_id", "source__sha256"
            )
            if number <= self.versions[pk]
        }


_lines_decoder = msgspec.json.Decoder(dict[str, tuple[int, int]])


def _lines(batch: _Batch) -> dict[int, Lines]:
    ids = [page for page, _ in batch.pages.values()]
    pages = SourceDocument.objects.filter(OneOf(F("id"), ids)).order_by()
    # As text: Django's own decoding takes three times as long.
    rows = pages.values_list("trial_id", Cast("lines", TextField()))
    return {pk: _lines_decoder.decode(lines) for pk, lines in rows}


Found = dict[int, list[Row]]
"""Trial's id -> rows of one table."""


def _review_rows(batch: _Batch) -> Found:
    reviews, pages = reviews_at(batch.pins), batch.pages
    return {
        pin.trial_id: [
            (
                pin.nct_id,
                reviews[pin.trial_id].status,
                reviews[pin.trial_id].by,
                told(reviews[pin.trial_id].at),
                pin.version,
                pin.open_errors,
                pin.open_warnings,
                pages.get(pin.trial_id, (0, ""))[1],
            )
        ]
        for pin in batch.pins
    }


def _finding_rows(batch: _Batch) -> Found:
    """The findings as they are now, whatever the pins say: nobody keeps old ones."""
    findings = of(Finding, batch.ids).order_by("trial_id", "id")
    names = ("rule", "severity", "state", "path", "first_line", "last_line", "message")
    more = ("evidence", "before", "after", "confidence", "opened_at", "closed_at")
    severities = {rank: severity.value for severity, rank in Finding.SEVERITIES.items()}
    found: Found = defaultdict(list)
    for pk, key, rule, severity, *others, opened, closed in findings.values_list(
        "trial_id", "fingerprint", *names, *more
    ).iterator(chunk_size=2000):
        times = told(opened), told(closed)
        found[pk].append(
            (batch.by_id[pk].nct_id, key, rule, severities[severity], *others, *times)
        )
    return found


_ACT = "revision__change_set"


def _change_rows(batch: _Batch) -> Found:
    by_id = batch.by_id
    changes = of(FieldChange, batch.ids).order_by("trial_id", "revision_id", "id")
    act = ("at", "actor_name", "actor_role", "kind", "reason", "note", "rule")
    rows = changes.values_list(
        "trial_id",
        "revision__number",
        *("path", "operation", "old", "new"),
        *(f"{_ACT}__{name}" for name in act),
    ).iterator(chunk_size=2000)
    found: Found = defaultdict(list)
    for (pk, version), group in groupby(rows, key=itemgetter(0, 1)):
        if version > by_id[pk].version:
            continue
        for number, (
            _,
            _,
            *change,
            at,
            name,
            role,
            kind,
            reason,
            note,
            rule,
        ) in enumerate(group, start=1):
            key = f"{version}.{number}"
            why = (name, role, kind, reason, note, rule)
            found[pk].append((by_id[pk].nct_id, key, version, *change, told(at), *why))
    return found


def _source_rows(batch: _Batch) -> Found:
    rows = (
        of(SourceDocument, batch.ids)
        .order_by("trial_id", "id")
        .values_list(
            *("trial_id", "id", "sha256", "file_name", "layout", "reader_version"),
            *("encoding", "imported_at", "imported_by__username"),
        )
    )
    found: Found = defaultdict(list)
    for pk, page, *told_of, at, by in rows:
        pin = batch.by_id[pk]
        if len(found[pk]) < pin.sources:
            is_current = batch.pages.get(pk, (0, ""))[0] == page
            key = f"p{len(found[pk]) + 1}"
            found[pk].append(
                (pin.nct_id, key, is_current, *told_of, told(at), by or "")
            )
    return found


_ROWS: dict[str, Callable[[_Batch], Found]] = {
    REVIEWS.name: _review_rows,
    FINDINGS.name: _finding_rows,
    CHANGES.name: _change_rows,
    SOURCES.name: _source_rows,
}
