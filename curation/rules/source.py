"""Rules about the page itself: what of it did not become part of the record."""

from collections.abc import Iterator
from itertools import groupby

from curation.rules.printed import (
    empty_headings,
    is_whole,
    path_above,
    sections,
)
from curation.rules.rule import Context, Found, Rule, Severity
from curation.rules.wording import joined, noun, quoted
from trials.readers import Repeat, Span
from trials.record.diff import text_at
from trials.record.paths import Path, parse
from trials.record.shape import COLLECTIONS, TrialRecord

_OWN_SECTIONS = frozenset({"", "criteria", "arms", "outcomes"})
_FEWEST_TWICE = 3
"""Criteria that the page has to print again before the list counts as printed twice."""


def unplaced_line(_record: TrialRecord, context: Context) -> Iterator[Found]:
    """A line of the page became part of no value: the record lacks what it says.

    >>> from curation.rules.examples import found, record
    >>> from curation.rules.rule import Source
    >>> page = Source("full", ("A title", "Lost words"), {}, unplaced=(2,))
    >>> found(unplaced_line, record(), source=page)
    Line 2 became part of no value: “Lost words”.
    >>> found(unplaced_line, record(), source=Source("full", ("A title",), {}))
    """
    source = context.source
    if source is None:
        return
    for first, last in _runs(source.unplaced):
        lines = [source.text[n - 1] for n in range(first, last + 1)]
        told = f"Line {first}" if first == last else f"Lines {first} to {last}"
        yield Found(
            paths=(path_above(source, first),),
            message=f"{told} became part of no value: {quoted(' '.join(lines))}.",
            evidence="\n".join(lines),
            lines=((first, last),),
        )


def _runs(numbers: tuple[int, ...]) -> Iterator[Span]:
    """First and last of each run of consecutive numbers."""
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        found = [number for _, number in run]
        yield found[0], found[-1]


def section_gap(_record: TrialRecord, context: Context) -> Iterator[Found]:
    """The numbers of the page's sections skip one: a heading was lost, perhaps with the
    section.

    >>> from curation.rules.examples import found, record
    >>> from curation.rules.rule import Source
    >>> page = Source("full", ("1. A", "2. B", "4. D"), {}, headings=(1, 2, 3))
    >>> found(section_gap, record(), source=page)
    The page has no section 3: its numbered headings go from 1 to 4.
    >>> page = Source("full", ("1. A", "2. B"), {}, headings=(1, 2))
    >>> found(section_gap, record(), source=page)
    """
    source = context.source
    if source is None or source.layout != "full":
        return
    found = sections(source)
    if not found:
        return
    low, high = min(found), max(found)
    gaps = [number for number in range(low, high) if number not in found]
    if gaps:
        plural = "s" if len(gaps) > 1 else ""
        yield Found(
            paths=(path_above(source, found[high]),),
            message=f"The page has no section{plural} {joined(map(str, gaps))}: its "
            f"numbered headings go from {low} to {high}.",
            evidence=" ".join(str(number) for number in sorted(found)),
            lines=((found[low], found[high]),),
        )


def page_cut(_record: TrialRecord, context: Context) -> Iterator[Found]:
    """The page lacks the heading that every page of its layout ends with: it was saved
    before it was whole, and the last line may be cut too.

    >>> from curation.rules.examples import found, record
    >>> from curation.rules.rule import Source
    >>> page = Source("full", ("1. Identification", "Brief Ti"), {}, headings=(1,))
    >>> found(page_cut, record(), source=page)
    The page stops early in section 1, after “Brief Ti”: all that follows is missing.
    >>> page = Source("full", ("Learn more about this trial",), {}, headings=(1,))
    >>> found(page_cut, record(), source=page)
    """
    source = context.source
    if source is None or is_whole(source):
        return
    number = next((n for n in range(len(source.text), 0, -1) if source.text[n - 1]), 0)
    if number:
        line = source.text[number - 1]
        last = max(sections(source), default=0)
        where = f" in section {last}" if last else ""
        yield Found(
            paths=(path_above(source, number + 1),),
            message=f"The page stops early{where}, after {quoted(line)}: all that "
            "follows is missing.",
            evidence=line,
            lines=((number, number),),
        )


def empty_section(record: TrialRecord, context: Context) -> Iterator[Found]:
    """A heading has nothing below it, and nothing is lost: the value stands elsewhere
    on the page, or is not the trial's own.

    >>> from curation.rules.examples import found, record
    >>> from curation.rules.rule import Source
    >>> page = Source("snapshot", ("More Related Trials",), {}, headings=(1,))
    >>> found(empty_section, record(), source=page)
    “More Related Trials” has nothing below it; the record lacks nothing by that.
    >>> page = Source("snapshot", ("Conditions", "Sepsis"), {}, headings=(1,))
    >>> found(empty_section, record(), source=page)
    """
    source = context.source
    if source is None:
        return
    for line, field in empty_headings(source):
        if field in _OWN_SECTIONS:
            continue
        if getattr(record, field) not in ("", (), None) or field == "related_trials":
            heading = source.text[line - 1]
            yield Found(
                paths=(field,),
                message=f"{quoted(heading)} has nothing below it; the record lacks "
                "nothing by that.",
                evidence=heading,
                lines=((line, line),),
            )


def duplicate_section(record: TrialRecord, context: Context) -> Iterator[Found]:
    """The page prints a value twice. Where the two differ, one of them is wrong; a list
    of criteria that is printed twice alike is only noted.

    Phases have a rule of their own, phase.two-places.

    >>> from curation.rules.examples import found, record
    >>> from curation.rules.rule import Source
    >>> def page(value):
    ...     again = (Repeat("brief_title", 9, 9, value),)
    ...     return Source("full", (), {"brief_title": (1, 1)}, repeats=again)
    >>> found(duplicate_section, record(brief_title="On X"), source=page("On Y"))
    The page prints the brief title twice: line 1 says “On X”, line 9 “On Y”.
    >>> found(duplicate_section, record(brief_title="On X"), source=page(None))
    """
    source = context.source
    if source is None:
        return
    differing = [r for r in source.repeats if r.value is not None]
    for repeat in differing:
        path = parse(repeat.path)
        if path.field == "phases":
            continue
        if found := _differing(record, context, path, repeat):
            yield found
    if not any(repeat.path.startswith("criteria") for repeat in differing):
        yield from _alike(context)


def _differing(
    record: TrialRecord, context: Context, path: Path, repeat: Repeat
) -> Found | None:
    span = (repeat.first_line, repeat.last_line)
    if not path.key and path.field in COLLECTIONS:
        if not getattr(record, path.field):
            return None  # A rule of completeness offers what is printed here.
        return Found(
            paths=(repeat.path,),
            message=f"The page prints one more of the {noun(path.field)} in line "
            f"{span[0]}: {quoted(repeat.value)}.",
            evidence=repeat.value,
            lines=(span,),
        )
    kept, own = text_at(record, path), context.source.lines.get(repeat.path)
    name = noun(path.part_field or path.field)
    where = f"line {own[0]}" if own else "the record"
    return Found(
        paths=(repeat.path,),
        message=f"The page prints the {name} twice: {where} says {quoted(kept)}, line "
        f"{span[0]} {quoted(repeat.value)}.",
        evidence=f"{kept} / {repeat.value}",
        lines=(own, span) if own else (span,),
        variants=(repeat.value,),
    )


def _alike(context: Context) -> Iterator[Found]:
    """One note for a list of criteria that is printed twice in the same words."""
    source = context.source
    again = [r for r in source.repeats if r.path.startswith("criteria[")]
    own = [source.lines[r.path] for r in again if r.path in source.lines]
    if len(own) < _FEWEST_TWICE:
        return
    first = (min(r.first_line for r in again), max(r.last_line for r in again))
    kept = (min(span[0] for span in own), max(span[1] for span in own))
    yield Found(
        paths=("criteria",),
        message=f"The page prints {len(again)} criteria twice, alike, in lines "
        f"{first[0]} to {first[1]} and {kept[0]} to {kept[1]}; the record keeps the "
        "second print.",
        evidence=f"{len(again)} criteria twice",
        lines=(first, kept),
        severity=Severity.NOTE,
    )


RULES = (
    Rule("import.unplaced-line", Severity.ERROR, unplaced_line),
    Rule("import.section-gap", Severity.NOTE, section_gap),
    Rule("import.page-cut", Severity.ERROR, page_cut),
    Rule("import.empty-section", Severity.NOTE, empty_section),
    Rule("import.duplicate-section", Severity.WARNING, duplicate_section),
)
