"""What a trial's second page says otherwise."""

from collections.abc import Iterator
from typing import Any

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
_TOLD_APART = ("keys", "key")


def second_page(record: TrialRecord, context: Context) -> Iterator[Found]:
    """Another page of the trial says something else, or more: one of the two is out of
    date or was read wrongly.

    What both pages print alike and a curator has changed since is no disagreement.

    >>> from curation.rules.examples import found, record
    >>> page = Source("full", ("Phase 2",), {"phases": (1, 1)})
    >>> other = record(phases=("PHASE2",))
    >>> found(second_page, record(phases=("PHASE3",)), others=((page, other),))
    Another page of the trial gives “PHASE2” for the phases; the record has “PHASE3”.
    >>> found(second_page, record(phases=("PHASE2",)), others=((page, other),))
    """
    for source, other in context.others:
        for field in fields_of(TrialRecord):
            if field.name in _OWN:
                continue
            mine, theirs = getattr(record, field.name), getattr(other, field.name)
            if theirs in ("", (), None) or mine == theirs:
                continue
            if field.kind == "parts":
                yield from _parts(record, context, source, field.name, theirs)
            elif not _agrees(context, source, field.name, field.name, theirs):
                yield _value(context, source, (field.name, field.name), mine, theirs)


def _parts(
    record: TrialRecord,
    context: Context,
    source: Source,
    collection: str,
    theirs: tuple[Part, ...],
) -> Iterator[Found]:
    """Parts that the pages tell differently, and those that the record lacks."""
    known = {_name(collection, part): part for part in getattr(record, collection)}
    lacking = []
    for part in theirs:
        mine = known.get(_name(collection, part))
        if mine is None:
            lacking.append(part)
            continue
        for field in fields_of(COLLECTIONS[collection]):
            old, new = getattr(mine, field.name), getattr(part, field.name)
            if field.kind in _TOLD_APART or not new or _folded(old) == _folded(new):
                continue
            path = f"{collection}[{mine.key}].{field.name}"
            place = f"{collection}[{part.key}].{field.name}"
            if not _agrees(context, source, path, place, new):
                yield _value(context, source, (path, place), old, new)
    lacking = [
        part for part in lacking if not _is_printed(context, _name(collection, part))
    ]
    if lacking:
        yield _more(record, source, collection, lacking)


def _name(collection: str, part: Part) -> str:
    name = _folded(getattr(part, _NAMES.get(collection, "name")))
    if collection in ("criteria", "outcomes", "contacts"):
        name += f"/{part.type if collection != 'contacts' else part.role}"
    return name


def _folded(value: Any) -> str:
    """As two layouts' prints are compared: letters, digits and signs, no blanks."""
    return "".join(to_text(value).casefold().split()).rstrip(".,;")


def _is_printed(context: Context, name: str) -> bool:
    """Whether the record's own page prints the part too, so that a curator took it."""
    if context.source is None:
        return False
    text = name.rpartition("/")[0] or name
    return any(text == _folded(line) for line in context.source.text)


def _agrees(
    context: Context, source: Source, path: str, place: str, theirs: Any
) -> bool:
    """Whether the record's own page prints the same as the other, or says `theirs`."""
    own, other = _lines(context.source, path), _lines(source, place)
    if not own:
        return False
    printed = _folded("\n".join(own))
    return printed in (_folded("\n".join(other)), _folded(theirs))


def _lines(source: Source | None, path: str) -> list[str]:
    first, last = source.lines.get(path, (1, 0)) if source else (1, 0)
    return list(source.text[first - 1 : last]) if source else []


def _value(
    context: Context, source: Source, paths: tuple[str, str], mine: Any, theirs: Any
) -> Found:
    """One value that the other page gives otherwise; `paths`: the record's, its own."""
    path, place = paths
    old, new = to_text(mine), to_text(theirs)
    has = f"the record has {quoted(old)}" if old else "the record has none"
    lines: tuple[Span, ...] = ()
    if context.source is not None and path in context.source.lines:
        lines = (context.source.lines[path],)
    where = source.lines.get(place)
    there = f" (line {where[0]} of that page)" if where and where[0] > 1 else ""
    return Found(
        paths=(path,),
        message=f"Another page of the trial gives {quoted(new)} for the "
        f"{noun(path.rpartition('.')[2])}{there}; {has}.",
        evidence=f"{old} / {new}",
        lines=lines,
        fix=Fix(
            label="Take the other page's value",
            changes=(changed(path, old, new),),
            before=old,
            after=new,
            confidence=Confidence.MEDIUM,
        ),
    )


def _more(
    record: TrialRecord, source: Source, collection: str, lacking: list[Part]
) -> Found:
    """Parts that only the other page has; their links stay behind."""
    names = [to_text(getattr(p, _NAMES.get(collection, "name"))) for p in lacking]
    unlinked = {"interventions": ()} if collection == "arms" else {}
    if collection == "contacts":
        unlinked = {"location": None}
    parts = tuple(replace(part, **unlinked) for part in lacking)
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
