"""Records out of the desk: chosen, as they are, as they were, or frozen as a release.

The command `export_trials` and the page both end in `export`.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone

from curation import __version__, accounts_log, export_columns, releases
from curation.acts import COMMAND_LINE
from curation.export_rows import Progress, items
from curation.export_tables import CHANGES, FINDINGS, SOURCES, TABLES_OF
from curation.models import Release
from curation.pins import Pin, Selection, told
from curation.releases import ReleaseError
from trials.formats import FORMATS, Export, Written
from trials.formats.columns import Columns, in_words
from trials.formats.folder import staged
from trials.record.tabular import Table

NO_FINDINGS = (
    "Findings are not kept as they were at another time: there is no such table here."
)
CHOSEN_COLUMNS = (
    "Columns were chosen: tables and columns that are not here were left out."
)

WITHHELD = {FINDINGS, CHANGES, SOURCES}
"""What does not leave with approved records: the way to the approval."""


@dataclass(frozen=True)
class Order:
    """What is asked for: which trials in which format, written to which path.

    `release` names the release that is frozen by this export or, where there is one of
    that name, written anew. `bom` and `lines` as in `trials.formats.Export`; `columns`
    are those that leave, in a format whose tables have a choice.
    """

    format: str
    output: Path
    selection: Selection = Selection()
    release: str = ""
    bom: bool = False
    lines: bool = False
    columns: Columns = field(default_factory=dict)

    @property
    def options(self) -> str:
        """What else changes the bytes of the format."""
        names = ("bom", "lines", "columns")
        return " ".join(name for name in names if getattr(self, name))


class _Content(NamedTuple):
    """What is written: the trials in their state, and what is said of them all.

    `what` is for the log, `chosen` for the readers. `is_frozen`: only what is kept for
    good belongs to it. `release` is None where there is none.
    """

    what: str
    pins: Iterable[Pin]
    chosen: str
    created: str
    version: str
    is_frozen: bool
    release: Release | None = None


def export(
    order: Order,
    *,
    by: AbstractBaseUser | None,
    progress: Progress,
    request: HttpRequest | None = None,
) -> Written:
    """Write what is asked for; note who took it, and its hash, before it appears.

    Raises OSError, trials.formats.ExportError, export_columns.ColumnError,
    trial_filters.UnknownFilter, and ReleaseError where a release's files do not come
    out as they were. Then nothing appears.
    """
    export_columns.check(order.format, order.columns)
    content = _content(order, by)
    with staged(order.output) as part:
        written = _write(order, part, content, progress)
        if release := content.release:
            if release.pk:
                releases.verify(release, order.format, order.options, written)
            else:
                releases.keep(release, content.pins, written)
        what = f"{order.format}, records: {written.trials}. {content.what}"
        if order.columns:
            what += f" Columns: {in_words(order.columns)}."
        accounts_log.records_exported(
            what, digests(part, written), by=by, request=request
        )
    return written


def _content(order: Order, by: AbstractBaseUser | None) -> _Content:
    """Where the trials come from: their state now or then, or a release."""
    words, now = order.selection.words, timezone.now().replace(microsecond=0)
    release = Release.objects.filter(name=order.release).first()
    if not order.release:
        is_frozen = order.selection.as_of is not None
        pins = order.selection.pins()
        return _Content(words, pins, words, told(now), __version__, is_frozen)
    if release is None:
        if order.columns:
            raise ReleaseError("A new release has all columns: choose none.")
        what = f"New release {order.release}. {words}"
        pins = list(order.selection.pins())
        release = Release(
            name=order.release,
            at=now,
            by=by,
            by_name=by.get_username() if by else COMMAND_LINE,
            chosen=words,
            app_version=__version__,
            format=order.format,
            options=order.options,
        )
    else:
        what = f"Release {release.name}."
        pins = releases.pins(release)
    chosen, created = releases.words(release), told(release.at)
    return _Content(what, pins, chosen, created, release.app_version, True, release)


def tables_of(order: Order, *, is_frozen: bool) -> tuple[Table, ...]:
    """The tables that leave besides those of the records.

    A frozen export has only what is kept for good; approved records leave without
    what people did and said on the way to the approval.
    """
    out = {FINDINGS} if is_frozen else set()
    if order.selection.as_approved:
        out = WITHHELD
    return tuple(table for table in TABLES_OF[order.format] if table not in out)


def _write(
    order: Order, output: Path, content: _Content, progress: Progress
) -> Written:
    """Write the pinned trials."""
    tables = tables_of(order, is_frozen=content.is_frozen)
    notes = ()
    if content.is_frozen and FINDINGS in TABLES_OF[order.format]:
        notes += (NO_FINDINGS,)
    if order.columns:
        notes += (CHOSEN_COLUMNS,)
    found = items(content.pins, tables, progress, with_lines=order.format == "csv")
    about = Export(
        found,
        tables,
        content.chosen,
        content.created,
        content.version,
        order.bom,
        order.lines,
        notes,
        order.columns,
    )
    return FORMATS[order.format](about, output)


def digests(path: Path, written: Written) -> Mapping[str, str]:
    """File's name -> SHA-256 of each file that leaves: the one at `path`, or all that
    the folder there holds."""
    if path.is_dir():
        return {file.name: file.sha256 for file in written.files}
    return {path.name: digest(path)}


def digest(path: Path) -> str:
    """SHA-256 of the file. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
