"""Small records for the examples in the rules' docstrings."""

import datetime
import re
from collections.abc import Mapping

from curation.rules.edits import one_edit
from curation.rules.rule import Check, Context
from trials.record.shape import CriterionRecord, TrialRecord

_ITEM = re.compile(r"(?P<type>[IEO])(?: (?P<label>\d+)\.)? (?P<text>.+)")
_TYPES = {"I": "INCLUSION", "E": "EXCLUSION", "O": "OTHER"}


class ExampleWords:
    """Words that a test names: the known ones, and how often some are used."""

    def __init__(self, known: str = "", counts: Mapping[str, int] | None = None):
        self.known = set(known.split())
        self.counts = counts or {}

    def is_known(self, word: str) -> bool:
        return word in self.known

    def count(self, word: str) -> int:
        return self.counts.get(word, 0)

    def frequency(self, word: str) -> float:
        return float(word in self.known)

    def neighbours(self, word: str) -> frozenset[str]:
        return one_edit(word) & self.known


def record(criteria: str = "", **values) -> TrialRecord:
    """A record with these values; criteria as `"I 1. Adults | E Pregnancy"`.

    I, E and O are the lists, the number is the label, keys are c1, c2, ...
    """
    items = [_ITEM.fullmatch(item.strip()) for item in criteria.split(" | ") if item]
    parts = tuple(
        CriterionRecord(
            key=f"c{place}",
            type=_TYPES[item["type"]],
            label=item["label"] or "",
            text=item["text"],
        )
        for place, item in enumerate(items, start=1)
    )
    return TrialRecord(**({"nct_id": "NCT00000001", "criteria": parts} | values))


def context(**values) -> Context:
    """A context of 1 May 2024 that knows no words."""
    defaults = {"today": datetime.date(2024, 5, 1), "words": ExampleWords()}
    return Context(**(defaults | values))


def found(check: Check, record: TrialRecord, **values) -> None:
    """Print the message of each finding; `values` go into the context."""
    for finding in check(record, context(**values)):
        print(finding.message)  # noqa: T201 - the output of a docstring's example
