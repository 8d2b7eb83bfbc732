"""What the rules about whole records find in the two pages of the repository."""

import datetime
from functools import cache
from pathlib import Path
from time import process_time

import pytest
from msgspec.structs import replace

from curation.rules import (
    addresses,
    arms,
    completeness,
    dates,
    design,
    formats,
    organisations,
    outcomes,
    people,
    references,
    second_page,
    source,
    status,
    titles,
)
from curation.rules.examples import ExampleWords
from curation.rules.rule import Context, Found, Severity, Source
from trials.readers import read, split_lines
from trials.record.diff import apply
from trials.record.fields import fields_of
from trials.record.shape import COLLECTIONS, TrialRecord

MODULES = (
    *(addresses, arms, completeness, dates, design, formats, organisations, outcomes),
    *(people, references, second_page, source, status, titles),
)
RULES = tuple(rule for module in MODULES for rule in module.RULES)
PAGES = Path("fixtures/pages")
FULL, SNAPSHOT = "NCT04225780.full.txt", "NCT04426201.snapshot.txt"

ROWS = [
    (SNAPSHOT, "complete.brief-summary", 14, "", ""),
    (SNAPSHOT, "complete.conditions", 33, "", ""),
    (SNAPSHOT, "complete.official-title", 0, "", ""),
    (SNAPSHOT, "complete.primary-outcome", 0, "", ""),
    (SNAPSHOT, "complete.why-stopped", 0, "", ""),
    (SNAPSHOT, "complete.primary-completion", 0, "", ""),
    (SNAPSHOT, "dates.type-missing", 12, "", "ACTUAL"),
    (SNAPSHOT, "dates.type-missing", 13, "", "ACTUAL"),
    (SNAPSHOT, "enrollment.type-missing", 10, "", "ACTUAL"),
    (
        SNAPSHOT,
        "design.who-masked",
        40,
        "",
        "PARTICIPANT\nCARE_PROVIDER\nINVESTIGATOR\nOUTCOMES_ASSESSOR",
    ),
    (SNAPSHOT, "complete.arm-type", 0, "", "EXPERIMENTAL\nPLACEBO_COMPARATOR"),
    (SNAPSHOT, "complete.intervention-type", 0, "", ""),
    (SNAPSHOT, "complete.empty-section", 57, "", ""),
    (SNAPSHOT, "sponsor.lead-unclear", 104, "", "COLLABORATOR\n" * 4 + "LEAD"),
    (SNAPSHOT, "complete.responsible-party", 106, "", ""),
    (SNAPSHOT, "location.country-missing", 122, "", "United States"),
    (
        SNAPSHOT,
        "org.near-duplicate",
        118,
        "Memorial sloan kettering",
        "Memorial Sloan Kettering Cancer Center",
    ),
    (
        SNAPSHOT,
        "org.near-duplicate",
        120,
        "MD Anderson cancer center",
        "M.D. Anderson Cancer Center",
    ),
    (
        SNAPSHOT,
        "title.acronym",
        1,
        "InterLeukin-7 to Improve Clinical Outcomes in Lymphopenic Patients With "
        "COVID-19 Infection ( ILIAD-7-US-O )",
        "InterLeukin-7 to Improve Clinical Outcomes in Lymphopenic Patients With "
        "COVID-19 Infection\nILIAD-7-US-O",
    ),
    (SNAPSHOT, "officials.several-pi", 111, "", ""),
    (SNAPSHOT, "reference.after-update", 130, "", "DERIVED"),
    (SNAPSHOT, "reference.type-missing", 126, "", ""),
    (SNAPSHOT, "import.empty-section", 136, "", ""),
    (SNAPSHOT, "results.overdue", 5, "", ""),
    (FULL, "phase.two-places", 7, "", ""),
    (FULL, "phase.two-places", 116, "", ""),
    (FULL, "design.allocation-vs-text", 124, "NON_RANDOMIZED", "RANDOMIZED"),
    (
        FULL,
        "arms.placebo-without-placebo",
        137,
        "PLACEBO_COMPARATOR",
        "ACTIVE_COMPARATOR",
    ),
    (
        FULL,
        "interventions.combined",
        143,
        "Low-dose IL-2 and ganciclovir",
        "Low-dose IL-2\nganciclovir",
    ),
    (FULL, "interventions.arm-without", 135, "", "ganciclovir"),
    (FULL, "complete.locations", 8, "", ""),
    (FULL, "complete.locations", 29, "", ""),
    (FULL, "import.empty-section", 13, "", ""),
    (FULL, "status.unknown", 81, "", ""),
    (FULL, "dates.estimated-past", 83, "", ""),
    (FULL, "dates.estimated-past", 85, "", ""),
    (FULL, "dates.estimated-past", 87, "", ""),
    (FULL, "dates.verification-stale", 79, "", ""),
    (FULL, "format.org-id-is-nct", 70, "NCT04225780", ""),
    (FULL, "format.phone", 222, "", ""),
    (FULL, "officials.degrees", 220, "Zhanguo Li, PhD MD", "Zhanguo Li, MD, PhD"),
    (FULL, "officials.degrees", 227, "Zhanguo Li, PhD MD", "Zhanguo Li, MD, PhD"),
    (
        FULL,
        "format.url-classic",
        244,
        "https://www.clinicaltrials.gov/ct2/show/NCT02985775?id=NCT02505568+OR+"
        "NCT02756650+OR+NCT01960790+OR+NCT02648581+OR+NCT02985775+OR+NCT04056533+OR+"
        "NCT01185223&draw=2&rank=2&load=cart",
        "https://clinicaltrials.gov/study/NCT02985775",
    ),
    (FULL, "import.section-gap", 127, "", ""),
    (FULL, "import.section-gap", 232, "", ""),
    (FULL, "import.duplicate-section", 18, "", ""),
    (FULL, "import.duplicate-section", 211, "", ""),
    (
        FULL,
        "outcome.time-frame-plural",
        152,
        "Days 7 after treatment",
        "Day 7 after treatment",
    ),
    (FULL, "outcome.time-frame-vague", 159, "", ""),
    (FULL, "outcome.time-frame-vague", 165, "", ""),
    (FULL, "outcome.time-frame-vague", 171, "", ""),
    (FULL, "outcome.time-frame-vague", 177, "", ""),
    (FULL, "outcome.time-frame-vague", 183, "", ""),
    (FULL, "outcome.time-frame-vague", 189, "", ""),
    (
        FULL,
        "outcome.title-stop",
        155,
        "The total dose for anti-viral drugs.\n"
        "The change of cytokine after low-dose IL-2 treatment.\n"
        "The change of NK cell subsets.\n"
        "The day for CMV infection patients convert into negative.",
        "The total dose for anti-viral drugs\n"
        "The change of cytokine after low-dose IL-2 treatment\n"
        "The change of NK cell subsets\n"
        "The day for CMV infection patients convert into negative",
    ),
    (FULL, "arms.same-description", 133, "", ""),
    (FULL, "arms.same-description", 139, "", ""),
]
"""Page, rule, line (0: what is missing has none), fix before and after."""


@cache
def page(name: str):
    """The record of a page of the repository, and the context of its check."""
    text = (PAGES / name).read_text(encoding="utf-8")
    reading = read(text)
    kept = Source(
        layout=reading.layout,
        text=tuple(split_lines(text)),
        lines=reading.lines,
        repeats=reading.repeats,
        headings=reading.headings,
        boilerplate=reading.boilerplate,
        unplaced=reading.unplaced,
    )
    today = datetime.date(2025, 3, 1)
    return reading.record, Context(today=today, words=ExampleWords(), source=kept)


@cache
def findings(name: str) -> tuple[tuple[str, Found], ...]:
    record, context = page(name)
    return tuple((rule.id, f) for rule in RULES for f in rule.check(record, context))


def lines_of(name: str, found: Found) -> set[int]:
    spans = page(name)[1].source.lines
    placed = found.lines or tuple(spans[path] for path in found.paths if path in spans)
    return {n for first, last in placed for n in range(first, last + 1)} or {0}


@pytest.mark.parametrize(("name", "rule", "line", "before", "after"), ROWS)
def test_a_known_problem_is_found(name, rule, line, before, after):
    there = [
        f for id_, f in findings(name) if id_ == rule and line in lines_of(name, f)
    ]

    assert there, f"{rule} says nothing about line {line}."
    fixes = [(f.fix.before, f.fix.after) for f in there if f.fix]
    assert fixes == ([(before, after)] if before or after else [])


@pytest.mark.parametrize("name", [FULL, SNAPSHOT])
def test_nothing_else_is_found(name):
    known = {(rule, line) for page_, rule, line, *_ in ROWS if page_ == name}

    others = [
        (rule, f.message)
        for rule, f in findings(name)
        if not any((rule, line) in known for line in lines_of(name, f))
    ]

    assert others == []


@pytest.mark.parametrize("name", [FULL, SNAPSHOT])
def test_every_fix_can_be_applied_and_ends_its_finding(name):
    record, context = page(name)
    by_id = {rule.id: rule for rule in RULES}

    for rule, found in findings(name):
        if not found.fix:
            continue
        fixed = apply(record, found.fix.changes)
        left = list(by_id[rule].check(fixed, context))
        assert found.evidence not in {f.evidence for f in left}, rule


def test_the_page_top_is_offered_in_place_of_the_numbered_phase():
    (found,) = (f for rule, f in findings(FULL) if rule == "phase.two-places")

    assert found.variants == ("PHASE1",)
    assert "Phase 1/Phase 2" in found.message


def test_a_list_that_is_printed_twice_alike_is_only_noted():
    (found,) = (f for rule, f in findings(FULL) if rule == "import.duplicate-section")

    assert found.severity == Severity.NOTE


def test_ids_are_unique():
    ids = [rule.id for rule in RULES]

    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("name", [FULL, SNAPSHOT])
def test_no_rule_is_worse_than_linear_in_the_text(name):
    record, context = page(name)
    once, twice = doubled(record, 8), doubled(record, 16)

    for rule in RULES:
        short, long = seconds(rule, once, context), seconds(rule, twice, context)
        assert long < 3 * short + 0.005, f"{rule.id}: {short:.4f} s, {long:.4f} s."


def doubled(record, times):
    """The record with its texts and lists of parts that many times as long."""
    longer = {}
    for field in fields_of(TrialRecord):
        value = getattr(record, field.name)
        if field.name in COLLECTIONS:
            prefix = COLLECTIONS[field.name].prefix
            longer[field.name] = tuple(
                replace(part, key=f"{prefix}{1 + place + turn * len(value)}")
                if turn
                else part
                for turn in range(times)
                for place, part in enumerate(value)
            )
        elif field.kind == "text" and len(value) > 40:
            longer[field.name] = " ".join([value] * times)
    return replace(record, **longer)


def seconds(rule, record, context) -> float:
    """The best of three runs."""
    best = 9.0
    for _ in range(3):
        start = process_time()
        list(rule.check(record, context))
        best = min(best, process_time() - start)
    return best
