"""Rules about arms and interventions: whether they fit each other."""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from curation.rules.changes import changed, created, new_part
from curation.rules.rule import Confidence, Context, Fix, Found, Rule, Severity
from curation.rules.wording import joined, quoted
from trials.record.paths import parse
from trials.record.shape import ArmRecord, InterventionRecord, TrialRecord

_PLACEBO = (
    "placebo", "saline", "vehicle", "sham", "dummy", "sugar", "inactive", "inert",
    "dextrose", "lactose", "starch", "sterile water", "water for injection",
    "simulated", "(pbo)",
)  # fmt: skip
_AND = re.compile(r" (?:and|plus|\+|&) |(?<=\w)\+(?=\w)", re.IGNORECASE)
_WORDS = re.compile(r"[^\W_][\w.-]*[^\W_]|[^\W_]")
_STOCK = frozenset(
    (
        "a", "alone", "an", "and", "arm", "cohort", "comparator", "control",
        "experimental", "for", "group", "in", "of", "only", "patients", "the",
        "therapy", "to", "treated", "treatment", "with",
    )
)  # fmt: skip
_NOTHING_GIVEN = re.compile(
    r"\bno (?:intervention|treatment|drug|therapy|vaccin)|control|standard|usual"
    r"|observation|wait|natural|untreated|routine|not receive|healthy|without",
    re.IGNORECASE,
)
_SUBSTANCES = frozenset({"DRUG", "BIOLOGICAL", "COMBINATION_PRODUCT", ""})
_LONGEST_PART = 4
_SAME_START = 12
"""Words that two texts share at their beginning before they count as one text."""


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.casefold())


def _given(record: TrialRecord, arm: ArmRecord) -> list[InterventionRecord]:
    """What the arm gets: all interventions where the page links none to any arm."""
    if any(other.interventions for other in record.arms):
        return [part for part in record.interventions if part.key in arm.interventions]
    return list(record.interventions)


def _has_placebo(record: TrialRecord, arm: ArmRecord) -> bool:
    texts = [arm.label, arm.description]
    for part in _given(record, arm):
        texts += [part.name, part.description, *part.other_names]
    text = "\n".join(texts).casefold()
    return any(word in text for word in _PLACEBO)


def placebo_without_placebo(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """An arm is a placebo comparator, but nothing in it is a placebo: it is probably an
    active comparator.

    >>> from curation.rules.examples import found, record
    >>> arm = ArmRecord(key="a1", type="PLACEBO_COMPARATOR", label="Ganciclovir")
    >>> found(placebo_without_placebo, record(arms=(arm,)))
    “Ganciclovir” is a placebo comparator, but no placebo is named for it.
    >>> arm = replace(arm, description="Normal saline")
    >>> found(placebo_without_placebo, record(arms=(arm,)))
    """
    for arm in record.arms:
        if arm.type != "PLACEBO_COMPARATOR" or _has_placebo(record, arm):
            continue
        path = f"arms[{arm.key}].type"
        yield Found(
            paths=(path, f"arms[{arm.key}].label", f"arms[{arm.key}].description"),
            message=f"{quoted(arm.label)} is a placebo comparator, but no placebo is "
            "named for it.",
            evidence=f"{arm.type}: {arm.label} {arm.description}".strip(),
            fix=Fix(
                label="Make it an active comparator",
                changes=(changed(path, arm.type, "ACTIVE_COMPARATOR"),),
                before=arm.type,
                after="ACTIVE_COMPARATOR",
                confidence=Confidence.MEDIUM,
            ),
        )


def type_vs_masking(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """There is a placebo or sham arm, which only makes sense where somebody is masked,
    but the masking is none.

    >>> from curation.rules.examples import found, record
    >>> arm = ArmRecord(key="a1", type="SHAM_COMPARATOR", label="Sham")
    >>> found(type_vs_masking, record(masking="NONE", arms=(arm,)))
    “Sham” is a sham comparator, but nobody is masked.
    >>> found(type_vs_masking, record(masking="DOUBLE", arms=(arm,)))
    """
    if record.masking != "NONE":
        return
    for arm in record.arms:
        is_sham = arm.type == "SHAM_COMPARATOR"
        is_placebo = arm.type == "PLACEBO_COMPARATOR" and _has_placebo(record, arm)
        if is_sham or is_placebo:
            kind = "sham" if is_sham else "placebo"
            yield Found(
                paths=("masking", f"arms[{arm.key}].type"),
                message=f"{quoted(arm.label)} is a {kind} comparator, but nobody is "
                "masked.",
                evidence=f"{record.masking} {arm.type} {arm.label}",
            )


def same_description(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """Several arms are described by one text, or two begin with the same words as the
    detailed description: nothing says what makes the arms differ.

    >>> from curation.rules.examples import found, record
    >>> arms = tuple(ArmRecord(key=f"a{n}", description="One dose.") for n in (1, 2))
    >>> found(same_description, record(arms=arms))
    2 arms are described by the same words: “One dose.”.
    >>> found(same_description, record(arms=arms[:1]))
    """
    arms = [arm for arm in record.arms if arm.description]
    whole: dict[str, list[ArmRecord]] = {}
    start: dict[str, list[ArmRecord]] = {}
    for arm in arms:
        words = arm.description.casefold().split()
        whole.setdefault(" ".join(words), []).append(arm)
        if len(words) >= _SAME_START:
            start.setdefault(" ".join(words[:_SAME_START]), []).append(arm)
    paths: tuple[str, ...] = ()
    groups = [same for same in whole.values() if len(same) > 1]
    if not groups:
        starts = {words: same for words, same in start.items() if len(same) > 1}
        text = (
            " ".join(record.detailed_description.casefold().split()) if starts else ""
        )
        groups = [same for words, same in starts.items() if words in text]
        paths = ("detailed_description",)
    for same in groups:
        text = same[0].description
        yield Found(
            paths=(*(f"arms[{arm.key}].description" for arm in same), *paths),
            message=f"{len(same)} arms are described by the same words: "
            f"{quoted(text)}.",
            evidence=" | ".join(arm.description for arm in same),
        )


def _combined(record: TrialRecord) -> Iterator[tuple[InterventionRecord, list[str]]]:
    """Interventions whose name joins several, with the parts of the name.

    Each part has to occur elsewhere in the record without the others.
    """
    named = [
        (part, [name.strip() for name in names])
        for part in record.interventions
        if part.type in _SUBSTANCES
        and "/" not in part.name
        and len(names := _AND.split(part.name)) > 1
    ]
    if not named:
        return
    texts = [record.brief_title, record.official_title, record.brief_summary]
    texts += [
        record.detailed_description,
        *(part.name for part in record.interventions),
    ]
    texts += [text for arm in record.arms for text in (arm.label, arm.description)]
    texts += [part.description for part in record.interventions]
    text = "\n".join(texts).casefold()
    for part, names in named:
        together = text.count(part.name.casefold())
        if all(
            0 < len(name.split()) <= _LONGEST_PART
            and len(name) > 2
            and text.count(name.casefold()) > together
            for name in names
        ):
            yield part, names


def combined(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """One intervention's name joins two that the record also names apart: they are to
    be listed one by one, so that arms can say which they get.

    >>> from curation.rules.examples import found, record
    >>> both = InterventionRecord(key="i1", type="DRUG", name="Drug X and Drug Y")
    >>> told = "All get drug X; half get drug Y."
    >>> found(combined, record(interventions=(both,), brief_summary=told))
    “Drug X and Drug Y” names 2 interventions that the record also names apart.
    >>> found(combined, record(interventions=(both,), brief_summary="All get both."))
    """
    known = {part.name.casefold() for part in record.interventions}
    for part, names in _combined(record):
        path = f"interventions[{part.key}].name"
        first, *others = names
        added = created(
            record,
            "interventions",
            tuple(
                replace(part, name=name, other_names=())
                for name in others
                if name.casefold() not in known
            ),
        )
        keys = [parse(change.path).key for change in added]
        links = tuple(
            changed(
                f"arms[{arm.key}].interventions",
                "\n".join(arm.interventions),
                "\n".join((*arm.interventions, *keys)),
            )
            for arm in record.arms
            if keys and part.key in arm.interventions
        )
        yield Found(
            paths=(path,),
            message=f"{quoted(part.name)} names {len(names)} interventions that the "
            "record also names apart.",
            evidence=part.name,
            fix=Fix(
                label=f"List {joined(names)} one by one",
                changes=(changed(path, part.name, first), *added, *links),
                before=part.name,
                after="\n".join(names),
                confidence=Confidence.MEDIUM,
            ),
        )


def arm_without(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """An arm has no intervention although others have, or its label names a drug that
    is listed only together with another.

    >>> from curation.rules.examples import found, record
    >>> drug = InterventionRecord(key="i1", type="DRUG", name="Drug X")
    >>> arms = (ArmRecord(key="a1", label="X", interventions=("i1",)),
    ...     ArmRecord(key="a2", label="Y"))
    >>> found(arm_without, record(interventions=(drug,), arms=arms))
    “Y” has no intervention.
    >>> arms = (arms[0], replace(arms[1], type="NO_INTERVENTION"))
    >>> found(arm_without, record(interventions=(drug,), arms=arms))
    """
    if any(arm.interventions for arm in record.arms):
        for arm in record.arms:
            text = f"{arm.label} {arm.description}"
            if (
                not arm.interventions
                and arm.type != "NO_INTERVENTION"
                and not _NOTHING_GIVEN.search(text)
            ):
                yield Found(
                    paths=(f"arms[{arm.key}].interventions", f"arms[{arm.key}].label"),
                    message=f"{quoted(arm.label)} has no intervention.",
                    evidence=arm.label,
                )
        return
    yield from _unlisted(record)


def _unlisted(record: TrialRecord) -> Iterator[Found]:
    """Drugs that arms are named after but that are listed only with another."""
    listed = {" ".join(_words(part.name)) for part in record.interventions}
    joined_in: dict[str, tuple[InterventionRecord, str]] = {}
    for part, names in _combined(record):
        for name in names:
            joined_in.setdefault(" ".join(_words(name)), (part, name))
    named: dict[str, list[ArmRecord]] = {}
    for arm in record.arms if joined_in else ():
        words = [word for word in _words(arm.label) if word not in _STOCK]
        named.setdefault(" ".join(words), []).append(arm)
    for words, arms in named.items():
        if words not in joined_in or words in listed:
            continue
        part, name = joined_in[words]
        new = new_part("interventions", type=part.type, name=name)
        (added,) = created(record, "interventions", (new,))
        key = parse(added.path).key
        yield Found(
            paths=(
                *(f"arms[{arm.key}].label" for arm in arms),
                f"interventions[{part.key}].name",
            ),
            message=f"{quoted(arms[0].label)} names {quoted(name)}, which is listed "
            f"only in {quoted(part.name)}.",
            evidence=f"{arms[0].label} / {part.name}",
            fix=Fix(
                label=f"Add {name} and link it to the arm",
                changes=(
                    added,
                    *(
                        changed(f"arms[{arm.key}].interventions", "", key)
                        for arm in arms
                    ),
                ),
                before="",
                after=name,
                confidence=Confidence.MEDIUM,
            ),
        )


RULES = (
    Rule("arms.placebo-without-placebo", Severity.ERROR, placebo_without_placebo),
    Rule("arms.type-vs-masking", Severity.WARNING, type_vs_masking),
    Rule("arms.same-description", Severity.NOTE, same_description),
    Rule("interventions.combined", Severity.WARNING, combined),
    Rule("interventions.arm-without", Severity.WARNING, arm_without),
)
