"""Changed records -> rows, of one trial or of many at once.

The rows are made equal to the record in place: a part keeps its row as long as it keeps
its key, so that open forms and foreign keys stay valid. Only what differs is looked at
and written.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import F

from trials import bulk, models
from trials.models.lookups import OneOf
from trials.record.shape import COLLECTIONS, Part, TrialRecord
from trials.tables import (
    MODELS,
    SCALARS,
    Drift,
    PartRow,
    columns_of,
    highest_key,
    load_rows,
)

_POINTED_AT = {"interventions": "arms", "locations": "contacts"}
"""Collection -> what points at its rows."""


class Change(NamedTuple):
    """A trial, whose row is held, what its rows say, and what they are to say."""

    trial: models.Trial
    before: TrialRecord
    after: TrialRecord


class Rows:
    """The rows that changes of different trials are about to write to.

    They are read, one query a table, when it is made: `drift` says whether they are
    what the history says, `write` makes the change. Runs inside the caller's
    transaction; version and history are the door's business.
    """

    def __init__(self, changes: Sequence[Change]):
        self._stored: dict[str, dict[int, dict[str, PartRow]]] = {}
        for collection in MODELS:
            ids = [c.trial.pk for c in changes if _touches(collection, c)]
            if ids:
                self._stored[collection] = load_rows(collection, ids)

    def drift(self, change: Change) -> Drift | None:
        """Where the rows are not what the trial says before the change, if anywhere."""
        trial, before = change.trial, change.before
        for name in SCALARS:
            if getattr(trial, name) != getattr(before, name):
                return Drift(trial, name)
        for collection in _touched(change):
            rows = self._of(collection, trial)
            if [row.part for row in rows.values()] != [*getattr(before, collection)]:
                return Drift(trial, collection)
        return None

    def write(self, changes: Sequence[Change], also: Sequence[str] = ()) -> None:
        """Make the rows say what they are to say.

        `also` are further fields of the trials' own rows, which the caller has set.
        """
        _write_trials(changes, also)
        ids: dict[str, _Ids] = {}
        gone: dict[str, list[int]] = {}
        for collection in self._stored:
            touching = [c for c in changes if _touches(collection, c)]
            ids[collection], gone[collection] = self._write_parts(
                collection, touching, ids.get("locations", {})
            )
        if "arms" in self._stored:
            _write_links([c for c in changes if _touches("arms", c)], ids)
        # Last: a deletion takes along what still points at the row.
        for collection, pks in gone.items():
            if pks:
                MODELS[collection].objects.filter(OneOf(F("id"), pks)).delete()

    def _of(self, collection: str, trial: models.Trial) -> dict[str, PartRow]:
        return self._stored[collection].get(trial.pk, {})

    def _write_parts(
        self, collection: str, changes: Sequence[Change], locations: "_Ids"
    ) -> tuple["_Ids", list[int]]:
        """Create and update the rows of one collection; returns the ids of all, and of
        those that are in the records no more."""
        columns = columns_of(COLLECTIONS[collection])
        ids: _Ids = {}
        created: _Parts = {}
        changed: _Parts = {}
        names: set[str] = set()
        gone: list[int] = []
        for trial, _, after in changes:
            old = dict(self._of(collection, trial))
            for position, part in enumerate(getattr(after, collection), start=1):
                place = trial.pk, part.key
                row = old.pop(part.key, None)
                if row is None:
                    created[place] = position, part
                    continue
                ids[place] = row.id
                if differing := _differing(row, position, part, columns):
                    changed[place] = position, part
                    names |= differing
            gone += [row.id for row in old.values()]
        model = MODELS[collection]
        if changed:
            _update(model, changed, sorted(names), ids, locations)
        if created:
            new = bulk.allocate({model: len(created)})[model]
            ids |= zip(created, new, strict=True)
            _create(model, created, columns, ids, locations)
        return ids, gone


_Ids = dict[tuple[int, str], int]
"""Trial's id and part's key -> id of the part's row."""
_Parts = dict[tuple[int, str], tuple[int, Part]]
"""Trial's id and part's key -> position and part."""


def _touches(collection: str, change: Change) -> bool:
    """Whether the collection, or one that points at its rows, is to change."""
    names = {collection, _POINTED_AT.get(collection, collection)}
    return any(getattr(change.before, n) != getattr(change.after, n) for n in names)


def _touched(change: Change) -> Iterable[str]:
    return (collection for collection in MODELS if _touches(collection, change))


def _write_trials(changes: Sequence[Change], also: Sequence[str]) -> None:
    """Write the trials' own rows: what differs in any of them."""
    names = {"last_key", *also}
    for trial, before, after in changes:
        trial.last_key = max(trial.last_key, highest_key(after))
        for name in SCALARS:
            if getattr(before, name) != getattr(after, name):
                setattr(trial, name, getattr(after, name))
                names.add(name)
    names = [*sorted(names), "id"]
    rows = bulk.rows_of(names, [change.trial for change in changes])
    bulk.update(models.Trial, names[:-1], rows)


def _differing(
    row: PartRow, position: int, part: Part, columns: Sequence[str]
) -> set[str]:
    """The columns in which the row is not what it is to be."""
    names = {"position"} if row.position != position else set()
    if row.part is part or row.part == part:
        return names
    return names | {n for n in columns if getattr(row.part, n) != getattr(part, n)}


def _update(
    model: bulk.Model, parts: _Parts, names: Sequence[str], ids: _Ids, locations: _Ids
) -> None:
    rows = (
        (*_values(place, *parts[place], names, locations), ids[place])
        for place in parts
    )
    bulk.update(model, names, bulk.ready(model, names, rows))


def _create(
    model: bulk.Model, parts: _Parts, columns: Sequence[str], ids: _Ids, locations: _Ids
) -> None:
    own = ("position", "key", *columns)
    names = (*own, "trial_id", "id")
    rows = (
        (*_values(place, *parts[place], own, locations), place[0], ids[place])
        for place in parts
    )
    bulk.insert(model, names, bulk.ready(model, names, rows))


def _values(
    place: tuple[int, str],
    position: int,
    part: Part,
    names: Sequence[str],
    locations: _Ids,
) -> list[Any]:
    """The values of a part's row; `locations` are those that a contact may be at."""
    values = []
    for name in names:
        value = position if name == "position" else getattr(part, name)
        if name == "location":
            value = locations[place[0], value] if value else None
        values.append(value)
    return values


def _write_links(changes: Sequence[Change], ids: dict[str, _Ids]) -> None:
    """Make the arms' links equal to the records', leaving equal ones alone."""
    arms, interventions = ids["arms"], ids["interventions"]
    wanted = {
        (arms[trial.pk, arm.key], interventions[trial.pk, key]): position
        for trial, _, after in changes
        for arm in after.arms
        for position, key in enumerate(arm.interventions, start=1)
    }
    links = models.ArmIntervention.objects
    trials = [change.trial.pk for change in changes]
    stored = links.filter(OneOf(F("arm__trial_id"), trials)).order_by()
    gone = []
    for pk, arm, intervention, position in stored.values_list(
        "id", "arm_id", "intervention_id", "position"
    ):
        if wanted.get((arm, intervention)) == position:
            del wanted[arm, intervention]
        else:
            gone.append(pk)
    if gone:
        links.filter(OneOf(F("id"), gone)).delete()
    bulk.insert(
        models.ArmIntervention,
        ("arm_id", "intervention_id", "position"),
        ((*pair, position) for pair, position in wanted.items()),
    )
