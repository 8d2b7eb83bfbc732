"""The tables of the AACT database that a record can fill, with all their columns.

Those of AACT's schema `ctgov` (https://aact.ctti-clinicaltrials.org, data dictionary of
October 2023 and later).
"""

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
