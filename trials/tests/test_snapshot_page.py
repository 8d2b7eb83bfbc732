import json
from pathlib import Path

import pytest

from trials.readers import Repeat
from trials.record.plain import to_plain
from trials.tests.snapshot_texts import make_page, read, unplaced

FIXTURES = Path(__file__).parents[2] / "fixtures"
SEED = (FIXTURES / "pages" / "NCT04426201.snapshot.txt").read_text("utf-8")


def read_section(**sections):
    return read(make_page(**sections)).record


def test_the_seed_page_gives_its_golden_record():
    golden = json.loads((FIXTURES / "records" / "NCT04426201.json").read_text("utf-8"))
    reading = read(SEED)
    assert json.loads(to_plain(reading.record)) == golden
    assert reading.unplaced == ()
    assert reading.warnings == ()


def test_the_seed_page_says_where_its_values_stand():
    reading = read(SEED)
    assert reading.lines["nct_id"] == (2, 2)
    assert reading.lines["overall_status"] == (8, 8)
    assert reading.lines["detailed_description"] == (30, 32)
    assert reading.lines["criteria[c1].text"] == (62, 62)
    assert reading.lines["interventions[i1].description"] == (54, 54)
    assert reading.lines["arms[a1].interventions"] == (45, 46)
    assert Repeat("interventions[i1].description", 46, 46) in reading.repeats
    assert {7, 15, 137} <= set(reading.boilerplate)


# The lines above all sections


def test_the_top_gives_title_id_and_date():
    top = ("A Trial of Rest", "NCT ID: NCT01234567", "Last Updated: April 11, 2024")
    record = read_section(top=top)
    assert record.brief_title == "A Trial of Rest"
    assert record.nct_id == "NCT01234567"
    assert record.last_update_post_date == "2024-04-11"


def test_the_id_may_stand_below_its_label():
    top = ("A Trial of Rest", "NCT ID", "NCT01234567")
    assert read_section(top=top).nct_id == "NCT01234567"


@pytest.mark.parametrize(
    ("line", "has_results"),
    [
        ("The study team has not published outcome measurements yet.", False),
        ("Results pending", False),
        ("Results are available for this trial.", True),
    ],
)
def test_a_sentence_says_whether_there_are_results(line, has_results):
    reading = read(make_page(study_results=(line,)))
    assert reading.record.has_results is has_results
    assert reading.unplaced == ()


def test_a_page_that_does_not_say_it_leaves_the_results_open():
    assert read(make_page()).record.has_results is None


# Basic information and design


def test_basic_information_goes_by_the_form_of_its_lines():
    record = read_section(
        basic_information=(
            "COMPLETED",
            "PHASE1/PHASE2",
            "1,024 participants",
            "INTERVENTIONAL",
            "2019-01",
            "2020-12-20",
        )
    )
    assert record.overall_status == "COMPLETED"
    assert record.phases == ("PHASE1", "PHASE2")
    assert record.enrollment_count == 1024
    assert record.study_type == "INTERVENTIONAL"
    assert (record.start_date, record.completion_date) == ("2019-01", "2020-12-20")


def test_basic_information_may_have_labels_on_the_line_or_above():
    reading = read(
        make_page(
            basic_information=(
                "Recruitment Status: Completed",
                "Clinical Phase",
                "Not Applicable",
                "Total Enrollment: 12 (Actual)",
                "Study Classification",
                "Interventional",
                "Study Completion Date: December 2020 (Actual)",
                "Official Title: A Randomized Trial of Rest",
            )
        )
    )
    record = reading.record
    assert record.overall_status == "COMPLETED"
    assert record.phases == ("NA",)
    assert (record.enrollment_count, record.enrollment_type) == (12, "ACTUAL")
    assert record.study_type == "INTERVENTIONAL"
    assert record.start_date == ""
    assert record.completion_date == "2020-12"
    assert record.completion_date_type == "ACTUAL"
    assert record.official_title == "A Randomized Trial of Rest"
    assert reading.unplaced == ()


def test_an_unknown_code_is_kept_as_printed_with_a_warning():
    reading = read(
        make_page(basic_information=("FINISHED", "9 participants", "INTERVENTIONAL"))
    )
    assert reading.record.overall_status == "FINISHED"
    assert reading.warnings[0].path == "overall_status"
    assert "“FINISHED”" in reading.warnings[0].message


@pytest.mark.parametrize("printed", ["about ten participants", "99999999999 patients"])
def test_a_count_that_is_no_number_stays_unplaced_with_a_warning(printed):
    page = make_page(
        basic_information=("COMPLETED", "PHASE1", printed, "OBSERVATIONAL")
    )
    reading = read(page)
    assert reading.record.enrollment_count is None
    assert unplaced(page) == [printed]
    assert printed in reading.warnings[0].message


def test_a_date_that_is_none_stays_as_printed_below_its_label():
    page = make_page(basic_information=("Study Start Date: next spring",))
    reading = read(page)
    assert reading.record.start_date == "next spring"
    assert reading.warnings[0].path == "start_date"


def test_a_value_printed_twice_is_a_repeat():
    reading = read(
        make_page(basic_information=("Status: Completed", "Status: Withdrawn"))
    )
    assert reading.record.overall_status == "COMPLETED"
    assert [r.value for r in reading.repeats] == ["Withdrawn"]


def test_a_line_too_long_for_a_code_is_none():
    page = make_page(basic_information=("Status: " + "completed " * 30,))
    assert read(page).record.overall_status == ""
    assert len(unplaced(page)) == 1


def test_the_order_decides_about_codes_of_several_meanings():
    record = read_section(
        basic_information=("COMPLETED", "NA", "INTERVENTIONAL"),
        study_design=("NA", "SINGLE_GROUP", "OTHER", "NONE"),
    )
    assert record.phases == ("NA",)
    assert record.allocation == "NA"
    assert record.intervention_model == "SINGLE_GROUP"
    assert record.primary_purpose == "OTHER"
    assert record.masking == "NONE"


def test_other_in_an_observational_study_is_model_and_perspective():
    record = read_section(
        basic_information=("COMPLETED", "OBSERVATIONAL"),
        study_design=("OTHER", "OTHER"),
    )
    assert (record.observational_model, record.time_perspective) == ("OTHER", "OTHER")
    assert record.primary_purpose == ""


def test_an_unknown_design_code_goes_to_the_place_that_is_left():
    record = read_section(
        basic_information=("COMPLETED", "INTERVENTIONAL"),
        study_design=("RANDOMIZED", "SPIRAL", "TREATMENT", "DOUBLE"),
    )
    assert record.intervention_model == "SPIRAL"


def test_a_design_without_study_type_shows_it_by_its_codes():
    record = read_section(study_design=("COHORT", "PROSPECTIVE"))
    assert record.observational_model == "COHORT"
    assert record.time_perspective == "PROSPECTIVE"


# Text and lists


def test_long_texts_keep_their_marks_and_lose_their_escapes():
    reading = read(make_page(brief_summary=("Goals:", r"* rest \> 8 h", r"1\. sleep")))
    assert reading.record.brief_summary == "Goals:\n* rest > 8 h\n1. sleep"


def test_each_line_of_a_list_is_a_part():
    record = read_section(
        conditions=("Insomnia", "Sleep, Lack of"),
        keywords=("rest",),
        other_intervention_names=("nap",),
        countries=("Korea, Republic of", "France"),
        references=("Doe J. Rest. 2020.", "Roe J. Sleep. 2021."),
    )
    assert [c.name for c in record.conditions] == ["Insomnia", "Sleep, Lack of"]
    assert [k.name for k in record.keywords] == ["rest"]
    assert [n.name for n in record.other_intervention_names] == ["nap"]
    assert [c.name for c in record.countries] == ["Korea, Republic of", "France"]
    assert [r.key for r in record.references] == ["r1", "r2"]


def test_related_trials_come_from_two_sections():
    record = read_section(
        related_clinical_trials=("Rest at Noon", "NCT00000001", "NCT00000002"),
        more_related_trials=("Rest at Night", "NCT00000003"),
    )
    assert [(t.key, t.title, t.nct_id) for t in record.related_trials] == [
        ("rt1", "Rest at Noon", "NCT00000001"),
        ("rt2", "", "NCT00000002"),
        ("rt3", "Rest at Night", "NCT00000003"),
    ]


def test_outcome_measures_take_the_labelled_lines_below():
    record = read_section(
        primary_outcome_measures=("Hours of sleep", "Time Frame: 2 weeks", "Naps"),
        secondary_outcome_measures=("Mood", "Description: by scale"),
    )
    assert [(o.type, o.measure) for o in record.outcomes] == [
        ("PRIMARY", "Hours of sleep"),
        ("PRIMARY", "Naps"),
        ("SECONDARY", "Mood"),
    ]
    assert record.outcomes[0].time_frame == "2 weeks"
    assert record.outcomes[2].description == "by scale"


def test_the_source_says_whose_identifier_it_is():
    record = read_section(
        other_identifiers=(
            *("REST-1", "Identifier Type: -", "Identifier Source: org_study_id"),
            *("R01", "Identifier Type: NIH", "Identifier Source: secondary_id"),
            *("U1111", "Identifier Type: FOO", "Identifier Source: secondary_id"),
        )
    )
    assert (record.org_study_id, record.org_study_id_type) == ("REST-1", "")
    assert [(i.secondary_id, i.type) for i in record.secondary_ids] == [
        ("R01", "NIH"),
        ("U1111", "FOO"),
    ]


def test_a_second_study_id_of_the_organization_stays_unplaced_with_a_warning():
    page = make_page(
        other_identifiers=(
            *("REST-1", "Identifier Source: org_study_id"),
            *("REST-2", "Identifier Source: org_study_id"),
        )
    )
    assert read(page).record.org_study_id == "REST-1"
    assert unplaced(page) == ["REST-2", "Identifier Source: org_study_id"]


def test_an_identifier_without_source_stays_unplaced_with_a_warning():
    page = make_page(other_identifiers=("REST-1", "Identifier Type: NIH"))
    assert unplaced(page) == ["REST-1", "Identifier Type: NIH"]
    assert "REST-1" in read(page).warnings[0].message


# Eligibility


def test_criteria_stand_below_their_heading_with_label_and_without_marks():
    record = read_section(
        eligibility_criteria=(
            "HISTORY:",
            "Inclusion Criteria",
            r"* Weight \> 40 kg",
            r"\- Able to rest",
            "Exclusion Criteria",
            r"11\. Snoring",
            "2) Naps",
            "a. at noon",
            "Exclusion criteria for guests:",
        )
    )
    assert [(c.type, c.label, c.text) for c in record.criteria] == [
        ("OTHER", "", "HISTORY:"),
        ("INCLUSION", "", "Weight > 40 kg"),
        ("INCLUSION", "", "Able to rest"),
        ("EXCLUSION", "11", "Snoring"),
        ("EXCLUSION", "2", "Naps"),
        ("EXCLUSION", "", "a. at noon"),
        ("EXCLUSION", "", "Exclusion criteria for guests:"),
    ]


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        (("18 Years", "N/A", "ALL", "No"), ("18 Years", "", "ALL", False)),
        (("N/A", "6 Months", "FEMALE"), ("", "6 Months", "FEMALE", None)),
        (("N/A", "N/A"), ("", "", "", None)),
        (("1 Year", "2 Years", "Yes"), ("1 Year", "2 Years", "", True)),
        (("1 Year", "2 Years", "SOME", "Yes"), ("1 Year", "2 Years", "SOME", True)),
        (("ALL", "No"), ("", "", "ALL", False)),
        (("Maximum Age", "9 Years", "Sex: All"), ("", "9 Years", "ALL", None)),
        (
            ("Minimum Age: 18 Years", "Sex", "All", "Accepts Healthy Volunteers: No"),
            ("18 Years", "", "ALL", False),
        ),
    ],
)
def test_ages_sex_and_volunteers_end_the_section(tail, expected):
    record = read_section(eligibility_criteria=("Snoring", "No", "Naps", *tail))
    values = record.minimum_age, record.maximum_age, record.sex
    assert (*values, record.healthy_volunteers) == expected
    assert [c.text for c in record.criteria] == ["Snoring", "No", "Naps"]


def test_an_age_among_the_criteria_is_a_criterion():
    record = read_section(eligibility_criteria=("18 Years", "9 Years", "N/A", "ALL"))
    assert [c.text for c in record.criteria] == ["18 Years"]
    assert record.minimum_age == "9 Years"


def test_a_single_age_limit_is_not_guessed():
    page = make_page(eligibility_criteria=("Snoring", "80 Years", "ALL", "No"))
    reading = read(page)
    assert (reading.record.minimum_age, reading.record.maximum_age) == ("", "")
    assert unplaced(page) == ["80 Years"]
    assert "only age limit" in reading.warnings[0].message
