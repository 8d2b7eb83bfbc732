"""A record as rows of the AACT database, Duke's public copy of the registry.

Columns that a record has nothing for stay empty. Values are spelled as AACT does since
it reads the registry's API v2: codes, several phases joined by `/`, a date without a
day as the last day of its month or year, yes/no as `t` and `f`. The ids count rows of
this export; they are not AACT's.
"""

import calendar
import datetime
import re
from collections.abc import Iterator
from itertools import count
from typing import Any

from trials.record.aact_columns import COLUMNS
from trials.record.registry import criteria_text
from trials.record.shape import ContactRecord, TrialRecord
from trials.record.vocabulary import (
    ContactRole,
    OutcomeType,
    StandardAge,
    StudyType,
    WhoMasked,
)

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


_SAME = (
    *("acronym", "biospec_description", "biospec_retention", "brief_title"),
    *("completion_date_type", "enrollment_type", "fdaaa801_violation"),
    *("has_expanded_access", "ipd_access_criteria", "ipd_time_frame", "ipd_url"),
    *("is_fda_regulated_device", "is_fda_regulated_drug", "is_ppsd", "is_us_export"),
    *("is_unapproved_device", "last_known_status", "official_title", "overall_status"),
    *("patient_registry", "primary_completion_date_type", "start_date_type"),
    *("study_type", "target_duration", "why_stopped"),
)
"""Columns of `studies` that are called as the fields of a record."""

_EVENTS = {
    "study_first": "study_first",
    "results_first": "results_first",
    "disposition_first": "disp_first",
    "last_update": "last_update",
}
"""How the registry's dates begin in AACT and in a record."""


def _study(record: TrialRecord) -> Row:
    groups = len(record.arms) or None
    is_interventional = record.study_type == StudyType.INTERVENTIONAL
    row = {name: getattr(record, name) for name in _SAME}
    for column, field in _EVENTS.items():
        # A record has no such date for its last update; AACT takes that it was sent.
        qc = "submit" if column == "last_update" else "submit_qc"
        row |= {
            f"{column}_submitted_date": _day(record, f"{field}_submit_date"),
            f"{column}_submitted_qc_date": _day(record, f"{field}_{qc}_date"),
            f"{column}_posted_date": _day(record, f"{field}_post_date"),
            f"{column}_posted_date_type": getattr(record, f"{field}_post_date_type"),
        }
    for column in ("start", "completion", "primary_completion"):
        row[f"{column}_month_year"] = getattr(record, f"{column}_date")
        row[f"{column}_date"] = _day(record, f"{column}_date")
    return row | {
        "verification_month_year": record.status_verified_date,
        "verification_date": _day(record, "status_verified_date"),
        "phase": "/".join(record.phases),
        "enrollment": record.enrollment_count,
        "number_of_arms": groups if is_interventional else None,
        "number_of_groups": None if is_interventional else groups,
        "expanded_access_type_individual": record.expanded_access_individual,
        "expanded_access_type_intermediate": record.expanded_access_intermediate,
        "expanded_access_type_treatment": record.expanded_access_treatment,
        "expanded_access_nctid": record.expanded_access_nct_id,
        "has_dmc": record.oversight_has_dmc,
        "plan_to_share_ipd": record.ipd_sharing,
        "plan_to_share_ipd_description": record.ipd_description,
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
        row = {
            "id_source": "org_study_id",
            "id_value": record.org_study_id,
            "id_type": record.org_study_id_type,
        }
        yield "id_information", row
    for alias in record.nct_aliases:
        yield "id_information", {"id_source": "nct_alias", "id_value": alias.nct_id}
    for other in record.secondary_ids:
        row = {
            "id_source": "secondary_id",
            "id_value": other.secondary_id,
            "id_type": other.type,
            "id_type_description": other.domain,
            "id_link": other.link,
        }
        yield "id_information", row


def _people(record: TrialRecord) -> Rows:
    for sponsor in record.sponsors:
        row = {
            "agency_class": sponsor.agency_class,
            "lead_or_collaborator": sponsor.role.lower(),
            "name": sponsor.name,
        }
        yield "sponsors", row
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
        row = {
            "role": official.role,
            "name": official.name,
            "affiliation": official.affiliation,
        }
        yield "overall_officials", row
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
        row = {
            "key": intervention.key,
            "intervention_type": intervention.type,
            "name": intervention.name,
            "description": intervention.description,
        }
        yield "interventions", row
        for name in intervention.other_names:
            row = {
                "intervention_id": intervention.key,
                "name": name,
            }
            yield "intervention_other_names", row
    for arm in record.arms:
        row = {
            "key": arm.key,
            "group_type": arm.type,
            "title": arm.label,
            "description": arm.description,
        }
        yield "design_groups", row
        for key in arm.interventions:
            row = {
                "design_group_id": arm.key,
                "intervention_id": key,
            }
            yield "design_group_interventions", row
    for outcome in record.outcomes:
        row = {
            "outcome_type": _OUTCOMES.get(outcome.type, outcome.type),
            "measure": outcome.measure,
            "time_frame": outcome.time_frame,
            "description": outcome.description,
        }
        yield "design_outcomes", row


def _sites(record: TrialRecord) -> Rows:
    countries = [part.name for part in record.countries]
    countries += [location.country for location in record.locations]
    for name in dict.fromkeys(filter(None, countries)):
        yield "countries", {"name": name}
    for location in record.locations:
        same = ("key", "status", "city", "state", "zip", "country")
        row = {name: getattr(location, name) for name in same}
        yield "facilities", row | {"name": location.facility}
        place = 0
        for contact in record.contacts:
            if contact.location != location.key:
                continue
            if contact.role in ("", ContactRole.CONTACT):
                row = _contact(contact, place) | {"facility_id": location.key}
                yield "facility_contacts", row
                place += 1
            else:
                row = {
                    "facility_id": location.key,
                    "role": contact.role,
                    "name": contact.name,
                }
                yield "facility_investigators", row


def _documents(record: TrialRecord) -> Rows:
    for reference in record.references:
        row = {
            "pmid": reference.pmid,
            "reference_type": reference.type,
            "citation": reference.citation,
        }
        yield "study_references", row
    for link in record.links:
        yield "links", {"url": link.url, "description": link.label}
    for document in record.ipd_documents:
        row = {
            "document_id": document.document_id,
            "document_type": document.type,
            "url": document.url,
            "comment": document.comment,
        }
        yield "documents", row
