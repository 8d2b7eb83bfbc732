"""The history of the records: append, look up, verify.

A revision's hash is an HMAC, with the key `HISTORY_KEY` of the settings, over the hash
before it and a canonical text of all that it says. Who alters a row of the history, or
slips one in, without the key breaks the chain; who has the database alone cannot mend
it.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

import msgspec
from django.conf import settings
from django.db.models import F

from trials import bulk
from trials.models import ChangeSet, FieldChange, Revision, SourceDocument, Trial
from trials.models.lookups import OneOf
from trials.record.diff import Change, Operation
from trials.record.paths import parse
from trials.record.plain import from_plain, to_plain
from trials.record.sections import section_of
from trials.record.shape import TrialRecord

CREATED = (Change(path="", operation=Operation.CREATE),)
"""The change that a trial's first revision makes."""


class Last(NamedTuple):
    """A trial's last revision: its hash, and the record that it left."""

    hash: str
    record: TrialRecord


def last_of(trials: Iterable[Trial]) -> dict[int, Last]:
    """Id of each of the trials -> its last revision, as it is now."""
    found = Revision.objects.filter(
        OneOf(F("trial_id"), [trial.pk for trial in trials]), number=F("trial__version")
    )
    rows = found.order_by().values_list("trial_id", "hash", "snapshot")
    return {pk: Last(sealed, from_plain(text)) for pk, sealed, text in rows}


class New(NamedTuple):
    """What a revision is to say: it leaves the trial, at its version, as `record`.

    `after` is the hash of the revision before it, "" of the first.
    """

    trial: Trial
    record: TrialRecord
    changes: Sequence[Change]
    after: str = ""
    source: SourceDocument | None = None


def append(new: Sequence[New], change_set: ChangeSet) -> list[Revision]:
    """Add a revision to each of different trials.

    Runs inside the door's transaction, which holds the trials' rows.
    """
    ids = bulk.allocate({Revision: len(new)})[Revision]
    made, told = [], []
    for pk, (trial, record, changes, after, source) in zip(ids, new, strict=True):
        revision = Revision(
            pk=pk,
            trial=trial,
            number=trial.version,
            change_set=change_set,
            source=source,
            snapshot=snapshot_of(record),
            previous_hash=after,
        )
        rows = [_field_change(change) for change in changes]
        revision.hash = digest(trial.nct_id, revision, rows)
        for row in rows:
            row.revision, row.trial = revision, trial
        made.append(revision)
        told += rows
    names = ("id", *bulk.columns_of(Revision))
    bulk.insert(Revision, names, bulk.rows_of(names, made))
    names = bulk.columns_of(FieldChange)
    bulk.insert(FieldChange, names, bulk.rows_of(names, told))
    return made


class Made(NamedTuple):
    """A new trial, by id and number, what it was made as, and the id of its page."""

    trial_id: int
    nct_id: str
    snapshot: str
    source_id: int


def append_first(made: Sequence[Made], change_set: ChangeSet) -> None:
    """Add the first revision of many new trials, as `append` does for one."""
    ids = bulk.allocate({Revision: len(made)})[Revision]
    changes = [_field_change(change) for change in CREATED]
    names = ("id", *bulk.columns_of(Revision))
    values = attrgetter(*names)
    # One instance for all: making them takes longer than writing the rows.
    revision = Revision(number=1, change_set=change_set)
    rows = []
    for pk, (trial_id, nct_id, snapshot, source_id) in zip(ids, made, strict=True):
        revision.pk, revision.trial_id, revision.source_id = pk, trial_id, source_id
        revision.snapshot = snapshot
        revision.hash = digest(nct_id, revision, changes)
        rows.append(values(revision))
    bulk.insert(Revision, names, rows)
    owners = ("revision_id", "trial_id")
    names = bulk.columns_of(FieldChange, without=owners)
    told = list(bulk.rows_of(names, changes))
    bulk.insert(
        FieldChange,
        (*owners, *names),
        ((pk, m.trial_id, *c) for pk, m in zip(ids, made, strict=True) for c in told),
    )


def snapshot_of(record: TrialRecord) -> str:
    """The canonical text of the record."""
    return to_plain(record).decode()


def _field_change(change: Change) -> FieldChange:
    section = field = ""
    if change.path:
        path = parse(change.path)
        section = section_of(change.path).slug
        field = path.field + (f".{path.part_field}" if path.part_field else "")
    return FieldChange(
        path=change.path,
        section=section,
        field=field,
        operation=change.operation.value,
        old=change.old,
        new=change.new,
    )


def digest(nct_id: str, revision: Revision, changes: Iterable[FieldChange]) -> str:
    """The hash that `revision` must have, as 64 hexadecimal digits."""
    return sign(
        revision.previous_hash,
        [
            nct_id,
            revision.number,
            *act_told(revision.change_set),
            revision.source_id,
            [[c.path, c.section, c.field, c.operation, c.old, c.new] for c in changes],
            revision.snapshot,
        ],
    )


def act_told(act: ChangeSet) -> list[str | int | None]:
    """All that an act says, in a fixed order, for the hash of what belongs to it."""
    return [
        act.kind,
        act.at.isoformat(),
        act.actor_id,
        act.actor_name,
        act.actor_role,
        act.reason,
        act.note,
        act.rule,
        act.reverts_id,
        act.app_version,
    ]


def sign(previous_hash: str, told: list) -> str:
    """The HMAC over the hash before and the JSON of what is told, as 64 hex digits."""
    text = previous_hash.encode() + b"\n" + msgspec.json.encode(told)
    return hmac.digest(settings.HISTORY_KEY.encode(), text, hashlib.sha256).hex()


def record_at(trial: Trial, number: int) -> TrialRecord:
    """The record as revision `number` left it. Raises Revision.DoesNotExist."""
    revisions = Revision.objects.filter(trial=trial, number=number)
    return from_plain(revisions.values_list("snapshot", flat=True).get())


def snapshots_at(versions: Mapping[int, int]) -> dict[int, str]:
    """Trial's id -> the JSON of its record at that version; none that never was."""
    every = Revision.objects.filter(OneOf(F("trial_id"), list(versions))).order_by()
    rows = every.values_list("id", "trial_id", "number")
    ids = [pk for pk, trial_id, number in rows if versions[trial_id] == number]
    found = Revision.objects.filter(OneOf(F("id"), ids)).order_by()
    return dict(found.values_list("trial_id", "snapshot"))
