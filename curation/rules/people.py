"""Rules about the people of a study."""

import re
from collections.abc import Iterator

from curation.rules.changes import changed
from curation.rules.rule import Confidence, Context, Fix, Found, Rule, Severity
from curation.rules.wording import joined, quoted
from trials.record.shape import TrialRecord

_DOCTOR = r"(?:M\.?D\.?|MBBS|DO)"
_SCIENTIST = r"(?:Ph\.?D\.?|DPhil|Dr\.PH|DrPH|ScD)"
_DEGREE = rf"(?:{_DOCTOR}|{_SCIENTIST}|MPH|MSc|MS|BS|RN|FRCP|FACS|FACP|PharmD)"
_TOGETHER = re.compile(rf"(?<=[\s,]){_DEGREE}(?: {_DEGREE})+(?=\Z|,)")
_PHD_FIRST = re.compile(
    rf"(?<=[\s,])(?P<scientist>{_SCIENTIST}),? (?P<doctor>{_DOCTOR})(?=\Z|,| )"
)
_JUNK = re.compile(
    r"[0-9]|\b(?:call cent(?:er|re)|study director|clinical trials?|medical monitor"
    r"|medical director|study (?:contact|coordinator)|information cent(?:er|re))\b",
    re.IGNORECASE,
)


def several_pi(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """Several people are called principal investigator of one study; often one of them
    leads a site.

    Chaturvedi et al., Trials 2019, found this in many records.

    >>> from curation.rules.examples import found, record
    >>> from trials.record.shape import OfficialRecord
    >>> def lead(key, name):
    ...     return OfficialRecord(key=key, name=name, role="PRINCIPAL_INVESTIGATOR")
    >>> two = (lead("of1", "A. Lee"), lead("of2", "B. Wu"))
    >>> found(several_pi, record(officials=two))
    The study has 2 principal investigators: A. Lee and B. Wu.
    >>> found(several_pi, record(officials=two[:1]))
    """
    leads = [o for o in record.officials if o.role == "PRINCIPAL_INVESTIGATOR"]
    if len(leads) > 1:
        names = [official.name for official in leads]
        yield Found(
            paths=tuple(f"officials[{official.key}].role" for official in leads),
            message=f"The study has {len(leads)} principal investigators: "
            f"{joined(names)}.",
            evidence=" | ".join(names),
        )


def degrees(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """Degrees after a name stand without commas or in an unusual order ("PhD MD"); the
    registry writes "MD, PhD".

    >>> from curation.rules.examples import found, record
    >>> from trials.record.shape import OfficialRecord
    >>> def named(name): return (OfficialRecord(key="of1", name=name),)
    >>> found(degrees, record(officials=named("Ada Lee, PhD MD")))
    “Ada Lee, PhD MD” is usually written “Ada Lee, MD, PhD”.
    >>> found(degrees, record(officials=named("Ada Lee, MD, PhD")))
    """
    places: dict[str, list[str]] = {}
    for collection in ("officials", "contacts"):
        for person in getattr(record, collection):
            path = f"{collection}[{person.key}].name"
            places.setdefault(person.name, []).append(path)
    for name, paths in places.items():
        usual = _usual(name)
        if usual != name:
            yield Found(
                paths=tuple(paths),
                message=f"{quoted(name)} is usually written {quoted(usual)}.",
                evidence=name,
                fix=Fix(
                    label=f"Write {usual}",
                    changes=tuple(changed(path, name, usual) for path in paths),
                    before=name,
                    after=usual,
                    confidence=Confidence.MEDIUM,
                ),
            )


def _usual(name: str) -> str:
    """`"Ada Lee, PhD MD"` -> `"Ada Lee, MD, PhD"`."""
    apart = _TOGETHER.sub(lambda found: found[0].replace(" ", ", "), name)
    return _PHD_FIRST.sub(r"\g<doctor>, \g<scientist>", apart)


def junk_name(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """An official's name is no person's name: it has digits or says "Call Center".

    Chaturvedi et al., Trials 2019, found 17% of such names.

    >>> from curation.rules.examples import found, record
    >>> from trials.record.shape import OfficialRecord
    >>> def named(name): return (OfficialRecord(key="of1", name=name),)
    >>> found(junk_name, record(officials=named("Acme Call Center")))
    “Acme Call Center” is no name of a person.
    >>> found(junk_name, record(officials=named("Ada Lee, MD")))
    """
    for official in record.officials:
        if _JUNK.search(official.name):
            yield Found(
                paths=(f"officials[{official.key}].name",),
                message=f"{quoted(official.name)} is no name of a person.",
                evidence=official.name,
            )


RULES = (
    Rule("officials.several-pi", Severity.NOTE, several_pi),
    Rule("officials.degrees", Severity.NOTE, degrees),
    Rule("officials.junk-name", Severity.WARNING, junk_name),
)
