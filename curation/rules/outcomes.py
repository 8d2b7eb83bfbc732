"""Rules about outcome measures and their time frames."""

import re
from collections.abc import Iterator

from curation.rules.changes import changed
from curation.rules.rule import Context, Fix, Found, Rule, Severity
from curation.rules.wording import quoted
from trials.record.shape import TrialRecord

_TIME = re.compile(
    r"[0-9]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|first|second"
    r"|third|last|final|single|immediate\w*|days?|daily|weeks?|weekly|months?|monthly"
    r"|years?|yearly|annual\w*|hours?|hourly|minutes?|seconds?|overnight|visits?"
    r"|baseline|discharge|admission|hospitali[sz]\w*|stay|study|trial|treatment"
    r"|surgery|surgical|operation|procedure|intervention|\w*operative\w*|enrol\w*"
    r"|screening|completion|follow[ -]?up|during|birth|delivery|pregnancy|death"
    r"|lifetime|cycles?|course|anesthesia|randomi[sz]ation|end of|time)\b",
    re.IGNORECASE,
)
_BARE_DAY = re.compile(
    r"(?:the )?(?:days?|weeks?|months?|time) (?:for|when|until|after|on which)\b",
    re.IGNORECASE,
)
_PLURAL = re.compile(
    r"\b(?P<unit>Day|Week|Month|Hour|Visit)s (?P<number>[0-9]+)\b"
    r"(?!\s*(?:[-–—/,&+:;]|to\b|and\b|or\b|through\b|until\b|till\b|[0-9]))"
)
_VAGUE = re.compile(
    r"(?:overall |treatment |the |patient |clinical )?"
    r"(?:safety|efficacy|effectiveness|tolerability|feasibility|satisfaction)"
    r"(?:,? (?:and|&) (?:safety|efficacy|effectiveness|tolerability|feasibility))?",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(r"(?:\betc|\bvs|\bi\.e|\be\.g|\.[A-Za-z]|\b[A-Z])\.\Z")


def time_frame_vague(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """A time frame names no point in time: no number, visit, day or event like
    discharge, or a day that only an event fixes.

    The registry's reviewers ask for a specific time point (PRS Major Comments).

    >>> from curation.rules.examples import found, record
    >>> from trials.record.shape import OutcomeRecord
    >>> def at(text): return (OutcomeRecord(key="o1", measure="X", time_frame=text),)
    >>> found(time_frame_vague, record(outcomes=at("Days when DNA is low")))
    “Days when DNA is low” does not say when “X” is measured.
    >>> found(time_frame_vague, record(outcomes=at("Day 7 after treatment")))
    """
    for outcome in record.outcomes:
        frame = outcome.time_frame
        if frame and (_BARE_DAY.match(frame) or not _TIME.search(frame)):
            path = f"outcomes[{outcome.key}]"
            yield Found(
                paths=(f"{path}.time_frame", f"{path}.measure"),
                message=f"{quoted(frame)} does not say when {quoted(outcome.measure)} "
                "is measured.",
                evidence=frame,
            )


def time_frame_plural(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """A time frame has a plural before a single number: "Days 7".

    >>> from curation.rules.examples import found, record
    >>> from trials.record.shape import OutcomeRecord
    >>> def at(text): return (OutcomeRecord(key="o1", time_frame=text),)
    >>> found(time_frame_plural, record(outcomes=at("Days 7 after treatment")))
    “Days 7” is one point in time: “Day 7”.
    >>> found(time_frame_plural, record(outcomes=at("Days 1 to 7, weeks 2 and 3")))
    """
    for outcome in record.outcomes:
        frame = outcome.time_frame
        if match := _PLURAL.search(frame):
            path = f"outcomes[{outcome.key}].time_frame"
            one = f"{match['unit']} {match['number']}"
            after = _PLURAL.sub(r"\g<unit> \g<number>", frame)
            yield Found(
                paths=(path,),
                message=f"“{match[0]}” is one point in time: “{one}”.",
                evidence=frame,
                fix=Fix(
                    label=f"Write “{one}”",
                    changes=(changed(path, frame, after),),
                    before=frame,
                    after=after,
                ),
            )


def title_vague(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """An outcome is only called safety, efficacy or the like, which nobody can measure.

    The registry warns of such titles (PRS release notes, June 2018).

    >>> from curation.rules.examples import found, record
    >>> from trials.record.shape import OutcomeRecord
    >>> def titled(text): return (OutcomeRecord(key="o1", measure=text),)
    >>> found(title_vague, record(outcomes=titled("Safety and tolerability")))
    “Safety and tolerability” does not say what is measured.
    >>> found(title_vague, record(outcomes=titled("Safety: number of adverse events")))
    """
    for outcome in record.outcomes:
        if _VAGUE.fullmatch(outcome.measure.strip(" .:")):
            yield Found(
                paths=(f"outcomes[{outcome.key}].measure",),
                message=f"{quoted(outcome.measure)} does not say what is measured.",
                evidence=outcome.measure,
            )


def title_stop(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """Some titles of outcomes end with a stop and others do not.

    >>> from curation.rules.examples import found, record
    >>> from trials.record.shape import OutcomeRecord
    >>> one = OutcomeRecord(key="o1", measure="Pain.")
    >>> two = OutcomeRecord(key="o2", measure="Blood pressure")
    >>> found(title_stop, record(outcomes=(one, two)))
    1 of 2 outcome titles ends with a stop.
    >>> found(title_stop, record(outcomes=(one,)))
    """
    titles = {outcome.key: outcome.measure for outcome in record.outcomes}
    stopped = {key: title for key, title in titles.items() if _has_stop(title)}
    if not stopped or len(stopped) == len(titles):
        return
    verb = "end" if len(stopped) > 1 else "ends"
    yield Found(
        paths=tuple(f"outcomes[{key}].measure" for key in stopped),
        message=f"{len(stopped)} of {len(titles)} outcome titles {verb} with a stop.",
        evidence=" | ".join(stopped.values()),
        fix=Fix(
            label="Drop the stops" if len(stopped) > 1 else "Drop the stop",
            changes=tuple(
                changed(f"outcomes[{key}].measure", title, title.removesuffix("."))
                for key, title in stopped.items()
            ),
            before="\n".join(stopped.values()),
            after="\n".join(title.removesuffix(".") for title in stopped.values()),
        ),
    )


def _has_stop(title: str) -> bool:
    is_one = title.endswith(".") and not title.endswith("..")
    return is_one and not _ABBREVIATED.search(title)


RULES = (
    Rule("outcome.time-frame-vague", Severity.WARNING, time_frame_vague),
    Rule("outcome.time-frame-plural", Severity.NOTE, time_frame_plural),
    Rule("outcome.title-vague", Severity.WARNING, title_vague),
    Rule("outcome.title-stop", Severity.NOTE, title_stop),
)
