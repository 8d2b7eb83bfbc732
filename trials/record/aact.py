"""A record as rows of the AACT database, Duke's public copy of the registry.

Tables and columns are those of AACT's schema `ctgov` (https://aact.ctti-clinicaltrials.org,
data dictionary of October 2023 and later), as far as a record fills the table; columns
that it has nothing for stay empty. Values are spelled as AACT does since it reads the
registry's API v2: codes, several phases joined by `/`, a date without a day as the last
day of its month or year, yes/no as `t` and `f`. The ids count rows of this export; they
are not AACT's.
"""

import calendar
import datetime
import re
from collections.abc import Iterator
from itertools import count
from typing import Any

from trials.record.registry import criteria_text
from trials.record.shape import ContactRecord, TrialRecord
from trials.record.vocabulary import (
    ContactRole,
    OutcomeType,
    StandardAge,
    StudyType,
    WhoMasked,
)

COLUMNS: dict[str, tuple[str, ...]] = {
    name: tuple(columns.split())
    for name, columns in {
        "studies": """nct_id nlm_download_date_description study_first_submitted_date
            results_first_submitted_date disposition_first_submitted_date
            last_update_submitted_date study_first_submitted_qc_date
            study_first_posted_date study_first_posted_date_type
            results_first_submitted_qc_date results_first_posted_date
            results_first_posted_date_type disposition_first_submitted_qc_date
            disposition_first_posted_date disposition_first_posted_date_type
            last_update_submitted_qc_date last_update_posted_date
            last_update_posted_date_type start_month_year start_date_type start_date
            verification_month_year verification_date completion_month_year
            completion_date_type completion_date primary_completion_month_year
            primary_completion_date_type primary_completion_date target_duration
            study_type acronym baseline_population brief_title official_title
            overall_status last_known_status phase enrollment enrollment_type source
            limitations_and_caveats number_of_arms number_of_groups why_stopped
            has_expanded_access expanded_access_type_individual
            expanded_access_type_intermediate expanded_access_type_treatment has_dmc
            is_fda_regulated_drug is_fda_regulated_device is_unapproved_device is_ppsd
            is_us_export biospec_retention biospec_description ipd_time_frame
            ipd_access_criteria ipd_url plan_to_share_ipd plan_to_share_ipd_description
            created_at updated_at source_class delayed_posting expanded_access_nctid
            expanded_access_status_for_nctid fdaaa801_violation
            baseline_type_units_analyzed patient_registry""",
        "brief_summaries": "id nct_id description",
        "calculated_values": """id nct_id number_of_facilities number_of_nsae_subjects
            number_of_sae_subjects registered_in_calendar_year nlm_download_date
            actual_duration were_results_reported months_to_report_results
            has_us_facility has_single_facility minimum_age_num maximum_age_num
            minimum_age_unit maximum_age_unit number_of_primary_outcomes_to_measure
            number_of_secondary_outcomes_to_measure
            number_of_other_outcomes_to_measure""",
        "central_contacts": """id nct_id contact_type name phone email phone_extension
            role""",
        "conditions": "id nct_id name downcase_name",
        "countries": "id nct_id name removed",
        "design_group_interventions": "id nct_id design_group_id intervention_id",
        "design_groups": "id nct_id group_type title description",
        "design_outcomes": """id nct_id outcome_type measure time_frame population
            description""",
        "designs": """id nct_id allocation intervention_model observational_model
            primary_purpose time_perspective masking masking_description
            intervention_model_description subject_masked caregiver_masked
            investigator_masked outcomes_assessor_masked""",
        "detailed_descriptions": "id nct_id description",
        "documents": "id nct_id document_id document_type url comment",
        "eligibilities": """id nct_id sampling_method gender minimum_age maximum_age
            healthy_volunteers population criteria gender_description gender_based adult
            child older_adult""",
        "facilities": "id nct_id status name city state zip country",
        "facility_contacts": """id nct_id facility_id contact_type name email phone
            phone_extension""",
        "facility_investigators": "id nct_id facility_id role name",
        "id_information": """id nct_id id_source id_value id_type id_type_description
            id_link""",
        "intervention_other_names": "id nct_id intervention_id name",
        "interventions": "id nct_id intervention_type name description",
        "ipd_information_types": "id nct_id name",
        "keywords": "id nct_id name downcase_name",
        "links": "id nct_id url description",
        "overall_officials": "id nct_id role name affiliation",
        "responsible_parties": """id nct_id responsible_party_type name title
            organization affiliation old_name_title""",
        "sponsors": "id nct_id agency_class lead_or_collaborator name",
        "study_references": "id nct_id pmid reference_type citation",
    }.items()
}
"""Table -> its columns, in AACT's order."""

_OUTCOMES: dict[str, str] = {
    OutcomeType.PRIMARY: "primary",
    OutcomeType.SECONDARY: "secondary",
    OutcomeType.OTHER_PRE_SPECIFIED: "other",
}
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_AGE = re.compile(r"([0-9]+) ([A-Za-z]+)")

Row = dict[str, Any]
Rows = Iterator[tuple[str, Row]]
"""Pairs of a table's name and a row of it; what a row lacks is empty."""


class Numbering:
    """The ids of an export's rows: from 1 in each table."""

    def __init__(self):
        self._ids = {name: count(1) for name in COLUMNS if name != "studies"}

    def rows(self, record: TrialRecord) -> Rows:
        """The rows of a record, each with its id."""
        ids: dict[tuple[str, str], int] = {}
        for table, row in _rows(record):
            if table != "studies":
                row = {"id": next(self._ids[table])} | row
            if key := row.pop("key", None):
                ids[table, key] = row["id"]
            for column, points_at in _POINTERS.items():
                if column in row:
                    row[column] = ids[points_at, row[column]]
            yield table, {"nct_id": record.nct_id} | row


_POINTERS = {
    "design_group_id": "design_groups",
    "intervention_id": "interventions",
    "facility_id": "facilities",
}
"""Column -> table whose id it holds; `_rows` gives the part's key in its place."""


def _rows(record: TrialRecord) -> Rows:
    yield "studies", _study(record)
    if record.brief_summary:
        yield "brief_summaries", {"description": record.brief_summary}
    if record.detailed_description:
        yield "detailed_descriptions", {"description": record.detailed_description}
    yield "designs", _design(record)
    yield "eligibilities", _eligibility(record)
    yield "calculated_values", _calculated(record)
    yield from _names(record)
    yield from _people(record)
    yield from _groups(record)
    yield from _sites(record)
    yield from _documents(record)


def _study(record: TrialRecord) -> Row:
    groups = len(record.arms) or None
    is_interventional = record.study_type == StudyType.INTERVENTIONAL
    posted = ("study_first", "results_first", "last_update")
    return {
        **{f"{n}_submitted_date": _day(record, f"{n}_submit_date") for n in posted},
        **{f"{n}_posted_date": _day(record, f"{n}_post_date") for n in posted},
        **{
            f"{n}_posted_date_type": getattr(record, f"{n}_post_date_type")
            for n in posted
        },
        "study_first_submitted_qc_date": _day(record, "study_first_submit_qc_date"),
        "results_first_submitted_qc_date": _day(record, "results_first_submit_qc_date"),
        "last_update_submitted_qc_date": _day(record, "last_update_submit_date"),
        "disposition_first_submitted_date": _day(record, "disp_first_submit_date"),
        "disposition_first_submitted_qc_date": _day(
            record, "disp_first_submit_qc_date"
        ),
        "disposition_first_posted_date": _day(record, "disp_first_post_date"),
        "disposition_first_posted_date_type": record.disp_first_post_date_type,
        "start_month_year": record.start_date,
        "start_date_type": record.start_date_type,
        "start_date": _day(record, "start_date"),
        "verification_month_year": record.status_verified_date,
        "verification_date": _day(record, "status_verified_date"),
        "completion_month_year": record.completion_date,
        "completion_date_type": record.completion_date_type,
        "completion_date": _day(record, "completion_date"),
        "primary_completion_month_year": record.primary_completion_date,
        "primary_completion_date_type": record.primary_completion_date_type,
        "primary_completion_date": _day(record, "primary_completion_date"),
        "target_duration": record.target_duration,
        "study_type": record.study_type,
        "acronym": record.acronym,
        "brief_title": record.brief_title,
        "official_title": record.official_title,
        "overall_status": record.overall_status,
        "last_known_status": record.last_known_status,
        "phase": "/".join(record.phases),
        "enrollment": record.enrollment_count,
        "enrollment_type": record.enrollment_type,
        "number_of_arms": groups if is_interventional else None,
        "number_of_groups": None if is_interventional else groups,
        "why_stopped": record.why_stopped,
        "has_expanded_access": record.has_expanded_access,
        "expanded_access_type_individual": record.expanded_access_individual,
        "expanded_access_type_intermediate": record.expanded_access_intermediate,
        "expanded_access_type_treatment": record.expanded_access_treatment,
        "expanded_access_nctid": record.expanded_access_nct_id,
        "has_dmc": record.oversight_has_dmc,
        "is_fda_regulated_drug": record.is_fda_regulated_drug,
        "is_fda_regulated_device": record.is_fda_regulated_device,
        "is_unapproved_device": record.is_unapproved_device,
        "is_ppsd": record.is_ppsd,
        "is_us_export": record.is_us_export,
        "fdaaa801_violation": record.fdaaa801_violation,
        "biospec_retention": record.biospec_retention,
        "biospec_description": record.biospec_description,
        "plan_to_share_ipd": record.ipd_sharing,
        "plan_to_share_ipd_description": record.ipd_description,
        "ipd_time_frame": record.ipd_time_frame,
        "ipd_access_criteria": record.ipd_access_criteria,
        "ipd_url": record.ipd_url,
        "patient_registry": record.patient_registry,
    }


def _day(record: TrialRecord, name: str) -> str:
    """A date as a day, the last of its month or year; "" for what is no date.

    `2020-02` -> "2020-02-29".
    """
    match = _DATE.fullmatch(getattr(record, name))
    if match is None:
        return ""
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        month = month or 12
        return datetime.date(
            year, month, day or calendar.monthrange(year, month)[1]
        ).isoformat()
    except ValueError:
        return ""


def _design(record: TrialRecord) -> Row:
    masked = {
        "subject_masked": WhoMasked.PARTICIPANT,
        "caregiver_masked": WhoMasked.CARE_PROVIDER,
        "investigator_masked": WhoMasked.INVESTIGATOR,
        "outcomes_assessor_masked": WhoMasked.OUTCOMES_ASSESSOR,
    }
    return {
        "allocation": record.allocation,
        "intervention_model": record.intervention_model,
        "observational_model": record.observational_model,
        "primary_purpose": record.primary_purpose,
        "time_perspective": record.time_perspective,
        "masking": record.masking,
        "masking_description": record.masking_description,
        "intervention_model_description": record.intervention_model_description,
        # AACT never says that somebody is not masked.
        **{name: role in record.who_masked or None for name, role in masked.items()},
    }


def _eligibility(record: TrialRecord) -> Row:
    ages = {
        "adult": StandardAge.ADULT,
        "child": StandardAge.CHILD,
        "older_adult": StandardAge.OLDER_ADULT,
    }
    return {
        "sampling_method": record.sampling_method,
        "gender": record.sex,
        "minimum_age": record.minimum_age or "N/A",
        "maximum_age": record.maximum_age or "N/A",
        "healthy_volunteers": record.healthy_volunteers,
        "population": record.study_population,
        "criteria": criteria_text(record),
        "gender_description": record.gender_description,
        "gender_based": record.gender_based,
        **{
            name: (age in record.std_ages) if record.std_ages else None
            for name, age in ages.items()
        },
    }


def _calculated(record: TrialRecord) -> Row:
    countries = {location.country for location in record.locations}
    types = [outcome.type for outcome in record.outcomes]
    registered = _DATE.fullmatch(record.study_first_submit_date)
    lowest, lowest_unit = _age(record.minimum_age)
    highest, highest_unit = _age(record.maximum_age)
    return {
        "number_of_facilities": len(record.locations),
        "has_us_facility": "United States" in countries if countries else None,
        "has_single_facility": len(record.locations) == 1,
        "registered_in_calendar_year": registered and int(registered[1]),
        "were_results_reported": bool(record.results_first_submit_date),
        "minimum_age_num": lowest,
        "minimum_age_unit": lowest_unit,
        "maximum_age_num": highest,
        "maximum_age_unit": highest_unit,
        "number_of_primary_outcomes_to_measure": types.count(OutcomeType.PRIMARY),
        "number_of_secondary_outcomes_to_measure": types.count(OutcomeType.SECONDARY),
        "number_of_other_outcomes_to_measure": types.count(
            OutcomeType.OTHER_PRE_SPECIFIED
        ),
    }


def _age(text: str) -> tuple[int | None, str]:
    """`18 Years` -> (18, "Years")."""
    match = _AGE.fullmatch(text)
    return (int(match[1]), match[2]) if match else (None, "")


def _names(record: TrialRecord) -> Rows:
    for table in ("conditions", "keywords"):
        for part in getattr(record, table):
            yield table, {"name": part.name, "downcase_name": part.name.lower()}
    for code in record.ipd_info_types:
        yield "ipd_information_types", {"name": code}
    if record.org_study_id:
        yield (
            "id_information",
            {
                "id_source": "org_study_id",
                "id_value": record.org_study_id,
                "id_type": record.org_study_id_type,
            },
        )
    for alias in record.nct_aliases:
        yield "id_information", {"id_source": "nct_alias", "id_value": alias.nct_id}
    for other in record.secondary_ids:
        yield (
            "id_information",
            {
                "id_source": "secondary_id",
                "id_value": other.secondary_id,
                "id_type": other.type,
                "id_type_description": other.domain,
                "id_link": other.link,
            },
        )


def _people(record: TrialRecord) -> Rows:
    for sponsor in record.sponsors:
        yield (
            "sponsors",
            {
                "agency_class": sponsor.agency_class,
                "lead_or_collaborator": sponsor.role.lower(),
                "name": sponsor.name,
            },
        )
    party = {
        "responsible_party_type": record.responsible_party_type,
        "name": record.responsible_party_name,
        "title": record.responsible_party_title,
        "organization": record.responsible_party_old_organization,
        "affiliation": record.responsible_party_affiliation,
        "old_name_title": record.responsible_party_old_name_title,
    }
    if any(party.values()):
        yield "responsible_parties", party
    for official in record.officials:
        yield (
            "overall_officials",
            {
                "role": official.role,
                "name": official.name,
                "affiliation": official.affiliation,
            },
        )
    central = [c for c in record.contacts if c.location is None]
    for place, contact in enumerate(central):
        yield "central_contacts", _contact(contact, place) | {"role": contact.role}


def _contact(contact: ContactRecord, place: int) -> Row:
    return {
        "contact_type": "backup" if place else "primary",
        "name": contact.name,
        "phone": contact.phone,
        "email": contact.email,
        "phone_extension": contact.phone_ext,
    }


def _groups(record: TrialRecord) -> Rows:
    for intervention in record.interventions:
        yield (
            "interventions",
            {
                "key": intervention.key,
                "intervention_type": intervention.type,
                "name": intervention.name,
                "description": intervention.description,
            },
        )
        for name in intervention.other_names:
            yield (
                "intervention_other_names",
                {
                    "intervention_id": intervention.key,
                    "name": name,
                },
            )
    for arm in record.arms:
        yield (
            "design_groups",
            {
                "key": arm.key,
                "group_type": arm.type,
                "title": arm.label,
                "description": arm.description,
            },
        )
        for key in arm.interventions:
            yield (
                "design_group_interventions",
                {
                    "design_group_id": arm.key,
                    "intervention_id": key,
                },
            )
    for outcome in record.outcomes:
        yield (
            "design_outcomes",
            {
                "outcome_type": _OUTCOMES.get(outcome.type, outcome.type),
                "measure": outcome.measure,
                "time_frame": outcome.time_frame,
                "description": outcome.description,
            },
        )


def _sites(record: TrialRecord) -> Rows:
    countries = [part.name for part in record.countries]
    countries += [location.country for location in record.locations]
    for name in dict.fromkeys(filter(None, countries)):
        yield "countries", {"name": name}
    for location in record.locations:
        yield (
            "facilities",
            {
                "key": location.key,
                "status": location.status,
                "name": location.facility,
                "city": location.city,
                "state": location.state,
                "zip": location.zip,
                "country": location.country,
            },
        )
        place = 0
        for contact in record.contacts:
            if contact.location != location.key:
                continue
            if contact.role in ("", ContactRole.CONTACT):
                row = _contact(contact, place) | {"facility_id": location.key}
                yield "facility_contacts", row
                place += 1
            else:
                yield (
                    "facility_investigators",
                    {
                        "facility_id": location.key,
                        "role": contact.role,
                        "name": contact.name,
                    },
                )


def _documents(record: TrialRecord) -> Rows:
    for reference in record.references:
        yield (
            "study_references",
            {
                "pmid": reference.pmid,
                "reference_type": reference.type,
                "citation": reference.citation,
            },
        )
    for link in record.links:
        yield "links", {"url": link.url, "description": link.label}
    for document in record.ipd_documents:
        yield (
            "documents",
            {
                "document_id": document.document_id,
                "document_type": document.type,
                "url": document.url,
                "comment": document.comment,
            },
        )
