import pytest
from django.urls import reverse

from curation.tests.factory import edit, make_trial, make_user, seed_trial
from curation.tests.section import address, said, shown
from trials import tables
from trials.models import ChangeSet, Revision, Trial
from trials.record.sections import SECTIONS
from trials.tests.factory import make_record

pytestmark = pytest.mark.django_db


def save(client, trial, changes, slug="eligibility"):
    """Open the section, change some controls, send it."""
    url = address(trial, slug)
    data = shown(client.get(url)) | {"reason": "typo"} | changes
    return client.post(url, data)


def test_a_save_is_one_act_and_comes_back_to_the_field(client, curator):
    trial = make_trial()

    response = save(
        client,
        trial,
        {
            "criteria-1-text": "Severe lymphopenia.",
            "sex": "FEMALE",
            "reason": "parsing_error",
            "note": "See line 40.",
            "focus": "criteria[c8].text",
        },
    )

    assert response.status_code == 302
    assert response.url == f"{address(trial)}#criteria[c8].text"
    assert said(response) == ["Saved as version 2."]
    trial.refresh_from_db()
    assert trial.version == 2
    assert trial.sex == "FEMALE"
    assert trial.criteria.get(key="c8").text == "Severe lymphopenia."
    change_set = trial.revisions.get(number=2).change_set
    assert (change_set.actor, change_set.kind) == (curator, ChangeSet.Kind.EDIT)
    assert (change_set.reason, change_set.note) == ("parsing_error", "See line 40.")


@pytest.mark.usefixtures("curator")
@pytest.mark.parametrize("slug", [section.slug for section in SECTIONS])
def test_a_section_sent_as_it_is_leaves_no_trace(client, slug):
    trial = seed_trial()
    record = tables.load(trial)

    response = save(client, trial, {}, slug)

    assert said(response) == ["Nothing was changed, so nothing was saved."]
    assert tables.load(Trial.objects.get()) == record
    assert Revision.objects.count() == ChangeSet.objects.count() == 1
    assert Trial.objects.get().version == 1


@pytest.mark.usefixtures("curator")
def test_nothing_changed_asks_for_no_reason(client):
    response = save(client, make_trial(), {"reason": ""})

    assert said(response) == ["Nothing was changed, so nothing was saved."]


@pytest.mark.usefixtures("curator")
def test_a_change_needs_a_reason_and_the_typing_stays(client):
    trial = make_trial()

    response = save(client, trial, {"sex": "FEMALE", "reason": ""})

    assert response.status_code == 200
    page = response.content.decode()
    assert "Please choose the reason for the change." in page
    assert shown(response)["sex"] == ["FEMALE"]
    assert Trial.objects.get().version == 1


@pytest.mark.usefixtures("curator")
def test_another_reason_is_told_in_the_note(client):
    trial = make_trial()

    refused = save(client, trial, {"sex": "FEMALE", "reason": "other", "note": " "})
    assert "what the other reason is" in refused.content.decode()

    saved = save(client, trial, {"sex": "FEMALE", "reason": "other", "note": "Why."})
    assert said(saved) == ["Saved as version 2."]


@pytest.mark.usefixtures("curator")
def test_an_unknown_reason_is_refused(client):
    response = save(client, make_trial(), {"sex": "FEMALE", "reason": "boredom"})

    assert response.status_code == 200
    assert Trial.objects.get().version == 1


@pytest.mark.usefixtures("curator")
def test_the_reason_can_be_left_out_where_the_settings_say_so(client, settings):
    settings.REASON_REQUIRED = False

    response = save(client, make_trial(), {"sex": "FEMALE", "reason": ""})

    assert said(response) == ["Saved as version 2."]


@pytest.mark.usefixtures("curator")
def test_the_last_reason_is_offered_again(client):
    trial = make_trial()
    save(client, trial, {"sex": "FEMALE", "reason": "registry_consulted"})

    again = shown(client.get(address(trial, "design")))

    assert again["reason"] == ["registry_consulted"]


@pytest.mark.usefixtures("curator")
def test_what_is_refused_is_marked_and_the_typing_stays(client):
    trial = make_trial()

    response = save(
        client,
        trial,
        {"start_date": "soon", "acronym": "IL-7"},
        slug="identification",
    )

    page = response.content.decode()
    assert response.status_code == 200
    assert "Nothing was saved." in page
    assert "Write the date as 2020-02-01" in page
    assert shown(response)["start_date"] == ["soon"]
    assert shown(response)["acronym"] == ["IL-7"]
    assert Trial.objects.get().version == 1


@pytest.mark.usefixtures("curator")
@pytest.mark.parametrize("version", ["", "0", "2", "-1", "x", "9" * 30, "1\0"])
def test_a_version_that_never_was_is_not_found(client, version):
    trial = make_trial()

    response = save(client, trial, {"version": version, "sex": "FEMALE"})

    assert response.status_code == 404
    assert Trial.objects.get().version == 1


@pytest.mark.usefixtures("curator")
@pytest.mark.parametrize(
    "changes",
    [
        {"criteria-TOTAL_FORMS": "x"},
        {"criteria-TOTAL_FORMS": "-1"},
        {"criteria-TOTAL_FORMS": "1001"},
        {"criteria-INITIAL_FORMS": "99"},
        {"criteria-0-key": "c99"},
        {"criteria-0-key": "../../x"},
        {"sex": ["MALE", "FEMALE"], "criteria-0-type": "X"},
    ],
)
def test_a_form_that_was_tampered_with_is_refused(client, changes):
    trial = make_trial()

    response = save(client, trial, changes)

    assert response.status_code in (200, 302)
    assert Trial.objects.get().version == 1
    assert tables.load(Trial.objects.get()) == make_record()


@pytest.mark.usefixtures("curator")
def test_a_new_part_gets_a_key_that_was_never_used(client):
    trial = make_trial()
    save(client, trial, {"contacts-1-DELETE": "on"}, slug="sponsors")
    row = {"TOTAL_FORMS": "4", "3-text": "Consent.", "3-level": "0", "3-type": ""}

    save(client, trial, {f"criteria-{name}": value for name, value in row.items()})

    keys = Trial.objects.get().criteria.values_list("key", flat=True)
    assert list(keys) == ["c7", "c8", "c9", "c14"]


@pytest.mark.usefixtures("curator")
def test_rows_changed_behind_the_desk_are_not_saved_over(client):
    trial = make_trial()
    Trial.objects.update(brief_title="Behind the desk")

    response = save(client, trial, {"sex": "FEMALE"})

    assert response.status_code == 200
    assert "check_history NCT00000001" in " ".join(said(response))
    assert shown(response)["sex"] == ["FEMALE"]
    assert Trial.objects.get().sex == ""


# And the next one


@pytest.mark.parametrize("permissions", [("submit_review",), ()])
def test_saving_and_going_on_needs_the_permission_to_submit(client, permissions):
    first, second = make_trial(), make_trial(nct_id="NCT00000002")
    user = make_user("view_trial", "change_trial", "view_review", *permissions)
    client.force_login(user)
    client.get(reverse("admin:curation_queue"), {"tab": "unassigned"})

    response = save(client, first, {"sex": "FEMALE", "_next": ""})

    first.refresh_from_db()
    if permissions:
        assert response.url == reverse("admin:trials_trial_change", args=[second.pk])
        assert said(response) == [f"{first.nct_id}: saved as version 2."]
    else:
        assert response.status_code == 403
        assert first.version == 1


@pytest.mark.parametrize("changes", [{"reason": ""}, {"criteria-0-type": "NO"}])
def test_what_cannot_be_saved_stays_on_its_page(client, changes):
    trial = make_trial()
    client.force_login(make_user("view_trial", "change_trial", "submit_review"))

    response = save(client, trial, {"sex": "FEMALE", "_next": ""} | changes)

    assert response.status_code == 200
    assert shown(response)["sex"] == ["FEMALE"]
    assert "queue" not in client.session


def test_a_conflict_is_resolved_before_the_next_one_comes(client):
    trial = make_trial()
    client.force_login(make_user("view_trial", "change_trial", "submit_review"))
    data = shown(client.get(address(trial))) | {"reason": "typo", "sex": "FEMALE"}
    edit(trial, acronym="THEIRS")

    response = client.post(address(trial), data | {"_next": ""})

    assert "was changed while you were editing" in response.content.decode()
    assert Trial.objects.get().version == 2
