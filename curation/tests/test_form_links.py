from curation.tests.forms import refused, saved
from trials.tests.factory import make_record


def test_an_arm_gets_and_loses_interventions_in_order():
    after = saved(
        "arms",
        make_record(),
        {"arms-0-interventions": "i6 i5", "arms-1-interventions": ""},
    )

    assert [arm.interventions for arm in after.arms] == [("i6", "i5"), ()]


def test_an_intervention_named_twice_is_one_link():
    after = saved("arms", make_record(), {"arms-0-interventions": "i6 i6"})

    assert after.arms[0].interventions == ("i6",)


def test_a_link_to_what_is_not_there_is_refused():
    complaint = refused("arms", make_record(), {"arms-0-interventions": "i5 i99"})

    assert "There is no i99." in complaint


def test_a_deleted_intervention_takes_its_links_along():
    after = saved("arms", make_record(), {"interventions-0-DELETE": "on"})

    assert [i.key for i in after.interventions] == ["i6"]
    assert [arm.interventions for arm in after.arms] == [(), ("i6",)]


def test_a_contact_is_given_a_location_and_made_central_again():
    after = saved(
        "sponsors",
        make_record(),
        {"contacts-0-location": "l11", "contacts-1-location": ""},
    )

    assert [contact.location for contact in after.contacts] == ["l11", None]


def test_a_deleted_location_takes_its_contacts_along():
    after = saved("locations", make_record(), {"locations-0-DELETE": "on"})

    assert [contact.name for contact in after.contacts] == ["Ada Central"]
