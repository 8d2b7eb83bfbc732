"""What is missing: one rule for each row of the table of requirements."""

import pytest

from curation.rules.completeness import RULES, required
from curation.rules.examples import context, record
from curation.rules.requirements import REQUIREMENTS
from curation.rules.rule import Severity, Source
from trials.readers import Repeat
from trials.record.diff import apply
from trials.record.shape import ArmRecord, ConditionRecord, InterventionRecord

BY_SLUG = {requirement.slug: requirement for requirement in REQUIREMENTS}
ERRORS = {
    "brief-title",
    "brief-summary",
    "conditions",
    "study-type",
    "overall-status",
    "lead-sponsor",
    "responsible-party",
    "start-date",
    "enrollment",
    "primary-outcome",
    "time-frame",
    "arms",
    "arm-type",
    "interventions",
    "intervention-type",
    "eligibility",
    "sex",
    "minimum-age",
    "locations",
    "phase",
    "allocation",
    "intervention-model",
    "masking",
    "primary-purpose",
    "why-stopped",
}


def check(slug, kept, **values):
    return list(required(slug)(kept, context(**values)))


def page(layout="full", **values) -> Source:
    return Source(**({"layout": layout, "text": (), "lines": {}} | values))


def test_every_row_is_a_rule_with_its_severity():
    severities = {rule.id: rule.severity for rule in RULES}

    assert severities == {"complete.empty-section": Severity.NOTE} | {
        f"complete.{row.slug}": row.severity for row in REQUIREMENTS
    }
    errors = {row.slug for row in REQUIREMENTS if row.severity == Severity.ERROR}
    assert errors == ERRORS


@pytest.mark.parametrize("slug", BY_SLUG)
def test_every_rule_explains_itself(slug):
    explanation, _, example = required(slug).__doc__.partition(">>>")

    assert BY_SLUG[slug].what in explanation
    assert BY_SLUG[slug].why in explanation
    assert "found(required(" in example


@pytest.mark.parametrize(
    "slug",
    ["start-date", "enrollment", "primary-outcome", "arms", "phase", "masking"],
)
def test_expanded_access_needs_no_study_design(slug):
    assert check(slug, record(study_type="EXPANDED_ACCESS")) == []


@pytest.mark.parametrize("slug", ["phase", "allocation", "masking", "arms"])
def test_an_observational_study_needs_no_interventional_design(slug):
    assert check(slug, record(study_type="OBSERVATIONAL")) == []


def test_a_single_arm_needs_no_allocation():
    kept = record(study_type="INTERVENTIONAL", arms=(ArmRecord(key="a1"),))

    assert check("allocation", kept) == []


def test_a_withdrawn_study_needs_no_site():
    assert check("locations", record(overall_status="WITHDRAWN")) == []


@pytest.mark.parametrize("slug", ["verification-date", "ipd-plan", "contact"])
def test_what_a_layout_never_prints_is_not_missed(slug):
    kept = record(overall_status="RECRUITING", start_date="2020-01")

    assert check(slug, kept)
    assert check(slug, kept, source=page("snapshot")) == []


def test_an_age_without_limit_is_not_missed():
    printed = page("snapshot", text=("N/A",), lines={"maximum_age": (1, 1)})

    assert check("maximum-age", record(), source=printed) == []
    assert check("maximum-age", record(sex="ALL"), source=page("full")) == []
    assert check("maximum-age", record(), source=page("full"))


def test_an_old_study_needs_no_official_title():
    assert check("official-title", record(start_date="2016-12")) == []


def test_a_value_in_the_page_top_is_offered_for_a_missing_one():
    top = (Repeat("conditions", 3, 3, "Sepsis"), Repeat("conditions", 3, 3, "Shock"))
    kept = record()

    (found,) = check("conditions", kept, source=page(repeats=top))

    conditions = apply(kept, found.fix.changes).conditions
    assert [part.name for part in conditions] == ["Sepsis", "Shock"]


def test_a_missing_value_names_the_line_of_its_empty_heading():
    printed = page("snapshot", text=("Conditions", "Keywords", "IL-7"), headings=(1, 2))

    (found,) = check("conditions", record(), source=printed)

    assert found.lines == ((1, 1),)


@pytest.mark.parametrize(
    ("labels", "types"),
    [
        (("Drug", "Placebo"), ("EXPERIMENTAL", "PLACEBO_COMPARATOR")),
        (("Sham surgery", "Surgery"), ("SHAM_COMPARATOR", "EXPERIMENTAL")),
        (("Drug", "Other drug"), None),
        (("Drug", "Placebo", "Third"), None),
        (("Placebo A", "Placebo B"), None),
    ],
)
def test_arm_types_are_proposed_only_where_one_of_two_is_a_placebo(labels, types):
    arms = tuple(ArmRecord(key=f"a{n}", label=x) for n, x in enumerate(labels, 1))
    kept = record(study_type="INTERVENTIONAL", arms=arms)

    (found,) = check("arm-type", kept)

    fixed = found.fix and apply(kept, found.fix.changes).arms
    assert (fixed and tuple(arm.type for arm in fixed)) == types


def test_an_arm_of_drug_and_placebo_is_no_placebo_arm():
    drug = InterventionRecord(key="i1", name="Drug")
    placebo = InterventionRecord(key="i2", name="Placebo")
    arms = (
        ArmRecord(key="a1", label="One", interventions=("i1", "i2")),
        ArmRecord(key="a2", label="Two", interventions=("i2",)),
    )
    kept = record(study_type="INTERVENTIONAL", arms=arms, interventions=(drug, placebo))

    (found,) = check("arm-type", kept)

    assert found.fix.after == "EXPERIMENTAL\nPLACEBO_COMPARATOR"


def test_an_empty_section_is_no_second_finding_beside_a_missing_value():
    printed = page("snapshot", text=("Conditions",), headings=(1,))
    (rule,) = (rule for rule in RULES if rule.id == "complete.empty-section")
    given = record(conditions=(ConditionRecord(key="cd1", name="Sepsis"),))

    assert list(rule.check(record(), context(source=printed))) == []
    assert list(rule.check(given, context(source=printed))) == []
