import pytest
from django.urls import reverse

from curation.reviews import APPROVE, REOPEN, SUBMIT
from curation.tests.factory import act, edit, make_trial, make_user
from curation.tests.review import (
    clean_trial,
    make_curator,
    make_reviewer,
    step_address,
    stepped,
)
from trials.models import ChangeSet
from trials.tests.factory import criterion, make_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    user = make_user("view_trial")
    client.force_login(user)
    return user


@pytest.fixture
def trial():
    """One of three versions."""
    trial = make_trial()
    edit(trial, brief_title="Interleukin-7 in flu", phases=())
    edit(trial, criteria=(*make_record().criteria, criterion("c90", "OTHER", "New.")))
    return trial


def compared(client, trial, query=""):
    address = reverse("admin:trials_trial_compare", args=[trial.pk])
    return client.get(address + query)


def test_without_a_choice_it_compares_the_import_with_now(client, reader, trial):
    page = compared(client, trial).content.decode()

    assert "Interleukin-7 in <del>sepsis</del>" in page
    assert "Interleukin-7 in <ins>flu</ins>" in page
    assert "Criterion c90" in page
    assert "3 differences" in page


def test_any_two_versions_are_compared_either_way(client, reader, trial):
    page = compared(client, trial, "?from=3&to=2").content.decode()

    assert "1 difference<" in page
    assert "Criterion c90</a>" in page
    assert '<dl class="part deleted">' in page


def test_changes_stand_under_their_sections(client, reader, trial):
    page = compared(client, trial).content.decode()

    titles = ["<h2>Identification and status", "<h2>Design", "<h2>Eligibility"]
    places = [page.index(title) for title in titles]
    assert places == sorted(places)


def test_a_value_leads_to_its_field(client, reader, trial):
    page = compared(client, trial).content.decode()

    goto = reverse("admin:trials_trial_goto", args=[trial.pk])
    assert f'href="{goto}?path=brief_title"' in page
    assert f'href="{goto}?path=criteria%5Bc90%5D"' in page


def test_two_equal_versions_have_no_difference(client, reader, trial):
    assert "No difference." in compared(client, trial, "?from=2&to=2").content.decode()


def test_who_may_change_can_put_back_what_is_there_now(client, reader, trial):
    assert "Put back" not in compared(client, trial).content.decode()

    client.force_login(make_user("view_trial", "change_trial", username="ada"))

    assert "Put back" in compared(client, trial).content.decode()
    assert "Put back" not in compared(client, trial, "?from=1&to=2").content.decode()


@pytest.mark.parametrize(
    "query",
    ["?from=0", "?from=x", "?to=4", "?from=1&to=-1", f"?from={'9' * 30}"],
)
def test_a_version_that_never_was_is_not_found(client, reader, trial, query):
    assert compared(client, trial, query).status_code == 404


def offered(response):
    return [offer.step.name for offer in response.context["offers"]]


def span(response):
    return response.context["before"], response.context["after"]


@pytest.fixture
def submitted():
    """Approved as version 2, reopened, changed to version 3, and submitted again."""
    ana, rita = make_curator(), make_reviewer()
    trial = clean_trial()
    edit(trial, act(ChangeSet.Kind.EDIT, ana, reason="typo"), acronym="IL7")
    trial.findings.all().delete()
    stepped(trial, SUBMIT, by=ana)
    stepped(trial, APPROVE, by=rita)
    stepped(trial, REOPEN, by=rita)
    edit(trial, act(ChangeSet.Kind.EDIT, ana, reason="typo"), acronym="IL-7")
    trial.findings.all().delete()
    return stepped(trial, SUBMIT, by=ana)


def test_who_decides_sees_what_changed_since_the_last_approval(client, submitted):
    client.force_login(make_reviewer("rob"))

    response = compared(client, submitted)

    assert span(response) == (2, 3)
    assert offered(response) == ["approve", "return"]


def test_others_see_what_changed_since_the_import(client, reader, submitted):
    response = compared(client, submitted)

    assert span(response) == (1, 3)
    page = response.content.decode()
    assert 'href="?from=1&amp;to=3" aria-current="page">with the import' in page
    assert 'href="?from=2&amp;to=3">with the last approved' in page


def test_a_trial_that_was_never_approved_is_compared_with_the_import(client):
    trial = clean_trial()
    stepped(trial, SUBMIT, by=make_curator())
    client.force_login(make_reviewer())

    response = compared(client, trial)

    assert span(response) == (1, 1)
    assert "with the last approved" not in response.content.decode()


def test_only_the_current_version_is_decided_on(client, submitted):
    client.force_login(make_reviewer("rob"))
    approve = step_address(submitted, "approve")

    now = compared(client, submitted).content.decode()
    before = compared(client, submitted, "?from=1&to=2").content.decode()

    assert approve in now
    assert 'name="version" value="3"' in now
    assert approve not in before
    assert "Version 3 is the one to decide on." in before


def test_each_change_takes_a_comment(client, submitted):
    client.force_login(make_reviewer("rob"))

    page = compared(client, submitted).content.decode()

    assert '<tr id="acronym">' in page
    assert 'data-comment="acronym"' in page


def test_nothing_is_put_back_in_an_approved_record(client):
    ana, rita = make_curator(), make_reviewer()
    trial = clean_trial()
    edit(trial, acronym="IL7")
    trial.findings.all().delete()
    client.force_login(ana)
    assert "Put back" in compared(client, trial).content.decode()

    stepped(trial, SUBMIT, by=ana)
    stepped(trial, APPROVE, by=rita)

    assert "Put back" not in compared(client, trial).content.decode()


def test_the_number_of_queries_is_fixed(
    client, reader, trial, django_assert_num_queries
):
    for number in range(20):
        edit(trial, acronym=f"A{number}")

    # Session, account, two of permissions, trial, snapshots, revisions to choose from.
    with django_assert_num_queries(7):
        compared(client, trial)


def test_who_may_not_see_trials_compares_nothing(client, trial):
    client.force_login(make_user())

    assert compared(client, trial).status_code == 403


def test_it_is_only_read(client, reader, trial):
    address = reverse("admin:trials_trial_compare", args=[trial.pk])

    assert client.post(address).status_code == 405
