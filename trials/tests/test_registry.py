import pytest
from hypothesis import given

from trials.record.registry import criteria_text, to_registry
from trials.record.shape import (
    OutcomeRecord,
    RelatedTrialRecord,
    SponsorRecord,
    TrialRecord,
)
from trials.tests.factory import criterion, make_record
from trials.tests.strategies import records


def test_values_stand_under_the_registrys_names():
    study = to_registry(make_record())
    protocol = study["protocolSection"]

    assert protocol["identificationModule"] == {
        "nctId": "NCT00000001",
        "briefTitle": "Interleukin-7 in sepsis",
    }
    assert protocol["statusModule"]["startDateStruct"] == {"date": "2020-02-01"}
    assert protocol["designModule"]["phases"] == ["PHASE1", "PHASE2"]
    assert protocol["designModule"]["enrollmentInfo"] == {"count": 40}
    assert study["hasResults"] is False


def test_what_is_not_given_is_left_out_and_what_is_false_or_nought_stays():
    record = TrialRecord(
        nct_id="NCT00000001", enrollment_count=0, is_us_export=False, is_ppsd=None
    )

    study = to_registry(record)

    assert study["protocolSection"] == {
        "identificationModule": {"nctId": "NCT00000001"},
        "oversightModule": {"isUsExport": False},
        "designModule": {"enrollmentInfo": {"count": 0}},
    }
    assert "hasResults" not in study


def test_arms_and_interventions_name_each_other():
    module = to_registry(make_record())["protocolSection"]["armsInterventionsModule"]

    assert [a["interventionNames"] for a in module["armGroups"][1:]] == [
        ["Saline", "CYT107"]
    ]
    assert [i["armGroupLabels"] for i in module["interventions"]] == [
        ["CYT107", "Both"],
        ["Both"],
    ]
    assert module["interventions"][0]["otherNames"] == ["IL-7", "rhIL-7"]


def test_a_contact_stands_with_its_location():
    module = to_registry(make_record())["protocolSection"]["contactsLocationsModule"]

    assert module["centralContacts"] == [{"name": "Ada Central"}]
    assert [site.get("contacts") for site in module["locations"]] == [
        [{"name": "Bo Local"}],
        None,
    ]


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("PRIMARY", "primaryOutcomes"),
        ("SECONDARY", "secondaryOutcomes"),
        ("OTHER_PRE_SPECIFIED", "otherOutcomes"),
        ("Tertiary", "otherOutcomes"),
    ],
)
def test_an_outcome_stands_in_the_list_of_its_type(kind, place):
    record = make_record(outcomes=(OutcomeRecord(key="o1", type=kind, measure="ALC"),))

    module = to_registry(record)["protocolSection"]["outcomesModule"]

    assert module == {place: [{"measure": "ALC"}]}


def test_a_sponsor_without_a_role_is_kept_beside_the_registrys_lists():
    sponsors = (
        SponsorRecord(key="s1", name="A", role="COLLABORATOR", agency_class="NIH"),
        SponsorRecord(key="s2", name="B"),
        SponsorRecord(key="s3", name="C", role="LEAD"),
    )

    study = to_registry(make_record(sponsors=sponsors))

    assert study["protocolSection"]["sponsorCollaboratorsModule"] == {
        "leadSponsor": {"name": "C"},
        "collaborators": [{"name": "A", "class": "NIH"}],
    }
    assert study["curationSection"]["sponsors"] == [
        {"name": "A", "class": "NIH", "role": "COLLABORATOR"},
        {"name": "B", "class": None, "role": None},
        {"name": "C", "class": None, "role": "LEAD"},
    ]


def test_the_criteria_are_one_text_under_their_headings():
    record = make_record(
        criteria=(
            criterion("c1", "OTHER", "Read with care."),
            criterion("c2", "INCLUSION", "Adults.", label="1"),
            criterion("c3", "INCLUSION", "Able to walk.", level=1),
            criterion("c4", "EXCLUSION", "Pregnancy."),
        )
    )

    assert criteria_text(record) == (
        "* Read with care.\n\nInclusion Criteria:\n\n1. Adults.\n  * Able to walk."
        "\n\nExclusion Criteria:\n\n* Pregnancy."
    )


def test_what_the_registry_has_no_place_for_is_always_there():
    related = (RelatedTrialRecord(key="rt1", nct_id="NCT00000002", title="Other"),)

    curation = to_registry(make_record(related_trials=related))["curationSection"]

    assert curation["relatedTrials"] == [{"nctId": "NCT00000002", "title": "Other"}]
    assert curation["criteria"][2] == {
        "type": "exclusion",
        "label": None,
        "text": "Pregnancy.",
    }
    assert curation["otherInterventionNames"] == curation["countries"] == []


@given(records())
def test_any_record_can_be_written(record):
    identification = to_registry(record)["protocolSection"]["identificationModule"]

    assert identification["nctId"] == record.nct_id
