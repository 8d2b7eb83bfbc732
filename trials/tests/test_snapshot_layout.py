from pathlib import Path

import pytest

from trials.readers import ReadError, snapshot_page
from trials.readers.page import Page
from trials.readers.snapshot_layout import SECTIONS
from trials.tests.snapshot_texts import make_page, read, unplaced

FIXTURES = Path(__file__).parents[2] / "fixtures"
FULL_SEED = (FIXTURES / "pages" / "NCT04225780.full.txt").read_text("utf-8")
CONDITIONS = next(s for s in SECTIONS if s.heading == "Conditions")


def test_a_heading_in_free_text_is_text_where_advice_tells_the_sections():
    page = make_page(
        detailed_description=("We study two things:", "Conditions", "Locations"),
        conditions=("Insomnia",),
    )
    record = read(page).record
    assert record.detailed_description.endswith("\nConditions\nLocations")
    assert [c.name for c in record.conditions] == ["Insomnia"]


def test_without_advice_the_order_of_the_sections_tells_headings_from_text():
    page = make_page(
        has_advice=False,
        detailed_description=("Conditions", "Locations", "Sponsors"),
        conditions=("Insomnia",),
        eligibility_criteria=("Eligibility Criteria:", "Sponsors", "Locations"),
        sponsors=("Acme", "INDUSTRY"),
    )
    record = read(page).record
    assert record.detailed_description == "Conditions\nLocations\nSponsors"
    assert [c.name for c in record.conditions] == ["Insomnia"]
    assert [c.text for c in record.criteria] == [
        "Eligibility Criteria:",
        "Sponsors",
        "Locations",
    ]
    assert [s.name for s in record.sponsors] == ["Acme"]


def test_advice_alone_starts_a_section():
    page = make_page(conditions=("Insomnia",)).replace("Conditions\n", "")
    assert [c.name for c in read(page).record.conditions] == ["Insomnia"]


def test_a_heading_alone_starts_a_section_that_has_its_place():
    page = make_page(conditions=("Insomnia",)).replace(f"{CONDITIONS.advice}\n", "")
    assert [c.name for c in read(page).record.conditions] == ["Insomnia"]


def test_a_section_printed_twice_is_read_once_and_the_curator_is_told():
    again = f"{CONDITIONS.heading}\n{CONDITIONS.advice}\nSnoring\n"
    page = make_page(conditions=("Insomnia",), study_design=("RANDOMIZED",))
    page = page.replace("Study Design\n", f"{again}Study Design\n")
    reading = read(page)
    assert [c.name for c in reading.record.conditions] == ["Insomnia"]
    assert unplaced(page) == ["Snoring"]
    assert "printed twice" in reading.warnings[0].message


def test_doubled_headings_and_advice_lose_nothing():
    page = make_page(conditions=("Insomnia",))
    for line in (CONDITIONS.heading, CONDITIONS.advice):
        doubled = page.replace(f"{line}\n", f"{line}\n{line}\n")
        record = read(doubled).record
        assert [c.name for c in record.conditions] == ["Insomnia"]


def test_blank_lines_and_byte_order_marks_change_nothing():
    page = make_page(conditions=("Insomnia",), brief_summary=("One.", "Two."))
    spaced = "\ufeff" + page.replace("\n", " \u00a0\r\n\r\n")
    assert read(spaced).record == read(page).record


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NCT ID\nNCT01234567",
        "A Trial of Rest\nStatus\nCompleted\nConditions\nInsomnia",
        "Conditions\nLocations\nSponsors\nStudy Groups\nPrincipal Investigators",
    ],
)
def test_other_texts_do_not_fit(text):
    assert not snapshot_page.fits(Page(text))


def test_the_other_seed_does_not_fit():
    assert not snapshot_page.fits(Page(FULL_SEED))


def test_the_first_lines_are_enough_to_fit():
    assert snapshot_page.fits(Page("A Trial of Rest\nNCT ID: NCT01234567"))


def test_a_page_without_its_own_id_is_refused():
    page = make_page(
        top=("A Trial of Rest",), brief_summary=("NCT ID: NCT01234567", "NCT07654321")
    )
    with pytest.raises(ReadError, match="its own NCT id"):
        snapshot_page.read(Page(page))


def test_a_page_with_two_own_ids_is_refused_with_the_line():
    page = make_page(top=("A Trial", "NCT ID: NCT01234567", "NCT ID: NCT07654321"))
    with pytest.raises(ReadError, match="line 3: .*both NCT01234567"):
        snapshot_page.read(Page(page))


def test_a_heading_where_its_section_cannot_stand_is_text():
    page = make_page(references=("Study Results", "Doe J. Rest. 2020."))
    record = read(page).record
    assert [r.citation for r in record.references] == [
        "Study Results",
        "Doe J. Rest. 2020.",
    ]
