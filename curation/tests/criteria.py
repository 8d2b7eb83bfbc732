"""What the tests of the rules on eligibility lists share."""

import datetime
from pathlib import Path

from curation.rules import (
    criteria_headings,
    criteria_items,
    criteria_lists,
    criteria_numbers,
    criteria_participants,
    criteria_texts,
)
from curation.rules.examples import ExampleWords, context, record
from curation.rules.rule import Context, Source
from trials.readers import read, split_lines
from trials.record import diff
from trials.record.vocabulary import CriterionType

PAGES = Path(__file__).parents[2] / "fixtures" / "pages"
RULES = (
    *criteria_headings.RULES,
    *criteria_numbers.RULES,
    *criteria_items.RULES,
    *criteria_lists.RULES,
    *criteria_texts.RULES,
    *criteria_participants.RULES,
)
INCLUSION, EXCLUSION = CriterionType.INCLUSION, CriterionType.EXCLUSION


def read_page(name):
    """The record of a seed page, and the context with its source."""
    text = (PAGES / name).read_text(encoding="utf-8")
    reading = read(text)
    source = Source(
        layout=reading.layout,
        text=tuple(split_lines(text)),
        lines=reading.lines,
        repeats=reading.repeats,
        headings=reading.headings,
    )
    return reading.record, Context(
        datetime.date(2024, 5, 1), ExampleWords(), source=source
    )


def findings(trial, around):
    """(rule id, finding) of all rules of a default installation."""
    return [
        (rule.id, found)
        for rule in RULES
        if rule.is_on
        for found in rule.check(trial, around)
    ]


def ids(criteria, **values):
    """The ids of all rules that fire on a made-up list."""
    return {name for name, _ in findings(record(criteria, **values), context())}


def only(rule_id, criteria, **values):
    """The one finding of that rule in a made-up list."""
    trial = record(criteria, **values)
    (found,) = [f for name, f in findings(trial, context()) if name == rule_id]
    return trial, found


def labels(trial, kind):
    """The numbers of one list."""
    return [item.label for item in trial.criteria if item.type == kind]


def applied(trial, found):
    """The record after the fix of a finding."""
    return diff.apply(trial, found.fix.changes)


def lines_of(found, source):
    """First lines of what a finding is about."""
    return {source.lines[path][0] for path in found.paths if path in source.lines}
