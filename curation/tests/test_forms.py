import pytest
from msgspec.structs import replace

from curation.forms import MOST_ROWS, SectionForms
from curation.tests.forms import refused, saved, sent, shown
from trials.record.sections import SECTIONS, section_named
from trials.record.shape import ConditionRecord, CriterionRecord, InterventionRecord
from trials.tests.factory import criterion, make_record


def new_row(collection, number, **values):
    """A row added at the end of the rows shown."""
    row = {f"{collection}-{number}-{name}": value for name, value in values.items()}
    return row | {f"{collection}-TOTAL_FORMS": str(number + 1)}


def texts(record):
    return [c.text for c in record.criteria]


# Values of the trial


@pytest.mark.parametrize("section", [section.slug for section in SECTIONS])
def test_a_form_sent_as_it_is_gives_the_same_record(section):
    record = make_record(brief_summary="One.\n\n  Two. ", official_title=" <b>&amp; ")

    assert saved(section, record, {}) == record


@pytest.mark.parametrize(
    ("section", "name", "value", "kept"),
    [
        ("identification", "acronym", "IL-7", "IL-7"),
        ("identification", "start_date", "2021-12", "2021-12"),
        ("identification", "start_date", "", ""),
        ("identification", "has_results", "true", True),
        ("identification", "has_results", "unknown", None),
        ("identification", "overall_status", "", ""),
        ("design", "enrollment_count", "", None),
        ("design", "enrollment_count", "0", 0),
        ("design", "phases", ["PHASE3", "PHASE2"], ("PHASE3", "PHASE2")),
        ("design", "phases", None, ()),
        ("description", "brief_summary", "a\r\nb\rc", "a\nb\nc"),
        ("description", "brief_summary", " trimmed\r\n", "trimmed"),
    ],
)
def test_a_value_is_changed_and_no_other(section, name, value, kept):
    record = make_record()

    assert saved(section, record, {name: value}) == replace(record, **{name: kept})


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("identification", "overall_status", "FINISHED"),
        ("identification", "start_date", "2020-02-30"),
        ("identification", "start_date", "1 May 2020"),
        ("identification", "acronym", "a\0b"),
        ("description", "brief_summary", "a\0b"),
        ("design", "phases", ["PHASE9"]),
        ("design", "enrollment_count", "-1"),
        ("design", "enrollment_count", str(2**31)),
        ("design", "enrollment_count", "many"),
    ],
)
def test_what_is_no_value_is_refused(section, name, value):
    assert name in refused(section, make_record(), {name: value})


def test_a_date_is_asked_for_in_words():
    complaint = refused("identification", make_record(), {"start_date": "2020-13"})

    assert "Write the date as 2020-02-01" in complaint


def test_unknown_codes_and_dates_that_stand_there_are_kept():
    record = make_record(
        overall_status="Finished early",
        phases=("PHASE1", "Phase 9"),
        start_date="Spring 2020",
        enrollment_type="Guessed",
    )

    assert saved("identification", record, {}) == record
    assert saved("design", record, {}) == record
    assert "not a known code" in str(
        SectionForms(section_named("design"), record, 1, {}).trial_form
    )


def test_an_unknown_code_of_one_record_is_not_offered_for_the_next():
    SectionForms(
        section_named("identification"), make_record(overall_status="Odd"), 1, {}
    )

    assert "overall_status" in refused(
        "identification", make_record(), {"overall_status": "Odd"}
    )


# Parts


def test_a_part_is_changed():
    record = make_record()

    after = saved("eligibility", record, {"criteria-1-text": "Severe lymphopenia."})

    assert texts(after) == ["Adults.", "Severe lymphopenia.", "Pregnancy."]
    assert [c.key for c in after.criteria] == ["c7", "c8", "c9"]


def test_a_part_is_added_at_the_end():
    after = saved(
        "eligibility",
        make_record(),
        new_row("criteria", 3, type="EXCLUSION", text="Sepsis.", level="0"),
    )

    assert after.criteria[3] == criterion("c500", "EXCLUSION", "Sepsis.")


def test_a_part_is_added_at_its_place():
    after = saved(
        "eligibility",
        make_record(),
        new_row("criteria", 3, text="Consent.", position="1", level="0"),
    )

    assert texts(after) == ["Consent.", "Adults.", "Lymphopenia.", "Pregnancy."]


def test_a_part_is_deleted():
    after = saved("eligibility", make_record(), {"criteria-0-DELETE": "on"})

    assert texts(after) == ["Lymphopenia.", "Pregnancy."]


def test_a_new_row_that_was_deleted_again_is_no_part():
    record = make_record()

    after = saved(
        "eligibility",
        record,
        new_row("criteria", 3, text="Oops.", DELETE="on", level="0"),
    )

    assert after == record


def test_a_new_row_that_nothing_was_written_in_is_no_part():
    record = make_record()

    after = saved(
        "eligibility",
        record,
        new_row("criteria", 3, type="INCLUSION", position="4", level="0"),
    )

    assert after == record


def test_a_part_that_was_emptied_is_refused():
    complaint = refused("eligibility", make_record(), {"criteria-0-text": ""})

    assert "This row is empty: fill it in or delete it." in complaint


def test_parts_change_places():
    after = saved(
        "eligibility",
        make_record(),
        {
            "criteria-0-position": "3",
            "criteria-1-position": "1",
            "criteria-2-position": "2",
        },
    )

    assert texts(after) == ["Lymphopenia.", "Pregnancy.", "Adults."]


def test_one_part_goes_to_another_place():
    after = saved("eligibility", make_record(), {"criteria-2-position": "1"})

    assert texts(after) == ["Pregnancy.", "Adults.", "Lymphopenia."]


@pytest.mark.parametrize("field", ["position", "level"])
@pytest.mark.parametrize("value", ["0.5", "-1", "many"])
def test_what_is_no_number_is_refused(field, value):
    assert field in refused(
        "eligibility", make_record(), {f"criteria-0-{field}": value}
    )


@pytest.mark.parametrize("position", ["99999", "999999999999999999999999"])
def test_a_place_beyond_the_end_is_the_end(position):
    after = saved("eligibility", make_record(), {"criteria-0-position": position})

    assert texts(after) == ["Lymphopenia.", "Pregnancy.", "Adults."]


def test_other_names_are_one_a_line():
    after = saved(
        "arms", make_record(), {"interventions-1-other_names": " A \r\n\r\nB\r\nA"}
    )

    assert after.interventions[1].other_names == ("A", "B")


def test_a_new_part_with_one_name_is_enough():
    after = saved(
        "description",
        make_record(),
        new_row("conditions", 1, name="Fever", position="1"),
    )

    assert after.conditions == (
        ConditionRecord(key="cd500", name="Fever"),
        ConditionRecord(key="cd1", name="Sepsis"),
    )


# Long lists


def long_record(length=60):
    parts = (criterion(f"c{n}", "INCLUSION", f"No. {n}.") for n in range(1, length + 1))
    return make_record(criteria=tuple(parts))


def test_a_long_list_is_shown_a_page_at_a_time():
    record = long_record()
    forms = SectionForms(
        section_named("eligibility"), record, 1, {"criteria-page": "3"}
    )

    (formset,) = forms.formsets
    assert [form.part.key for form in formset.forms][0] == "c51"
    assert len(formset.forms) == 10
    assert formset.forms[0]["position"].value() == 51


@pytest.mark.parametrize("page", ["0", "99", "two", "-1"])
def test_a_page_that_is_not_there_is_the_last_or_first(page):
    forms = SectionForms(
        section_named("eligibility"), long_record(), 1, {"criteria-page": page}
    )

    assert forms.formsets[0].forms


def test_saving_one_page_leaves_the_others():
    record = long_record()

    after = saved(
        "eligibility",
        record,
        {"criteria-0-text": "Other.", "criteria-1-DELETE": "on"},
        **{"criteria-page": "2"},
    )

    assert texts(after)[24:27] == ["No. 25.", "Other.", "No. 28."]
    assert len(after.criteria) == 59


def test_a_part_goes_to_another_page():
    after = saved(
        "eligibility",
        long_record(),
        {"criteria-0-position": "2"},
        **{"criteria-page": "3"},
    )

    assert texts(after)[:3] == ["No. 1.", "No. 51.", "No. 2."]
    assert len(after.criteria) == 60


def test_more_rows_than_a_form_takes_are_refused():
    record = make_record()
    data = shown("eligibility", record)
    for number in range(3, MOST_ROWS + 1):
        data |= new_row("criteria", number, text="One.", level="0")

    assert not sent("eligibility", record, data).is_valid()


def test_a_form_with_as_many_rows_as_it_takes_stays_under_djangos_limit(settings):
    columns = max(
        len(SectionForms(section, make_record(), 1, {}).formsets[n].empty_form.fields)
        for section in SECTIONS
        for n in range(len(section.collections))
    )

    assert columns * MOST_ROWS <= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def test_a_row_of_a_part_that_is_not_in_the_record_is_refused():
    complaint = refused("eligibility", make_record(), {"criteria-0-key": "c99"})

    assert "This row is not in the record any more." in complaint


def test_a_row_sent_twice_is_no_second_part():
    record = make_record()
    twice = new_row(
        "criteria", 3, key="c7", text="Adults.", type="INCLUSION", level="0"
    )

    after = saved("eligibility", record, twice)

    assert len(after.criteria) == 3


# The form itself


def test_a_form_that_only_shows_takes_nothing():
    record = make_record()
    forms = sent("eligibility", record, shown("eligibility", record) | {"sex": "MALE"})
    forms.disable()

    assert forms.is_valid()
    assert forms.record(str) == record


def test_every_widget_of_a_value_knows_its_path():
    forms = SectionForms(section_named("eligibility"), make_record(), 1, {})

    assert 'data-path="sex"' in str(forms.trial_form)
    assert 'data-path="criteria[c8].text"' in str(forms.formsets[0].forms[1])
    assert "data-path" not in str(forms.formsets[0].empty_form)


def test_types_of_the_records_parts_stay():
    after = saved("arms", make_record(), {"interventions-0-name": "IL-7"})

    assert isinstance(after.interventions[0], InterventionRecord)
    assert isinstance(after.criteria[0], CriterionRecord)
