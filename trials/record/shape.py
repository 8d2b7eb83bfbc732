"""The shape of a trial: `TrialRecord` and its parts.

Names and meanings are those of the ClinicalTrials.gov API v2 and the Protocol
Registration Data Element Definitions; `registry.py` knows where each value stands
there.

Conventions:

- Text that a page does not give is `""`, a list `()`, a yes/no or a count `None`.
- A coded value is the code of its vocabulary, or the printed form where the vocabulary
  does not know it.
- A date is ISO text in the precision that the page gives: `2020`, `2020-01` or
  `2020-01-09`; one that is no date stays as printed.
- Line breaks inside a text are `\\n`.
- Each part has a `key`, unique in its collection, given once and never used again.
  `criteria[c12].text` is the path of a value; see `paths.py`.
"""

from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from trials.record import vocabulary as v

Key = Annotated[str, Meta(pattern=r"^[a-z]+[1-9][0-9]*\Z", max_length=20)]
NctId = Annotated[str, Meta(pattern=r"^NCT[0-9]{8}\Z")]
Line = Annotated[str, Meta(min_length=1, pattern=r"^[^\n]+\Z")]


def coded(vocabulary: type[v.Vocabulary]):
    """The type of a value that is coded by `vocabulary`."""
    return Annotated[str, Meta(extra={"vocabulary": vocabulary})]


def codes(vocabulary: type[v.Vocabulary]):
    """The type of a list of values that are coded by `vocabulary`."""
    return Annotated[tuple[Line, ...], Meta(extra={"vocabulary": vocabulary})]


class Part(
    Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """One item of a trial's collections; its class names the prefix of its keys.

    It holds texts alone, so the garbage collector need not look for cycles (`gc`).
    """

    prefix: ClassVar[str]

    key: Key


class SecondaryIdRecord(Part, frozen=True):
    """Another number of the trial: a grant, another registry's id."""

    prefix = "id"
    secondary_id: str = ""
    type: coded(v.SecondaryIdType) = ""
    domain: str = ""
    link: str = ""


class NctAliasRecord(Part, frozen=True):
    """A former NCT number of the trial."""

    prefix = "na"
    nct_id: str = ""


class SponsorRecord(Part, frozen=True):
    """An organization that leads or supports; role `""` where the page does not say."""

    prefix = "s"
    name: str = ""
    agency_class: coded(v.AgencyClass) = ""
    role: coded(v.SponsorRole) = ""


class ConditionRecord(Part, frozen=True):
    """A disease or condition under study."""

    prefix = "cd"
    name: str = ""


class KeywordRecord(Part, frozen=True):
    """A word that describes the trial."""

    prefix = "kw"
    name: str = ""


class ArmRecord(Part, frozen=True):
    """An arm or group; `interventions` are the keys of the interventions it gets."""

    prefix = "a"
    label: str = ""
    type: coded(v.ArmType) = ""
    description: str = ""
    interventions: tuple[Key, ...] = ()


class InterventionRecord(Part, frozen=True):
    """What is given or done."""

    prefix = "i"
    type: coded(v.InterventionType) = ""
    name: str = ""
    description: str = ""
    other_names: tuple[Line, ...] = ()


class OtherInterventionNameRecord(Part, frozen=True):
    """Another name of an intervention where the page does not say of which."""

    prefix = "on"
    name: str = ""


class OutcomeRecord(Part, frozen=True):
    """An outcome measure."""

    prefix = "o"
    type: coded(v.OutcomeType) = ""
    measure: str = ""
    description: str = ""
    time_frame: str = ""


class CriterionRecord(Part, frozen=True):
    """One printed line of the eligibility list.

    `label` is the number that the page prints; `group` and `level` (0: top) are set by
    rules and curators, never by a reader.
    """

    prefix = "c"
    type: coded(v.CriterionType) = ""
    label: str = ""
    text: str = ""
    group: str = ""
    level: Annotated[int, Meta(ge=0, le=9)] = 0


class ContactRecord(Part, frozen=True):
    """A central contact, or one of the location whose key it names."""

    prefix = "cp"
    name: str = ""
    role: coded(v.ContactRole) = ""
    phone: str = ""
    phone_ext: str = ""
    email: str = ""
    location: Key | None = None


class OfficialRecord(Part, frozen=True):
    """A person responsible for the overall conduct."""

    prefix = "of"
    name: str = ""
    role: coded(v.OfficialRole) = ""
    affiliation: str = ""


class LocationRecord(Part, frozen=True):
    """A site."""

    prefix = "l"
    facility: str = ""
    status: coded(v.LocationStatus) = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""


class CountryRecord(Part, frozen=True):
    """A country that the page lists, apart from the sites' own."""

    prefix = "co"
    name: str = ""


class ReferenceRecord(Part, frozen=True):
    """A publication."""

    prefix = "r"
    pmid: str = ""
    type: coded(v.ReferenceType) = ""
    citation: str = ""


class LinkRecord(Part, frozen=True):
    """A web page about the trial."""

    prefix = "ln"
    label: str = ""
    url: str = ""


class IpdDocumentRecord(Part, frozen=True):
    """Participant data or a document that is available, and where."""

    prefix = "d"
    document_id: str = ""
    type: str = ""
    url: str = ""
    comment: str = ""


class RelatedTrialRecord(Part, frozen=True):
    """Another trial that the page points to."""

    prefix = "rt"
    nct_id: str = ""
    title: str = ""


class TrialRecord(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A trial's whole registry record. Raises ValueError where keys do not fit."""

    # Identification
    nct_id: NctId
    nct_aliases: tuple[NctAliasRecord, ...] = ()
    org_study_id: str = ""
    org_study_id_type: coded(v.OrgStudyIdType) = ""
    secondary_ids: tuple[SecondaryIdRecord, ...] = ()
    brief_title: str = ""
    official_title: str = ""
    acronym: str = ""
    # Status
    status_verified_date: str = ""
    overall_status: coded(v.Status) = ""
    last_known_status: coded(v.Status) = ""
    why_stopped: str = ""
    has_expanded_access: bool | None = None
    expanded_access_nct_id: str = ""
    start_date: str = ""
    start_date_type: coded(v.DateType) = ""
    primary_completion_date: str = ""
    primary_completion_date_type: coded(v.DateType) = ""
    completion_date: str = ""
    completion_date_type: coded(v.DateType) = ""
    study_first_submit_date: str = ""
    study_first_submit_qc_date: str = ""
    study_first_post_date: str = ""
    study_first_post_date_type: coded(v.DateType) = ""
    results_first_submit_date: str = ""
    results_first_submit_qc_date: str = ""
    results_first_post_date: str = ""
    results_first_post_date_type: coded(v.DateType) = ""
    disp_first_submit_date: str = ""
    disp_first_submit_qc_date: str = ""
    disp_first_post_date: str = ""
    disp_first_post_date_type: coded(v.DateType) = ""
    last_update_submit_date: str = ""
    last_update_post_date: str = ""
    last_update_post_date_type: coded(v.DateType) = ""
    has_results: bool | None = None
    # Sponsors and responsible party
    sponsors: tuple[SponsorRecord, ...] = ()
    responsible_party_type: coded(v.ResponsiblePartyType) = ""
    responsible_party_name: str = ""
    responsible_party_title: str = ""
    responsible_party_affiliation: str = ""
    responsible_party_old_name_title: str = ""
    responsible_party_old_organization: str = ""
    # Oversight
    oversight_has_dmc: bool | None = None
    is_fda_regulated_drug: bool | None = None
    is_fda_regulated_device: bool | None = None
    is_unapproved_device: bool | None = None
    is_ppsd: bool | None = None
    is_us_export: bool | None = None
    fdaaa801_violation: bool | None = None
    # Description
    brief_summary: str = ""
    detailed_description: str = ""
    conditions: tuple[ConditionRecord, ...] = ()
    keywords: tuple[KeywordRecord, ...] = ()
    # Design
    study_type: coded(v.StudyType) = ""
    expanded_access_individual: bool | None = None
    expanded_access_intermediate: bool | None = None
    expanded_access_treatment: bool | None = None
    patient_registry: bool | None = None
    target_duration: str = ""
    phases: codes(v.Phase) = ()
    allocation: coded(v.Allocation) = ""
    intervention_model: coded(v.InterventionModel) = ""
    intervention_model_description: str = ""
    primary_purpose: coded(v.PrimaryPurpose) = ""
    observational_model: coded(v.ObservationalModel) = ""
    time_perspective: coded(v.TimePerspective) = ""
    masking: coded(v.Masking) = ""
    masking_description: str = ""
    who_masked: codes(v.WhoMasked) = ()
    biospec_retention: coded(v.BiospecimenRetention) = ""
    biospec_description: str = ""
    enrollment_count: Annotated[int, Meta(ge=0, lt=2**31)] | None = None
    enrollment_type: coded(v.DateType) = ""
    # Arms, interventions, outcomes
    arms: tuple[ArmRecord, ...] = ()
    interventions: tuple[InterventionRecord, ...] = ()
    other_intervention_names: tuple[OtherInterventionNameRecord, ...] = ()
    outcomes: tuple[OutcomeRecord, ...] = ()
    # Eligibility
    criteria: tuple[CriterionRecord, ...] = ()
    sex: coded(v.Sex) = ""
    gender_based: bool | None = None
    gender_description: str = ""
    minimum_age: str = ""
    maximum_age: str = ""
    std_ages: codes(v.StandardAge) = ()
    healthy_volunteers: bool | None = None
    study_population: str = ""
    sampling_method: coded(v.SamplingMethod) = ""
    # Contacts and locations
    contacts: tuple[ContactRecord, ...] = ()
    officials: tuple[OfficialRecord, ...] = ()
    locations: tuple[LocationRecord, ...] = ()
    countries: tuple[CountryRecord, ...] = ()
    # References
    references: tuple[ReferenceRecord, ...] = ()
    links: tuple[LinkRecord, ...] = ()
    # Sharing of participant data
    ipd_sharing: coded(v.IpdSharing) = ""
    ipd_description: str = ""
    ipd_info_types: codes(v.IpdInfoType) = ()
    ipd_time_frame: str = ""
    ipd_access_criteria: str = ""
    ipd_url: str = ""
    ipd_documents: tuple[IpdDocumentRecord, ...] = ()
    related_trials: tuple[RelatedTrialRecord, ...] = ()
    # Whether the desk gave the trial up; trials are withdrawn, not removed
    withdrawn: bool = False

    def __post_init__(self):
        for name in COLLECTIONS:
            parts = getattr(self, name)
            if len(parts) > 1 and len({part.key for part in parts}) != len(parts):
                raise ValueError(f"{self.nct_id}: {name} use a key twice.")
        interventions = {part.key for part in self.interventions}
        for arm in self.arms:
            if not interventions.issuperset(arm.interventions):
                raise ValueError(
                    f"{self.nct_id}: arms[{arm.key}] names an intervention that the "
                    "record does not have."
                )
            if len(set(arm.interventions)) != len(arm.interventions):
                raise ValueError(
                    f"{self.nct_id}: arms[{arm.key}] names an intervention twice."
                )
        locations = {part.key for part in self.locations} | {None}
        for contact in self.contacts:
            if contact.location not in locations:
                raise ValueError(
                    f"{self.nct_id}: contacts[{contact.key}] names a location that the "
                    "record does not have."
                )


COLLECTIONS: dict[str, type[Part]] = {
    "nct_aliases": NctAliasRecord,
    "secondary_ids": SecondaryIdRecord,
    "sponsors": SponsorRecord,
    "conditions": ConditionRecord,
    "keywords": KeywordRecord,
    "arms": ArmRecord,
    "interventions": InterventionRecord,
    "other_intervention_names": OtherInterventionNameRecord,
    "outcomes": OutcomeRecord,
    "criteria": CriterionRecord,
    "contacts": ContactRecord,
    "officials": OfficialRecord,
    "locations": LocationRecord,
    "countries": CountryRecord,
    "references": ReferenceRecord,
    "links": LinkRecord,
    "ipd_documents": IpdDocumentRecord,
    "related_trials": RelatedTrialRecord,
}
"""Field of `TrialRecord` -> class of its parts."""
