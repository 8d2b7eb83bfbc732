"""The one door: every change of a trial ends here, in one database transaction.

Who and why are arguments, carried by an `Act`. A change counts as one act on the whole
trial: it writes the rows, appends one revision and raises the version by one. What
changes nothing leaves no trace.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec
from django.db import transaction
from django.utils import timezone

from curation import findings, reviews
from curation.acts import Act
from curation.locks import hold, lock
from curation.models import Finding, Review
from curation.rules.rule import Words
from trials import bulk, bulk_tables, revisions, search, tables
from trials.importer import PageFile
from trials.models import Revision, SourceDocument, Trial
from trials.record import diff
from trials.record.plain import from_plain
from trials.record.shape import TrialRecord


class Result(StrEnum):
    """What became of a page or record that was to be imported."""

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
        _create(trial, record, act, source)
        return Result.CREATED
    if trial.sources.filter(sha256=page.sha256).exists():
        return _bring_back(trial, page, act)
    _keep_source(trial, page, SourceDocument.Status.PENDING, act)
    now = revisions.record_at(trial, trial.version)
    _check(trial, now, closed_as=Finding.State.GONE)
    reviews.save(trial.review)
    return Result.PENDING


class NewTrial(NamedTuple):
    """A page of a trial that was not there when it was checked, and what to write.

    `source`, `review` and `findings` are rows without the ids that they get with the
    trial; `texts` are for the search.
    """

    page: PageFile
    snapshot: str
    source: bulk.Row
    review: bulk.Row
    findings: list[bulk.Row]
    texts: search.Texts

    @property
    def record(self) -> TrialRecord:
        """What the page says."""
        return self.page.reading.record


_SOURCE = bulk.columns_of(SourceDocument, without=["trial_id"])
_REVIEW = bulk.columns_of(Review, without=["trial_id"])
_FINDING = bulk.columns_of(Finding, without=["trial_id"])


def check_new(page: PageFile, words: Words, *, act: Act) -> NewTrial:
    """Run the rules over the page of a trial that is not there yet.

    Writes nothing, and needs no transaction: it is the dear part of an import.
    """
    record = page.reading.record
    source = _source(page, SourceDocument.Status.CURRENT, act)
    source.imported_at = timezone.now()
    found = findings.of_new(record, source, words)
    review = Review()
    findings.note(review, findings.tally(found))
    return NewTrial(
        page,
        snapshot=revisions.snapshot_of(record),
        source=next(bulk.rows_of(_SOURCE, [source])),
        review=next(bulk.rows_of(_REVIEW, [review])),
        findings=list(bulk.rows_of(_FINDING, found)),
        texts=search.texts(record),
    )


@transaction.atomic
def import_new(trials: Sequence[NewTrial], *, act: Act) -> list[NewTrial]:
    """Store many trials, each named once, as `import_page` does one after the other.

    Returns those that it stored: a trial that came from elsewhere meanwhile is left
    out. Raises django.db.Error, and stores none, where the database refuses one.
    """
    numbers = [trial.record.nct_id for trial in trials]
    stored = Trial.objects.filter(nct_id__in=numbers)
    there = set(stored.values_list("nct_id", flat=True))
    trials = [trial for trial in trials if trial.record.nct_id not in there]
    if not trials:
        return []
    change_set = act.change_set()
    ids = bulk_tables.add(
        [trial.record for trial in trials],
        created_at=timezone.now(),
        changed_at=change_set.at,
        changed_by=act.by and act.by.pk,
    )
    source_ids = bulk.allocate({SourceDocument: len(trials)})[SourceDocument]
    new = list(zip(ids, source_ids, trials, strict=True))
    bulk.insert(
        SourceDocument,
        ("id", "trial_id", *_SOURCE),
        ((source_id, trial_id, *trial.source) for trial_id, source_id, trial in new),
    )
    made = [revisions.Made(i, t.record.nct_id, t.snapshot, page) for i, page, t in new]
    revisions.append_first(made, change_set)
    _add_derived(ids, trials)
    return trials


def _add_derived(ids: list[int], trials: Sequence[NewTrial]) -> None:
    """Write whatever else there is of each trial, which has that id by now."""
    new = list(zip(ids, trials, strict=True))
    bulk.insert(
        Review,
        ("trial_id", *_REVIEW),
        ((trial_id, *trial.review) for trial_id, trial in new),
    )
    bulk.insert(
        Finding,
        ("trial_id", *_FINDING),
        ((trial_id, *row) for trial_id, trial in new for row in trial.findings),
    )
    search.add((trial_id, trial.texts) for trial_id, trial in new)


@transaction.atomic
def import_record(record: TrialRecord, *, act: Act) -> Result:
    """Store a record that comes without a page, with the keys that it has.

    A trial that is there stays as it is: REFUSED where it says something else.
    """
    trial, is_new = _lock_or_create(record.nct_id)
    if is_new:
        _create(trial, record, act)
        return Result.CREATED
    is_same = revisions.record_at(trial, trial.version) == record
    return Result.UNCHANGED if is_same else Result.REFUSED


def _create(
    trial: Trial, record: TrialRecord, act: Act, source: SourceDocument | None = None
) -> None:
    """Make the new trial, whose row is held, say what `record` says."""
    tables.save(record, trial)
    trial.review = Review(trial=trial)
    _append(trial, record, revisions.CREATED, act, source)
    trial.review.save(force_insert=True)


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
    source = _source(page, status, act)
    source.trial = trial
    source.save(force_insert=True)
    return source


def _source(page: PageFile, status: SourceDocument.Status, act: Act) -> SourceDocument:
    """The page as a row that lacks its trial."""
    reading = page.reading
    return SourceDocument(
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
