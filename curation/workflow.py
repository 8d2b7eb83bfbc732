"""The one door: every change of a trial ends here, in one database transaction.

Who and why are arguments, carried by an `Act`. A change counts as one act on the whole
trial: it writes the rows, appends one revision and raises the version by one. What
changes nothing leaves no trace.
"""

from enum import StrEnum

import msgspec
from django.db import transaction

from curation import findings, reviews
from curation.acts import Act
from curation.locks import hold, lock
from curation.models import Finding, Review
from trials import revisions, search, tables
from trials.importer import PageFile
from trials.models import Revision, SourceDocument, Trial
from trials.record import diff
from trials.record.plain import from_plain
from trials.record.shape import TrialRecord


class Result(StrEnum):
    """What became of a page that was to be imported."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    PENDING = "pending"
    REFUSED = "refused"


@transaction.atomic
def import_page(page: PageFile, *, act: Act) -> Result:
    """Store a page that was read.

    A trial that is not there yet is created from it. The same text again changes
    nothing, but brings a withdrawn trial back as that page made it. Another page of a
    trial that is there never overwrites: it is kept as a further source, pending a
    curator's decision.
    """
    record = page.reading.record
    trial, is_new = _lock_or_create(record.nct_id)
    if is_new:
        source = _keep_source(trial, page, SourceDocument.Status.CURRENT, act)
        tables.save(record, trial)
        trial.review = Review(trial=trial)
        _append(trial, record, revisions.CREATED, act, source)
        trial.review.save(force_insert=True)
        return Result.CREATED
    if trial.sources.filter(sha256=page.sha256).exists():
        return _bring_back(trial, page, act)
    _keep_source(trial, page, SourceDocument.Status.PENDING, act)
    now = revisions.record_at(trial, trial.version)
    _check(trial, now, closed_as=Finding.State.GONE)
    reviews.save(trial.review)
    return Result.PENDING


@transaction.atomic
def save_record(
    trial_id: int, record: TrialRecord, *, version: int, act: Act
) -> Revision | None:
    """Make the trial say what `record` says; None where it does already.

    `version` is the one that the change started from. Raises StaleVersion where the
    trial has moved on, reviews.Refused where it is approved, and tables.Drift where its
    rows are not what its history says; nothing is written then.
    """
    return _write(lock(trial_id, version), record, act)


def _write(
    trial: Trial, record: TrialRecord, act: Act, source: SourceDocument | None = None
) -> Revision | None:
    """Make the trial, whose row is held, say what `record` says."""
    before = revisions.record_at(trial, trial.version)
    changes = diff.compare(before, record)
    if not changes:
        return None
    reviews.refuse_change(trial.review)
    tables.save(record, trial, before=before)
    revision = _append(trial, record, changes, act, source)
    reviews.changed(trial.review, revision.change_set, revision.number)
    reviews.save(trial.review)
    return revision


def made_by(trial: Trial, sha256: str) -> Revision | None:
    """What a withdrawn trial goes back to when the page of that hash comes again.

    It is the record that the page first gave: a page's lines point at the keys of that
    one, and another reading could give a key a second time.
    """
    if not trial.withdrawn:
        return None
    made = trial.revisions.filter(source__sha256=sha256).select_related("source")
    return made.order_by("number").first()


def _bring_back(trial: Trial, page: PageFile, act: Act) -> Result:
    """Deal with a page that the trial has already."""
    made = made_by(trial, page.sha256)
    if made is None:
        return Result.UNCHANGED
    _write(trial, from_plain(made.snapshot), act, made.source)
    return Result.CREATED


def _append(
    trial: Trial,
    record: TrialRecord,
    changes: tuple[diff.Change, ...],
    act: Act,
    source: SourceDocument | None = None,
) -> Revision:
    """Count one act on the trial, add it to the history, and let a search find it."""
    change_set = act.change_set()
    trial.version += 1
    trial.changed_at = change_set.at
    trial.changed_by = act.by
    trial.save(update_fields=["version", "changed_at", "changed_by"])
    revision = revisions.append(trial, record, changes, change_set, source)
    search.update({trial.pk: record})
    _check(trial, record)
    return revision


def _check(
    trial: Trial,
    record: TrialRecord,
    closed_as: Finding.State = Finding.State.FIXED,
) -> None:
    """Bring the trial's findings up to date with its record and pages.

    The caller saves the review, which counts them.
    """
    context = findings.context_of(trial)
    rules = findings.active_rules()
    open_now = findings.refresh(trial, record, context, rules, closed_as=closed_as)
    findings.note(trial.review, open_now)


def _lock_or_create(nct_id: str) -> tuple[Trial, bool]:
    """The trial's row, held until the transaction ends, and whether it is new.

    The insert ignores a row that another import made first, and waits for that import
    to end; so two imports of one new trial make one row.
    """
    found = Trial.objects.filter(nct_id=nct_id).only("pk").first()
    if found is None:
        Trial.objects.bulk_create([Trial(nct_id=nct_id)], ignore_conflicts=True)
        found = Trial.objects.select_for_update(no_key=True).get(nct_id=nct_id)
        if found.version == 0:
            return found, True
    return hold(found.pk), False


def _keep_source(
    trial: Trial, page: PageFile, status: SourceDocument.Status, act: Act
) -> SourceDocument:
    reading = page.reading
    return SourceDocument.objects.create(
        trial=trial,
        status=status,
        file_name=page.name,
        text=page.text,
        encoding=page.encoding,
        sha256=page.sha256,
        layout=reading.layout,
        reader_version=reading.reader_version,
        lines=reading.lines,
        repeats=msgspec.to_builtins(reading.repeats),
        headings=reading.headings,
        boilerplate=reading.boilerplate,
        unplaced=reading.unplaced,
        warnings=msgspec.to_builtins(reading.warnings),
        unplaced_count=len(reading.unplaced),
        warning_count=len(reading.warnings),
        imported_by=act.by,
        reason=act.note,
    )
