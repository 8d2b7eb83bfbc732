"""A record as rows of tables that join, and back.

One table holds what a trial has once, one each of its collections, and one the pairs
of parts where one part names another. All are derived from the shape, so a new field
appears by itself. `record_of(rows_of(record)) == record`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from trials.record.fields import Field, fields_of
from trials.record.shape import COLLECTIONS, Part, TrialRecord
from trials.record.vocabulary import Vocabulary

Value = str | int | bool | tuple[str, ...] | None
Row = tuple[Value, ...]
Rows = Mapping[str, Sequence[Row]]
"""Table's name -> the rows of one trial."""

Kind = Literal["text", "list", "date", "count", "flag", "time"]


class Column(Struct, frozen=True):
    """One column.

    `kind`: text; list (of texts); date (a partial date, or text as printed); count (a
    whole number); flag (yes/no); time (a moment, as ISO text in UTC). `vocabulary` is
    that of a coded text or list. `field` is the field of the record that it holds, if
    any; `description` tells what others hold.
    """

    name: str
    kind: Kind = "text"
    vocabulary: type[Vocabulary] | None = None
    is_required: bool = False
    field: str = ""
    description: str = ""


class Reference(Struct, frozen=True):
    """That `columns` name a row of `table` by its `key`."""

    columns: tuple[str, ...]
    table: str
    key: tuple[str, ...]


class Table(Struct, frozen=True):
    """A table; `key` names the columns that tell its rows apart.

    `collection` is the field of the record that its rows come from, if any.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...] = ()
    collection: str = ""
    description: str = ""

    @property
    def header(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(column.name for column in self.columns)


class TableError(ValueError):
    """Rows that are no record; says of which table, and what is wrong."""


NCT_ID = Column("nct_id", is_required=True, description="NCT number of the trial")
_POSITION = Column(
    "position", "count", is_required=True, description="Place in the list, from 1"
)
OF_TRIAL = Reference(("nct_id",), "trials", ("nct_id",))

_NAMES = {"secondary_ids": "identifiers"}
_POINTERS = ("key", "keys")
"""Kinds of the fields that name other parts; those pairs have tables of their own."""

_SCALARS = tuple(f for f in fields_of(TrialRecord) if f.kind != "parts")


def _plain(shape: type[Part]) -> tuple[Field, ...]:
    return tuple(f for f in fields_of(shape) if f.kind not in _POINTERS)


def column_of(field: Field) -> Column:
    """The column for a field that names no other part."""
    is_date = field.kind == "text" and field.name.endswith("_date")
    return Column(
        field.name,
        "date" if is_date else field.kind,
        field.vocabulary,
        is_required=field.name in ("nct_id", "withdrawn"),
        field=field.name,
    )


def _part_table(collection: str, shape: type[Part]) -> Table:
    columns = [
        NCT_ID,
        Column(
            "key", is_required=True, description="Names the row for good in its trial"
        ),
        _POSITION,
    ]
    for field in _plain(shape):
        column = column_of(field)
        if column.name == "nct_id":
            column = replace(column, name="other_nct_id", is_required=False)
        columns.append(column)
    return Table(
        _NAMES.get(collection, collection),
        tuple(columns),
        ("nct_id", "key"),
        (OF_TRIAL,),
        collection,
    )


def _pair_table(
    name: str, first: tuple[str, str], second: tuple[str, str], description: str
) -> Table:
    """Each of `first` and `second` is a column and the table that it names."""
    return Table(
        name,
        (
            NCT_ID,
            *(
                Column(column, is_required=True, description=f"Key in {table}")
                for column, table in (first, second)
            ),
            _POSITION,
        ),
        ("nct_id", first[0], second[0]),
        (
            OF_TRIAL,
            *(
                Reference(("nct_id", column), table, ("nct_id", "key"))
                for column, table in (first, second)
            ),
        ),
        description=description,
    )


TRIALS = Table(
    "trials",
    tuple(map(column_of, _SCALARS)),
    ("nct_id",),
    description="A trial: all that its record holds once",
)
PARTS = tuple(_part_table(name, shape) for name, shape in COLLECTIONS.items())
ARM_INTERVENTIONS = _pair_table(
    "arm_interventions",
    ("arm", "arms"),
    ("intervention", "interventions"),
    "That an arm gets an intervention",
)
LOCATION_CONTACTS = _pair_table(
    "location_contacts",
    ("location", "locations"),
    ("contact", "contacts"),
    "That a contact is one of a location; the others are central contacts",
)
TABLES = (TRIALS, *PARTS, ARM_INTERVENTIONS, LOCATION_CONTACTS)
"""All that a record is."""

_PLAIN_NAMES = {name: _plain(shape) for name, shape in COLLECTIONS.items()}


def rows_of(record: TrialRecord) -> dict[str, list[Row]]:
    """Table's name -> rows, in the order of the record; positions count from 1."""
    nct_id = record.nct_id
    rows: dict[str, list[Row]] = {
        TRIALS.name: [tuple(getattr(record, f.name) for f in _SCALARS)]
    }
    for table in PARTS:
        names = [f.name for f in _PLAIN_NAMES[table.collection]]
        rows[table.name] = [
            (nct_id, part.key, place, *[getattr(part, name) for name in names])
            for place, part in enumerate(getattr(record, table.collection), start=1)
        ]
    rows[ARM_INTERVENTIONS.name] = [
        (nct_id, arm.key, key, place)
        for arm in record.arms
        for place, key in enumerate(arm.interventions, start=1)
    ]
    rows[LOCATION_CONTACTS.name] = list(_contacts_by_location(record))
    return rows


def _contacts_by_location(record: TrialRecord) -> Iterator[Row]:
    places = {part.key: 0 for part in record.locations}
    for contact in record.contacts:
        if contact.location:
            places[contact.location] += 1
            place = places[contact.location]
            yield record.nct_id, contact.location, contact.key, place


def record_of(rows: Rows) -> TrialRecord:
    """The record of one trial's rows, whatever their order. Raises TableError.

    A table without rows may be left out; tables that no record has are passed over.
    """
    trials = rows.get(TRIALS.name, ())
    if len(trials) != 1:
        raise TableError(f"trials: {len(trials)} rows for one trial.")
    names = [field.name for field in _SCALARS]
    values: dict[str, Any] = dict(zip(names, trials[0], strict=True))
    arms = _pairs(rows, ARM_INTERVENTIONS, by=1, named=2)
    locations = _pairs(rows, LOCATION_CONTACTS, by=2, named=1)
    for table in PARTS:
        parts = [
            {"key": key}
            | dict(zip(_plain_names(table), cells, strict=True))
            | _pointers(table, key, arms, locations)
            for _, key, _, *cells in sorted(
                rows.get(table.name, ()), key=lambda row: row[2]
            )
        ]
        values[table.collection] = parts
    _refuse_leftovers(ARM_INTERVENTIONS, arms)
    _refuse_leftovers(LOCATION_CONTACTS, locations)
    try:
        return msgspec.convert(values, TrialRecord)
    except msgspec.ValidationError as error:
        raise TableError(f"{values['nct_id']}: {error}") from error


def _plain_names(table: Table) -> list[str]:
    return [field.name for field in _PLAIN_NAMES[table.collection]]


def _pairs(rows: Rows, table: Table, *, by: int, named: int) -> dict[Value, list]:
    """Key in column `by` -> the keys in column `named`, by position."""
    pairs: dict[Value, list] = {}
    for row in sorted(rows.get(table.name, ()), key=lambda row: row[3]):
        pairs.setdefault(row[by], []).append(row[named])
    return pairs


def _pointers(
    table: Table, key: Value, arms: dict[Value, list], locations: dict[Value, list]
) -> dict[str, Any]:
    """What a part names, taken out of the pairs."""
    if table.collection == "arms":
        return {"interventions": arms.pop(key, [])}
    if table.collection == "contacts":
        found = locations.pop(key, [None])
        if len(found) > 1:
            raise TableError(f"location_contacts: {key} stands at two locations.")
        return {"location": found[0]}
    return {}


def _refuse_leftovers(table: Table, pairs: dict[Value, list]) -> None:
    if pairs:
        raise TableError(f"{table.name}: there is no {next(iter(pairs))}.")
