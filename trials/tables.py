"""Record <-> rows. The only module that knows both, but for `bulk_tables` and
`changed_tables`.

`save` makes the rows of a new trial from its record, `changed_tables` those of a
changed one. `load` is the way back; `load(save(record)) == record`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby, islice, starmap
from operator import itemgetter
from typing import Any, NamedTuple

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


_SOURCES = {"location": "location__key", "interventions": F("id")}
"""Field of a part -> where to read it, if not in the column of that name. A key of
another part stands in the record, that part's id in the row. Those that an arm names
stand in rows of their own, found by the arm's id: `_with_links`."""


def _load_parts(collection: str, ids: list[int]) -> dict[int, tuple[Part, ...]]:
    """Trial id -> its parts of `collection`, in order; no trials without parts."""
    shape = COLLECTIONS[collection]
    rows = _part_rows(collection, ids)
    # By position, and in as few steps of Python as can be: this is done for each row.
    return {
        trial_id: tuple(starmap(shape, map(itemgetter(slice(3, None)), group)))
        for trial_id, group in groupby(rows, key=itemgetter(0))
    }


class PartRow(NamedTuple):
    """A part as it is stored, and where."""

    id: int
    position: int
    part: Part


def load_rows(collection: str, ids: list[int]) -> dict[int, dict[str, PartRow]]:
    """Trial id -> key -> part of `collection`, in order; no trials without parts."""
    shape = COLLECTIONS[collection]
    found: dict[int, dict[str, PartRow]] = defaultdict(dict)
    for trial_id, pk, position, *values in _part_rows(collection, ids):
        part = shape(*values)
        found[trial_id][part.key] = PartRow(pk, position, part)
    return found


def _part_rows(collection: str, ids: list[int]) -> Iterable[tuple]:
    """The id of the trial and of the row, the position, and the values of each part, in
    order."""
    names = COLLECTIONS[collection].__struct_fields__
    columns = ("id", "position", *(_SOURCES.get(name, name) for name in names))
    rows = (
        MODELS[collection]
        .objects.filter(OneOf(F("trial_id"), ids))
        .order_by("trial_id", "position", "id")
        .values_list("trial_id", *columns)
    )
    if collection == "arms":
        rows = _with_links(rows, names.index("interventions") + 3, ids)
    return rows


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


def save(record: TrialRecord, trial: models.Trial | None = None) -> models.Trial:
    """Make the rows of `trial` (None: a new one), which has no parts yet, say what
    `record` says.

    Runs inside the caller's transaction; version and history are the door's business.
    """
    trial = trial or models.Trial()
    changed = ["last_key"]
    for name in SCALARS:
        if getattr(trial, name) != getattr(record, name):
            setattr(trial, name, getattr(record, name))
            changed.append(name)
    trial.last_key = max(trial.last_key, highest_key(record))
    trial.save(update_fields=changed if trial.pk else None)
    rows: dict[str, dict[str, models.Part]] = {}
    for collection in MODELS:
        rows[collection] = _create_parts(trial, collection, record, rows)
    _create_links(record, rows)
    return trial


def highest_key(record: TrialRecord) -> int:
    """The highest number that a key of the record has; 0 where it has no parts."""
    return max(
        (key_number(p.key) for name in COLLECTIONS for p in getattr(record, name)),
        default=0,
    )


def _create_parts(
    trial: models.Trial,
    collection: str,
    record: TrialRecord,
    rows: dict[str, dict[str, models.Part]],
) -> dict[str, models.Part]:
    """Create the rows of one collection; returns key -> row."""
    model = MODELS[collection]
    columns = columns_of(COLLECTIONS[collection])
    new: dict[str, models.Part] = {}
    for position, part in enumerate(getattr(record, collection), start=1):
        values = {name: getattr(part, name) for name in columns}
        if values.get("location"):
            values["location"] = rows["locations"][values["location"]]
        new[part.key] = model(trial=trial, key=part.key, position=position, **values)
    model.objects.bulk_create(new.values())
    return new


def _create_links(record: TrialRecord, rows: dict[str, dict[str, models.Part]]) -> None:
    models.ArmIntervention.objects.bulk_create(
        models.ArmIntervention(
            arm=rows["arms"][arm.key],
            intervention=rows["interventions"][key],
            position=position,
        )
        for arm in record.arms
        for position, key in enumerate(arm.interventions, start=1)
    )
