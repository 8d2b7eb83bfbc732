"""A record as the rows of two wide tables, for people: a row a trial, with a list of
names where the trial has many of something, and a row a criterion.
"""

from collections.abc import Iterator, Mapping
from operator import attrgetter

from trials.record.fields import Field, fields_of
from trials.record.shape import COLLECTIONS, TrialRecord
from trials.record.tabular import NCT_ID, Column, Row, Table, column_of

NAMED_BY = {
    "nct_aliases": "nct_id",
    "secondary_ids": "secondary_id",
    "sponsors": "name",
    "conditions": "name",
    "keywords": "name",
    "arms": "label",
    "interventions": "name",
    "other_intervention_names": "name",
    "outcomes": "measure",
    "criteria": "text",
    "contacts": "name",
    "officials": "name",
    "locations": "facility",
    "countries": "name",
    "references": "citation",
    "links": "url",
    "ipd_documents": "url",
    "related_trials": "nct_id",
}
"""Collection -> the field that stands for a part in the trial's one row."""

Lines = Mapping[str, tuple[int, int]]
"""Path -> first and last line in the source page."""
_NOWHERE = (None, None)


def _column(field: Field) -> Column:
    return Column(field.name, "list") if field.kind == "parts" else column_of(field)


TRIALS = Table("trials", tuple(map(_column, fields_of(TrialRecord))), ("nct_id",))
CRITERIA = Table(
    "criteria",
    (
        NCT_ID,
        Column("key"),
        Column("position", "count"),
        *(Column(name) for name in ("type", "group", "label", "text")),
        Column("first_line", "count"),
        Column("last_line", "count"),
    ),
    ("nct_id", "key"),
)


_values = attrgetter(*TRIALS.header)
_names = [
    (place, attrgetter(NAMED_BY[name]))
    for place, name in enumerate(TRIALS.header)
    if name in COLLECTIONS
]


def trial_row(record: TrialRecord) -> Row:
    """The trial in one row of `TRIALS`."""
    row = list(_values(record))
    for place, name in _names:
        if parts := row[place]:
            row[place] = tuple(map(name, parts))
    return tuple(row)


def criterion_rows(record: TrialRecord, lines: Lines) -> Iterator[Row]:
    """A row of `CRITERIA` for each criterion; positions from 1.

    `lines` are those of the trial's source page; a criterion that a curator added has
    none.
    """
    nct_id = record.nct_id
    for position, c in enumerate(record.criteria, start=1):
        first, last = lines.get(f"criteria[{c.key}].text", _NOWHERE)
        yield nct_id, c.key, position, c.type, c.group, c.label, c.text, first, last
