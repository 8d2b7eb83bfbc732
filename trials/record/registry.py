"""A record as the registry writes it: ClinicalTrials.gov API v2 JSON.

Values that are not given are left out, as the registry leaves them out. What v2 has no
place for stands in `curationSection`: the criteria one by one in page order, sponsors
with the roles that the page gives, other intervention names without an owner, the
countries that the page lists, and related trials.
"""

from collections.abc import Iterable
from typing import Any

from trials.record.shape import LocationRecord, TrialRecord
from trials.record.vocabulary import CriterionType, OutcomeType, SponsorRole

Json = dict[str, Any]


def to_registry(record: TrialRecord) -> Json:
    """One study of the API's JSON, with `curationSection` added."""
    study: Json = {
        "protocolSection": _given(
            identificationModule=_identification(record),
            statusModule=_status(record),
            sponsorCollaboratorsModule=_sponsors(record),
            oversightModule=_oversight(record),
            descriptionModule=_given(
                briefSummary=record.brief_summary,
                detailedDescription=record.detailed_description,
            ),
            conditionsModule=_given(
                conditions=[c.name for c in record.conditions],
                keywords=[k.name for k in record.keywords],
            ),
            designModule=_design(record),
            armsInterventionsModule=_arms(record),
            outcomesModule=_outcomes(record),
            eligibilityModule=_eligibility(record),
            contactsLocationsModule=_contacts(record),
            referencesModule=_references(record),
            ipdSharingStatementModule=_ipd_sharing(record),
        ),
        "curationSection": _curation(record),
    }
    if record.has_results is not None:
        study["hasResults"] = record.has_results
    if record.withdrawn:
        study["curationSection"]["withdrawn"] = True
    return study


def _given(**values: Any) -> Json:
    """The values that are given: not "", not empty, not None; False and 0 stay."""
    return {
        name: value
        for name, value in values.items()
        if value is not None and value != "" and value != [] and value != {}
    }


def _identification(record: TrialRecord) -> Json:
    return _given(
        nctId=record.nct_id,
        nctIdAliases=[alias.nct_id for alias in record.nct_aliases],
        orgStudyIdInfo=_given(id=record.org_study_id, type=record.org_study_id_type),
        secondaryIdInfos=[
            _given(id=i.secondary_id, type=i.type, domain=i.domain, link=i.link)
            for i in record.secondary_ids
        ],
        briefTitle=record.brief_title,
        officialTitle=record.official_title,
        acronym=record.acronym,
    )


def _status(record: TrialRecord) -> Json:
    return _given(
        statusVerifiedDate=record.status_verified_date,
        overallStatus=record.overall_status,
        lastKnownStatus=record.last_known_status,
        whyStopped=record.why_stopped,
        expandedAccessInfo=_given(
            hasExpandedAccess=record.has_expanded_access,
            nctId=record.expanded_access_nct_id,
        ),
        startDateStruct=_date(record, "start_date"),
        primaryCompletionDateStruct=_date(record, "primary_completion_date"),
        completionDateStruct=_date(record, "completion_date"),
        studyFirstSubmitDate=record.study_first_submit_date,
        studyFirstSubmitQcDate=record.study_first_submit_qc_date,
        studyFirstPostDateStruct=_date(record, "study_first_post_date"),
        resultsFirstSubmitDate=record.results_first_submit_date,
        resultsFirstSubmitQcDate=record.results_first_submit_qc_date,
        resultsFirstPostDateStruct=_date(record, "results_first_post_date"),
        dispFirstSubmitDate=record.disp_first_submit_date,
        dispFirstSubmitQcDate=record.disp_first_submit_qc_date,
        dispFirstPostDateStruct=_date(record, "disp_first_post_date"),
        lastUpdateSubmitDate=record.last_update_submit_date,
        lastUpdatePostDateStruct=_date(record, "last_update_post_date"),
    )


def _date(record: TrialRecord, name: str) -> Json:
    return _given(date=getattr(record, name), type=getattr(record, f"{name}_type"))


def _sponsors(record: TrialRecord) -> Json:
    party = _given(
        type=record.responsible_party_type,
        investigatorFullName=record.responsible_party_name,
        investigatorTitle=record.responsible_party_title,
        investigatorAffiliation=record.responsible_party_affiliation,
        oldNameTitle=record.responsible_party_old_name_title,
        oldOrganization=record.responsible_party_old_organization,
    )
    sponsors = {
        role: [
            _given(**{"name": s.name, "class": s.agency_class})
            for s in record.sponsors
            if s.role == role
        ]
        for role in SponsorRole
    }
    leads = sponsors[SponsorRole.LEAD]
    return _given(
        responsibleParty=party,
        leadSponsor=leads[0] if leads else None,
        collaborators=sponsors[SponsorRole.COLLABORATOR],
    )


def _oversight(record: TrialRecord) -> Json:
    return _given(
        oversightHasDmc=record.oversight_has_dmc,
        isFdaRegulatedDrug=record.is_fda_regulated_drug,
        isFdaRegulatedDevice=record.is_fda_regulated_device,
        isUnapprovedDevice=record.is_unapproved_device,
        isPpsd=record.is_ppsd,
        isUsExport=record.is_us_export,
        fdaaa801Violation=record.fdaaa801_violation,
    )


def _design(record: TrialRecord) -> Json:
    return _given(
        studyType=record.study_type,
        expandedAccessTypes=_given(
            individual=record.expanded_access_individual,
            intermediate=record.expanded_access_intermediate,
            treatment=record.expanded_access_treatment,
        ),
        patientRegistry=record.patient_registry,
        targetDuration=record.target_duration,
        phases=list(record.phases),
        designInfo=_given(
            allocation=record.allocation,
            interventionModel=record.intervention_model,
            interventionModelDescription=record.intervention_model_description,
            primaryPurpose=record.primary_purpose,
            observationalModel=record.observational_model,
            timePerspective=record.time_perspective,
            maskingInfo=_given(
                masking=record.masking,
                maskingDescription=record.masking_description,
                whoMasked=list(record.who_masked),
            ),
        ),
        bioSpec=_given(
            retention=record.biospec_retention, description=record.biospec_description
        ),
        enrollmentInfo=_given(
            count=record.enrollment_count, type=record.enrollment_type
        ),
    )


def _arms(record: TrialRecord) -> Json:
    names = {i.key: i.name for i in record.interventions}
    return _given(
        armGroups=[
            _given(
                label=arm.label,
                type=arm.type,
                description=arm.description,
                interventionNames=[names[key] for key in arm.interventions],
            )
            for arm in record.arms
        ],
        interventions=[
            _given(
                type=i.type,
                name=i.name,
                description=i.description,
                armGroupLabels=[
                    a.label for a in record.arms if i.key in a.interventions
                ],
                otherNames=list(i.other_names),
            )
            for i in record.interventions
        ],
    )


_OUTCOME_LISTS: dict[str, str] = {
    OutcomeType.PRIMARY: "primaryOutcomes",
    OutcomeType.SECONDARY: "secondaryOutcomes",
    OutcomeType.OTHER_PRE_SPECIFIED: "otherOutcomes",
}


def _outcomes(record: TrialRecord) -> Json:
    lists: dict[str, list[Json]] = {name: [] for name in _OUTCOME_LISTS.values()}
    for o in record.outcomes:
        # An outcome of no known type still goes out, among the others.
        measures = lists[_OUTCOME_LISTS.get(o.type, "otherOutcomes")]
        measures.append(
            _given(measure=o.measure, description=o.description, timeFrame=o.time_frame)
        )
    return _given(**lists)


def criteria_text(record: TrialRecord) -> str:
    """The criteria as one text with headings, as v2's `eligibilityCriteria` has it."""
    lines: list[str] = []
    current = CriterionType.OTHER.value
    for criterion in record.criteria:
        if criterion.type != current:
            current = criterion.type
            if current != CriterionType.OTHER:
                lines += ["", f"{current.capitalize()} Criteria:", ""]
        label = f"{criterion.label}." if criterion.label else "*"
        lines.append(f"{'  ' * criterion.level}{label} {criterion.text}")
    return "\n".join(lines).strip()


def _eligibility(record: TrialRecord) -> Json:
    return _given(
        eligibilityCriteria=criteria_text(record),
        healthyVolunteers=record.healthy_volunteers,
        sex=record.sex,
        genderBased=record.gender_based,
        genderDescription=record.gender_description,
        minimumAge=record.minimum_age,
        maximumAge=record.maximum_age,
        stdAges=list(record.std_ages),
        studyPopulation=record.study_population,
        samplingMethod=record.sampling_method,
    )


def _contacts(record: TrialRecord) -> Json:
    return _given(
        centralContacts=_contacts_of(record, None),
        overallOfficials=[
            _given(name=o.name, affiliation=o.affiliation, role=o.role)
            for o in record.officials
        ],
        locations=[_location(record, location) for location in record.locations],
    )


def _contacts_of(record: TrialRecord, location: str | None) -> list[Json]:
    return [
        _given(
            name=c.name, role=c.role, phone=c.phone, phoneExt=c.phone_ext, email=c.email
        )
        for c in record.contacts
        if c.location == location
    ]


def _location(record: TrialRecord, location: LocationRecord) -> Json:
    return _given(
        facility=location.facility,
        status=location.status,
        city=location.city,
        state=location.state,
        zip=location.zip,
        country=location.country,
        contacts=_contacts_of(record, location.key),
    )


def _references(record: TrialRecord) -> Json:
    return _given(
        references=[
            _given(pmid=r.pmid, type=r.type, citation=r.citation)
            for r in record.references
        ],
        seeAlsoLinks=[_given(label=link.label, url=link.url) for link in record.links],
        availIpds=[
            _given(id=d.document_id, type=d.type, url=d.url, comment=d.comment)
            for d in record.ipd_documents
        ],
    )


def _ipd_sharing(record: TrialRecord) -> Json:
    return _given(
        ipdSharing=record.ipd_sharing,
        description=record.ipd_description,
        infoTypes=list(record.ipd_info_types),
        timeFrame=record.ipd_time_frame,
        accessCriteria=record.ipd_access_criteria,
        url=record.ipd_url,
    )


def _names(parts: Iterable[Any]) -> list[str]:
    return [part.name for part in parts]


def _curation(record: TrialRecord) -> Json:
    """Always whole, so that a reader of the export need not ask what is there."""
    return {
        "criteria": [
            {"type": c.type.lower(), "label": c.label or None, "text": c.text}
            for c in record.criteria
        ],
        "sponsors": [
            {"name": s.name, "class": s.agency_class or None, "role": s.role or None}
            for s in record.sponsors
        ],
        "otherInterventionNames": _names(record.other_intervention_names),
        "countries": _names(record.countries),
        "relatedTrials": [
            {"nctId": t.nct_id, "title": t.title} for t in record.related_trials
        ],
    }
