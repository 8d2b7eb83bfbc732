"""Record <-> rows. The only module that knows both, but for `bulk_tables`.

`save` makes the rows of a trial equal to a record, in place: a part keeps its row as
long as it keeps its key, so that open forms and foreign keys stay valid. `load` is the
way back; `load(save(record)) == record`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby, islice, starmap
from operator import attrgetter, itemgetter
from typing import Any

from django.db import models as db
from django.db.models import F

from trials import models
from trials.models.lookups import OneOf
from trials.record.fields import fields_of
from trials.record.paths import key_number
from trials.record.shape import COLLECTIONS, Part, TrialRecord

MODELS: dict[str, type[models.Part]] = {
    "nct_aliases": models.NctAlias,
    "secondary_ids": models.SecondaryId,
    "sponsors": models.Sponsor,
    "conditions": models.Condition,
    "keywords": models.Keyword,
    "interventions": models.Intervention,
    "arms": models.Arm,
    "other_intervention_names": models.OtherInterventionName,
    "outcomes": models.Outcome,
    "criteria": models.Criterion,
    "locations": models.Location,
    "contacts": models.Contact,
    "officials": models.Official,
    "countries": models.Country,
    "references": models.Reference,
    "links": models.Link,
    "ipd_documents": models.IpdDocument,
    "related_trials": models.RelatedTrial,
}
"""Collection -> model; what others point to stands before what points to it."""

BATCH = 500
"""Trials that are held at once while many are read."""

SCALARS = tuple(f.name for f in fields_of(TrialRecord) if f.kind != "parts")
"""The fields of a record that are columns of the trial's own row."""


def columns_of(shape: type[Part]) -> tuple[str, ...]:
    """The fields of a part that are columns of its row: all but lists of keys."""
    return tuple(f.name for f in fields_of(shape) if f.kind != "keys")


# Rows -> record


def load(trial: models.Trial) -> TrialRecord:
    """The record that the trial's rows hold now."""
    return load_batch([trial.pk])[trial.pk]


def load_batch(ids: list[int]) -> dict[int, TrialRecord]:
    """Id -> record of the trials with `ids` that are there, in their order.

    Takes one query a table.
    """
    trials = models.Trial.objects.filter(OneOf(F("id"), ids)).order_by()
    scalars = {pk: values for pk, *values in trials.values_list("id", *SCALARS)}
    parts = {name: _load_parts(name, ids) for name in MODELS}
    return {
        pk: TrialRecord(
            **dict(zip(SCALARS, scalars[pk], strict=True)),
            **{name: found[pk] for name, found in parts.items() if pk in found},
        )
        for pk in ids
        if pk in scalars
    }


def batches(rows: db.QuerySet) -> Iterator[list[Any]]:
    """`rows`, trials or what stands for them, at most `BATCH` at a time."""
    rows = rows.iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        yield batch


_SOURCES = {"location": "location__key", "interventions": "id"}
"""Field of a part -> where to read it, if not in the column of that name. A key of
another part stands in the record, that part's id in the row. Those that an arm names
stand in rows of their own, found by the arm's id: `_with_links`."""


def _load_parts(collection: str, ids: list[int]) -> dict[int, tuple[Part, ...]]:
    """Trial id -> its parts of `collection`, in order; no trials without parts."""
    shape = COLLECTIONS[collection]
    names = shape.__struct_fields__
    rows = (
        MODELS[collection]
        .objects.filter(OneOf(F("trial_id"), ids))
        .order_by("trial_id", "position", "id")
        .values_list("trial_id", *(_SOURCES.get(name, name) for name in names))
    )
    if collection == "arms":
        rows = _with_links(rows, names.index("interventions") + 1, ids)
    # By position, and in as few steps of Python as can be: this is done for each row.
    return {
        trial_id: tuple(starmap(shape, map(itemgetter(slice(1, None)), group)))
        for trial_id, group in groupby(rows, key=itemgetter(0))
    }


def _with_links(rows: Iterable[tuple], column: int, ids: list[int]) -> Iterator[tuple]:
    """`rows` of arms, with the keys of their interventions for the id in `column`."""
    links = defaultdict(tuple)
    pairs = (
        models.ArmIntervention.objects.filter(OneOf(F("arm__trial_id"), ids))
        .order_by("arm_id", "position", "id")
        .values_list("arm_id", "intervention__key")
    )
    for arm_id, key in pairs:
        links[arm_id] += (key,)
    for row in rows:
        yield *row[:column], links[row[column]], *row[column + 1 :]


# Record -> rows


class Drift(Exception):
    """The rows are not what the record before the change says: someone wrote to them
    behind the door. `where` names the field or collection."""

    def __init__(self, trial: models.Trial, where: str):
        super().__init__(
            f"The rows of {trial.nct_id} differ from its history in “{where}”."
        )
        self.trial = trial
        self.where = where


def save(
    record: TrialRecord,
    trial: models.Trial | None = None,
    *,
    before: TrialRecord | None = None,
) -> models.Trial:
    """Make the rows of `trial` (None: a new one) say what `record` says.

    `before` is what they say now (None: the trial has no parts yet): only what differs
    from it is looked at and written. Raises Drift where those rows say something else.
    Runs inside the caller's transaction; version and history are the door's business.
    """
    trial = trial or models.Trial()
    touched = [c for c in MODELS if before is None or _touches(c, before, record)]
    # All rows are checked before any is written.
    old = {
        c: {} if before is None else _checked_rows(trial, c, before) for c in touched
    }
    _save_scalars(trial, record, before)
    rows: dict[str, dict[str, models.Part]] = {}
    for collection in touched:
        rows[collection] = _save_parts(trial, collection, record, rows, old[collection])
    if "arms" in rows:
        _save_links(trial, record, rows, before)
    # Last: a deletion takes along what still points at the row.
    for collection in touched:
        if gone := [row.pk for row in old[collection].values()]:
            MODELS[collection].objects.filter(pk__in=gone).delete()
    return trial


def _save_scalars(
    trial: models.Trial, record: TrialRecord, before: TrialRecord | None
) -> None:
    changed = ["last_key"]
    for name in SCALARS:
        if before is not None and getattr(trial, name) != getattr(before, name):
            raise Drift(trial, name)
        if getattr(trial, name) != getattr(record, name):
            setattr(trial, name, getattr(record, name))
            changed.append(name)
    trial.last_key = max(trial.last_key, highest_key(record))
    trial.save(update_fields=changed if trial.pk else None)


_POINTED_AT = {"interventions": "arms", "locations": "contacts"}


def _touches(collection: str, before: TrialRecord, after: TrialRecord) -> bool:
    """Whether the collection, or one that points at its rows, is to change."""
    names = {collection, _POINTED_AT.get(collection, collection)}
    return any(getattr(before, name) != getattr(after, name) for name in names)


def highest_key(record: TrialRecord) -> int:
    """The highest number that a key of the record has; 0 where it has no parts."""
    return max(
        (key_number(p.key) for name in COLLECTIONS for p in getattr(record, name)),
        default=0,
    )


def _save_parts(
    trial: models.Trial,
    collection: str,
    record: TrialRecord,
    rows: dict[str, dict[str, models.Part]],
    old: dict[str, models.Part],
) -> dict[str, models.Part]:
    """Create and update the rows of one collection; returns key -> row.

    What is left in `old` (key -> row) is in the record no more.
    """
    model = MODELS[collection]
    columns = ("position", *columns_of(COLLECTIONS[collection]))
    new: dict[str, models.Part] = {}
    created, changed = [], []
    for position, part in enumerate(getattr(record, collection), start=1):
        values = _row_values(part, position, columns, rows)
        row = old.pop(part.key, None)
        if row is None:
            row = model(trial=trial, key=part.key, **values)
            created.append(row)
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
        new[part.key] = row
    if created:
        model.objects.bulk_create(created)
    if changed:
        model.objects.bulk_update(changed, columns, batch_size=100)
    return new


def _checked_rows(
    trial: models.Trial, collection: str, before: TrialRecord
) -> dict[str, models.Part]:
    """Key -> row of the collection as it stands. Raises Drift."""
    stored = _load_parts(collection, [trial.pk]).get(trial.pk, ())
    if stored != getattr(before, collection):
        raise Drift(trial, collection)
    rows = MODELS[collection].objects.filter(trial=trial)
    if collection == "contacts":
        rows = rows.select_related("location")
    return {row.key: row for row in rows}


def _row_values(
    part: Part,
    position: int,
    columns: tuple[str, ...],
    rows: dict[str, dict[str, models.Part]],
) -> dict[str, Any]:
    values = {name: getattr(part, name) for name in columns if name != "position"}
    if values.get("location"):
        values["location"] = rows["locations"][values["location"]]
    return values | {"position": position}


def _save_links(
    trial: models.Trial,
    record: TrialRecord,
    rows: dict[str, dict[str, models.Part]],
    before: TrialRecord | None,
) -> None:
    """Make the arms' links equal to the record's, leaving equal ones alone."""
    wanted = {
        (rows["arms"][arm.key].pk, rows["interventions"][key].pk): position
        for arm in record.arms
        for position, key in enumerate(arm.interventions, start=1)
    }
    links = models.ArmIntervention.objects
    if before is not None:
        pair = attrgetter("arm_id", "intervention_id")
        for link in links.filter(arm__trial=trial):
            if wanted.get(pair(link)) == link.position:
                del wanted[pair(link)]
            else:
                link.delete()
    links.bulk_create(
        models.ArmIntervention(arm_id=arm, intervention_id=treatment, position=position)
        for (arm, treatment), position in wanted.items()
    )
