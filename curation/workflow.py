"""The one door: every change of a trial ends here, in one database transaction.

Who and why are arguments, carried by an `Act`. A change counts as one act on the whole
trial: it writes the rows, appends one revision and raises the version by one. What
changes nothing leaves no trace.
"""

import logging
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from curation import findings, reviews, sources
from curation.acts import Act
from curation.locks import StaleVersion, hold_all, hold_or_create
from curation.models import Finding, Review
from curation.rules.rule import Words
from trials import bulk, bulk_tables, changed_tables, revisions, search, tables
from trials.changed_tables import Change
from trials.importer import PageFile
from trials.models import ChangeSet, Revision, SourceDocument, Trial
from trials.record import diff
from trials.record.plain import from_plain
from trials.record.shape import TrialRecord

logger = logging.getLogger(__name__)


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
    trial, is_new = hold_or_create(record.nct_id)
    if is_new:
        source = sources.keep(trial, page, SourceDocument.Status.CURRENT, act)
        _create(trial, record, act, source)
        return Result.CREATED
    if trial.sources.filter(sha256=page.sha256).exists():
        return _bring_back(trial, page, act)
    sources.keep(trial, page, SourceDocument.Status.PENDING, act)
    now = revisions.record_at(trial, trial.version)
    _check({trial: now}, closed_as=Finding.State.GONE)
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
    source = sources.row_of(page, SourceDocument.Status.CURRENT, act)
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
    trial, is_new = hold_or_create(record.nct_id)
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
    change_set = act.change_set()
    _count(trial, change_set)
    trial.save(update_fields=COUNTED)
    search.update({trial.pk: record})
    new = revisions.New(trial, record, revisions.CREATED, source=source)
    _append([new], change_set)
    trial.review.save(force_insert=True)


class Wanted(NamedTuple):
    """What a trial is to say; `version` is the one that the change started from."""

    trial_id: int
    version: int
    record: TrialRecord


class Failed(Exception):
    """A trial that could not be saved, by an error of ours or of the database."""


Refusal = StaleVersion | reviews.Refused | tables.Drift | Failed
"""Why a trial is left as it is."""
Saved = Revision | Refusal | None
"""What became of a trial: None where it says already what it is to say."""


def save_record(
    trial_id: int, record: TrialRecord, *, version: int, act: Act
) -> Revision | None:
    """Make the trial say what `record` says; None where it does already.

    `version` is the one that the change started from. Raises StaleVersion where the
    trial has moved on, reviews.Refused where it is approved, and tables.Drift where its
    rows are not what its history says; nothing is written then.
    """
    return _only(_save([Wanted(trial_id, version, record)], act))


TOGETHER = 25
"""Trials that are changed in one transaction: more are hardly faster, and keep other
writers waiting, and whoever wants to stop it."""


def save_records(wanted: Sequence[Wanted], *, act: Act) -> list[Saved]:
    """Make each of different trials say what it is to say, in one transaction.

    Returns what became of each, in their order, as `save_record` would have it: one
    that is refused does not keep the others from being saved. Where the database does
    not take them together, each is saved for itself.
    """
    if len(wanted) > 1:
        try:
            return _save(wanted, act)
        except Exception:  # What is wrong with one is not to stop the others.
            logger.exception("A batch could not be saved; trial by trial from here.")
    return [_saved_alone(one, act) for one in wanted]


def _saved_alone(wanted: Wanted, act: Act) -> Saved:
    try:
        return _save([wanted], act)[0]
    except Exception:  # As above; the log has the whole story.
        logger.exception("%s could not be saved.", wanted.record.nct_id)
        return Failed("It could not be saved; nothing of it was. The log says why.")


@transaction.atomic
def _save(wanted: Sequence[Wanted], act: Act) -> list[Saved]:
    held = hold_all(one.trial_id for one in wanted)
    stale = {
        one.trial_id: StaleVersion(held[one.trial_id])
        for one in wanted
        if held[one.trial_id].version != one.version
    }
    records = {
        held[one.trial_id]: one.record for one in wanted if one.trial_id not in stale
    }
    saved = stale | _write(records, act)
    return [saved[one.trial_id] for one in wanted]


def _only(saved: list[Saved]) -> Revision | None:
    """What became of the one trial. Raises what it was refused for."""
    (one,) = saved
    if isinstance(one, Refusal):
        raise one
    return one


def _write(
    records: Mapping[Trial, TrialRecord], act: Act, source: SourceDocument | None = None
) -> dict[int, Saved]:
    """Make the trials, whose rows are held, say what their records say; what became of
    each, by its id."""
    last = revisions.last_of(records)
    saved: dict[int, Saved] = {}
    differing: dict[Trial, tuple[diff.Change, ...]] = {}
    for trial, record in records.items():
        saved[trial.pk] = None
        if changes := diff.compare(last[trial.pk].record, record):
            try:
                reviews.refuse_change(trial.review)
                differing[trial] = changes
            except reviews.Refused as refusal:
                saved[trial.pk] = refusal
    edits = [Change(t, last[t.pk].record, records[t]) for t in differing]
    rows = changed_tables.Rows(edits)
    drifts = {edit.trial.pk: rows.drift(edit) for edit in edits}
    saved |= {pk: drift for pk, drift in drifts.items() if drift}
    edits = [edit for edit in edits if not drifts[edit.trial.pk]]
    if not edits:
        return saved
    change_set = act.change_set()
    for edit in edits:
        _count(edit.trial, change_set)
    rows.write(edits, also=COUNTED)
    search.update(
        {
            trial.pk: after
            for trial, before, after in edits
            if not search.says_same(before, after)
        }
    )
    new = [
        revisions.New(trial, after, differing[trial], last[trial.pk].hash, source)
        for trial, _, after in edits
    ]
    for revision in _append(new, change_set):
        review = revision.trial.review
        reviews.changed(review, change_set, revision.number)
        saved[revision.trial_id] = revision
    reviews.save_all([edit.trial.review for edit in edits])
    return saved


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
    wanted = {trial: from_plain(made.snapshot)}
    _only([*_write(wanted, act, made.source).values()])
    return Result.CREATED


COUNTED = ("version", "changed_at", "changed_by_id")
"""What a trial's row says of its last change."""


def _count(trial: Trial, change_set: ChangeSet) -> None:
    """Count one act on the trial; the caller writes its row."""
    trial.version += 1
    trial.changed_at = change_set.at
    trial.changed_by = change_set.actor


def _append(new: Sequence[revisions.New], change_set: ChangeSet) -> list[Revision]:
    """Add the act on each of the trials to its history, and check what it left."""
    made = revisions.append(new, change_set)
    _check({one.trial: one.record for one in new})
    return made


def _check(
    records: Mapping[Trial, TrialRecord],
    closed_as: Finding.State = Finding.State.FIXED,
) -> None:
    """Bring the trials' findings up to date with their records and pages.

    The caller saves the reviews, which count them.
    """
    contexts = findings.contexts_of([trial.pk for trial in records])
    checked = [
        findings.Checked(trial, record, contexts[trial.pk])
        for trial, record in records.items()
    ]
    open_now = findings.refresh(checked, findings.active_rules(), closed_as=closed_as)
    for trial, tally in zip(records, open_now, strict=True):
        findings.note(trial.review, tally)
