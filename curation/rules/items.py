"""Eligibility items: what a message calls them, and room for new ones."""

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from msgspec.structs import replace

from curation.rules.keys import new_keys
from curation.rules.numbering import Section
from trials.record.diff import Change, Operation, part_to_text
from trials.record.shape import CriterionRecord, TrialRecord

MOST_NEW = 99
"""New items that one fix makes at most."""


def text_path(item: CriterionRecord) -> str:
    """The path of its text."""
    return f"criteria[{item.key}].text"


def name_of(section: Section, item: CriterionRecord) -> str:
    """`"Exclusion criterion 9"`, or `"An exclusion criterion"` without a number."""
    if item.label:
        return f"{section.noun.capitalize()} criterion {item.label}"
    return f"An {section.noun} criterion"


def short(text: str, length: int = 60) -> str:
    """The start of a long text."""
    return text if len(text) <= length else text[:length].rstrip() + "…"


class Room(NamedTuple):
    """Where new items may stand, and what their keys are."""

    places: dict[str, int]
    keys: tuple[str, ...]

    @classmethod
    def of(cls, record: TrialRecord) -> "Room":
        places = {item.key: place for place, item in enumerate(record.criteria, 1)}
        return cls(places, tuple(islice(new_keys(record, "criteria"), MOST_NEW)))

    def created_below(
        self, item: CriterionRecord, parts: Sequence[CriterionRecord]
    ) -> list[Change]:
        """`parts`, at most `MOST_NEW`, as new items below `item`."""
        place = self.places[item.key] + 1
        return [
            Change(
                f"criteria[{key}]",
                Operation.CREATE,
                "",
                part_to_text(replace(part, key=key)),
                place + index,
            )
            for index, (part, key) in enumerate(zip(parts, self.keys, strict=False))
        ]
