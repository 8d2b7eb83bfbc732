"""What the page prints: its headings, labels and lines, as rules ask for them."""

from collections.abc import Iterator
from functools import cache

from curation.rules.rule import Source
from trials.readers.full_labels import CARD, CLOSING, FULL_INFORMATION, normal
from trials.readers.full_sections import SECTIONS

SNAPSHOT_FIELDS = {
    "brief summary": "brief_summary",
    "detailed description": "detailed_description",
    "conditions": "conditions",
    "keywords": "keywords",
    "study design": "study_type",
    "study groups": "arms",
    "interventions": "interventions",
    "other intervention names": "other_intervention_names",
    "primary outcome measures": "outcomes",
    "secondary outcome measures": "outcomes",
    "other outcome measures": "outcomes",
    "eligibility criteria": "criteria",
    "sponsors": "sponsors",
    "responsible party": "responsible_party_type",
    "principal investigators": "officials",
    "locations": "locations",
    "countries": "countries",
    "references": "references",
    "other identifiers": "org_study_id",
    "related clinical trials": "related_trials",
    "more related trials": "related_trials",
}
"""Heading of a snapshot page -> the field that its lines fill."""


@cache
def _full_fields() -> dict[str, str]:
    """Label of a full page -> the field that it fills; "" where labels differ."""
    fields: dict[str, str] = {}
    for block in (CARD, FULL_INFORMATION, *SECTIONS):
        for label in block.labels:
            for name in label.names:
                field = label.part or label.field
                known = fields.setdefault(normal(name), field)
                if known != field:
                    fields[normal(name)] = ""
    return fields


def heading(source: Source, line: int) -> str:
    """Heading or label that line `line` is, as headings are compared."""
    return normal(source.text[line - 1])


def empty_headings(source: Source) -> Iterator[tuple[int, str]]:
    """Lines of headings that have nothing below, with the field that they name.

    The page's own words below a heading are nothing; a heading of a section that only
    holds other headings is not empty.
    """
    fields = SNAPSHOT_FIELDS if source.layout == "snapshot" else _full_fields()
    headings, text = set(source.headings), source.text
    own, end = set(source.boilerplate), len(source.text)
    for line in source.headings:
        below = line + 1
        while below <= end and (below in own or not text[below - 1]):
            below += 1
        if below > end or below in headings:
            field = fields.get(heading(source, line))
            if field is not None:
                yield line, field


def sections(source: Source) -> dict[int, int]:
    """Number of a numbered section of a full page -> the line of its heading."""
    found = {}
    for line in source.headings:
        number, dot, _ = source.text[line - 1].partition(". ")
        if dot and number.isdecimal() and len(number) <= 2:
            found.setdefault(int(number), line)
    return found


_ENDS = {
    "full": frozenset(normal(name) for name in CLOSING.headings),
    "snapshot": frozenset({"more related trials"}),
}


def is_whole(source: Source) -> bool:
    """Whether the page has the heading that all pages of its layout end with."""
    ends = _ENDS.get(source.layout)
    return ends is None or any(heading(source, n) in ends for n in source.headings)


def path_above(source: Source, line: int) -> str:
    """The value that the page prints last above `line`: where to look for it."""
    place, path = 0, "nct_id"
    for other, (_, last) in source.lines.items():
        if place < last < line:
            place, path = last, other
    return path
