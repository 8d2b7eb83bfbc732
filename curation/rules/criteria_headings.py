"""Rules on the headings of the eligibility lists."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from curation.rules.changes import changed, deleted
from curation.rules.items import Room, name_of, short, text_path
from curation.rules.numbering import sections
from curation.rules.rule import Confidence, Context, Fix, Found, Rule, Severity
from trials.readers.eligibility import heading_of
from trials.record.diff import Change
from trials.record.shape import CriterionRecord, TrialRecord
from trials.record.vocabulary import CriterionType, StudyType

_HEADER = re.compile(
    r"\b(?P<type>inclusion|exclusion) criteria(?P<name>[^:：.;]{0,60})[:：]\s*",
    re.IGNORECASE,
)
_MENTION = re.compile(
    r"\b(?:see|meet(?:s|ing)?|of|the|any|all|these|those|this|following|per|and|or|to"
    r"|by|in|with|for)\W*\Z",
    re.IGNORECASE,
)
_BEFORE = 20  # Characters before a heading that may make it a mention.
_EXCLUDES = re.compile(
    r"\bexclu(?:de[ds]?|sion)\b|\bineligible\b"
    r"|\bnot (?:be )?(?:eligible|enrolled|qualify)",
    re.IGNORECASE,
)
_OWN_FORM = "DISEASE CHARACTERISTICS"
_GROUPS = re.compile(
    r"\b(?:stage|part|group|phase|step|cohort|arm|visit|period|for)\b", re.IGNORECASE
)
_LONGEST_HEADING = 60


def header_in_item(record: TrialRecord, _: Context) -> Iterator[Found]:
    """The heading of a list inside an item.

    The items after it were read into the wrong list, or into no group. A mere mention
    ("see exclusion criteria") is none: one text of ten has one.

    >>> from curation.rules.examples import found, record
    >>> found(header_in_item, record("I Adults. Exclusion Criteria: Sepsis | I HIV"))
    An inclusion criterion holds the heading “Exclusion Criteria”.
    >>> found(header_in_item, record("I Adults who meet the inclusion criteria: HIV"))
    """
    room = None
    for section in sections(record.criteria):
        marks = [_header_of(item.text) for item in section.items]
        places = [place for place, mark in enumerate(marks) if mark]
        for place, until in pairwise([*places, len(section.items)]):
            item, mark = section.items[place], marks[place]
            heading = mark.group().rstrip(" :：")
            room = room or Room.of(record)
            yield Found(
                paths=(text_path(item),),
                message=f"{name_of(section, item)} holds the heading “{heading}”.",
                evidence=item.text,
                fix=_split_at(room, section.items[place:until], mark),
            )


def _header_of(text: str) -> re.Match[str] | None:
    if "clusion" not in text.lower():
        return None
    for mark in _HEADER.finditer(text):
        is_mention = _MENTION.search(text[: mark.start()][-_BEFORE:])
        # With a name ("for Part 2") only a whole line is a heading.
        has_room = not mark["name"].strip() or mark.end() == len(text)
        if not is_mention and has_room:
            return mark
    return None


def _split_at(room: Room, items: Sequence[CriterionRecord], mark: re.Match[str]) -> Fix:
    """What stands behind the heading goes to its list; the heading itself goes."""
    item, rest = items[0], items[1:]
    kind = CriterionType[mark["type"].upper()].value
    group = mark["name"].strip(" -–()").removeprefix("for ").strip()
    first, last = item.text[: mark.start()].strip(), item.text[mark.end() :].strip()
    changes: list[Change] = []
    for moved in rest:
        path = f"criteria[{moved.key}]"
        if moved.type != kind:
            changes.append(changed(f"{path}.type", moved.type, kind))
        if group and moved.group != group:
            changes.append(changed(f"{path}.group", moved.group, group))
    new = replace(item, type=kind, text=last, label="", group=group or item.group)
    if first:
        changes.append(changed(text_path(item), item.text, first))
        changes += room.created_below(item, [new]) if last else []
    elif last:
        changes.append(changed(text_path(item), item.text, last))
        if item.type != kind:
            changes.append(changed(f"criteria[{item.key}].type", item.type, kind))
    else:
        changes.append(deleted("criteria", item))
    return Fix(
        label="Split at the heading",
        changes=tuple(changes),
        before=item.text,
        after="\n".join(filter(None, (first, f"[{mark.group().strip()}]", last))),
        confidence=Confidence.MEDIUM,
    )


def missing_section(record: TrialRecord, _: Context) -> Iterator[Found]:
    """Only one of the two lists, or neither.

    The registry's quality control asks for both; a missing one is mostly a heading that
    was lost, so that its items stand in the other list. Records of expanded access may
    do without; the National Cancer Institute's old ones with "DISEASE CHARACTERISTICS"
    are a warning only. [ClinicalTrials.gov PRS, Major Comments.]

    >>> from curation.rules.examples import found, record
    >>> found(missing_section, record("I 1. Adults | I 2. Sepsis"))
    There are inclusion criteria, but no exclusion criteria.
    >>> found(missing_section, record("I Adults | E Sepsis"))
    """
    types = {item.type for item in record.criteria}
    has = types & {CriterionType.INCLUSION, CriterionType.EXCLUSION}
    if not types or len(has) == 2 or record.study_type == StudyType.EXPANDED_ACCESS:
        return
    if not has:
        is_own = any(_OWN_FORM in item.text.upper() for item in record.criteria)
        yield Found(
            paths=("criteria",),
            message="There are neither inclusion nor exclusion criteria.",
            evidence="neither",
            severity=Severity.WARNING if is_own else None,
        )
        return
    is_inclusion = CriterionType.INCLUSION in has
    there, gone = "inclusion", "exclusion"
    if not is_inclusion:
        there, gone = gone, there
    start = _lost_list(record.criteria) if is_inclusion else 0
    moved = record.criteria[start:] if start else ()
    where = f"; they may start with “{short(moved[0].text)}”" if moved else ""
    yield Found(
        paths=(text_path(moved[0]),) if moved else ("criteria",),
        message=f"There are {there} criteria, but no {gone} criteria{where}.",
        evidence=f"only {there}",
        fix=_moved_to_exclusion(moved) if moved else None,
    )


def _lost_list(items: Sequence[CriterionRecord]) -> int:
    """The place of the line that announces exclusions above a list; 0: none."""
    for place, (item, below) in enumerate(pairwise(items)):
        is_intro = place and not item.label and below.label == "1"
        if is_intro and _EXCLUDES.search(item.text):
            return place
    return 0


def _moved_to_exclusion(items: Sequence[CriterionRecord]) -> Fix:
    to = CriterionType.EXCLUSION.value
    labels = ", ".join(item.label or "–" for item in items)
    return Fix(
        label=f"Move {len(items)} lines to exclusion",
        changes=tuple(
            changed(f"criteria[{item.key}].type", item.type, to)
            for item in items
            if item.type != to
        ),
        before=f"Inclusion: {labels}",
        after=f"Exclusion: {labels}",
        confidence=Confidence.MEDIUM,
    )


def repeated_section(record: TrialRecord, context: Context) -> Iterator[Found]:
    """The heading of a list twice, without the name of a group of people.

    The items stand in one list here. The page may have printed two, or it took a
    mention of the other list for a heading.

    >>> from curation.rules.examples import found, record
    >>> from curation.rules.rule import Source
    >>> page = Source("made up", ("Inclusion Criteria", "Adults", "Inclusion Criteria",
    ...     "Sepsis"), {"criteria[c1].text": (2, 2), "criteria[c2].text": (4, 4)},
    ...     headings=(1, 3))
    >>> found(repeated_section, record("I Adults | I Sepsis"), source=page)
    The heading “Inclusion Criteria” stands on line 1 and again on line 3.
    >>> found(repeated_section, record("I Adults | I Sepsis"))
    """
    source = context.source
    if source is None:
        return
    texts = {text_path(item) for item in record.criteria}
    types = {f"criteria[{item.key}].type" for item in record.criteria}
    lines = source.lines
    starts = {lines[path][0] for path in texts & lines.keys()}
    # A full page's headings are where the types of their items stand.
    headings = {lines[path][0] for path in types & lines.keys()}
    seen: dict[CriterionType, int] = {}
    for line in sorted(headings.union(source.headings)):
        text = source.text[line - 1].strip()
        # A full page prints its lists twice: items below tell which print was read.
        kind = heading_of(text) if starts & {line + 1, line + 2} else None
        if kind is None:
            continue
        first = seen.setdefault(kind, line)
        if first != line and not _GROUPS.search(text):
            yield Found(
                paths=("criteria",),
                message=(
                    f"The heading “{text}” stands on line {first} and again on "
                    f"line {line}."
                ),
                evidence=text,
                lines=((first, first), (line, line)),
            )


RULES = (
    Rule("criteria.header-in-item", Severity.ERROR, header_in_item),
    Rule("criteria.missing-section", Severity.ERROR, missing_section),
    Rule("criteria.repeated-section", Severity.NOTE, repeated_section),
)
