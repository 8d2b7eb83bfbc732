"""Rules about what is missing: one for each row of `requirements.REQUIREMENTS`."""

import re
from collections.abc import Iterator

from curation.rules.changes import changed, created, new_part
from curation.rules.printed import empty_headings
from curation.rules.requirements import REQUIREMENTS, Requirement
from curation.rules.rule import Check, Confidence, Context, Fix, Found, Rule, Severity
from curation.rules.wording import joined, noun
from trials.readers import Span
from trials.record.diff import to_text
from trials.record.paths import parse
from trials.record.shape import ArmRecord, TrialRecord

_PLACEBO = re.compile(r"placebo|saline|vehicle", re.IGNORECASE)
_SHAM = re.compile(r"\bsham\b", re.IGNORECASE)
_OWN_SECTIONS = frozenset({"", "related_trials", "criteria", "arms", "outcomes"})
"""Sections that hold other headings or none of the trial's values."""

_EXAMPLE = """

    >>> from curation.rules.completeness import required
    >>> from curation.rules.examples import found, record
    >>> from trials.record.shape import *
    >>> found(required("{slug}"), record({fires}))
    {what}
    >>> found(required("{slug}"), record({silent}))
    """


def _check(requirement: Requirement) -> Check:
    """The check of one requirement, with its explanation."""

    def check(record: TrialRecord, context: Context) -> Iterator[Found]:
        if not requirement.applies(record, context):
            return
        paths = requirement.missing(record, context)
        if paths:
            field = parse(paths[0]).field
            yield Found(
                paths=paths,
                message=requirement.what,
                evidence=f"missing: {' '.join(paths)}",
                lines=_printed_empty(context, field),
                fix=_proposal(requirement.slug, record, context),
            )

    check.__name__ = check.__qualname__ = requirement.slug.replace("-", "_")
    check.__doc__ = f"{requirement.what} {requirement.why}" + _EXAMPLE.format(
        **requirement._asdict()
    )
    return check


def _printed_empty(context: Context, field: str) -> tuple[Span, ...]:
    """The lines of the headings that stand for `field` and have nothing below."""
    if context.source is None:
        return ()
    fields = {field, "countries"} if field == "locations" else {field}
    return tuple(
        (line, line)
        for line, name in empty_headings(context.source)
        if name in fields and name != "criteria"
    )


def _proposal(slug: str, record: TrialRecord, context: Context) -> Fix | None:
    if slug == "arm-type":
        return _arm_types(record)
    if slug == "conditions":
        return _printed_elsewhere(record, context, "conditions")
    if slug == "phase":
        return _printed_elsewhere(record, context, "phases")
    return None


def _printed_elsewhere(record: TrialRecord, context: Context, field: str) -> Fix | None:
    """Take what the page prints in its top for the missing `field`."""
    if context.source is None:
        return None
    again = [r for r in context.source.repeats if r.path == field and r.value]
    if not again:
        return None
    values = [repeat.value for repeat in again]
    if field == "phases":
        changes = (changed(field, to_text(record.phases), values[0]),)
    else:
        parts = tuple(new_part(field, name=value) for value in values)
        changes = created(record, field, parts)
    return Fix(
        label=f"Take what line {again[0].first_line} says",
        changes=changes,
        before="",
        after="\n".join(values),
        confidence=Confidence.MEDIUM,
    )


def _arm_types(record: TrialRecord) -> Fix | None:
    """Types for two arms of which one is a placebo; others are for the curator."""
    arms = [arm for arm in record.arms if not arm.type]
    types = {arm.key: _comparator(record, arm) for arm in arms}
    if len(arms) != len(record.arms) or len(arms) != 2 or not any(types.values()):
        return None
    if all(types.values()):
        return None
    after = {key: kind or "EXPERIMENTAL" for key, kind in types.items()}
    return Fix(
        label="Set " + joined([noun(kind).lower() for kind in after.values()]),
        changes=tuple(
            changed(f"arms[{k}].type", "", kind) for k, kind in after.items()
        ),
        before="",
        after="\n".join(after.values()),
        confidence=Confidence.MEDIUM,
    )


def _comparator(record: TrialRecord, arm: ArmRecord) -> str:
    names = [p.name for p in record.interventions if p.key in arm.interventions]
    if len(names) > 1:
        return ""
    text = " ".join([arm.label, *names])
    if _SHAM.search(text):
        return "SHAM_COMPARATOR"
    return "PLACEBO_COMPARATOR" if _PLACEBO.search(text) else ""


_CHECKS = {requirement.slug: _check(requirement) for requirement in REQUIREMENTS}


def required(slug: str) -> Check:
    """The check of the rule `complete.<slug>`. Raises KeyError."""
    return _CHECKS[slug]


def empty_section(record: TrialRecord, context: Context) -> Iterator[Found]:
    """The page prints a heading with nothing below: what stood there was lost on its
    way, or never given.

    Where a record has to have the value, the rule that asks for it says so instead.

    >>> from curation.rules.examples import found, record
    >>> from curation.rules.rule import Source
    >>> def page(*lines): return Source("snapshot", lines, {}, headings=(1,))
    >>> found(empty_section, record(), source=page("Other Intervention Names"))
    The page prints the heading “Other Intervention Names” with nothing below it.
    >>> found(empty_section, record(), source=page("Other Intervention Names", "IL-7"))
    """
    if context.source is None:
        return
    source, asked = context.source, None
    for line, field in empty_headings(source):
        if field in _OWN_SECTIONS or getattr(record, field) not in ("", (), None):
            continue
        if asked is None:
            asked = _asked_for(record, context)
        if field not in asked:
            yield Found(
                paths=(field,),
                message=f"The page prints the heading “{source.text[line - 1]}” with "
                "nothing below it.",
                evidence=source.text[line - 1],
                lines=((line, line),),
            )


def _asked_for(record: TrialRecord, context: Context) -> set[str]:
    """Fields that another rule reports as missing."""
    asked = {
        parse(path).field
        for requirement in REQUIREMENTS
        if requirement.applies(record, context)
        for path in requirement.missing(record, context)
    }
    if "locations" in asked or any(site.country for site in record.locations):
        asked.add("countries")
    if record.study_type != "INTERVENTIONAL":
        asked.add("phases")  # Other studies have none.
    return asked


RULES = (
    *(
        Rule(f"complete.{requirement.slug}", requirement.severity, check)
        for requirement, check in zip(REQUIREMENTS, _CHECKS.values(), strict=True)
    ),
    Rule("complete.empty-section", Severity.NOTE, empty_section),
)

__test__ = {rule.id: rule.check.__doc__ for rule in RULES}
"""The examples of the checks that are made from the table, for doctest."""
