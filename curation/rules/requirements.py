"""What a record has to have, as one table.

Sources: the required elements of the Protocol Registration Data Element Definitions of
ClinicalTrials.gov, and the items of the WHO Trial Registration Data Set 1.3.1.
"""

from collections.abc import Callable
from typing import NamedTuple

from curation.rules.rule import Context, Severity
from trials.record.shape import TrialRecord

Applies = Callable[[TrialRecord, Context], bool]
Missing = Callable[[TrialRecord, Context], tuple[str, ...]]


class Requirement(NamedTuple):
    """One thing that records have to have.

    `missing` gives the paths of what is not there, none where all is well. `what` is
    the sentence for the curator; `why` says whose demand it is. `fires` and `silent`
    are the values of two example records.
    """

    slug: str
    severity: Severity
    missing: Missing
    applies: Applies
    what: str
    why: str
    fires: str
    silent: str


def _always(_record: TrialRecord, _context: Context) -> bool:
    return True


def _interventional(record: TrialRecord, _context: Context) -> bool:
    return record.study_type == "INTERVENTIONAL"


def _is_study(record: TrialRecord, _context: Context) -> bool:
    return record.study_type != "EXPANDED_ACCESS"


def _since_2017(record: TrialRecord, context: Context) -> bool:
    """Studies that started since the Final Rule, 42 CFR Part 11, is in force."""
    is_new = not record.start_date or record.start_date >= "2017-01-18"
    return is_new and _is_study(record, context)


def _prints_all(_record: TrialRecord, context: Context) -> bool:
    """Snapshot pages never print some values: their absence tells nothing."""
    return context.source is None or context.source.layout != "snapshot"


def _both(*conditions: Applies) -> Applies:
    return lambda record, context: all(c(record, context) for c in conditions)


def _stopped(record: TrialRecord, _context: Context) -> bool:
    return record.overall_status in ("TERMINATED", "SUSPENDED", "WITHDRAWN")


def _recruits(record: TrialRecord, _context: Context) -> bool:
    return record.overall_status in ("RECRUITING", "NOT_YET_RECRUITING")


def _has_sites(record: TrialRecord, context: Context) -> bool:
    return _is_study(record, context) and record.overall_status != "WITHDRAWN"


def _observational(record: TrialRecord, _context: Context) -> bool:
    return record.study_type == "OBSERVATIONAL"


def _allocates(record: TrialRecord, context: Context) -> bool:
    """A single arm leaves nothing to allocate."""
    return _interventional(record, context) and len(record.arms) != 1


def _value(*fields: str) -> Missing:
    """Missing where none of the trial's `fields` is given."""

    def missing(record: TrialRecord, _context: Context) -> tuple[str, ...]:
        for field in fields:
            if getattr(record, field) not in ("", (), None):
                return ()
        return fields[:1]

    return missing


def _part_value(collection: str, field: str, types: tuple[str, ...] = ()) -> Missing:
    """Missing where parts (of one of `types`) do not give `field`."""

    def missing(record: TrialRecord, _context: Context) -> tuple[str, ...]:
        return tuple(
            f"{collection}[{part.key}].{field}"
            for part in getattr(record, collection)
            if not getattr(part, field) and (not types or part.type in types)
        )

    return missing


def _outcome(kind: str) -> Missing:
    def missing(record: TrialRecord, _context: Context) -> tuple[str, ...]:
        has_one = any(o.type == kind and o.measure for o in record.outcomes)
        return () if has_one else ("outcomes",)

    return missing


def _lead_sponsor(record: TrialRecord, _context: Context) -> tuple[str, ...]:
    """Missing where only collaborators are named; `sponsor.lead-unclear` sees to the
    organisations without a role."""
    has_one = any(s.name and s.role != "COLLABORATOR" for s in record.sponsors)
    return () if has_one else ("sponsors",)


def _locations(record: TrialRecord, _context: Context) -> tuple[str, ...]:
    return () if any(site.country for site in record.locations) else ("locations",)


def _age(field: str) -> Missing:
    """Missing where the record has none and the page does not say that it needs none.

    Snapshot pages print "N/A"; full pages print nothing among the other limits.
    """

    def missing(record: TrialRecord, context: Context) -> tuple[str, ...]:
        source = context.source
        is_told = source is not None and (
            field in source.lines or (source.layout == "full" and record.sex)
        )
        return () if getattr(record, field) or is_told else (field,)

    return missing


_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE
_DED = "Required by the registry"
_SINCE_2017 = "Required by the registry for studies that started since 18 January 2017"
_I = 'study_type="INTERVENTIONAL"'
_O = 'study_type="OBSERVATIONAL"'
_ARM = 'arms=(ArmRecord(key="a1", label="X"{}),)'
_DRUG = 'interventions=(InterventionRecord(key="i1", name="X"{}),)'
_OUTCOME = 'outcomes=(OutcomeRecord(key="o1", type="{}", measure="Pain"{}),)'
_RULED = f'{_I}, start_date="2018-01"'

REQUIREMENTS = (
    Requirement(
        "brief-title", _E, _value("brief_title"), _always,
        "The record has no brief title.", f"{_DED}; WHO item 9.",
        "", 'brief_title="A Trial of X"',
    ),
    Requirement(
        "brief-summary", _E, _value("brief_summary"), _always,
        "The record has no brief summary.", f"{_DED}.",
        "", 'brief_summary="A trial of X."',
    ),
    Requirement(
        "conditions", _E, _value("conditions"), _always,
        "The record names no condition.", f"{_DED}; WHO item 12.",
        "", 'conditions=(ConditionRecord(key="cd1", name="Sepsis"),)',
    ),
    Requirement(
        "study-type", _E, _value("study_type"), _always,
        "The record does not say what type of study it is.", f"{_DED}; WHO item 15.",
        "", _I,
    ),
    Requirement(
        "overall-status", _E, _value("overall_status"), _always,
        "The record has no recruitment status.", f"{_DED}; WHO item 18.",
        "", 'overall_status="COMPLETED"',
    ),
    Requirement(
        "lead-sponsor", _E, _lead_sponsor, _always,
        "The record names no sponsor.", f"{_DED}; WHO item 5.",
        "", 'sponsors=(SponsorRecord(key="s1", name="Acme", role="LEAD"),)',
    ),
    Requirement(
        "responsible-party", _E,
        _value(
            "responsible_party_type", "responsible_party_old_name_title",
            "responsible_party_old_organization",
        ), _always,
        "The record does not say who is the responsible party.", f"{_DED}.",
        "", 'responsible_party_type="SPONSOR"',
    ),
    Requirement(
        "start-date", _E, _value("start_date"), _is_study,
        "The study has no start date.", f"{_DED}; WHO item 16.",
        "", 'start_date="2020-02"',
    ),
    Requirement(
        "enrollment", _E, _value("enrollment_count"), _is_study,
        "The study has no number of participants.", f"{_DED}; WHO item 17.",
        "", "enrollment_count=10",
    ),
    Requirement(
        "primary-outcome", _E, _outcome("PRIMARY"), _is_study,
        "The study has no primary outcome measure.", f"{_DED}; WHO item 19.",
        "", _OUTCOME.format("PRIMARY", ""),
    ),
    Requirement(
        "time-frame", _E, _part_value("outcomes", "time_frame", ("PRIMARY",)),
        _both(_is_study, _prints_all),
        "A primary outcome has no time frame.", f"{_DED}; WHO item 19.",
        _OUTCOME.format("PRIMARY", ""),
        _OUTCOME.format("PRIMARY", ', time_frame="Day 7"'),
    ),
    Requirement(
        "arms", _E, _value("arms"), _interventional,
        "The interventional study has no arms.", f"{_DED}; WHO item 13.",
        _I, f"{_I}, {_ARM.format('')}",
    ),
    Requirement(
        "arm-type", _E, _part_value("arms", "type"), _interventional,
        "An arm has no type.", f"{_DED}; WHO item 13.",
        f"{_I}, {_ARM.format('')}",
        f"{_I}, {_ARM.format(', type=' + chr(34) + 'EXPERIMENTAL' + chr(34))}",
    ),
    Requirement(
        "interventions", _E, _value("interventions"), _interventional,
        "The interventional study has no interventions.", f"{_DED}; WHO item 13.",
        _I, f"{_I}, {_DRUG.format('')}",
    ),
    Requirement(
        "intervention-type", _E, _part_value("interventions", "type"), _interventional,
        "An intervention has no type.", f"{_DED}; WHO item 13.",
        f"{_I}, {_DRUG.format('')}",
        f"{_I}, {_DRUG.format(', type=' + chr(34) + 'DRUG' + chr(34))}",
    ),
    Requirement(
        "eligibility", _E, _value("criteria"), _always,
        "The record has no eligibility criteria.", f"{_DED}; WHO item 14.",
        "", 'criteria="I Adults"',
    ),
    Requirement(
        "sex", _E, _value("sex"), _always,
        "The record does not say which sex can take part.", f"{_DED}; WHO item 14.",
        "", 'sex="ALL"',
    ),
    Requirement(
        "minimum-age", _E, _age("minimum_age"), _always,
        "The record has no minimum age.", f"{_DED} (or N/A); WHO item 14.",
        "", 'minimum_age="18 Years"',
    ),
    Requirement(
        "locations", _E, _locations, _has_sites,
        "The study has no site with a country.", f"{_DED}; WHO item 11.",
        "", 'locations=(LocationRecord(key="l1", country="France"),)',
    ),
    Requirement(
        "phase", _E, _value("phases"), _interventional,
        "The interventional study has no phase.", f"{_DED}; WHO item 15.",
        _I, f'{_I}, phases=("PHASE2",)',
    ),
    Requirement(
        "allocation", _E, _value("allocation"), _allocates,
        "The study does not say how participants come to its arms.",
        f"{_DED}; WHO item 15.",
        f'{_I}, arms=(ArmRecord(key="a1"), ArmRecord(key="a2"))',
        f"{_I}, {_ARM.format('')}",
    ),
    Requirement(
        "intervention-model", _E, _value("intervention_model"), _interventional,
        "The interventional study has no intervention model.", f"{_DED}; WHO item 15.",
        _I, f'{_I}, intervention_model="PARALLEL"',
    ),
    Requirement(
        "masking", _E, _value("masking"), _interventional,
        "The interventional study does not say whether it is masked.",
        f"{_DED}; WHO item 15.",
        _I, f'{_I}, masking="NONE"',
    ),
    Requirement(
        "primary-purpose", _E, _value("primary_purpose"), _interventional,
        "The interventional study has no primary purpose.", f"{_DED}; WHO item 15.",
        _I, f'{_I}, primary_purpose="TREATMENT"',
    ),
    Requirement(
        "why-stopped", _E, _value("why_stopped"), _stopped,
        "The study was stopped and the record does not say why.", f"{_DED}.",
        'overall_status="TERMINATED"', 'overall_status="COMPLETED"',
    ),
    Requirement(
        "official-title", _W, _value("official_title"),
        _since_2017,
        "The study has no official title.", f"{_SINCE_2017}; WHO item 10.",
        _RULED, f'{_RULED}, official_title="A Phase 2 Trial of X"',
    ),
    Requirement(
        "primary-completion", _W, _value("primary_completion_date"), _is_study,
        "The study has no primary completion date.", f"{_DED}; WHO item 22.",
        "", 'primary_completion_date="2020-02"',
    ),
    Requirement(
        "completion", _W, _value("completion_date"), _is_study,
        "The study has no completion date.", f"{_DED}; WHO item 22.",
        "", 'completion_date="2020-02"',
    ),
    Requirement(
        "verification-date", _W, _value("status_verified_date"), _prints_all,
        "The record does not say when it was last verified.", f"{_DED}.",
        "", 'status_verified_date="2020-02"',
    ),
    Requirement(
        "registration-date", _W,
        _value("study_first_submit_date", "study_first_post_date"), _prints_all,
        "The record does not say when the study was registered.", "WHO item 2.",
        "", 'study_first_post_date="2020-02-01"',
    ),
    Requirement(
        "contact", _W, _value("contacts"), _both(_recruits, _prints_all),
        "The study recruits and the record gives nobody to contact.",
        f"{_DED}; WHO items 7 and 8.",
        'overall_status="RECRUITING"',
        'overall_status="RECRUITING", contacts=(ContactRecord(key="cp1", name="Ada"),)',
    ),
    Requirement(
        "secondary-outcomes", _W, _outcome("SECONDARY"),
        lambda record, _context: bool(record.outcomes),
        "The study has no secondary outcome measures.", "WHO item 20.",
        _OUTCOME.format("PRIMARY", ""), "",
    ),
    Requirement(
        "maximum-age", _W, _age("maximum_age"), _always,
        "The record has no maximum age.", f"{_DED} (or N/A); WHO item 14.",
        "", 'maximum_age="80 Years"',
    ),
    Requirement(
        "healthy-volunteers", _W, _value("healthy_volunteers"), _interventional,
        "The record does not say whether healthy volunteers are accepted.",
        f"{_DED}; WHO item 14.",
        _I, f"{_I}, healthy_volunteers=False",
    ),
    Requirement(
        "observational-model", _W, _value("observational_model"), _observational,
        "The observational study has no model.", f"{_DED}; WHO item 15.",
        _O, f'{_O}, observational_model="COHORT"',
    ),
    Requirement(
        "time-perspective", _W, _value("time_perspective"), _observational,
        "The observational study has no time perspective.", f"{_DED}; WHO item 15.",
        _O, f'{_O}, time_perspective="PROSPECTIVE"',
    ),
    Requirement(
        "study-population", _W, _value("study_population"),
        _both(_observational, _prints_all),
        "The observational study does not describe its population.", f"{_DED}.",
        _O, f'{_O}, study_population="Patients of one hospital"',
    ),
    Requirement(
        "sampling-method", _W, _value("sampling_method"),
        _both(_observational, _prints_all),
        "The observational study has no sampling method.", f"{_DED}.",
        _O, f'{_O}, sampling_method="NON_PROBABILITY_SAMPLE"',
    ),
    Requirement(
        "ipd-plan", _W, _value("ipd_sharing"), _both(_since_2017, _prints_all),
        "The record does not say whether participants' data will be shared.",
        "WHO item 24; journals ask for it (ICMJE, since 2018).",
        _RULED, f'{_RULED}, ipd_sharing="NO"',
    ),
    Requirement(
        "fda-regulated-drug", _W, _value("is_fda_regulated_drug"),
        _both(_since_2017, _prints_all),
        "The record does not say whether it studies an FDA-regulated drug.",
        f"{_SINCE_2017}.",
        _RULED, f"{_RULED}, is_fda_regulated_drug=False",
    ),
    Requirement(
        "fda-regulated-device", _W, _value("is_fda_regulated_device"),
        _both(_since_2017, _prints_all),
        "The record does not say whether it studies an FDA-regulated device.",
        f"{_SINCE_2017}.",
        _RULED, f"{_RULED}, is_fda_regulated_device=False",
    ),
    Requirement(
        "data-monitoring", _W, _value("oversight_has_dmc"),
        _both(_since_2017, _prints_all),
        "The record does not say whether there is a data monitoring committee.",
        "Asked for by the registry.",
        _RULED, f"{_RULED}, oversight_has_dmc=False",
    ),
)  # fmt: skip
"""In the order of their severity; each is a rule `complete.<slug>`."""
