"""Rules on the numbers of the eligibility lists."""

from collections.abc import Iterator, Sequence

from curation.rules.changes import changed
from curation.rules.items import short, text_path
from curation.rules.misfiling import numbering_of
from curation.rules.numbering import (
    Low,
    Section,
    number_of,
    ranges,
)
from curation.rules.rule import Confidence, Context, Fix, Found, Rule, Severity
from trials.record.shape import CriterionRecord, TrialRecord

_LONGEST_TITLE = 80


def heading_too_early(record: TrialRecord, context: Context) -> Iterator[Found]:
    """Items under a heading whose numbers continue the list before it.

    The page printed a heading too early: everything down to the item where the numbers
    start again belongs to the list above, and would be read as its opposite.

    >>> from curation.rules.examples import found, record
    >>> found(heading_too_early, record(
    ...     "I 1. Adults | I 2. Sepsis | E 3. Willing | E 1. Pregnancy | E 2. HIV"))
    Item 3 stands under “Exclusion Criteria” but continues the inclusion list (1–3); \
the list restarts at 1 with “Pregnancy”.
    >>> found(heading_too_early, record(
    ...     "I 1. Adults | I 2. Sepsis | E 1. Pregnancy | E 2. HIV"))
    """
    for wrong in numbering_of(record.criteria).misfiled:
        run, to = wrong.run, wrong.before
        labels = [n for item in run if (n := number_of(item)) is not None]
        whole = [n for item in to.items if (n := number_of(item)) is not None]
        is_one = len(labels) == 1
        evidence = (
            f"{to.noun} {_labels(to.items)}; {wrong.section.noun} {_labels(run)}; "
            f"{wrong.restart.label}"
        )
        yield Found(
            paths=tuple(text_path(item) for item in run),
            message=(
                f"{'Item' if is_one else 'Items'} {ranges(labels)} "
                f"{'stands' if is_one else 'stand'} under "
                f"“{wrong.section.noun.capitalize()} Criteria” but "
                f"{'continues' if is_one else 'continue'} the {to.noun} list "
                f"({ranges(whole + labels)}); the list "
                f"{_restarts(wrong.restart, context)}."
            ),
            evidence=evidence,
            fix=Fix(
                label=f"Move {_count(len(run), 'line')} to {to.noun}",
                changes=tuple(
                    changed(f"criteria[{item.key}].type", item.type, to.type)
                    for item in run
                ),
                before=f"{wrong.section.noun.capitalize()}: {_labels(run)}",
                after=f"{to.noun.capitalize()}: {_labels(run)}",
            ),
        )


def _labels(items: Sequence[CriterionRecord]) -> str:
    """`"6, 7, –, 8"`; a dash stands for an item without a number."""
    return ", ".join(item.label or "–" for item in items)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _restarts(item: CriterionRecord, context: Context) -> str:
    """`"restarts at 1 on line 73"`, or with the item's words without a page."""
    span = context.source and context.source.lines.get(text_path(item))
    start = f"restarts at {item.label}" if item.label else "restarts"
    where = f"on line {span[0]}" if span else f"with “{short(item.text, 40)}”"
    return f"{start} {where}"


def numbering_gap(record: TrialRecord, _: Context) -> Iterator[Found]:
    """Numbers that are skipped, or a list that does not start at 1.

    Criteria are lost: nobody sees from the list that it was longer on the registry.

    >>> from curation.rules.examples import found, record
    >>> found(numbering_gap, record("I 2. Sepsis | I 3. Adults | I 6. Willing"))
    Inclusion criterion 1 is missing: the list starts with 2.
    Inclusion criteria 4 and 5 are missing: 6 follows 3.
    >>> found(numbering_gap, record("I 1. Any of: | I 1. HIV | I 2. HBV | I 2. Adults"))
    """
    for section, result in numbering_of(record.criteria).chains:
        for item, before, last in result.gaps:
            missing = range(last + 1, int(item.label))
            is_one = len(missing) == 1
            if last:
                why = f"{item.label} follows {last}"
            elif before is None:
                why = f"the list starts with {item.label}"
            else:
                why = f"the list after item {before.label} starts with {item.label}"
            yield Found(
                paths=_label_paths(item, before),
                message=(
                    f"{section.noun.capitalize()} "
                    f"{'criterion' if is_one else 'criteria'} {ranges(missing)} "
                    f"{'is' if is_one else 'are'} missing: {why}."
                ),
                evidence=f"{section.noun} {last or 'start'} → {item.label}",
            )
        for one in result.lists:
            if one.is_inner and one.is_resumed and len(one.items) == 1 == one.last:
                item = one.items[0]
                yield Found(
                    paths=_label_paths(item, one.opener),
                    message=(
                        f"The list in {section.noun} criterion "
                        f"{one.opener.label if one.opener else ''} has one item only: "
                        "its other items are missing."
                    ),
                    evidence=f"{section.noun} one item: {item.text}",
                )


def _label_paths(
    item: CriterionRecord, before: CriterionRecord | None
) -> tuple[str, ...]:
    return tuple(f"criteria[{i.key}].label" for i in (item, before) if i is not None)


def numbering_duplicate(record: TrialRecord, _: Context) -> Iterator[Found]:
    """A number that its list has had already.

    The item was numbered by hand, and what refers to it by number means another one.

    >>> from curation.rules.examples import found, record
    >>> found(numbering_duplicate, record("E 1. HIV | E 2. HBV | E 1. Pregnancy"))
    Exclusion criterion 1 comes after 2, and the list has a 1 already: it should be 3.
    >>> found(numbering_duplicate, record("E 1. HIV | E 2. HBV | E 3. Pregnancy"))
    """
    for section, result in numbering_of(record.criteria).chains:
        for low in result.lows:
            new = str(low.last + 1)
            fix = _renumbered(low, new)
            after = f": it should be {new}" if fix else ""
            yield Found(
                paths=_label_paths(low.item, low.before),
                message=(
                    f"{section.noun.capitalize()} criterion {low.item.label} comes "
                    f"after {low.last}, and the list has a {low.item.label} already"
                    f"{after}."
                ),
                evidence=f"{section.noun} {low.last} → {low.item.label}",
                fix=fix,
            )


def _renumbered(low: Low, new: str) -> Fix | None:
    """The item with the next number; None where the item after it has that one."""
    if low.following == low.last + 1:
        return None
    path = f"criteria[{low.item.key}].label"
    return Fix(
        label=f"Number it {new}",
        changes=(changed(path, low.item.label, new),),
        before=low.item.label,
        after=new,
    )


def numbering_restart(record: TrialRecord, _: Context) -> Iterator[Found]:
    """A list that starts again at 1 without a heading.

    Either several lists for several groups of people stand in one, or the heading of
    the other list was lost; `criteria.heading-too-early` explains the rest.

    >>> from curation.rules.examples import found, record
    >>> found(numbering_restart, record(
    ...     "I 1. Adults | I 2. Sepsis | I Phase II | I 1. Adults | I 2. Shock"))
    The inclusion list starts again at 1 below “Phase II”, after item 2.
    >>> found(numbering_restart, record("I 1. Any of: | I 1. HIV | I 2. HBV"))
    """
    for section, result in numbering_of(record.criteria).chains:
        places = {item.key: place for place, item in enumerate(section.items)}
        starts = [
            (one, places[one.items[0].key])
            for one in result.lists[1:]
            if one.first == 1 and not (one.is_inner or one.is_resumed)
            # A misfiled run has its lists under the other heading.
            if one.items[0].key in places
        ]
        titles = [_title_of(section, place) for _, place in starts]
        edges = [p - bool(t) for (_, p), t in zip(starts, titles, strict=True)]
        untils = [*edges[1:], len(section.items)]
        for (one, place), title, until in zip(starts, titles, untils, strict=False):
            item, opener = one.items[0], one.opener
            after = f", after item {opener.label}" if opener else ""
            below = f" below “{short(title.text, 40)}”" if title else ""
            yield Found(
                paths=_label_paths(item, opener),
                message=f"The {section.noun} list starts again at 1{below}{after}.",
                evidence=f"{section.noun} → 1: {item.text}",
                fix=title and _grouped(section.items[place - 1 : until]),
            )


def _title_of(section: Section, place: int) -> CriterionRecord | None:
    """The line right above that reads like a title."""
    above = section.items[place - 1] if place else None
    if above is None or above.label or len(above.text) > _LONGEST_TITLE:
        return None
    return above


def _grouped(items: Sequence[CriterionRecord]) -> Fix:
    """The items as a group of their own, named by their title, the first of them."""
    name = items[0].text.rstrip(" :.")
    return Fix(
        label=f"Make “{name}” a group",
        changes=tuple(
            changed(f"criteria[{item.key}].group", item.group, name) for item in items
        ),
        before=items[0].group,
        after=name,
        confidence=Confidence.MEDIUM,
    )


def numbering_continues(record: TrialRecord, _: Context) -> Iterator[Found]:
    """A list that goes on with the numbers of the list before it.

    Some sponsors mean it so; others lost a heading and its list's start.

    >>> from curation.rules.examples import found, record
    >>> found(numbering_continues, record("I 1. Adults | E 2. HIV | E 3. HBV"))
    The exclusion list goes on from the inclusion list: it has 2 and 3, and no 1.
    >>> found(numbering_continues, record("I 1. Adults | E 1. HIV | E 2. HBV"))
    """
    for before, section in numbering_of(record.criteria).continued:
        items = [item for item in section.items if number_of(item) is not None]
        numbers = [int(item.label) for item in items]
        shift = numbers[0] - 1
        changes = tuple(
            changed(
                f"criteria[{item.key}].label",
                item.label,
                str(number - shift),
            )
            for item, number in zip(items, numbers, strict=True)
        )
        new = ranges([number - shift for number in numbers])
        yield Found(
            paths=_label_paths(items[0], before.items[-1]),
            message=(
                f"The {section.noun} list goes on from the {before.noun} list: it has "
                f"{ranges(numbers)}, and no 1."
            ),
            evidence=f"{before.noun} → {section.noun} {ranges(numbers)}",
            fix=Fix("Number from 1", changes, ranges(numbers), new, Confidence.MEDIUM),
        )


RULES = (
    Rule("criteria.heading-too-early", Severity.ERROR, heading_too_early),
    Rule("criteria.numbering-gap", Severity.WARNING, numbering_gap),
    Rule("criteria.numbering-restart", Severity.WARNING, numbering_restart),
    Rule("criteria.numbering-duplicate", Severity.ERROR, numbering_duplicate),
    Rule("criteria.numbering-continues", Severity.NOTE, numbering_continues),
)
