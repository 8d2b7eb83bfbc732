"""What a trial's second page says otherwise."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec.structs import replace

from curation.rules.changes import changed, created
from curation.rules.rule import Confidence, Context, Fix, Found, Rule, Severity, Source
from curation.rules.wording import joined, noun, quoted
from trials.readers import Span
from trials.record.diff import to_text
from trials.record.fields import fields_of
from trials.record.shape import COLLECTIONS, Part, TrialRecord

_NAMES = {
    "secondary_ids": "secondary_id",
    "nct_aliases": "nct_id",
    "arms": "label",
    "outcomes": "measure",
    "criteria": "text",
    "locations": "facility",
    "references": "citation",
    "links": "url",
    "ipd_documents": "url",
    "related_trials": "nct_id",
}
"""Collection -> the field by which two pages mean one part; others have a name."""

_OWN = frozenset({"nct_id", "withdrawn", "related_trials"})
_LINKS = frozenset({"keys", "key"})
_NOTHING = ("", (), None)
_MARK = re.compile(r"\s*(?:[*•-]|[0-9]{1,2}[.)])\s+")


class _Pair(NamedTuple):
    """One value on two pages: its path in the record and on the other page."""

    path: str
    place: str
    mine: Any
    theirs: Any


def second_page(record: TrialRecord, context: Context) -> Iterator[Found]:
    """Another page of the trial says something else, or more: one of the two is out of
    date or was read wrongly.

    Each value that differs is a finding, with both; what the record lacks is one for
    all values, and one for each list. What both pages print alike and a curator has
    changed since is no disagreement.

    >>> from curation.rules.examples import found, record
    >>> page = Source("full", ("Phase 2",), {"phases": (1, 1)})
    >>> other = record(phases=("PHASE2",))
    >>> found(second_page, record(phases=("PHASE3",)), others=((page, other),))
    Another page of the trial gives “PHASE2” for the phases; the record has “PHASE3”.
    >>> found(second_page, record(phases=("PHASE2",)), others=((page, other),))
    """
    for source, other in context.others:
        pairs = list(_pairs(record, other))
        pairs = [pair for pair in pairs if not _agrees(context, source, pair)]
        for pair in pairs:
            if pair.mine not in _NOTHING:
                yield _differing(context, source, pair)
        if lacking := [pair for pair in pairs if pair.mine in _NOTHING]:
            yield _lacking(source, lacking)
        yield from _more(record, context, other)


def _pairs(record: TrialRecord, other: TrialRecord) -> Iterator[_Pair]:
    """The values that the other page gives and the record has otherwise or lacks."""
    for field in fields_of(TrialRecord):
        name = field.name
        mine, theirs = getattr(record, name), getattr(other, name)
        if name in _OWN or theirs in _NOTHING or mine == theirs:
            continue
        if field.kind != "parts":
            is_nct = name == "org_study_id" and theirs == other.nct_id
            if not is_nct and _folded(mine) != _folded(theirs):
                yield _Pair(name, name, mine, theirs)
            continue
        known = {_name(name, part): part for part in mine}
        for part in theirs:
            if same := known.get(_name(name, part)):
                yield from _part_pairs(name, same, part)


def _part_pairs(collection: str, mine: Part, theirs: Part) -> Iterator[_Pair]:
    for field in fields_of(COLLECTIONS[collection]):
        old, new = getattr(mine, field.name), getattr(theirs, field.name)
        if field.kind in _LINKS or not new or _folded(old) == _folded(new):
            continue
        path, place = (f"{collection}[{p.key}].{field.name}" for p in (mine, theirs))
        yield _Pair(path, place, old, new)


def _name(collection: str, part: Part) -> tuple[str, str]:
    """What two pages call one part by; a criterion also by the list it stands in."""
    kind = part.type if collection in ("criteria", "outcomes") else ""
    return _folded(getattr(part, _NAMES.get(collection, "name"))), kind


def _folded(value: Any) -> str:
    """As two layouts' prints are compared: no blanks, list marks or capitals."""
    lines = to_text(value).casefold().split("\n")
    return "".join(
        "".join(_MARK.sub("", line, count=1).split()) for line in lines
    ).rstrip(".,;")


def _agrees(context: Context, source: Source, pair: _Pair) -> bool:
    """Whether the record's own page prints the same as the other page."""
    own = _lines(context.source, pair.path)
    if not own:
        return False
    other = _lines(source, pair.place)
    return _folded(own) in (_folded(other), _folded(pair.theirs))


def _lines(source: Source | None, path: str) -> str:
    first, last = source.lines.get(path, (1, 0)) if source else (1, 0)
    return "\n".join(source.text[first - 1 : last]) if source else ""


def _differing(context: Context, source: Source, pair: _Pair) -> Found:
    old, new = to_text(pair.mine), to_text(pair.theirs)
    lines: tuple[Span, ...] = ()
    if context.source is not None and pair.path in context.source.lines:
        lines = (context.source.lines[pair.path],)
    first, _ = source.lines.get(pair.place, (0, 0))
    there = f" (line {first} of that page)" if first > 1 else ""
    name = noun(pair.path.rpartition(".")[2])
    return Found(
        paths=(pair.path,),
        message=f"Another page of the trial gives {quoted(new)} for the {name}{there}; "
        f"the record has {quoted(old)}.",
        evidence=f"{old} / {new}",
        lines=lines,
        fix=Fix(
            label="Take the other page's value",
            changes=(changed(pair.path, old, new),),
            before=old,
            after=new,
            confidence=Confidence.MEDIUM,
        ),
    )


def _lacking(source: Source, pairs: list[_Pair]) -> Found:
    """All values that only the other page gives."""
    values = [(pair.path, to_text(pair.theirs)) for pair in pairs]
    names = dict.fromkeys(noun(path.rpartition(".")[2]) for path, _ in values)
    plural = "s" if len(values) > 1 else ""
    return Found(
        paths=tuple(path for path, _ in values),
        message=f"Another page of the trial gives {len(values)} value{plural} that the "
        f"record lacks: {joined(names)}.",
        evidence="\n".join(f"{path} {value}" for path, value in values),
        fix=Fix(
            label="Take them from the other page",
            changes=tuple(changed(path, "", value) for path, value in values),
            before="",
            after="\n".join(value for _, value in values),
            confidence=Confidence.MEDIUM,
        ),
    )


def _more(record: TrialRecord, context: Context, other: TrialRecord) -> Iterator[Found]:
    """Parts that only the other page has; their links stay behind."""
    printed = context.source.text if context.source else ()
    own = {_folded(line) for line in printed}
    for collection in COLLECTIONS:
        if collection in _OWN:
            continue
        known = {_name(collection, part) for part in getattr(record, collection)}
        lacking = [
            part
            for part in getattr(other, collection)
            if (name := _name(collection, part)) not in known and name[0] not in own
        ]
        if lacking:
            yield _more_of(record, collection, lacking)


def _more_of(record: TrialRecord, collection: str, lacking: list[Part]) -> Found:
    names = [getattr(part, _NAMES.get(collection, "name")) for part in lacking]
    links = {"arms": {"interventions": ()}, "contacts": {"location": None}}
    parts = tuple(replace(part, **links.get(collection, {})) for part in lacking)
    return Found(
        paths=(collection,),
        message=f"Another page of the trial gives {len(lacking)} more of the "
        f"{noun(collection)}: {joined([quoted(name, most=40) for name in names])}.",
        evidence="\n".join(names),
        fix=Fix(
            label="Take them from the other page",
            changes=created(record, collection, parts),
            before="",
            after="\n".join(names),
            confidence=Confidence.MEDIUM,
        ),
    )


RULES = (Rule("import.second-page", Severity.WARNING, second_page),)
