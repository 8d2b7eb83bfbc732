"""Records out of the desk: chosen, as they are, as they were, or frozen as a release.

The command `export_trials` and the pages both end in `export`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from curation import __version__, accounts_log, releases
from curation.acts import COMMAND_LINE
from curation.export_rows import Progress, items
from curation.export_tables import CHANGES, FINDINGS, REVIEWS, SOURCES
from curation.models import Release
from curation.pins import Pin, Selection, told
from trials.formats import FORMATS, Export, Written
from trials.record.tabular import Table

TABLES_OF: dict[str, tuple[Table, ...]] = {
    "csv": (REVIEWS,),
    "dataset": (REVIEWS, FINDINGS, CHANGES, SOURCES),
    "xlsx": (REVIEWS, FINDINGS, CHANGES, SOURCES),
    "ctgov": (REVIEWS,),
    "aact": (),
}
"""Format -> the tables that it has besides those of the records."""

NO_FINDINGS = (
    "Findings are not kept as they were at another time: there is no such table here."
)


@dataclass(frozen=True)
class Order:
    """What is asked for: which trials in which format, written to which path.

    `release` names the release that is frozen by this export or, where there is one of
    that name, written anew. `bom` and `lines` as in `trials.formats.Export`.
    """

    format: str
    output: Path
    selection: Selection = Selection()
    release: str = ""
    bom: bool = False
    lines: bool = False


def export(order: Order, *, by: AbstractBaseUser | None, progress: Progress) -> Written:
    """Write what is asked for, and note who took it.

    Raises OSError, trials.formats.ExportError, trial_filters.UnknownFilter, and
    releases.ReleaseError where a release's files do not come out as they were.
    """
    if not order.release:
        log(order, order.selection.words, by=by)
        now = told(timezone.now())
        frozen = order.selection.as_of is not None
        pins = order.selection.pins()
        return _write(
            order, pins, order.selection.words, now, __version__, frozen, progress
        )
    release = Release.objects.filter(name=order.release).first()
    if release is None:
        return _freeze(order, by=by, progress=progress)
    log(order, f"release {release.name}", by=by)
    written = _write(
        order,
        releases.pins(release),
        releases.words(release),
        told(release.at),
        release.app_version,
        True,
        progress,
    )
    releases.verify(release, order.format, _options(order), written)
    return written


def _freeze(
    order: Order, *, by: AbstractBaseUser | None, progress: Progress
) -> Written:
    """Write the first export of a release, and keep what makes it again."""
    log(order, f"new release {order.release}: {order.selection.words}", by=by)
    release = Release(
        name=order.release,
        at=timezone.now().replace(microsecond=0),
        by=by,
        by_name=by.get_username() if by else COMMAND_LINE,
        chosen=order.selection.words,
        app_version=__version__,
        format=order.format,
        options=_options(order),
    )
    pins = list(order.selection.pins())
    written = _write(
        order,
        pins,
        releases.words(release),
        told(release.at),
        release.app_version,
        True,
        progress,
    )
    releases.keep(release, pins, written)
    return written


def _options(order: Order) -> str:
    """What else changes the bytes of the format."""
    return " ".join(name for name in ("bom", "lines") if getattr(order, name))


def _write(
    order: Order,
    pins: Iterable[Pin],
    chosen: str,
    created: str,
    version: str,
    is_frozen: bool,
    progress: Progress,
) -> Written:
    """Write the pinned trials; a frozen export has only what is kept for good."""
    tables = TABLES_OF[order.format]
    notes = ()
    if is_frozen and FINDINGS in tables:
        tables = tuple(table for table in tables if table != FINDINGS)
        notes = (NO_FINDINGS,)
    found = items(pins, tables, progress, with_lines=order.format == "csv")
    about = Export(
        found, tables, chosen, created, version, order.bom, order.lines, notes
    )
    return FORMATS[order.format](about, order.output)


def log(order: Order, what: str, *, by: AbstractBaseUser | None) -> None:
    """Record who takes what out; before it leaves."""
    accounts_log.records_exported(f"{order.format}: {what}", by=by)
