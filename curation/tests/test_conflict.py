import pytest
from django.urls import reverse
from msgspec.structs import replace

from curation import workflow
from curation.tests.factory import act, make_trial, make_user
from curation.tests.section import address, said, shown
from curation.tests.submission import submission
from trials import revisions, tables
from trials.models import ChangeSet, Revision, Trial
from trials.record.shape import TrialRecord
from trials.tests.factory import criterion, make_record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def me(client):
    user = make_user("view_trial", "change_trial", username="me")
    client.force_login(user)
    return user


@pytest.fixture
def trial():
    return make_trial()


def opened(client, trial, slug="eligibility"):
    """What I would send of the section as it is now, with a reason."""
    form = shown(client.get(address(trial, slug)))
    return form | {"reason": "typo", "note": "Mine."}


def they_save(trial, **changes) -> TrialRecord:
    """Someone else changes the trial meanwhile."""
    version = Trial.objects.get(pk=trial.pk).version
    record = replace(revisions.record_at(trial, version), **changes)
    users = ChangeSet.objects.filter(actor_name="them")
    them = users.first().actor if users else make_user(username="them")
    workflow.save_record(
        trial.pk, record, version=version, act=act(ChangeSet.Kind.EDIT, them)
    )
    return record


def choose(client, trial, response, **takes):
    """Send the conflict page with `take_0="mine"` and so on."""
    page = response.content.decode()
    data = {
        name: values
        for name, values in submission(page).items()
        if name in ("kept", "version") or name.startswith("take-")
    }
    data |= {name.replace("_", "-"): value for name, value in takes.items()}
    return client.post(reverse("admin:trials_trial_resolve", args=[trial.pk]), data)


def edited(record, number, **changes):
    """The criteria with other values in one of them."""
    criteria = list(record.criteria)
    criteria[number] = replace(criteria[number], **changes)
    return tuple(criteria)


def test_a_stale_save_changes_nothing_and_shows_theirs_mine_and_before(client, trial):
    mine = opened(client, trial) | {"criteria-0-text": "Men.", "sex": "MALE"}
    they_save(trial, criteria=edited(make_record(), 0, text="Women."), acronym="THEIRS")

    response = client.post(address(trial), mine)

    assert response.status_code == 409
    text, sex = response.context["choices"]
    assert (text.label, text.change.old, text.theirs, text.change.new) == (
        "Criterion c7 · text",
        "Adults.",
        "Women.",
        "Men.",
    )
    assert text.is_contested
    assert (sex.theirs, sex.change.new, sex.is_contested) == ("", "MALE", False)
    page = response.content.decode()
    assert "by them" in page
    assert "THEIRS" in page
    assert Trial.objects.get().version == 2
    assert Trial.objects.get().sex == ""


def test_each_value_is_saved_as_chosen(client, trial, me):
    mine = opened(client, trial) | {
        "criteria-0-text": "Men.",
        "criteria-1-text": "Fever.",
        "sex": "MALE",
    }
    they_save(
        trial,
        criteria=edited(
            replace(make_record(), criteria=edited(make_record(), 0, text="Women.")),
            1,
            text="Cough.",
        ),
        acronym="THEIRS",
    )
    response = client.post(address(trial), mine)
    takes = {
        choice.change.path: f"take_{number}"
        for number, choice in enumerate(response.context["choices"])
    }

    saved = choose(
        client,
        trial,
        response,
        **{
            takes["criteria[c7].text"]: "mine",
            takes["criteria[c8].text"]: "theirs",
        },
    )

    assert said(saved) == ["Saved as version 3."]
    assert saved.url == address(trial)
    record = tables.load(Trial.objects.get())
    assert [c.text for c in record.criteria] == ["Men.", "Cough.", "Pregnancy."]
    assert (record.acronym, record.sex) == ("THEIRS", "MALE")
    change_set = Revision.objects.get(trial=trial, number=3).change_set
    assert (change_set.actor, change_set.reason, change_set.note) == (
        me,
        "typo",
        "Mine.",
    )


def test_what_nobody_else_touched_is_mine_without_a_question(client, trial):
    mine = opened(client, trial) | {"sex": "MALE"}
    they_save(trial, acronym="THEIRS")

    choose(client, trial, client.post(address(trial), mine))

    record = tables.load(Trial.objects.get())
    assert (record.acronym, record.sex) == ("THEIRS", "MALE")


def test_keeping_all_of_theirs_saves_nothing(client, trial):
    mine = opened(client, trial) | {"sex": "MALE"}
    they_save(trial, sex="FEMALE")

    response = choose(client, trial, client.post(address(trial), mine), take_0="theirs")

    assert said(response) == ["You kept the other version; nothing was saved."]
    assert Trial.objects.get().version == 2


def test_what_is_left_out_is_not_saved_and_not_offered_again(client, trial):
    mine = opened(client, trial) | {"sex": "MALE", "draft": "d1"}
    they_save(trial, acronym="THEIRS")

    response = choose(
        client, trial, client.post(address(trial), mine), take_0="mine", leave=""
    )

    page = client.get(response.url).content.decode()
    assert 'data-saved="d1"' in page
    assert said(response) == ["You kept the other version; nothing was saved."]
    assert Trial.objects.get().version == 2


def test_a_contested_value_without_an_answer_is_theirs(client, trial):
    mine = opened(client, trial) | {"sex": "MALE"}
    they_save(trial, sex="FEMALE")

    choose(client, trial, client.post(address(trial), mine))

    assert Trial.objects.get().sex == "FEMALE"


def test_a_third_change_while_i_choose_keeps_my_typing(client, trial):
    mine = opened(client, trial) | {"sex": "MALE", "minimum_age": "18 Years"}
    they_save(trial, sex="FEMALE")
    first = client.post(address(trial), mine)
    they_save(trial, minimum_age="21 Years")

    second = choose(client, trial, first, take_0="mine")

    assert second.status_code == 409
    choices = {c.change.path: c for c in second.context["choices"]}
    assert choices["sex"].theirs == "FEMALE"
    assert choices["minimum_age"].theirs == "21 Years"
    assert choices["minimum_age"].is_contested
    choose(client, trial, second, take_0="mine", take_1="mine")
    record = tables.load(Trial.objects.get())
    assert (record.sex, record.minimum_age) == ("MALE", "18 Years")
    assert Trial.objects.get().version == 4


def test_the_same_change_by_both_is_no_conflict(client, trial):
    mine = opened(client, trial) | {"sex": "MALE"}
    they_save(trial, sex="MALE")

    response = client.post(address(trial), mine)

    assert response.status_code == 302
    assert said(response) == ["Version 2 has your changes already."]


def test_parts_that_both_add_both_stay(client, trial):
    row = {"TOTAL_FORMS": "4", "3-text": "Mine.", "3-level": "0", "3-position": "4"}
    mine = opened(client, trial) | {f"criteria-{n}": v for n, v in row.items()}
    criteria = (*make_record().criteria, criterion("c14", "OTHER", "Theirs."))
    they_save(trial, criteria=criteria)

    choose(client, trial, client.post(address(trial), mine), take_0="mine")

    texts = {c.key: c.text for c in tables.load(Trial.objects.get()).criteria}
    assert texts == {
        "c7": "Adults.",
        "c8": "Lymphopenia.",
        "c9": "Pregnancy.",
        "c14": "Theirs.",
        "c15": "Mine.",
    }


def test_what_they_deleted_can_only_be_read(client, trial):
    mine = opened(client, trial) | {"criteria-0-text": "Men.", "sex": "MALE"}
    they_save(trial, criteria=make_record().criteria[1:])

    response = client.post(address(trial), mine)

    gone = response.context["choices"][0]
    assert (gone.is_gone, gone.change.new) == (True, "Men.")
    choose(client, trial, response)
    record = tables.load(Trial.objects.get())
    assert len(record.criteria) == 2
    assert record.sex == "MALE"


def test_asking_for_a_deleted_part_all_the_same_saves_nothing(client, trial):
    mine = opened(client, trial) | {"criteria-0-text": "Men."}
    they_save(trial, criteria=make_record().criteria[1:])

    response = choose(client, trial, client.post(address(trial), mine), take_0="mine")

    assert response.status_code == 409
    assert "Nothing was saved" in " ".join(said(response))
    assert Trial.objects.get().version == 2


def test_what_i_delete_and_they_changed_is_contested(client, trial):
    mine = opened(client, trial) | {"criteria-0-DELETE": "on"}
    they_save(trial, criteria=edited(make_record(), 0, text="Women."))

    response = client.post(address(trial), mine)

    (choice,) = response.context["choices"]
    assert choice.is_contested
    assert "Women." in choice.theirs
    choose(client, trial, response, take_0="mine")
    keys = [c.key for c in tables.load(Trial.objects.get()).criteria]
    assert keys == ["c8", "c9"]


def test_hostile_text_is_shown_and_not_run(client, trial):
    attack = "<script>alert(1)</script>"
    mine = opened(client, trial) | {"criteria-0-text": attack}
    they_save(trial, criteria=edited(make_record(), 0, text=attack + "theirs"))

    page = client.post(address(trial), mine).content.decode()

    assert "<script>alert" not in page
    assert page.count("alert(1)") >= 2


# Forms that were tampered with


def stale(client, trial):
    mine = opened(client, trial) | {"sex": "MALE"}
    they_save(trial, sex="FEMALE")
    return client.post(address(trial), mine)


@pytest.mark.parametrize(
    "changes",
    [
        {"kept": ""},
        {"kept": "made:up"},
        {"version": ""},
        {"version": "x"},
        {"version": "99"},
        {"version": "9" * 30},
        {"version": "-1"},
    ],
)
def test_a_page_that_is_not_whole_saves_nothing(client, trial, changes):
    response = stale(client, trial)

    refused = choose(client, trial, response, take_0="mine", **changes)

    assert said(refused) == ["That page was not whole; nothing was saved."]
    assert Trial.objects.get().sex == "FEMALE"


def test_the_choices_of_one_trial_are_not_for_another(client, trial):
    other = make_trial(nct_id="NCT00000002")
    response = stale(client, trial)

    refused = choose(client, other, response, take_0="mine", version="1")

    assert said(refused) == ["That page was not whole; nothing was saved."]
    assert Trial.objects.get(pk=other.pk).version == 1


def test_opening_the_address_by_hand_leads_back(client, trial):
    url = reverse("admin:trials_trial_resolve", args=[trial.pk])

    response = client.get(url)

    assert response.url == reverse("admin:trials_trial_change", args=[trial.pk])


def test_rows_changed_behind_the_desk_are_not_saved_over(client, trial):
    response = stale(client, trial)
    Trial.objects.update(acronym="BEHIND")

    refused = choose(client, trial, response, take_0="mine")

    assert "differ from its history" in " ".join(said(refused))
    assert Trial.objects.get().version == 2


def test_who_may_not_change_trials_resolves_nothing(client, trial):
    response = stale(client, trial)
    client.force_login(make_user("view_trial", username="viewer"))

    assert choose(client, trial, response, take_0="mine").status_code == 403
    assert Trial.objects.get().sex == "FEMALE"
