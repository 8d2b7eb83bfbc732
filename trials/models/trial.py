"""The trial: one row for all that a record holds once."""

from django.conf import settings
from django.db import models

from trials.models.fields import (
    CodeField,
    CountField,
    LineField,
    ListField,
    LongTextField,
    PartialDateField,
)
from trials.models.lookups import Head
from trials.record import vocabulary as v


class Trial(models.Model):
    """A clinical trial as its registry record describes it.

    Columns are named as the fields of `TrialRecord`, whose docstring tells their form.
    `version` counts the acts that changed the trial: a form carries the one it was
    opened on. `last_key` is the highest number that any key of the trial's parts ever
    had, so that no key is used twice.
    """

    version = models.PositiveIntegerField(default=0, editable=False)
    last_key = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(null=True, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    nct_id = models.CharField("NCT number", max_length=11, unique=True)
    org_study_id = LineField(verbose_name="organization's study ID")
    org_study_id_type = CodeField(v.OrgStudyIdType, verbose_name="type of study ID")
    brief_title = LineField()
    official_title = LineField()
    acronym = LineField()

    status_verified_date = PartialDateField(verbose_name="record verification date")
    overall_status = CodeField(v.Status, verbose_name="overall recruitment status")
    last_known_status = CodeField(v.Status)
    why_stopped = LongTextField(verbose_name="why study stopped")
    has_expanded_access = models.BooleanField("expanded access available", null=True)
    expanded_access_nct_id = LineField(verbose_name="NCT number of expanded access")
    start_date = PartialDateField(verbose_name="study start date")
    start_date_type = CodeField(v.DateType)
    primary_completion_date = PartialDateField()
    primary_completion_date_type = CodeField(v.DateType)
    completion_date = PartialDateField(verbose_name="study completion date")
    completion_date_type = CodeField(v.DateType)
    study_first_submit_date = PartialDateField(verbose_name="first submitted")
    study_first_submit_qc_date = PartialDateField(
        verbose_name="first submitted that met QC criteria"
    )
    study_first_post_date = PartialDateField(verbose_name="first posted")
    study_first_post_date_type = CodeField(v.DateType, verbose_name="first posted type")
    results_first_submit_date = PartialDateField(verbose_name="results first submitted")
    results_first_submit_qc_date = PartialDateField(
        verbose_name="results first submitted that met QC criteria"
    )
    results_first_post_date = PartialDateField(verbose_name="results first posted")
    results_first_post_date_type = CodeField(
        v.DateType, verbose_name="results first posted type"
    )
    disp_first_submit_date = PartialDateField(
        verbose_name="certification or extension first submitted"
    )
    disp_first_submit_qc_date = PartialDateField(
        verbose_name="certification or extension that met QC criteria"
    )
    disp_first_post_date = PartialDateField(
        verbose_name="certification or extension first posted"
    )
    disp_first_post_date_type = CodeField(
        v.DateType, verbose_name="certification or extension first posted type"
    )
    last_update_submit_date = PartialDateField(verbose_name="last update submitted")
    last_update_post_date = PartialDateField(verbose_name="last update posted")
    last_update_post_date_type = CodeField(
        v.DateType, verbose_name="last update posted type"
    )
    has_results = models.BooleanField("has results", null=True)

    responsible_party_type = CodeField(v.ResponsiblePartyType)
    responsible_party_name = LineField(verbose_name="investigator name")
    responsible_party_title = LineField(verbose_name="investigator title")
    responsible_party_affiliation = LineField(verbose_name="investigator affiliation")
    responsible_party_old_name_title = LineField(
        verbose_name="responsible party name or title (old form)"
    )
    responsible_party_old_organization = LineField(
        verbose_name="responsible party organization (old form)"
    )

    oversight_has_dmc = models.BooleanField("data monitoring committee", null=True)
    is_fda_regulated_drug = models.BooleanField(
        "studies a U.S. FDA-regulated drug product", null=True
    )
    is_fda_regulated_device = models.BooleanField(
        "studies a U.S. FDA-regulated device product", null=True
    )
    is_unapproved_device = models.BooleanField(
        "device product not approved or cleared by U.S. FDA", null=True
    )
    is_ppsd = models.BooleanField(
        "pediatric postmarket surveillance of a device product", null=True
    )
    is_us_export = models.BooleanField(
        "product manufactured in and exported from the U.S.", null=True
    )
    fdaaa801_violation = models.BooleanField("FDAAA 801 violation", null=True)

    brief_summary = LongTextField()
    detailed_description = LongTextField()

    study_type = CodeField(v.StudyType)
    expanded_access_individual = models.BooleanField(
        "expanded access: individual patients", null=True
    )
    expanded_access_intermediate = models.BooleanField(
        "expanded access: intermediate-size population", null=True
    )
    expanded_access_treatment = models.BooleanField(
        "expanded access: treatment IND/protocol", null=True
    )
    patient_registry = models.BooleanField("patient registry", null=True)
    target_duration = LineField(verbose_name="target follow-up duration")
    phases = ListField(v.Phase)
    allocation = CodeField(v.Allocation)
    intervention_model = CodeField(v.InterventionModel)
    intervention_model_description = LongTextField(verbose_name="model description")
    primary_purpose = CodeField(v.PrimaryPurpose)
    observational_model = CodeField(v.ObservationalModel)
    time_perspective = CodeField(v.TimePerspective)
    masking = CodeField(v.Masking)
    masking_description = LongTextField()
    who_masked = ListField(v.WhoMasked)
    biospec_retention = CodeField(
        v.BiospecimenRetention, verbose_name="biospecimen retention"
    )
    biospec_description = LongTextField(verbose_name="biospecimen description")
    enrollment_count = CountField(verbose_name="enrollment", null=True, blank=True)
    enrollment_type = CodeField(v.DateType)

    sex = CodeField(v.Sex)
    gender_based = models.BooleanField("gender-based eligibility", null=True)
    gender_description = LongTextField(verbose_name="gender eligibility description")
    minimum_age = LineField()
    maximum_age = LineField()
    std_ages = ListField(v.StandardAge, verbose_name="standard age groups")
    healthy_volunteers = models.BooleanField("accepts healthy volunteers", null=True)
    study_population = LongTextField(verbose_name="study population description")
    sampling_method = CodeField(v.SamplingMethod)

    ipd_sharing = CodeField(v.IpdSharing, verbose_name="plan to share IPD")
    ipd_description = LongTextField(verbose_name="IPD sharing plan description")
    ipd_info_types = ListField(
        v.IpdInfoType, verbose_name="IPD supporting information types"
    )
    ipd_time_frame = LongTextField(verbose_name="IPD sharing time frame")
    ipd_access_criteria = LongTextField(verbose_name="IPD sharing access criteria")
    ipd_url = LineField(verbose_name="IPD sharing URL")

    withdrawn = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["nct_id"]
        indexes = [
            # The list in each of its orders, and by each of its filters.
            models.Index(Head("start_date"), "id", name="trials_trial_start"),
            models.Index(Head("brief_title"), "id", name="trials_trial_title"),
            models.Index(Head("overall_status"), "id", name="trials_trial_status"),
            models.Index(
                Head("overall_status"),
                Head("start_date"),
                "id",
                name="trials_trial_status_start",
            ),
            models.Index(Head("phases"), "id", name="trials_trial_phases"),
            models.Index(Head("study_type"), "id", name="trials_trial_type"),
            # Further codes that people filter by, and lists of codes, of which a filter
            # looks for the different ones.
            models.Index(Head("primary_purpose"), "id", name="trials_trial_purpose"),
            models.Index(Head("allocation"), "id", name="trials_trial_allocation"),
            models.Index(Head("intervention_model"), "id", name="trials_trial_model"),
            models.Index(Head("masking"), "id", name="trials_trial_masking"),
            models.Index(Head("who_masked"), "id", name="trials_trial_who_masked"),
            models.Index(Head("sex"), "id", name="trials_trial_sex"),
            models.Index(Head("std_ages"), "id", name="trials_trial_std_ages"),
            models.Index(Head("ipd_info_types"), "id", name="trials_trial_ipd_info"),
            models.Index(fields=["changed_at", "id"], name="trials_trial_changed"),
            models.Index(fields=["created_at"], name="trials_trial_created"),
            # They are few, and what counts trials leaves them out.
            models.Index(
                fields=["id"],
                condition=models.Q(withdrawn=True),
                name="trials_trial_withdrawn",
            ),
        ]

    def __str__(self):
        return self.nct_id
