from collections import Counter

import pytest

from trials.record.fields import fields_of
from trials.record.sections import SECTIONS, section_named, section_of
from trials.record.shape import COLLECTIONS, TrialRecord


def test_every_value_of_a_record_is_edited_in_exactly_one_section():
    fields = Counter(name for section in SECTIONS for name in section.fields)
    collections = Counter(name for section in SECTIONS for name in section.collections)

    every = {f.name for f in fields_of(TrialRecord)} - {"nct_id", "withdrawn"}
    assert fields.keys() | collections.keys() == every
    assert collections.keys() == COLLECTIONS.keys()
    assert set((fields + collections).values()) == {1}


def test_the_sections_have_their_order_and_their_own_addresses():
    assert [section.title for section in SECTIONS] == [
        "Identification and status",
        "Description",
        "Design",
        "Arms and interventions",
        "Outcomes",
        "Eligibility",
        "Sponsors and contacts",
        "Locations",
        "References and links",
        "Related trials",
    ]
    assert [section_named(section.slug) for section in SECTIONS] == list(SECTIONS)
    assert section_named("elsewhere") is None


def test_a_date_stands_before_its_type():
    fields = SECTIONS[0].fields

    assert fields.index("start_date") + 1 == fields.index("start_date_type")
    assert "status_verified_date_type" not in fields


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("nct_id", "identification"),
        ("phases", "design"),
        ("criteria[c12].text", "eligibility"),
        ("contacts[cp1]", "sponsors"),
    ],
)
def test_a_path_leads_to_its_section(path, slug):
    assert section_of(path).slug == slug


def test_a_path_to_nowhere_leads_to_no_section():
    with pytest.raises(KeyError):
        section_of("colour")
    with pytest.raises(ValueError, match="Not a path"):
        section_of("criteria[")
