"""A record as rows of tables that people and data tools read.

A list within a cell is joined by ` | `; yes/no is `true` or `false`; what is not given
is an empty cell.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from trials.record.fields import fields_of
from trials.record.shape import COLLECTIONS, Part, TrialRecord

SEPARATOR = " | "

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

TRIAL_COLUMNS = tuple(field.name for field in fields_of(TrialRecord))

CRITERION_COLUMNS = (
    "nct_id",
    "key",
    "position",
    "type",
    "group",
    "label",
    "text",
    "first_line",
    "last_line",
)

Lines = dict[str, tuple[int, int]]
"""Path -> first and last line in the source page."""


def cell(value: Any) -> str | int:
    """One value as a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return SEPARATOR.join(value)
    return value


def trial_row(record: TrialRecord) -> list[str | int]:
    """The trial in one row, under `TRIAL_COLUMNS`."""
    return [
        _joined(getattr(record, name), NAMED_BY[name])
        if name in COLLECTIONS
        else cell(getattr(record, name))
        for name in TRIAL_COLUMNS
    ]


def _joined(parts: Iterable[Part], name: str) -> str:
    return SEPARATOR.join(getattr(part, name) for part in parts)


def criterion_rows(record: TrialRecord, lines: Lines) -> Iterator[list[str | int]]:
    """A row for each criterion, under `CRITERION_COLUMNS`; positions from 1.

    `lines` are those of the trial's current source page; a criterion that a curator
    added has none.
    """
    for position, c in enumerate(record.criteria, start=1):
        first, last = lines.get(f"criteria[{c.key}].text", ("", ""))
        row = [c.key, position, c.type, c.group, c.label, c.text, first, last]
        yield [record.nct_id, *row]
