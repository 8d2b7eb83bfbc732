"""The sections of a record: which values belong together."""

from dataclasses import dataclass

from trials.record.fields import fields_of
from trials.record.paths import parse
from trials.record.shape import TrialRecord


@dataclass(frozen=True)
class Section:
    """One part of the record that people read and edit together.

    `groups` are the trial's own fields under their headings, `collections` the lists of
    parts below them.
    """

    slug: str
    title: str
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    collections: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields of the trial in this section."""
        return tuple(name for _, names in self.groups for name in names)


def _dated(*names: str) -> tuple[str, ...]:
    """Each date followed by its type, where it has one."""
    known = {field.name for field in fields_of(TrialRecord)}
    pairs = ((name, f"{name}_type") for name in names)
    return tuple(name for pair in pairs for name in pair if name in known)


SECTIONS = (
    Section(
        "identification",
        "Identification and status",
        (
            (
                "Titles",
                ("brief_title", "official_title", "acronym"),
            ),
            ("Organization's number", ("org_study_id", "org_study_id_type")),
            (
                "Status",
                (
                    "overall_status",
                    "last_known_status",
                    "why_stopped",
                    "status_verified_date",
                    "has_results",
                    "has_expanded_access",
                    "expanded_access_nct_id",
                ),
            ),
            (
                "Study dates",
                _dated("start_date", "primary_completion_date", "completion_date"),
            ),
            (
                "Registry dates",
                _dated(
                    "study_first_submit_date",
                    "study_first_submit_qc_date",
                    "study_first_post_date",
                    "last_update_submit_date",
                    "last_update_post_date",
                    "results_first_submit_date",
                    "results_first_submit_qc_date",
                    "results_first_post_date",
                    "disp_first_submit_date",
                    "disp_first_submit_qc_date",
                    "disp_first_post_date",
                ),
            ),
        ),
        ("secondary_ids", "nct_aliases"),
    ),
    Section(
        "description",
        "Description",
        (("", ("brief_summary", "detailed_description")),),
        ("conditions", "keywords"),
    ),
    Section(
        "design",
        "Design",
        (
            (
                "Design",
                (
                    "study_type",
                    "phases",
                    "primary_purpose",
                    "allocation",
                    "intervention_model",
                    "intervention_model_description",
                    "masking",
                    "who_masked",
                    "masking_description",
                ),
            ),
            ("Enrollment", ("enrollment_count", "enrollment_type")),
            (
                "Observational studies",
                (
                    "observational_model",
                    "time_perspective",
                    "patient_registry",
                    "target_duration",
                    "biospec_retention",
                    "biospec_description",
                ),
            ),
            (
                "Expanded access",
                (
                    "expanded_access_individual",
                    "expanded_access_intermediate",
                    "expanded_access_treatment",
                ),
            ),
        ),
    ),
    Section(
        "arms",
        "Arms and interventions",
        (),
        ("arms", "interventions", "other_intervention_names"),
    ),
    Section("outcomes", "Outcomes", (), ("outcomes",)),
    Section(
        "eligibility",
        "Eligibility",
        (
            (
                "Participants",
                (
                    "sex",
                    "minimum_age",
                    "maximum_age",
                    "healthy_volunteers",
                    "std_ages",
                    "gender_based",
                    "gender_description",
                    "sampling_method",
                    "study_population",
                ),
            ),
        ),
        ("criteria",),
    ),
    Section(
        "sponsors",
        "Sponsors and contacts",
        (
            (
                "Responsible party",
                (
                    "responsible_party_type",
                    "responsible_party_name",
                    "responsible_party_title",
                    "responsible_party_affiliation",
                    "responsible_party_old_name_title",
                    "responsible_party_old_organization",
                ),
            ),
            (
                "Oversight",
                (
                    "oversight_has_dmc",
                    "is_fda_regulated_drug",
                    "is_fda_regulated_device",
                    "is_unapproved_device",
                    "is_ppsd",
                    "is_us_export",
                    "fdaaa801_violation",
                ),
            ),
        ),
        ("sponsors", "officials", "contacts"),
    ),
    Section("locations", "Locations", (), ("locations", "countries")),
    Section(
        "references",
        "References and links",
        (
            (
                "Sharing of participant data",
                (
                    "ipd_sharing",
                    "ipd_description",
                    "ipd_info_types",
                    "ipd_time_frame",
                    "ipd_access_criteria",
                    "ipd_url",
                ),
            ),
        ),
        ("references", "links", "ipd_documents"),
    ),
    Section("related", "Related trials", (), ("related_trials",)),
)

_BY_SLUG = {section.slug: section for section in SECTIONS}
_BY_FIELD = {
    name: section
    for section in SECTIONS
    for name in (*section.fields, *section.collections)
}
# The number is the trial's name, and withdrawing is an act of its own: both are shown,
# never edited.
_BY_FIELD["nct_id"] = _BY_FIELD["withdrawn"] = SECTIONS[0]


def section_named(slug: str) -> Section | None:
    """The section whose address ends in `slug`."""
    return _BY_SLUG.get(slug)


def section_of(path: str) -> Section:
    """The section where the value at `path` is edited.

    Raises ValueError for what is no path, and KeyError for no field of a record.
    """
    return _BY_FIELD[parse(path).field]
