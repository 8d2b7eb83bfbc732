import pytest

from trials.readers.full_labels import label
from trials.readers.full_values import read, split_names
from trials.readers.page import CODE_LENGTH, Notes


def values(kind, field, *lines):
    """The values of a label over these lines, and the warnings."""
    notes = Notes()
    read_values = read(label(kind, field, "Label"), [*enumerate(lines, 1)], notes)
    found = {name: found.value for name, found in read_values.items()}
    return found, [warning.message for warning in notes.warnings]


def test_a_text_keeps_its_lines_and_a_line_takes_one():
    assert values("text", "brief_summary", "a", "b")[0] == {"brief_summary": "a\nb"}
    assert values("line", "acronym", "a", "b")[0] == {"acronym": "a"}


@pytest.mark.parametrize(
    "printed, date, kind",
    [
        ("February 1, 2020 (Anticipated)", "2020-02-01", "ESTIMATED"),
        ("May 2, 2020 (Actual)", "2020-05-02", "ACTUAL"),
        ("January 2020", "2020-01", None),
        ("2019", "2019", None),
    ],
)
def test_a_date_keeps_its_precision_and_type(printed, date, kind):
    expected = {"start_date": date} | ({"start_date_type": kind} if kind else {})
    assert values("date", "start_date", printed) == (expected, [])


def test_what_is_no_date_stays_as_printed():
    assert values("date", "start_date", "February 31, 2020") == (
        {"start_date": "February 31, 2020"},
        ["“February 31, 2020” is not a date."],
    )


def test_a_date_without_a_type_field_drops_the_type():
    found, _ = values("date", "status_verified_date", "May 2020 (Actual)")
    assert found == {"status_verified_date": "2020-05"}


@pytest.mark.parametrize(
    "printed, count, kind",
    [
        ("10 (Anticipated)", 10, "ESTIMATED"),
        ("1,234 participants (Actual)", 1234, "ACTUAL"),
        ("0", 0, None),
    ],
)
def test_a_count_has_its_type(printed, count, kind):
    expected = {"enrollment_count": count}
    if kind:
        expected["enrollment_type"] = kind
    assert values("count", "enrollment_count", printed) == (expected, [])


@pytest.mark.parametrize("printed", ["many", "99999999999 (Actual)", "9" * 50, "-5"])
def test_what_is_no_count_is_left_with_a_warning(printed):
    assert values("count", "enrollment_count", printed) == (
        {},
        [f"“{printed}” is not a number of participants."],
    )


@pytest.mark.parametrize(
    "printed, masking, roles",
    [
        ("None (Open Label)", "NONE", None),
        ("Single", "SINGLE", None),
        (
            "Double (Participant, Outcomes Assessor)",
            "DOUBLE",
            ("PARTICIPANT", "OUTCOMES_ASSESSOR"),
        ),
        (
            "Double (ParticipantCare Provider)",
            "DOUBLE",
            ("PARTICIPANT", "CARE_PROVIDER"),
        ),
    ],
)
def test_masking_says_who(printed, masking, roles):
    expected = {"masking": masking} | ({"who_masked": roles} if roles else {})
    assert values("masking", "masking", printed) == (expected, [])


def test_an_unknown_role_stays_as_printed():
    found, warnings = values("masking", "masking", "Single (Cook)")
    assert found == {"masking": "SINGLE", "who_masked": ("Cook",)}
    assert warnings == ["“Cook” is not a known WhoMasked."]


def test_phases_are_a_list():
    expected = {"phases": ("PHASE1", "PHASE2")}
    assert values("codes", "phases", "Phase 1, Phase 2") == (expected, [])
    assert values("codes", "phases", "Phase 1/Phase 2") == (expected, [])


def test_kinds_of_shared_information_keep_their_brackets():
    printed = "Study Protocol, Statistical Analysis Plan (SAP)"
    assert values("codes", "ipd_info_types", printed) == (
        {"ipd_info_types": ("STUDY_PROTOCOL", "SAP")},
        [],
    )


def test_a_patient_registry_is_told_by_the_study_type():
    assert values("study type", "study_type", "Observational [Patient Registry]") == (
        {"study_type": "OBSERVATIONAL", "patient_registry": True},
        [],
    )


def test_a_flag_is_yes_or_no():
    assert values("flag", "is_ppsd", "No") == ({"is_ppsd": False}, [])
    assert values("flag", "is_ppsd", "Perhaps") == (
        {},
        ["“Perhaps” is neither yes nor no."],
    )


def test_types_of_expanded_access_are_flags():
    found, warnings = values("access", "", "Individual Patients, Friends")
    assert found == {"expanded_access_individual": True}
    assert warnings == ["“Friends” is not a known type of expanded access."]


def test_no_age_limit_is_an_empty_one():
    assert values("age", "minimum_age", "18 Years")[0] == {"minimum_age": "18 Years"}
    assert values("age", "maximum_age", "N/A")[0] == {"maximum_age": ""}


def test_a_long_text_is_no_code():
    assert values("code", "allocation", "x" * (CODE_LENGTH + 1)) == (
        {},
        ["The text under “Label” is too long to be its value."],
    )


@pytest.mark.parametrize(
    "printed, names",
    [
        ("Fever, Cough", ["Fever", "Cough"]),
        ("Cough (dry, wet), Fever", ["Cough (dry, wet)", "Fever"]),
        ("Leaf, Inc., Tea Co., Ltd.", ["Leaf, Inc.", "Tea Co., Ltd."]),
        ("Head, and Neck", ["Head, and Neck"]),
        ("Never (closed, Fever", ["Never (closed", "Fever"]),
        (", ,", []),
    ],
)
def test_names_are_split_at_commas_between_them(printed, names):
    assert split_names(printed) == names


def test_other_names_of_several_lines_keep_their_commas():
    found, _ = values("list", "interventions.other_names", "Tea, green", "Water")
    assert found == {"other_names": ("Tea, green", "Water")}
