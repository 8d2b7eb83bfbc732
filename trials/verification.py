"""Whether the history is whole, and the trials are what it says.

Three things may have been done behind the door: to the history (its hashes, numbers and
links), to the trials' rows (drift), and to the end of a trial's history, cut off
together with what it left in the rows. The last shows only against a note of the heads
that was kept elsewhere: see `trials.heads`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from trials import revisions, tables
from trials.models import ChangeSet, FieldChange, Revision, Trial
from trials.models.lookups import OneOf
from trials.record import diff
from trials.record.plain import ShapeError, from_plain, to_plain
from trials.record.shape import TrialRecord

Progress = Callable[[int], None]
"""Called with the number of trials verified so far."""


class Fault(NamedTuple):
    """Something that is not as the door left it.

    `number` is that of the revision, or of what `of` names; 0: the trial as a whole.
    `nct_id` is "" where the trial is not known.
    """

    nct_id: str
    number: int
    what: str
    of: str = "revision"

    def __str__(self) -> str:
        row = f"{self.of} {self.number}" if self.number else ""
        where = ", ".join(filter(None, (self.nct_id, row)))
        return f"{where}: {self.what}" if where else self.what


class _Trial(NamedTuple):
    """A trial, as far as its history is verified against it."""

    id: int
    nct_id: str
    version: int


class _Act(NamedTuple):
    """A change set, as `revisions.digest` reads it."""

    kind: str
    at: datetime
    actor_id: int | None
    actor_name: str
    actor_role: str
    reason: str
    note: str
    rule: str
    reverts_id: int | None
    app_version: str


class _Revision(NamedTuple):
    """A revision, as `revisions.digest` reads it; instances of the model are slow."""

    change_set: _Act
    id: int
    number: int
    source_id: int | None
    snapshot: str
    previous_hash: str
    hash: str


class _Change(NamedTuple):
    """A field change, as `revisions.digest` reads it."""

    trial_id: int
    path: str
    section: str
    field: str
    operation: str
    old: str
    new: str


def verify(trials: QuerySet[Trial], progress: Progress) -> Iterator[Fault]:
    """Everything that is wrong with `trials` and their history."""
    done = 0
    for batch in tables.batches(trials.values_list(*_Trial._fields)):
        if faults := _batch_faults(batch):
            # Someone may be saving one of them. Look again while nobody can.
            suspects = [fault.nct_id for fault in faults]
            with transaction.atomic():
                locked = Trial.objects.select_for_update().filter(nct_id__in=suspects)
                faults = _batch_faults(locked.values_list(*_Trial._fields))
        yield from faults
        done += len(batch)
        progress(done)


def _batch_faults(batch: Iterable[tuple[int, str, int]]) -> list[Fault]:
    trials = {trial.id: trial for trial in map(_Trial._make, batch)}
    trial_ids = list(trials)
    current, faults = _current(trials)
    changes = _changes(trial_ids)
    for trial_id, rows in groupby(_revisions(trial_ids), key=itemgetter(0)):
        history = ((revision, changes.get(revision.id, [])) for _, revision in rows)
        trial = trials.pop(trial_id)
        faults += _trial_faults(trial, history, current.get(trial_id))
    faults += [
        Fault(trial.nct_id, 0, "It has no history.") for trial in trials.values()
    ]
    return faults


def _current(
    trials: dict[int, _Trial],
) -> tuple[dict[int, TrialRecord], list[Fault]]:
    """Trial id -> what its rows say, and a fault for each whose rows are no record."""
    try:
        return tables.load_batch(list(trials)), []
    except ValueError:
        # Rows that only someone past the door can have left, such as an arm with an
        # intervention of another trial. They must not hide what the others say.
        records, faults = {}, []
    for trial in trials.values():
        try:
            records |= tables.load_batch([trial.id])
        except ValueError as error:
            what = f"The trial's rows are no record: {error}"
            faults.append(Fault(trial.nct_id, 0, what))
    return records, faults


def _changes(trial_ids: list[int]) -> dict[int, list[_Change]]:
    """Revision id -> its changes, in order."""
    changes = defaultdict(list)
    rows = FieldChange.objects.filter(OneOf(F("revision__trial_id"), trial_ids))
    for revision_id, *values in rows.order_by("id").values_list(
        "revision_id", *_Change._fields
    ):
        changes[revision_id].append(_Change._make(values))
    return changes


def _revisions(trial_ids: list[int]) -> Iterator[tuple[int, _Revision]]:
    """Trial id and revision, in order; not all at once, since snapshots are large."""
    columns = _Revision._fields[1:]
    act_columns = [f"change_set__{name}" for name in _Act._fields]
    rows = Revision.objects.filter(OneOf(F("trial_id"), trial_ids))
    for trial_id, *values in (
        rows.order_by("trial_id", "number")
        .values_list("trial_id", *columns, *act_columns)
        .iterator(chunk_size=500)
    ):
        act = _Act._make(values[len(columns) :])
        yield trial_id, _Revision(act, *values[: len(columns)])


def _trial_faults(
    trial: _Trial,
    history: Iterable[tuple[_Revision, list[_Change]]],
    current: TrialRecord | None,
) -> Iterator[Fault]:
    """The faults of one trial, whose rows hold `current`; None: they hold no record."""
    number, last_hash, record = 0, "", None
    plain = to_plain(current).decode() if current else ""
    for revision, changes in history:
        if revision.number > number + 1:
            yield Fault(trial.nct_id, 0, _gap(number + 1, revision.number - 1))
            # What stood in the gap is not known, so nothing can be held against it.
            last_hash, record = revision.previous_hash, None
        before, record = record, _record(revision.snapshot, plain, current)
        faults = _revision_faults(trial, revision, changes, last_hash, before, record)
        for what in faults:
            yield Fault(trial.nct_id, revision.number, what)
        number, last_hash = revision.number, revision.hash
    if trial.version > number:
        yield Fault(trial.nct_id, 0, _gap(number + 1, trial.version))
    elif trial.version < number:
        what = f"The trial says that it is at version {trial.version}."
        yield Fault(trial.nct_id, number, what)
    if record is not None and current is not None and record != current:
        paths = [change.path for change in diff.compare(record, current)]
        what = f"The trial's rows say something else in {_some(paths)}."
        yield Fault(trial.nct_id, number, what)


def _revision_faults(
    trial: _Trial,
    revision: _Revision,
    changes: list[_Change],
    last_hash: str,
    before: TrialRecord | None,
    record: TrialRecord | None,
) -> Iterator[str]:
    """What is wrong with one revision, which left `before` as `record`; None: it is not
    known."""
    if revision.previous_hash != last_hash:
        yield "It does not continue the revision before it: that one has another hash."
    if revision.hash != revisions.digest(trial.nct_id, revision, changes):
        yield "Its hash does not fit what it says."
    if any(change.trial_id != trial.id for change in changes):
        yield "A change of it stands under another trial."
    if record is None:
        yield "Its snapshot is no record that this version of the desk can read."
        return
    if revision.number == 1:
        made = revisions.CREATED
    elif before is not None:
        made = diff.compare(before, record)
    else:
        return
    told = {(c.path, c.operation, c.old, c.new) for c in changes}
    differing = told ^ {(c.path, c.operation.value, c.old, c.new) for c in made}
    if differing:
        paths = sorted({path for path, *_ in differing})
        yield f"Its changes are not what its snapshot changed, in {_some(paths)}."


def _record(
    snapshot: str, plain: str, current: TrialRecord | None
) -> TrialRecord | None:
    """What `snapshot` says; None: nothing that can be read.

    `plain` says `current`, as the last snapshot of a trial does that nobody wrote to
    behind the door. Reading it would take as long as all that is checked besides.
    """
    if snapshot == plain:
        return current
    try:
        return from_plain(snapshot)
    except ShapeError:
        return None


def _gap(first: int, last: int) -> str:
    if first == last:
        return f"Revision {first} is missing."
    return f"Revisions {first} to {last} are missing."


def _some(paths: list[str]) -> str:
    """The first three paths, and how many more there are."""
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return ", ".join(path or "the trial" for path in paths[:3]) + more


def strays() -> Iterator[Fault]:
    """History that belongs to nothing: revisions without a trial, changes without a
    revision, and acts on records without either, whose revisions someone took away."""
    trial = Trial.objects.filter(pk=OuterRef("trial_id"))
    for number, trial_id in Revision.objects.filter(~Exists(trial)).values_list(
        "number", "trial_id"
    ):
        yield Fault("", number, f"It belongs to a trial {trial_id} that is not there.")
    revision = Revision.objects.filter(pk=OuterRef("revision_id"))
    for change in FieldChange.objects.filter(~Exists(revision)).values_list(
        "id", flat=True
    ):
        yield Fault("", 0, f"The change {change} belongs to no revision.")
    # Acts of the review change no record.
    of_review = (ChangeSet.Kind.TRANSITION, ChangeSet.Kind.REVIEW)
    acts = ChangeSet.objects.exclude(kind__in=of_review)
    revision = Revision.objects.filter(change_set=OuterRef("pk"))
    for act in acts.filter(~Exists(revision)):
        yield Fault("", 0, f"Nothing is left of act {act.pk} ({act}).")
