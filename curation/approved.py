"""The approved records, and their way out of the house."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import F, QuerySet

from curation.models import Review
from trials.formats import ctgov
from trials.formats.csv_table import csv_line
from trials.models import Revision
from trials.record import flat
from trials.record.plain import from_plain
from trials.record.registry import to_registry

CHUNK = 200
"""Records that are held at once."""


class Approval(NamedTuple):
    """What an approval says of a record; the names are columns of the table."""

    review_status: str
    approved_by: str
    approved_at: str
    version: int


def approved() -> QuerySet[Revision]:
    """The revisions that are approved, by NCT number; withdrawn trials are left out.

    An approved record leaves as its revision says it: whatever happens to the trial
    while it is read, nothing leaves that nobody approved.
    """
    return Revision.objects.filter(
        trial__review__state=Review.State.APPROVED,
        trial__withdrawn=False,
        number=F("trial__review__approved_version"),
    ).order_by("trial__nct_id")


def csv_lines() -> Iterator[str]:
    """A head line and a line a record, the approval in the last columns."""
    yield csv_line((*flat.TRIALS.header, *Approval._fields))
    review = "trial__review"
    rows = approved().values_list(
        "snapshot",
        f"{review}__approved_by__username",
        f"{review}__approved_at",
        "number",
    )
    for snapshot, by, at, version in rows.iterator(CHUNK):
        at = at.isoformat(timespec="seconds").replace("+00:00", "Z")
        approval = Approval(Review.State.APPROVED, by, at, version)
        yield csv_line((*flat.trial_row(from_plain(snapshot)), *approval))


def json_pieces() -> Iterator[bytes]:
    """`{"studies": [...]}` in the registry's API v2 names."""
    snapshots = approved().values_list("snapshot", flat=True).iterator(CHUNK)
    return ctgov.pieces(map(to_registry, map(from_plain, snapshots)))


FORMATS = {"csv": csv_lines, "json": json_pieces}
