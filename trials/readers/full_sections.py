"""The numbered sections of the full layout: their headings and labels, in order."""

from trials.readers.full_labels import (
    CLOSING,
    COLLABORATOR,
    FULL_INFORMATION,
    LEAD,
    REGISTRY_DATES,
    Block,
    label,
)

_PERSON = "First Name & Middle Initial & Last Name & Degree"
_CONTACT = "First Name & Middle Initial & Last Name or Official Title & Degree"

_OUTCOME = (
    label("text", "outcomes.measure", "Title"),
    label("text", "outcomes.description", "Description"),
    label("text", "outcomes.time_frame", "Time Frame"),
)
_REACH = (
    label("line", "contacts.phone", "Phone"),
    label("line", "contacts.phone_ext", "Ext", "Phone Ext", "Extension"),
    label("line", "contacts.email", "Email"),
)

_IDENTIFICATION = Block(
    1,
    ("1. Study Identification",),
    label("line", "nct_id", "NCT ID", "NCT Number"),
    label(
        "line",
        "org_study_id",
        "Unique Protocol Identification Number",
        "Organization's Unique Protocol ID",
    ),
    label("code", "org_study_id_type", "Organization's Unique Protocol ID Type"),
    label(
        "rows",
        "secondary_ids.secondary_id",
        "Secondary Identification Number(s)",
        "Secondary Identification Number",
        "Secondary Identifying Numbers",
        "Secondary ID(s)",
        "Secondary IDs",
        "Secondary ID",
    ),
    label("code", "secondary_ids.type", "Secondary ID Type"),
    label("line", "secondary_ids.domain", "Description", "Secondary ID Description"),
    label("names", "nct_aliases.nct_id", "Obsolete Identifiers"),
    label("text", "brief_title", "Brief Title"),
    label("text", "official_title", "Official Title"),
    label("line", "acronym", "Acronym"),
    label("study type", "study_type", "Study Type"),
)

_STATUS = Block(
    2,
    ("2. Study Status",),
    label("date", "status_verified_date", "Record Verification Date", "Last Verified"),
    label(
        "code",
        "overall_status",
        "Overall Recruitment Status",
        "Recruitment Status",
        "Overall Status",
    ),
    label("code", "last_known_status", "Last Known Status"),
    label("text", "why_stopped", "Why Stopped", "Why Study Stopped"),
    label("date", "start_date", "Study Start Date", "Start Date"),
    label("date", "primary_completion_date", "Primary Completion Date"),
    label("date", "completion_date", "Study Completion Date", "Completion Date"),
    label(
        "flag",
        "has_expanded_access",
        "Expanded Access Status",
        "Availability of Expanded Access",
        "Expanded Access",
    ),
    label(
        "line",
        "expanded_access_nct_id",
        "Expanded Access Record NCT Number",
        "Expanded Access NCT Number",
    ),
    *REGISTRY_DATES,
)

_SPONSORS = Block(
    3,
    ("3. Sponsor/Collaborators",),
    label(
        "code",
        "responsible_party_type",
        "Responsible Party, by Official Title",
        "Responsible Party",
    ),
    label(
        "line",
        "responsible_party_name",
        "Responsible Party Investigator Name",
        "Investigator Full Name",
        "Investigator Name",
    ),
    label(
        "line",
        "responsible_party_title",
        "Responsible Party Investigator Title",
        "Investigator Official Title",
        "Investigator Title",
    ),
    label(
        "line",
        "responsible_party_affiliation",
        "Responsible Party Investigator Affiliation",
        "Investigator Affiliation",
    ),
    label("line", "responsible_party_old_name_title", "Name/Official Title"),
    label("line", "responsible_party_old_organization", "Organization"),
    label("rows", "sponsors.name", "Name of the Sponsor", "Lead Sponsor", implies=LEAD),
    label(
        "names",
        "sponsors.name",
        "Collaborators",
        "Collaborator",
        implies=COLLABORATOR,
    ),
)

_OVERSIGHT = Block(
    4,
    ("4. Oversight",),
    label("flag", "is_fda_regulated_drug", "Studies a U.S. FDA-regulated Drug Product"),
    label(
        "flag", "is_fda_regulated_device", "Studies a U.S. FDA-regulated Device Product"
    ),
    label(
        "flag",
        "is_unapproved_device",
        "Device Product Not Approved or Cleared by U.S. FDA",
        "Unapproved/Uncleared Device",
    ),
    label("flag", "is_ppsd", "Pediatric Postmarket Surveillance of a Device Product"),
    label(
        "flag",
        "is_us_export",
        "Product Manufactured in and Exported from the U.S.",
        "Product Exported from the U.S.",
    ),
    label("flag", "fdaaa801_violation", "FDAAA 801 Violation"),
    label("flag", "oversight_has_dmc", "Data Monitoring Committee"),
)

_DESCRIPTION = Block(
    5,
    ("5. Study Description",),
    label("text", "brief_summary", "Brief Summary"),
    label("text", "detailed_description", "Detailed Description"),
)

_CONDITIONS = Block(
    6,
    ("6. Conditions and Keywords",),
    label(
        "names",
        "conditions.name",
        "Primary Disease or Condition Being Studied in the Trial, or the Focus of the "
        "Study",
        "Conditions",
    ),
    label("names", "keywords.name", "Keywords"),
)

_DESIGN = Block(
    7,
    ("7. Study Design",),
    label("study type", "study_type", "Study Type"),
    label("access", "", "Expanded Access Type"),
    label("flag", "expanded_access_individual", "Individual Patients"),
    label("flag", "expanded_access_intermediate", "Intermediate-size Population"),
    label("flag", "expanded_access_treatment", "Treatment IND/Protocol"),
    label("code", "primary_purpose", "Primary Purpose"),
    label("codes", "phases", "Study Phase"),
    label("code", "intervention_model", "Interventional Study Model"),
    label("text", "intervention_model_description", "Model Description"),
    label("code", "observational_model", "Observational Study Model"),
    label("code", "time_perspective", "Time Perspective"),
    label("flag", "patient_registry", "Patient Registry"),
    label("line", "target_duration", "Target Follow-Up Duration"),
    label("masking", "masking", "Masking"),
    label("text", "masking_description", "Masking Description"),
    label("code", "allocation", "Allocation"),
    label("count", "enrollment_count", "Enrollment"),
    label("code", "biospec_retention", "Biospecimen Retention"),
    label("text", "biospec_description", "Biospecimen Description"),
)

_ARMS = Block(
    8,
    ("8. Arms, Groups, and Interventions",),
    label("line", "arms.label", "Arm Title", "Arm Label", "Group/Cohort Label"),
    label("code", "arms.type", "Arm Type"),
    label("text", "arms.description", "Arm Description", "Group/Cohort Description"),
    label("code", "interventions.type", "Intervention Type"),
    label("line", "interventions.name", "Intervention Name(s)", "Intervention Name"),
    label(
        "list",
        "interventions.other_names",
        "Other Intervention Name(s)",
        "Other Intervention Name",
    ),
    label("text", "interventions.description", "Intervention Description"),
)

_OUTCOMES = (
    Block(9, ("9. Outcome Measures",)),
    Block(
        9,
        ("Primary Outcome Measure Information",),
        *_OUTCOME,
        implies=("type", "PRIMARY"),
    ),
    Block(
        9,
        ("Secondary Outcome Measure Information",),
        *_OUTCOME,
        implies=("type", "SECONDARY"),
    ),
    Block(
        9,
        (
            "Other Pre-specified Outcome Measures",
            "Other Pre-specified Outcome Measure Information",
        ),
        *_OUTCOME,
        implies=("type", "OTHER_PRE_SPECIFIED"),
    ),
)

_ELIGIBILITY = Block(
    10,
    ("10. Eligibility",),
    label("code", "sex", "Sex", "Gender"),
    label("flag", "gender_based", "Gender Based", "Gender-Based"),
    label("text", "gender_description", "Gender Eligibility Description"),
    label("age", "minimum_age", "Minimum Age & Unit of Time", "Minimum Age"),
    label("age", "maximum_age", "Maximum Age & Unit of Time", "Maximum Age"),
    label("flag", "healthy_volunteers", "Accepts Healthy Volunteers"),
    label("criteria", "criteria.text", "Eligibility Criteria"),
    label("text", "study_population", "Study Population Description"),
    label("code", "sampling_method", "Sampling Method"),
)

_CONTACTS = (
    Block(
        11,
        (
            "11. Contacts, Locations, and Investigator Information",
            "11. Contacts and Locations",
        ),
    ),
    Block(
        11,
        ("Central Contact Person", "Central Contact Backup"),
        label("line", "contacts.name", _CONTACT, _PERSON),
        *_REACH,
        implies=("role", "CONTACT"),
    ),
    Block(
        11,
        ("Overall Study Officials", "Overall Study Official"),
        label("line", "officials.name", _PERSON, _CONTACT),
        label("line", "officials.affiliation", "Organizational Affiliation"),
        label("code", "officials.role", "Official's Role"),
    ),
    Block(
        11,
        ("Facility Information",),
        label("line", "locations.facility", "Facility Name"),
        label("line", "locations.city", "City"),
        label("line", "locations.state", "State/Province"),
        label("line", "locations.zip", "ZIP/Postal Code"),
        label("line", "locations.country", "Country"),
        label("code", "locations.status", "Individual Site Status"),
        label(
            "line",
            "contacts.name",
            _PERSON,
            _CONTACT,
            "Facility Contact",
            "Facility Contact Backup",
            "Facility Investigator",
        ),
        *_REACH,
        label("code", "contacts.role", "Investigator Role", "Official's Role"),
    ),
)

_IPD = Block(
    12,
    ("12. IPD Sharing Statement",),
    label("code", "ipd_sharing", "Plan to Share IPD"),
    label(
        "text", "ipd_description", "IPD Sharing Plan Description", "Plan Description"
    ),
    label(
        "codes",
        "ipd_info_types",
        "IPD Sharing Supporting Information Type",
        "Supporting Information Type",
    ),
    label("text", "ipd_time_frame", "IPD Sharing Time Frame", "Time Frame"),
    label(
        "text", "ipd_access_criteria", "IPD Sharing Access Criteria", "Access Criteria"
    ),
    label("line", "ipd_url", "IPD Sharing URL", "URL"),
)

_REFERENCES = (
    Block(13, ("13. References",)),
    Block(
        13,
        ("Citations",),
        label("line", "references.pmid", "PubMed Identifier"),
        label("text", "references.citation", "Citation"),
        label("code", "references.type", "Results Reference", "Reference Type"),
    ),
    Block(
        13,
        ("Links",),
        label("line", "links.url", "URL"),
        label("text", "links.label", "Description"),
    ),
    Block(
        13,
        ("Available IPD/Information", "Available IPD and Supporting Information"),
        label("line", "ipd_documents.type", "Available IPD/Information Type"),
        label("line", "ipd_documents.url", "Available IPD/Information URL"),
        label(
            "line", "ipd_documents.document_id", "Available IPD/Information Identifier"
        ),
        label("text", "ipd_documents.comment", "Available IPD/Information Comments"),
    ),
)

SECTIONS = (
    _IDENTIFICATION,
    _STATUS,
    _SPONSORS,
    _OVERSIGHT,
    _DESCRIPTION,
    _CONDITIONS,
    _DESIGN,
    _ARMS,
    *_OUTCOMES,
    _ELIGIBILITY,
    *_CONTACTS,
    _IPD,
    *_REFERENCES,
)

BLOCKS = (FULL_INFORMATION, *SECTIONS, CLOSING)
"""All blocks that a heading opens, in the page's order."""
