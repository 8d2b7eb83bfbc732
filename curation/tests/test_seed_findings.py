"""What the desk says of the two pages of the repository, row by row, once imported."""

from typing import NamedTuple

import pytest

from curation.models import Finding
from curation.rules import RULES
from curation.tests.factory import FULL, SNAPSHOT, seed_trial

pytestmark = pytest.mark.django_db

MOST_BESIDES = 0.15
"""Of the findings on the two pages, how many may be none of the table's."""


class Row(NamedTuple):
    """What a careful curator flags: the rule that says so, and where.

    `place` is a line of the page, or a path where the page has no line for it. `fix` is
    (before, after) of the proposal, where there is one that is known.
    """

    rule: str
    place: int | str
    fix: tuple[str, str] | None = None


SNAPSHOT_ROWS = (
    # Eligibility
    Row(
        "criteria.heading-too-early",
        65,
        (
            "Exclusion: 6, 7, 8, 9, –, 10, 11, 12",
            "Inclusion: 6, 7, 8, 9, –, 10, 11, 12",
        ),
    ),
    Row("criteria.heading-too-early", 72),
    Row("criteria.numbering-gap", 62),
    Row("criteria.numbering-gap", 65),
    Row("criteria.numbering-duplicate", 89, ("11", "17")),
    Row("criteria.orphan-line", 69),
    Row("criteria.cross-reference", 66),
    Row("criteria.inclusion-wording-in-exclusion", 67),
    Row("criteria.inclusion-wording-in-exclusion", 72),
    Row("criteria.trailing-connector", 62),
    Row("criteria.trailing-connector", 63),
    Row("criteria.malformed-range", 67),
    Row("criteria.double-comparison", 70),
    # Characters
    Row("text.space-before-punctuation", 68, ("baseline .", "baseline.")),
    Row("text.stop-before-bracket", 88, ("6. (assessed", "6 (assessed")),
    Row("text.slash-space", 87, ("screening/ baseline", "screening/baseline")),
    Row("text.starts-mid-sentence", 30),
    Row("text.micro-sign", 46, ("µ", "μ")),
    Row("text.bracket-space", 1, ("( ILIAD-7-US-O )", "(ILIAD-7-US-O)")),
    Row("text.odd-capitals", 18, ("pAtients", "Patients")),
    Row("text.placeholder", 134),
    # What is missing
    Row("complete.brief-summary", 14),
    Row("complete.conditions", 33),
    Row("complete.official-title", "official_title"),
    Row("complete.primary-outcome", "outcomes"),
    Row("complete.why-stopped", "why_stopped"),
    Row("complete.primary-completion", "primary_completion_date"),
    Row("complete.arm-type", "arms[a1].type", ("", "EXPERIMENTAL\nPLACEBO_COMPARATOR")),
    Row("complete.intervention-type", "interventions[i1].type"),
    Row("complete.empty-section", 57),
    Row("complete.responsible-party", 106),
    # Across fields
    Row("dates.type-missing", 12, ("", "ACTUAL")),
    Row("dates.type-missing", 13, ("", "ACTUAL")),
    Row("enrollment.type-missing", 10, ("", "ACTUAL")),
    Row(
        "design.who-masked",
        40,
        ("", "PARTICIPANT\nCARE_PROVIDER\nINVESTIGATOR\nOUTCOMES_ASSESSOR"),
    ),
    Row("sponsor.lead-unclear", 104, ("", "COLLABORATOR\n" * 4 + "LEAD")),
    Row("location.country-missing", 122, ("", "United States")),
    Row(
        "org.near-duplicate",
        118,
        ("Memorial sloan kettering", "Memorial Sloan Kettering Cancer Center"),
    ),
    Row(
        "org.near-duplicate",
        120,
        ("MD Anderson cancer center", "M.D. Anderson Cancer Center"),
    ),
    Row("title.acronym", 1),
    Row("officials.several-pi", 111),
    Row("reference.after-update", 130, ("", "DERIVED")),
    Row("reference.type-missing", 126),
    Row("import.empty-section", 136),
)

FULL_ROWS = (
    # Spelling and characters
    *(Row("spelling.record-variant", n, ("EILSA", "ELISA")) for n in (54, 56)),
    *(Row("spelling.record-variant", n, ("EILSA", "ELISA")) for n in (175, 181)),
    Row("spelling.corpus-variant", 103, ("pleotropic", "pleiotropic")),
    Row("spelling.phrase", 103, ("lupus erythematous", "lupus erythematosus")),
    Row("spelling.phrase", 74, ("Efficiency and Safety", "Efficacy and Safety")),
    Row("spelling.phrase", 74, ("Control Trial", "Controlled Trial")),
    Row(
        "spelling.phrase",
        102,
        (
            "Cytomegalovirus (CMV) infections is a",
            "Cytomegalovirus (CMV) infection is a",
        ),
    ),
    Row("spelling.phrase", 102, ("an increasing of", "an increase in")),
    Row("spelling.phrase", 104, ("effective and safety", "efficacy and safety")),
    Row("spelling.hyphen-variant", 155),
    Row("spelling.hyphen-variant", 1),
    Row("text.double-preposition", 104, ("of after", "after")),
    Row("text.comma-capital", 107, ("subcutaneously, The", "subcutaneously. The")),
    Row("text.space-before-punctuation", 201, ("Criteria ;", "Criteria;")),
    # Eligibility
    Row("criteria.dangling-reference", 201),
    Row("criteria.repeated-list-term", 206),
    Row("criteria.merged-items", 208),
    Row("criteria.negated-duplicate", 205),
    # Across fields
    Row("phase.two-places", 7),
    Row("design.allocation-vs-text", 124, ("NON_RANDOMIZED", "RANDOMIZED")),
    Row(
        "arms.placebo-without-placebo", 137, ("PLACEBO_COMPARATOR", "ACTIVE_COMPARATOR")
    ),
    Row(
        "interventions.combined",
        143,
        ("Low-dose IL-2 and ganciclovir", "Low-dose IL-2\nganciclovir"),
    ),
    Row("interventions.arm-without", 135, ("", "ganciclovir")),
    Row("arms.same-description", 133),
    Row("outcome.time-frame-plural", 152),
    *(Row("outcome.time-frame-vague", n) for n in (159, 165, 171, 177, 183, 189)),
    Row("outcome.title-stop", 155),
    Row("status.unknown", 81),
    *(Row("dates.estimated-past", n) for n in (83, 85, 87)),
    Row("dates.verification-stale", 79),
    Row("officials.degrees", 220, ("Zhanguo Li, PhD MD", "Zhanguo Li, MD, PhD")),
    # Missing, format, import
    Row("complete.locations", 29),
    Row("format.org-id-is-nct", 70, ("NCT04225780", "")),
    Row("format.phone", 222),
    Row("format.url-classic", 244),
    Row("import.empty-section", 13),
    Row("import.section-gap", 127),
    Row("import.duplicate-section", 18),
    Row("import.duplicate-section", 201),
)

NO_ERRORS = (
    # Two trials with one title are two trials.
    (SNAPSHOT, 24),
    (SNAPSHOT, 26),
    # Words that only look odd, and doses that add up.
    (SNAPSHOT, "Poitevin"),
    (SNAPSHOT, "“CYT107"),
    (SNAPSHOT, "ICANS"),
    (SNAPSHOT, "7 doses"),
    # Two authors of one name; rare words of medicine; what is an address or a number.
    (FULL, "Zhang X"),
    (FULL, "“hematopathy”"),
    (FULL, "“endocrinopathy”"),
    (FULL, "163.com"),
    (FULL, "aliyun.com"),
    (FULL, "+8618801206400"),
)
"""What only looks wrong: a line, or words that no message may hold."""


@pytest.fixture
def findings(request) -> list[Finding]:
    """The findings of a page of the repository after its import."""
    return list(seed_trial(request.param).findings.all())


def is_at(finding: Finding, place: int | str) -> bool:
    if isinstance(place, str):
        return place in finding.paths
    return any(first <= place <= last for first, last in finding.lines)


def answers(findings: list[Finding], row: Row) -> list[Finding]:
    """What is found for the row."""
    return [
        f
        for f in findings
        if f.rule == row.rule
        and is_at(f, row.place)
        and (row.fix is None or (f.before, f.after) == row.fix)
    ]


@pytest.mark.parametrize(
    ("findings", "rows"),
    [(SNAPSHOT, SNAPSHOT_ROWS), (FULL, FULL_ROWS)],
    indirect=["findings"],
)
def test_every_row_is_found_by_its_rule_at_its_place_with_its_fix(findings, rows):
    missed = [row for row in rows if not answers(findings, row)]

    assert missed == []


def test_what_only_looks_wrong_is_not_found():
    found = {page: list(seed_trial(page).findings.all()) for page in (SNAPSHOT, FULL)}

    wrong = [
        (place, f.rule, f.message)
        for page, place in NO_ERRORS
        for f in found[page]
        if (place in f.message if isinstance(place, str) else is_at(f, place))
    ]

    assert wrong == []


def test_hardly_anything_else_is_found():
    pages = ((SNAPSHOT, SNAPSHOT_ROWS), (FULL, FULL_ROWS))
    besides, count = [], 0
    for page, rows in pages:
        found = list(seed_trial(page).findings.all())
        known = {f.pk for row in rows for f in answers(found, row)}
        besides += [(f.rule, f.message) for f in found if f.pk not in known]
        count += len(found)

    assert len(besides) <= MOST_BESIDES * count, besides


def test_the_misspelt_acronym_is_one_finding_with_all_its_places():
    found = seed_trial(FULL).findings.filter(rule__startswith="spelling.")

    typos = found.exclude(rule__in=["spelling.phrase", "spelling.hyphen-variant"])

    assert {f.before for f in typos} == {"EILSA", "pleotropic"}
    (acronym,) = (f for f in typos if f.before == "EILSA")
    assert acronym.lines == [[54, 54], [56, 56], [175, 175], [181, 181]]


def test_the_table_names_rules_that_there_are():
    known = {rule.id for rule in RULES if rule.is_on}

    assert {row.rule for row in SNAPSHOT_ROWS + FULL_ROWS} <= known
