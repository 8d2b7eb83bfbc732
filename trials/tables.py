"""Record <-> rows. The only module that knows both.

`save` makes the rows of a trial equal to a record, in place: a part keeps its row as
long as it keeps its key, so that open forms and foreign keys stay valid. `load` is the
way back; `load(save(record)) == record`.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from operator import attrgetter
from typing import Any

from django.db import models as db

from trials import models
from trials.record.fields import fields_of
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

BATCH = 200
"""Trials that are held at once while many are read."""

_SCALARS = tuple(f.name for f in fields_of(TrialRecord) if f.kind != "parts")


def _columns(shape: type[Part]) -> tuple[str, ...]:
    """The fields of a part that are columns of its row: all but lists of keys."""
    return tuple(f.name for f in fields_of(shape) if f.kind != "keys")


# Rows -> record


def load(trial: models.Trial) -> TrialRecord:
    """The record that the trial's rows hold now."""
    (record,) = load_batch([trial])
    return record


def load_batch(trials: list[models.Trial]) -> list[TrialRecord]:
    """The records of `trials`, in their order, in one query a table."""
    ids = [trial.pk for trial in trials]
    parts = {name: _load_parts(name, ids) for name in MODELS}
    return [
        TrialRecord(
            **{name: getattr(trial, name) for name in _SCALARS},
            **{name: tuple(parts[name][trial.pk]) for name in MODELS},
        )
        for trial in trials
    ]


def batches(trials: db.QuerySet[models.Trial]) -> Iterator[list[models.Trial]]:
    """The rows of `trials`, at most `BATCH` at a time, for `load_batch`."""
    rows = trials.iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        yield batch


def _load_parts(collection: str, ids: list[int]) -> dict[int, list[Part]]:
    """Trial id -> its parts of `collection`, in order."""
    shape = COLLECTIONS[collection]
    columns = _columns(shape)
    # A key of another part stands in the record, the part's id in the row.
    sources = ["location__key" if name == "location" else name for name in columns]
    rows = (
        MODELS[collection]
        .objects.filter(trial_id__in=ids)
        .order_by("trial_id", "position", "id")
        .values_list("trial_id", "id", "key", *sources)
    )
    links = _load_links(ids) if collection == "arms" else None
    found = defaultdict(list)
    for trial_id, row_id, key, *values in rows:
        part = dict(zip(columns, values, strict=True), key=key)
        if links is not None:
            part["interventions"] = tuple(links[row_id])
        found[trial_id].append(shape(**part))
    return found


def _load_links(ids: list[int]) -> dict[int, list[str]]:
    """Arm id -> keys of the interventions that it gets, in order."""
    links = defaultdict(list)
    rows = (
        models.ArmIntervention.objects.filter(arm__trial_id__in=ids)
        .order_by("arm_id", "position", "id")
        .values_list("arm_id", "intervention__key")
    )
    for arm_id, key in rows:
        links[arm_id].append(key)
    return links


# Record -> rows


def save(
    record: TrialRecord, trial: models.Trial | None = None, *, is_empty: bool = False
) -> models.Trial:
    """Make the rows of `trial` (None: a new one) say what `record` says.

    `is_empty` promises that the trial has no parts yet, which saves looking for them.
    Runs inside the caller's transaction; version and review are the door's business.
    """
    if trial is None:
        trial, is_empty = models.Trial(), True
    for name in _SCALARS:
        setattr(trial, name, getattr(record, name))
    trial.last_key = max(trial.last_key, _highest_key(record))
    trial.save()
    rows: dict[str, dict[str, models.Part]] = {}
    for collection in MODELS:
        rows[collection] = _save_parts(trial, collection, record, rows, is_empty)
    _save_links(record, rows, is_empty)
    return trial


def key_number(key: str) -> int:
    """`"c12"` -> 12."""
    return int(key.lstrip("abcdefghijklmnopqrstuvwxyz"))


def _highest_key(record: TrialRecord) -> int:
    return max(
        (key_number(p.key) for name in COLLECTIONS for p in getattr(record, name)),
        default=0,
    )


def _save_parts(
    trial: models.Trial,
    collection: str,
    record: TrialRecord,
    rows: dict[str, dict[str, models.Part]],
    is_empty: bool,
) -> dict[str, models.Part]:
    """Create, update and delete the rows of one collection; returns key -> row."""
    model = MODELS[collection]
    columns = ("position", *_columns(COLLECTIONS[collection]))
    old = {} if is_empty else {r.key: r for r in model.objects.filter(trial=trial)}
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
    if old:
        model.objects.filter(pk__in=[row.pk for row in old.values()]).delete()
    if created:
        model.objects.bulk_create(created)
    if changed:
        model.objects.bulk_update(changed, columns, batch_size=100)
    return new


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
    record: TrialRecord, rows: dict[str, dict[str, models.Part]], is_empty: bool
) -> None:
    """Make the arms' links equal to the record's, leaving equal ones alone."""
    wanted = {
        (rows["arms"][arm.key].pk, rows["interventions"][key].pk): position
        for arm in record.arms
        for position, key in enumerate(arm.interventions, start=1)
    }
    links = models.ArmIntervention.objects
    if not is_empty and record.arms:
        pair = attrgetter("arm_id", "intervention_id")
        arms = [row.pk for row in rows["arms"].values()]
        for link in links.filter(arm_id__in=arms):
            if wanted.get(pair(link)) == link.position:
                del wanted[pair(link)]
            else:
                link.delete()
    links.bulk_create(
        models.ArmIntervention(arm_id=arm, intervention_id=treatment, position=position)
        for (arm, treatment), position in wanted.items()
    )


def arrange(
    trial: models.Trial, collection: str, places: dict[int, int | None]
) -> None:
    """Number the rows of a collection 1, 2, 3 … without gaps.

    `places` are the rows that move: id -> wanted place from 1, None for the end. The
    others keep their order and fill what is left.
    """
    model = MODELS[collection]
    rows = list(model.objects.filter(trial=trial).order_by("position", "id"))
    moving = [row for row in rows if row.pk in places]
    moving.sort(key=lambda row: places[row.pk] or len(rows))
    order = [row for row in rows if row.pk not in places]
    for row in moving:
        order.insert((places[row.pk] or len(rows)) - 1, row)
    moved = []
    for position, row in enumerate(order, start=1):
        if row.position != position:
            row.position = position
            moved.append(row)
    model.objects.bulk_update(moved, ["position"], batch_size=100)
