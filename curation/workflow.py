"""The one door: every change of a trial ends here, in one database transaction.

Who (`by`, None: the command line without a user) and why are arguments. A change counts
as one act on the whole trial and raises its version by one; an act that changes nothing
leaves no trace.
"""

from collections.abc import Callable
from dataclasses import asdict
from enum import StrEnum

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from curation.models import Review
from trials import tables
from trials.importer import PageFile
from trials.models import SourceDocument, Trial
from trials.record.shape import TrialRecord


class StaleVersion(Exception):
    """The trial changed since the form was opened; `trial` is as it stands now."""

    def __init__(self, trial: Trial):
        super().__init__(f"{trial.nct_id} is at version {trial.version} by now.")
        self.trial = trial


class Result(StrEnum):
    """What became of a page that was to be imported."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    PENDING = "pending"
    REFUSED = "refused"


@transaction.atomic
def import_page(page: PageFile, *, by: AbstractBaseUser | None, why: str) -> Result:
    """Store a page that was read.

    A trial that is not there yet is created from it. The same text again changes
    nothing. Another page of a trial that is there never overwrites: it is kept as a
    further source, pending a curator's decision.
    """
    record = page.reading.record
    trial, is_new = _lock_or_create(record.nct_id)
    if is_new:
        tables.save(record, trial, is_empty=True)
        Review.objects.create(trial=trial)
        _record_change(trial, by=by, why=why)
        _keep_source(trial, page, SourceDocument.Status.CURRENT, by=by, why=why)
        return Result.CREATED
    if trial.sources.filter(sha256=page.sha256).exists():
        return Result.UNCHANGED
    _keep_source(trial, page, SourceDocument.Status.PENDING, by=by, why=why)
    return Result.PENDING


@transaction.atomic
def save_edit(
    trial: Trial,
    version: int,
    write: Callable[[], None],
    *,
    by: AbstractBaseUser,
    why: str,
) -> bool:
    """Let `write` change the rows of `trial`, as one act; whether anything changed.

    `version` is the one that the edit started from. Raises StaleVersion where the trial
    has moved on; nothing is written then.
    """
    before = _claim(trial, version)
    write()
    changed = tables.load(trial) != before
    if changed:
        _record_change(trial, by=by, why=why)
    return changed


def _claim(trial: Trial, version: int) -> TrialRecord:
    """Hold the trial's row until the transaction ends; the record as it stands.

    Of two edits from one version only the first gets through: the update, which changes
    nothing, takes the row's lock on both databases.
    """
    fresh = Trial.objects.filter(pk=trial.pk, version=version)
    if not fresh.update(version=version):
        raise StaleVersion(Trial.objects.select_related("changed_by").get(pk=trial.pk))
    return tables.load(fresh.get())


def _record_change(trial: Trial, *, by: AbstractBaseUser | None, why: str) -> None:
    """Count one act on the trial, and who did it when."""
    trial.version += 1
    trial.changed_at = timezone.now()
    trial.changed_by = by
    trial.save(update_fields=["version", "changed_at", "changed_by"])


def _lock_or_create(nct_id: str) -> tuple[Trial, bool]:
    """The trial's row, held until the transaction ends, and whether it is new.

    The insert ignores a row that another import made first, and waits for that import
    to end; so two imports of one new trial make one row.
    """
    trials = Trial.objects.select_for_update()
    found = trials.filter(nct_id=nct_id).first()
    if found:
        return found, False
    Trial.objects.bulk_create([Trial(nct_id=nct_id)], ignore_conflicts=True)
    trial = trials.get(nct_id=nct_id)
    return trial, trial.version == 0


def _keep_source(
    trial: Trial,
    page: PageFile,
    status: SourceDocument.Status,
    *,
    by: AbstractBaseUser | None,
    why: str,
) -> None:
    reading = page.reading
    SourceDocument.objects.create(
        trial=trial,
        status=status,
        file_name=page.name,
        text=page.text,
        encoding=page.encoding,
        sha256=page.sha256,
        layout=reading.layout,
        reader_version=reading.reader_version,
        lines=reading.lines,
        repeats=[asdict(repeat) for repeat in reading.repeats],
        headings=reading.headings,
        boilerplate=reading.boilerplate,
        unplaced=reading.unplaced,
        warnings=[asdict(warning) for warning in reading.warnings],
        unplaced_count=len(reading.unplaced),
        warning_count=len(reading.warnings),
        imported_by=by,
        reason=why,
    )
