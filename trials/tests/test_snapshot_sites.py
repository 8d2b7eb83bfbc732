import pytest

from trials.tests.snapshot_texts import make_page, read, unplaced


def read_section(**sections):
    return read(make_page(**sections)).record


def test_a_sponsor_is_a_name_and_a_class():
    record = read_section(
        sponsors=("Acme", "INDUSTRY", "NCIC", "NETWORK", "Doe, Jane", "INDIV")
    )
    assert [(s.name, s.agency_class, s.role) for s in record.sponsors] == [
        ("Acme", "INDUSTRY", ""),
        ("NCIC", "NETWORK", ""),
        ("Doe, Jane", "INDIV", ""),
    ]


def test_a_sponsor_may_lack_its_class_or_have_a_role():
    record = read_section(
        sponsors=("Acme", "GSK", "INDUSTRY", "Role: LEAD", "Rest Fund", "CHARITY")
    )
    assert [(s.name, s.agency_class, s.role) for s in record.sponsors] == [
        ("Acme", "", ""),
        ("GSK", "INDUSTRY", "LEAD"),
        ("Rest Fund", "CHARITY", ""),
    ]


def test_a_class_without_a_name_stays_unplaced():
    page = make_page(sponsors=("Acme", "OTHER", "OTHER", "Rest Fund", "OTHER"))
    assert [s.name for s in read(page).record.sponsors] == ["Acme", "Rest Fund"]
    assert unplaced(page) == ["OTHER"]


def test_an_official_is_a_name_a_role_and_mostly_an_affiliation():
    record = read_section(
        principal_investigators=(
            *("Jane Doe, MD", "Role: STUDY_CHAIR", "Rest Institute"),
            *("John Roe", "Role: Study Director"),
            *("Jim Poe", "Role: GUEST", "Rest Fund"),
        )
    )
    assert [(o.name, o.role, o.affiliation) for o in record.officials] == [
        ("Jane Doe, MD", "STUDY_CHAIR", "Rest Institute"),
        ("John Roe", "STUDY_DIRECTOR", ""),
        ("Jim Poe", "GUEST", "Rest Fund"),
    ]


def test_people_without_roles_stay_unplaced():
    assert unplaced(make_page(principal_investigators=("Jane Doe",))) == ["Jane Doe"]


def test_the_responsible_party_is_a_type_and_a_name():
    record = read_section(
        responsible_party=("SPONSOR_INVESTIGATOR", "Jane Doe", "Title: Professor")
    )
    assert record.responsible_party_type == "SPONSOR_INVESTIGATOR"
    assert record.responsible_party_name == "Jane Doe"
    assert record.responsible_party_title == "Professor"


def sites(*lines, countries=()):
    record = read_section(locations=lines, countries=countries)
    return [(s.facility, s.city, s.state, s.country) for s in record.locations]


def test_a_site_is_a_facility_and_an_address():
    assert sites(
        "Rest House", "Austin, Texas, United States", "Hôtel-Dieu", "Paris, France"
    ) == [
        ("Rest House", "Austin", "Texas", "United States"),
        ("Hôtel-Dieu", "Paris", "", "France"),
    ]


def test_countries_may_contain_commas():
    assert sites("Rest House", "Seoul, Korea, Republic of") == [
        ("Rest House", "Seoul", "", "Korea, Republic of")
    ]
    assert sites("Ufa, Bashkiria, Atlantis, Republic of", countries=[]) == [
        ("Ufa, Bashkiria, Atlantis, Republic of", "", "", "")
    ]


def test_a_country_that_the_page_lists_is_one():
    assert sites(
        "Poseidonis, Atlantis, Kingdom of", countries=["Atlantis, Kingdom of"]
    ) == [("", "Poseidonis", "", "Atlantis, Kingdom of")]


def test_a_facility_may_be_missing():
    assert sites(
        "Boston, Massachusetts, United States", "Rest House", "Rome, Italy"
    ) == [
        ("", "Boston", "Massachusetts", "United States"),
        ("Rest House", "Rome", "", "Italy"),
    ]


def test_an_address_may_be_missing():
    assert sites("Rest House", "Sleep House", "Rome, Italy") == [
        ("Rest House", "", "", ""),
        ("Sleep House", "Rome", "", "Italy"),
    ]


def test_a_facility_may_end_in_its_country():
    assert sites("Rest Hospital, Italy", "Rome, Italy", "Milan, Italy") == [
        ("Rest Hospital, Italy", "Rome", "", "Italy"),
        ("", "Milan", "", "Italy"),
    ]


def test_an_unknown_country_is_taken_below_a_facility():
    assert sites("Rest House", "Poseidonis, Atlantis") == [
        ("Rest House", "Poseidonis", "", "Atlantis")
    ]


@pytest.mark.parametrize("status", ["RECRUITING", "Recruiting"])
def test_a_site_may_have_its_own_status(status):
    record = read_section(locations=("Rest House", "Rome, Italy", status))
    assert [s.status for s in record.locations] == ["RECRUITING"]


def test_a_city_named_like_an_organization_is_a_city_where_no_address_follows():
    assert sites("Medical Lake, United States") == [
        ("", "Medical Lake", "", "United States")
    ]
