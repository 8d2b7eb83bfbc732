"""Releases: frozen exports, made again, and compared with each other."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import msgspec

from curation.export_rows import items
from curation.models import Release
from curation.pins import BATCH, Pin
from trials.formats import Written
from trials.formats.export import File
from trials.models import Trial
from trials.record import diff
from trials.record.diff import Operation


class ReleaseError(Exception):
    """The release is not what it was; says which file, and what the reason may be."""


class Difference(NamedTuple):
    """Something that one release has and another has otherwise, or not at all.

    `what` is added, removed or changed. `path` is "" for a whole trial, whose versions
    `old` and `new` are then.
    """

    nct_id: str
    what: str
    path: str
    old: str
    new: str


def words(release: Release) -> str:
    """What the release is, for its readers."""
    return f"Release {release.name}. {release.chosen}"


def keep(release: Release, pinned: list[Pin], written: Written) -> None:
    """Store the release with all that makes it again."""
    release.trials = written.trials
    release.pins = msgspec.json.encode([pin[1:] for pin in pinned]).decode()
    release.files = msgspec.json.encode(written.files).decode()
    release.save(force_insert=True)


def pins(release: Release) -> Iterator[Pin]:
    """The release's trials in the state of then."""
    rows = iter(msgspec.json.decode(release.pins))
    while batch := list(islice(rows, BATCH)):
        numbers = [nct_id for nct_id, *_ in batch]
        found = Trial.objects.filter(nct_id__in=numbers).order_by()
        ids = dict(found.values_list("nct_id", "id"))
        for nct_id, *state in batch:
            yield Pin(ids[nct_id], nct_id, *state)


def verify(release: Release, format: str, options: str, written: Written) -> None:
    """Compare what was written with what the release was when it was frozen.

    In another format there is nothing to compare it with. Raises ReleaseError.
    """
    if (release.format, release.options) != (format, options):
        return
    files = msgspec.json.decode(release.files, type=list[File])
    for old, new in zip(files, written.files, strict=True):
        # A single file is called as the person likes.
        if old.sha256 != new.sha256:
            raise ReleaseError(
                f"{new.name} is not what it was in the release {release.name} of "
                f"version {release.app_version} of the desk: another version writes it "
                "otherwise, or the history was altered (check_history tells)."
            )


def compare(before: Release, after: Release) -> Iterator[Difference]:
    """What `after` has otherwise than `before`, trial by trial."""
    old = {pin.nct_id: pin for pin in pins(before)}
    new = {pin.nct_id: pin for pin in pins(after)}
    changed = [
        nct_id
        for nct_id, pin in new.items()
        if nct_id in old and pin.version != old[nct_id].version
    ]
    records = zip(
        items((old[nct_id] for nct_id in changed), (), _silent),
        items((new[nct_id] for nct_id in changed), (), _silent),
        strict=True,
    )
    for nct_id in sorted(old.keys() | new.keys()):
        if nct_id not in new:
            yield Difference(nct_id, "removed", "", str(old[nct_id].version), "")
        elif nct_id not in old:
            yield Difference(nct_id, "added", "", "", str(new[nct_id].version))
        elif new[nct_id].version != old[nct_id].version:
            first, second = next(records)
            for change in diff.compare(first.record, second.record):
                what = _WORDS[change.operation]
                yield Difference(nct_id, what, change.path, change.old, change.new)


_WORDS = {
    Operation.CREATE: "added",
    Operation.CHANGE: "changed",
    Operation.MOVE: "moved",
    Operation.DELETE: "removed",
}


def _silent(count: int) -> None:
    """Progress that nobody watches."""
