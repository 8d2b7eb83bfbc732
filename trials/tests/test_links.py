from trials.record.links import without_dangling
from trials.record.shape import ContactRecord
from trials.tests.factory import make_record


def test_an_arm_loses_the_interventions_that_are_gone():
    record = make_record()

    after = without_dangling(record, {"interventions": record.interventions[1:]})

    assert [arm.interventions for arm in after.arms] == [(), ("i6",)]
    assert after.contacts == record.contacts


def test_the_contacts_of_a_location_go_with_it():
    record = make_record()

    after = without_dangling(record, {"locations": record.locations[1:]})

    assert [contact.name for contact in after.contacts] == ["Ada Central"]
    assert after.arms == record.arms


def test_new_parts_may_point_at_new_parts():
    record = make_record()
    extra = ContactRecord(key="cp14", name="Cy", location="l11")

    after = without_dangling(record, {"contacts": (extra,), "brief_title": "Other"})

    assert after.contacts == (extra,)
    assert after.brief_title == "Other"


def test_nothing_changes_where_nothing_dangles():
    assert without_dangling(make_record(), {}) == make_record()
