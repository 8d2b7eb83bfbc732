import json
from pathlib import Path

import pytest

from trials.readers import full_page
from trials.readers.page import Page
from trials.readers.reading import ReadError
from trials.record.plain import to_plain
from trials.tests.full_texts import CLOSING, TOP, read, repeats, section

FIXTURES = Path(__file__).parents[2] / "fixtures"
SEED = (FIXTURES / "pages" / "NCT04225780.full.txt").read_text("utf-8")

OUTCOMES = (
    "Primary Outcome Measure Information:",
    "Title",
    "Days with a cold",
    "Description",
    "Counted in a diary.",
    "Time Frame",
    "2 weeks",
    "Title",
    "Sneezes",
    "Time Frame",
    "2 weeks",
)


def names(parts):
    return [part.name for part in parts]


def test_the_seed_page_gives_its_golden_record():
    golden = json.loads((FIXTURES / "records" / "NCT04225780.json").read_text("utf-8"))
    reading = full_page.read(Page(SEED))
    assert json.loads(to_plain(reading.record)) == golden
    assert reading.unplaced == ()
    assert reading.warnings == ()


def test_the_seed_page_says_where_its_values_stand():
    reading = full_page.read(Page(SEED))
    assert reading.lines["phases"] == (116, 116)
    assert reading.lines["brief_summary"] == (102, 104)
    assert reading.lines["criteria[c1].text"] == (201, 201)
    assert reading.lines["study_first_post_date"] == (63, 63)
    assert reading.boilerplate == (15, 249)
    assert 247 in reading.headings


def test_what_the_top_says_otherwise_is_a_repeat_with_its_value():
    reading = full_page.read(Page(SEED))
    differing = [r for r in reading.repeats if r.value is not None]
    assert [(r.path, r.first_line, r.value) for r in differing] == [
        ("phases", 7, "PHASE1")
    ]
    assert repeats(reading)["outcomes[o7].description"] is None


def test_byte_marks_line_ends_and_blanks_change_nothing():
    changed = "\ufeff" + SEED.replace("\n", "  \r\n\u00a0\r\n").replace(
        " of ", "\u00a0of "
    )
    assert full_page.read(Page(changed)).record == full_page.read(Page(SEED)).record


def test_it_fits_by_content_even_when_the_page_stops_early():
    assert full_page.fits(Page(SEED))
    assert full_page.fits(Page("\n".join(SEED.split("\n")[:16])))
    assert full_page.fits(Page(SEED[SEED.index("5. Study Description") :]))


def test_it_does_not_fit_the_snapshot_layout_or_prose():
    snapshot = (FIXTURES / "pages" / "NCT04426201.snapshot.txt").read_text("utf-8")
    assert not full_page.fits(Page(snapshot))
    assert not full_page.fits(Page("Status\nPhase\nLinks:\nSponsored by"))
    assert not full_page.fits(Page(""))


@pytest.mark.parametrize("text", ["", "A page\nabout nothing", "NCT00000001"])
def test_a_page_without_an_own_id_is_refused(text):
    with pytest.raises(ReadError, match="does not say its own NCT id"):
        full_page.read(Page(text))


def test_two_own_ids_are_refused_with_the_line_of_the_second():
    with pytest.raises(ReadError, match="NCT00000001 .* and NCT00000002") as error:
        read(
            "1. Study Identification",
            "Unique Protocol Identification Number",
            "NCT00000002",
        )
    assert error.value.line == 56


def test_other_trials_in_free_text_are_no_own_ids():
    reading = read("5. Study Description", "Brief Summary", "Follows NCT00000002.")
    assert reading.record.nct_id == "NCT00000001"


def test_a_protocol_number_that_is_the_nct_id_stays_as_printed():
    top = TOP[: TOP.index("NCT ID")]
    reading = read(
        "1. Study Identification",
        "Unique Protocol Identification Number",
        "NCT00000001",
        top=top,
    )
    assert reading.record.nct_id == reading.record.org_study_id == "NCT00000001"


def test_without_numbered_sections_the_top_is_the_record():
    record = full_page.read(Page(TOP)).record
    assert record.brief_title == "A Trial of Tea in Colds"
    assert names(record.conditions) == ["Common Cold", "Cough"]
    assert record.phases == ("PHASE2",)
    assert names(record.countries) == ["Ruritania"]
    assert names(record.interventions) == ["Green tea", "Water"]
    assert [(c.type, c.text) for c in record.criteria] == [
        ("INCLUSION", "Adults"),
        ("INCLUSION", "Has a cold"),
        ("EXCLUSION", "Dislikes tea"),
    ]
    assert [site.facility for site in record.locations] == ["Strelsau Hospital"]
    assert [(s.name, s.role) for s in record.sponsors] == [
        ("Strelsau University", "LEAD"),
        ("Tea Board", "COLLABORATOR"),
        ("Leaf, Inc.", "COLLABORATOR"),
    ]
    assert record.study_first_post_date == "2020-05-04"
    assert record.last_update_post_date == "2021-06"


def test_the_condition_under_primary_purpose_is_no_purpose():
    reading = read("7. Study Design", "Primary Purpose", "Treatment")
    assert reading.record.primary_purpose == "TREATMENT"
    assert names(reading.record.conditions) == ["Common Cold", "Cough"]


def test_an_emptied_heading_keeps_its_field_empty_and_the_top_repeats_it():
    reading = read(
        "6. Conditions and Keywords",
        "Primary Disease or Condition Being Studied in the Trial, or the Focus of the "
        "Study",
        "Keywords",
        "tea",
    )
    assert reading.record.conditions == ()
    assert names(reading.record.keywords) == ["tea"]
    assert ("conditions", "Common Cold") in [
        (repeat.path, repeat.value) for repeat in reading.repeats
    ]


def test_outcomes_and_contacts_are_read_without_their_numbered_headings():
    record = read(
        "8. Arms, Groups, and Interventions",
        *OUTCOMES,
        "10. Eligibility",
        "Sex",
        "All",
        "Central Contact Person:",
        "First Name & Middle Initial & Last Name or Official Title & Degree",
        "Ann Leaf",
        "Phone",
        "555",
        "Ext",
        "12",
    ).record
    assert [(o.measure, o.description, o.time_frame) for o in record.outcomes] == [
        ("Days with a cold", "Counted in a diary.", "2 weeks"),
        ("Sneezes", "", "2 weeks"),
    ]
    (contact,) = record.contacts
    assert (contact.name, contact.role, contact.phone, contact.phone_ext) == (
        "Ann Leaf",
        "CONTACT",
        "555",
        "12",
    )


def test_a_lost_heading_is_found_by_its_labels():
    record = read(
        "1. Study Identification",
        "Brief Title",
        "Tea",
        "Record Verification Date",
        "May 2020",
        "3. Sponsor/Collaborators",
    ).record
    assert record.brief_title == "Tea"
    assert record.status_verified_date == "2020-05"


def test_a_section_printed_twice_is_kept_once_and_repeated():
    reading = read(
        "7. Study Design",
        "Allocation",
        "Randomized",
        "7. Study Design",
        "Allocation",
        "Non-Randomized",
        "Masking",
        "Double (ParticipantInvestigator)",
    )
    assert reading.record.allocation == "RANDOMIZED"
    assert repeats(reading)["allocation"] == "NON_RANDOMIZED"
    assert reading.record.who_masked == ("PARTICIPANT", "INVESTIGATOR")


def test_outcomes_printed_twice_are_repeats_by_key():
    reading = read(*OUTCOMES, *OUTCOMES[:-1], "3 weeks")
    assert len(reading.record.outcomes) == 2 + 2
    again = read(*OUTCOMES, *OUTCOMES)
    assert len(again.record.outcomes) == 2
    assert repeats(again)["outcomes[o2].time_frame"] is None
    assert "outcomes[o2].type" not in repeats(again)


def test_an_emptied_title_starts_an_outcome_of_its_own():
    record = read(
        "Primary Outcome Measure Information:",
        *("Title", "Sneezes", "Title", "Description", "Counted.", "Title", "Coughs"),
    ).record
    assert [(o.measure, o.description) for o in record.outcomes] == [
        ("Sneezes", ""),
        ("", "Counted."),
        ("Coughs", ""),
    ]


def test_sites_have_their_own_contacts():
    record = read(
        "10. Eligibility",
        "Facility Information:",
        "Facility Name",
        "Strelsau Hospital",
        "City",
        "Strelsau",
        "Country",
        "Ruritania",
        "Individual Site Status",
        "Recruiting",
        "Facility Contact:",
        "First Name & Middle Initial & Last Name & Degree",
        "Rudolf Rassendyll",
        "Email",
        "r@example.org",
        "City",
        "Zenda",
        "Country",
        "Korea, Republic of",
    ).record
    assert [(site.facility, site.city, site.country) for site in record.locations] == [
        ("Strelsau Hospital", "Strelsau", "Ruritania"),
        ("", "Zenda", "Korea, Republic of"),
    ]
    assert [(c.name, c.email, c.location) for c in record.contacts] == [
        ("Rudolf Rassendyll", "r@example.org", "l1")
    ]


def test_a_contact_without_a_name_belongs_to_its_own_site():
    person = "First Name & Middle Initial & Last Name & Degree"
    record = read(
        "Facility Information:",
        *("Facility Name", "Strelsau Hospital", person, "Rudolf Rassendyll"),
        *("Facility Name", "Zenda Castle", "Phone", "555"),
    ).record
    assert [(c.name, c.phone, c.location) for c in record.contacts] == [
        ("Rudolf Rassendyll", "", "l1"),
        ("", "555", "l2"),
    ]


def test_contacts_of_a_second_print_name_no_site_of_the_first():
    site = ("Facility Information:", "Facility Name", "Strelsau Hospital")
    record = read(*site, "12. IPD Sharing Statement", *site, "Phone", "555").record
    assert [(c.phone, c.location) for c in record.contacts] == [("555", None)]


def test_one_country_of_all_sites_is_a_repeat_of_them():
    site = ("Facility Information:", "Facility Name", "Strelsau Hospital", "Country")
    same = read("10. Eligibility", *site, "Ruritania")
    other = read("10. Eligibility", *site, "Freedonia")
    assert same.record.countries == other.record.countries == ()
    assert repeats(same)["locations"] is None
    assert repeats(other)["locations"] == "Ruritania"


def test_international_says_that_sites_are_in_several_countries():
    top = TOP.replace("Ruritania", "International")
    sites = ("Facility Information:", "City", "A", "Country", "X", "City", "B")
    reading = read("10. Eligibility", *sites, "Country", "Y", top=top)
    assert repeats(reading)["locations"] is None
    assert read(top=top).record.countries == ()


def test_a_code_nobody_knows_stays_as_printed_with_one_warning():
    reading = read("2. Study Status", "Overall Recruitment Status", "Brewing")
    assert reading.record.overall_status == "Brewing"
    (warning,) = [w for w in reading.warnings if w.path == "overall_status"]
    assert (warning.line, warning.message) == (
        56,
        "“Brewing” is not a known Status.",
    )
    assert repeats(reading)["overall_status"] == "COMPLETED"


def test_a_warning_of_the_top_comes_only_with_its_value():
    top = TOP.replace("Phase 2", "Phase 9")
    below = read("7. Study Design", "Study Phase", "Phase 1", top=top)
    assert [w.line for w in below.warnings if w.path == "phases"] == []
    assert [w.line for w in read(top=top).warnings if w.path == "phases"] == [7]


def test_a_cut_page_keeps_what_is_there():
    text = "\n".join(
        (TOP, "5. Study Description", "Brief Summary", "Tea.", "Detailed Des")
    )
    reading = full_page.read(Page(text))
    assert reading.record.brief_summary == "Tea."
    assert reading.unplaced == (len(text.split("\n")),)


def test_long_texts_of_all_sections_keep_their_lines():
    record = read(
        *("2. Study Status", "Why Stopped", "No tea", "was left."),
        *("10. Eligibility", "Study Population Description", "Town", "and castle"),
    ).record
    assert record.why_stopped == "No tea\nwas left."
    assert record.study_population == "Town\nand castle"


def test_every_line_is_accounted_for():
    page = Page(section("7. Study Design", "nonsense", *OUTCOMES))
    reading = full_page.read(page)
    spans = [*reading.lines.values()]
    spans += [(r.first_line, r.last_line) for r in reading.repeats]
    told = {n for first, last in spans for n in range(first, last + 1)}
    told |= {*reading.headings, *reading.boilerplate, *reading.unplaced}
    assert told.issuperset(page.numbers)
    assert [page[n] for n in reading.unplaced] == ["nonsense"]


def test_the_sign_up_form_is_boilerplate_but_for_the_title():
    page = Page(section())
    reading = full_page.read(page)
    assert page.numbers[-1] in reading.boilerplate
    assert any(r.first_line == page.numbers[-2] for r in reading.repeats)
    assert CLOSING.endswith(page[page.numbers[-1]])
