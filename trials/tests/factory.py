"""Small records to test with."""

from trials.record import vocabulary as v
from trials.record.shape import (
    ArmRecord,
    ConditionRecord,
    ContactRecord,
    CriterionRecord,
    InterventionRecord,
    LocationRecord,
    SponsorRecord,
    TrialRecord,
)

NCT_ID = "NCT00000001"


def make_record(**changes) -> TrialRecord:
    """A small whole record: two of everything that has an order or points elsewhere."""
    values = {
        "nct_id": NCT_ID,
        "brief_title": "Interleukin-7 in sepsis",
        "overall_status": v.Status.COMPLETED.value,
        "start_date": "2020-02-01",
        "phases": (v.Phase.PHASE1.value, v.Phase.PHASE2.value),
        "enrollment_count": 40,
        "has_results": False,
        "conditions": (ConditionRecord(key="cd1", name="Sepsis"),),
        "sponsors": (
            SponsorRecord(key="s2", name="Revimmune", role=v.SponsorRole.LEAD.value),
        ),
        "arms": (
            ArmRecord(key="a3", label="CYT107", interventions=("i5",)),
            ArmRecord(key="a4", label="Both", interventions=("i6", "i5")),
        ),
        "interventions": (
            InterventionRecord(key="i5", name="CYT107", other_names=("IL-7", "rhIL-7")),
            InterventionRecord(key="i6", name="Saline"),
        ),
        "criteria": (
            criterion("c7", "INCLUSION", "Adults."),
            criterion("c8", "INCLUSION", "Lymphopenia."),
            criterion("c9", "EXCLUSION", "Pregnancy."),
        ),
        "locations": (
            LocationRecord(key="l10", facility="City hospital", city="Bonn"),
            LocationRecord(key="l11", facility="University hospital", city="Lyon"),
        ),
        "contacts": (
            ContactRecord(key="cp12", name="Ada Central"),
            ContactRecord(key="cp13", name="Bo Local", location="l10"),
        ),
    }
    return TrialRecord(**(values | changes))


def criterion(key: str, kind: str, text: str, **changes) -> CriterionRecord:
    """One criterion."""
    return CriterionRecord(key=key, type=kind, text=text, **changes)
