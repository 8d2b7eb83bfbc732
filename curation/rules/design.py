"""Rules about the study design: the coded values against each other and the texts."""

import re
from collections.abc import Iterable, Iterator

from curation.rules.changes import changed
from curation.rules.rule import Confidence, Context, Fix, Found, Rule, Severity
from curation.rules.wording import joined, quoted
from trials.record import vocabulary as v
from trials.record.shape import TrialRecord

_RANDOM = re.compile(r"\brandomi[sz](?:ed|ation)\b|\brandomly\b", re.IGNORECASE)
_NOT_BEFORE = re.compile(r"(?:\bnon[- ]?|\bnot |\bwithout |\bno )\Z", re.IGNORECASE)
_ASSIGNED = re.compile(
    r"\b(?:will be|are|were|be) (?:randomi[sz]ed|(?:\w+ )?randomly)\b"
    r"|\brandomly (?:assigned|allocated|distributed|divided)\b",
    re.IGNORECASE,
)
_BLIND = re.compile(
    r"\b(?:single|double|triple|quadruple)[- ]blind(?:ed)?\b", re.IGNORECASE
)
_OPEN = re.compile(
    r"\bopen[- ]label(?:led|ed)?\b"
    r"(?![- ](?:extension|phase|period|part|follow|treatment|rescue|lead|run))",
    re.IGNORECASE,
)
_NUMBER = r"(?:IV|I{1,3}|[1-4])"
_PHASE = re.compile(
    rf"\bphase[- ]({_NUMBER})[abc]?(?:\s?(?:/|-|and|,|to)\s?(?:phase )?({_NUMBER}))?"
    r"[abc]?\b",
    re.IGNORECASE,
)
_ARABIC = {"I": "1", "II": "2", "III": "3", "IV": "4"}
_ROLES = {"NONE": 0, "SINGLE": 1, "DOUBLE": 2, "TRIPLE": 3, "QUADRUPLE": 4}
_SEVERAL_ARMS = frozenset({"PARALLEL", "CROSSOVER", "FACTORIAL"})


def phase_two_places(record: TrialRecord, context: Context) -> Iterator[Found]:
    """The page prints two different phases; the record keeps that of the numbered
    section.

    Page tops print only the first of two combined phases; that is less bad than a phase
    that the record does not have at all.

    >>> from curation.rules.examples import found, record
    >>> from curation.rules.rule import Source
    >>> from trials.readers import Repeat
    >>> def page(phase):
    ...     again = (Repeat("phases", 7, 7, phase),)
    ...     return Source("full", (), {}, repeats=again)
    >>> found(phase_two_places, record(phases=("PHASE2",)), source=page("PHASE4"))
    The page prints two phases: Phase 2, which the record keeps, and in line 7 Phase 4.
    >>> found(phase_two_places, record(phases=("PHASE2",)), source=page(None))
    """
    if context.source is None:
        return
    for repeat in context.source.repeats:
        if repeat.path != "phases" or repeat.value is None:
            continue
        other = tuple(repeat.value.split("\n"))
        is_part = set(other) < set(record.phases)
        yield Found(
            paths=("phases",),
            message=f"The page prints two phases: {_phases(record.phases)}, which the "
            f"record keeps, and in line {repeat.first_line} {_phases(other)}.",
            evidence=f"{' '.join(record.phases)} / {' '.join(other)}",
            lines=_lines(context, "phases", (repeat.first_line, repeat.last_line)),
            variants=(repeat.value,),
            severity=Severity.WARNING if is_part else None,
        )


def _lines(context: Context, path: str, *more: tuple[int, int]):
    own = context.source.lines.get(path)
    return ((own,) if own else ()) + more


def _phases(phases: tuple[str, ...]) -> str:
    labels = {phase.value: phase.label for phase in v.Phase}
    return "/".join(labels.get(phase, phase) for phase in phases) or "none"


def phase_vs_text(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """A title names another phase than the field.

    >>> from curation.rules.examples import found, record
    >>> titled = {"official_title": "A Phase II/III Trial of X"}
    >>> found(phase_vs_text, record(phases=("PHASE2",), **titled))
    The official title says “Phase II/III”, the phase is Phase 2.
    >>> found(phase_vs_text, record(phases=("PHASE2", "PHASE3"), **titled))
    """
    if not record.phases:
        return
    for path in ("brief_title", "official_title"):
        match = _PHASE.search(getattr(record, path))
        if match is None:
            continue
        named = {_ARABIC.get(n.upper(), n) for n in match.groups() if n}
        kept = {phase[-1] for phase in record.phases if phase[-1].isdecimal()}
        if named != kept:
            yield Found(
                paths=("phases", path),
                message=f"The {path.replace('_', ' ')} says “{match[0]}”, the phase is "
                f"{_phases(record.phases)}.",
                evidence=f"{match[0]} / {' '.join(record.phases)}",
            )
            return


def _titles(record: TrialRecord) -> Iterator[tuple[str, str]]:
    yield "brief_title", record.brief_title
    yield "official_title", record.official_title


def _arm_texts(record: TrialRecord) -> Iterator[tuple[str, str]]:
    for arm in record.arms:
        yield f"arms[{arm.key}].label", arm.label
        yield f"arms[{arm.key}].description", arm.description
    for part in record.interventions:
        yield f"interventions[{part.key}].description", part.description


def _prose(record: TrialRecord) -> Iterator[tuple[str, str]]:
    yield "brief_summary", record.brief_summary
    yield "detailed_description", record.detailed_description
    yield "intervention_model_description", record.intervention_model_description


def _says(
    pattern: re.Pattern, word: str, texts: Iterable[tuple[str, str]]
) -> dict[str, str]:
    """Path -> what the text says, where `pattern` occurs and is not denied.

    `word` occurs wherever the pattern does: looking for it first is faster.
    """
    said = {}
    for path, text in texts:
        if word not in text.casefold():
            continue
        for match in pattern.finditer(text):
            if not _NOT_BEFORE.search(text, max(match.start() - 8, 0), match.start()):
                said[path] = match[0]
                break
    return said


def allocation_vs_text(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """The allocation says that arms are not chosen at random, but titles, arms or texts
    say that they are; or it is randomized to a single arm.

    >>> from curation.rules.examples import found, record
    >>> from trials.record.shape import ArmRecord
    >>> arms = (ArmRecord(key="a1", label="X"), ArmRecord(key="a2", label="Y"))
    >>> titled = {"brief_title": "A Randomized Trial of X", "arms": arms}
    >>> found(allocation_vs_text, record(allocation="NON_RANDOMIZED", **titled))
    The allocation is Non-Randomized, but the brief title says “Randomized”.
    >>> found(allocation_vs_text, record(allocation="RANDOMIZED", **titled))
    """
    if record.allocation == "RANDOMIZED":
        if len(record.arms) == 1:
            yield Found(
                paths=("allocation", f"arms[{record.arms[0].key}]"),
                message="The allocation is Randomized, but there is a single arm, "
                f"{quoted(record.arms[0].label)}.",
                evidence=f"RANDOMIZED {record.arms[0].label}",
                fix=_recoded("allocation", "RANDOMIZED", "NA", "Not applicable"),
            )
        return
    if record.allocation not in ("NON_RANDOMIZED", "NA") or len(record.arms) == 1:
        return
    said = _says(_RANDOM, "random", _titles(record))
    said |= _says(_RANDOM, "random", _arm_texts(record))
    said |= _says(_ASSIGNED, "random", _prose(record))
    if said:
        first, words = next(iter(said.items()))
        places = "" if len(said) == 1 else f" (in {len(said)} places)"
        label = v.Allocation(record.allocation).label
        yield Found(
            paths=("allocation", *said),
            message=f"The allocation is {label}, but the {_place(first)} says "
            f"{quoted(words)}{places}.",
            evidence=f"{record.allocation} | " + " | ".join(said.values()),
            fix=_recoded("allocation", record.allocation, "RANDOMIZED", "Randomized"),
        )


def _place(path: str) -> str:
    """`"arms[a1].description"` -> `"arm's description"`."""
    field, _, part_field = path.partition("].")
    if not part_field:
        return field.replace("_", " ")
    return f"{field.partition('[')[0].removesuffix('s')}'s {part_field}"


def _recoded(path: str, before: str, after: str, label: str) -> Fix:
    return Fix(
        label=f"Set the {path.replace('_', ' ')} to {label}",
        changes=(changed(path, before, after),),
        before=before,
        after=after,
        confidence=Confidence.MEDIUM,
    )


def model_vs_arms(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """The intervention model and the number of arms exclude each other: one group and
    several arms, or several groups and one arm.

    The registry's reviewers send such records back (PRS Major Comments).

    >>> from curation.rules.examples import found, record
    >>> from trials.record.shape import ArmRecord
    >>> arms = (ArmRecord(key="a1", label="X"), ArmRecord(key="a2", label="Y"))
    >>> found(model_vs_arms, record(intervention_model="SINGLE_GROUP", arms=arms))
    The model is Single Group Assignment, but there are 2 arms.
    >>> found(model_vs_arms, record(intervention_model="PARALLEL", arms=arms))
    """
    model, count = record.intervention_model, len(record.arms)
    if (model == "SINGLE_GROUP" and count > 1) or (
        model in _SEVERAL_ARMS and count == 1
    ):
        arms = f"are {count} arms" if count > 1 else "is one arm"
        yield Found(
            paths=("intervention_model", "arms"),
            message=f"The model is {v.InterventionModel(model).label}, but there "
            f"{arms}.",
            evidence=f"{model}: " + " | ".join(arm.label for arm in record.arms),
        )


def masking_vs_text(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """The masking is none but titles, summary or arms say "double-blind", or there is
    one and they say "open-label".

    >>> from curation.rules.examples import found, record
    >>> titled = {"brief_title": "A Double-Blind Trial of X"}
    >>> found(masking_vs_text, record(masking="NONE", **titled))
    The masking is None (Open Label), but the brief title says “Double-Blind”.
    >>> found(masking_vs_text, record(masking="DOUBLE", **titled))
    """
    if record.masking not in _ROLES:
        return
    said = {}
    for texts in (
        _titles(record),
        [("brief_summary", record.brief_summary)],
        _arm_texts(record),
    ):
        if record.masking == "NONE":
            said |= _says(_BLIND, "blind", texts)
        else:
            said |= _says(_OPEN, "open", texts)
    if said:
        first, words = next(iter(said.items()))
        yield Found(
            paths=("masking", *said),
            message=f"The masking is {v.Masking(record.masking).label}, but the "
            f"{_place(first)} says {quoted(words)}.",
            evidence=f"{record.masking} | " + " | ".join(said.values()),
        )


def who_masked(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """The masking does not name as many masked roles as it says.

    There are four roles, so that "Quadruple" means all of them (Protocol Registration
    Data Element Definitions). Where the page gives none this is a note, unless the
    masking implies them.

    >>> from curation.rules.examples import found, record
    >>> found(who_masked, record(masking="DOUBLE", who_masked=("PARTICIPANT",)))
    The masking is Double, but 1 masked role is named: Participant.
    >>> found(who_masked, record(masking="SINGLE", who_masked=("PARTICIPANT",)))
    """
    level, named = _ROLES.get(record.masking), record.who_masked
    if level is None or level == len(named):
        return
    labels = {role.value: role.label for role in v.WhoMasked}
    said = "no masked roles are named"
    if named:
        count = f"{len(named)} masked role{'s' if len(named) > 1 else ''}"
        verb = "are" if len(named) > 1 else "is"
        said = f"{count} {verb} named: {joined([labels.get(n, n) for n in named])}"
    fix = None
    if level == len(labels):
        before, after = "\n".join(named), "\n".join(labels)
        fix = Fix(
            label="Name all four roles",
            changes=(changed("who_masked", before, after),),
            before=before,
            after=after,
        )
    yield Found(
        paths=("who_masked", "masking"),
        message=f"The masking is {v.Masking(record.masking).label}, but {said}.",
        evidence=f"{record.masking}: {' '.join(named)}",
        fix=fix,
        severity=None if named or fix else Severity.NOTE,
    )


RULES = (
    Rule("phase.two-places", Severity.ERROR, phase_two_places),
    Rule("phase.vs-text", Severity.NOTE, phase_vs_text),
    Rule("design.allocation-vs-text", Severity.WARNING, allocation_vs_text),
    Rule("design.model-vs-arms", Severity.ERROR, model_vs_arms),
    Rule("design.masking-vs-text", Severity.WARNING, masking_vs_text),
    Rule("design.who-masked", Severity.WARNING, who_masked),
)
