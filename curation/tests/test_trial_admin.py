import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from curation import paging
from curation.admin.trial import TrialAdmin
from curation.models import Review
from curation.tests.factory import make_page, make_trial, make_user
from trials import search
from trials.models import SourceDocument, Trial
from trials.record.shape import ConditionRecord, KeywordRecord, SponsorRecord
from trials.tests.factory import make_record

pytestmark = pytest.mark.django_db

LIST = "admin:trials_trial_changelist"


@pytest.fixture(autouse=True)
def viewer(client):
    user = make_user("view_trial")
    client.force_login(user)
    return user


@pytest.fixture
def trials():
    """Three trials that differ in all that is searched and filtered."""
    make_trial(
        nct_id="NCT00000001",
        brief_title="Interleukin-7 in Sepsis",
        phases=("PHASE1", "PHASE2"),
    )
    make_trial(
        make_page(
            make_record(
                nct_id="NCT00000012",
                brief_title="Vitamin D",
                official_title="A Study of Cholecalciferol",
                acronym="VITAL",
                phases=("PHASE2", "PHASE3"),
                overall_status="RECRUITING",
                study_type="OBSERVATIONAL",
                sponsors=(
                    SponsorRecord(key="s1", name="Bonn University"),
                    SponsorRecord(key="s2", name="Bonn Hospital"),
                ),
                conditions=(ConditionRecord(key="cd1", name="Rickets"),),
            ),
            layout="snapshot",
            unplaced=(3,),
        )
    )
    make_trial(nct_id="NCT10000001", brief_title="Vitamin C", phases=())


def found(client, **query):
    """The numbers in the list, in its order."""
    response = client.get(reverse(LIST), query)
    assert response.status_code == 200
    return [trial.nct_id for trial in response.context["cl"].result_list]


# Search


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        ("", ["01", "12", "101"]),
        ("NCT00000012", ["12"]),
        ("nct00000012", ["12"]),
        ("NCT000000", ["01", "12"]),
        ("NCT", ["01", "12", "101"]),
        ("NCT99", []),
        ("vitamin", ["12", "101"]),
        ("d vitamin", ["12"]),
        ("cholecalciferol", ["12"]),
        ("VITAL", ["12"]),
        ("bonn", ["12"]),
        ("revimmune interleukin-7", ["01"]),
        ("rickets", ["12"]),
        ("sepsis vitamin", ["101"]),
        ("   ", ["01", "12", "101"]),
        ("%", []),
        ("'; --", []),
    ],
)
def test_a_search_finds_number_beginning_title_sponsor_and_condition(
    client, trials, words, ends
):
    numbers = {"01": "NCT00000001", "12": "NCT00000012", "101": "NCT10000001"}

    assert sorted(found(client, q=words)) == [numbers[end] for end in ends]


def test_a_trial_that_matches_twice_is_listed_once(client, trials):
    assert found(client, q="bonn") == ["NCT00000012"]


def test_the_best_come_first_however_many_trials_there_are(client, monkeypatch):
    monkeypatch.setattr(search, "RANKED", 2)
    make_trial(nct_id="NCT00000001", brief_title="Rickets")
    make_trial(
        nct_id="NCT00000002", keywords=(KeywordRecord(key="k1", name="Rickets"),)
    )
    make_trial(nct_id="NCT00000003")

    assert found(client, q="rickets") == ["NCT00000001", "NCT00000002"]
    assert found(client, q="rickets", o="-1") == ["NCT00000002", "NCT00000001"]


# Filters


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"overall_status": "RECRUITING"}, 1),
        ({"overall_status": "COMPLETED"}, 2),
        ({"phases": "PHASE2"}, 2),
        ({"phases": "PHASE3"}, 1),
        ({"phases": "PHASE1"}, 1),
        ({"phases": "EARLY_PHASE1"}, 0),
        ({"study_type": "OBSERVATIONAL"}, 1),
        ({"layout": "snapshot"}, 1),
        ({"layout": "full"}, 2),
        ({"review": "imported"}, 3),
        ({"attention": "lines"}, 1),
        ({"attention": "pending"}, 0),
        ({"overall_status": "COMPLETED", "phases": "PHASE2"}, 1),
    ],
)
def test_a_filter_leaves_the_trials_of_its_choice(client, trials, query, count):
    assert len(found(client, **query)) == count


def test_early_phase_1_is_not_phase_1(client):
    make_trial(phases=("EARLY_PHASE1",))

    assert found(client, phases="PHASE1") == []
    assert found(client, phases="EARLY_PHASE1") == ["NCT00000001"]


def test_a_trial_with_another_page_waiting_is_to_look_at(client, trials):
    make_trial(make_page(make_record(), "Another page."))

    assert found(client, attention="pending") == ["NCT00000001"]
    page = client.get(reverse(LIST)).content.decode()
    assert "another page pending" in page
    assert "1 lines not placed" in page


def test_withdrawn_trials_are_shown_when_they_are_asked_for(client, trials):
    Trial.objects.filter(nct_id="NCT00000001").update(withdrawn=True)

    assert found(client) == ["NCT10000001", "NCT00000012"]
    assert found(client, withdrawn="yes") == ["NCT00000001"]
    assert len(found(client, withdrawn="all")) == 3


# What the list shows and what it allows


def test_codes_are_shown_in_words(client, trials):
    page = client.get(reverse(LIST), {"q": "NCT00000012"}).content.decode()

    assert "Phase\u00a02, Phase\u00a03" in page
    assert "Recruiting" in page
    assert "Observational" in page
    assert "import (v1)" in page


def test_the_list_shows_what_its_review_counts_and_whose_it_is(client, viewer, trials):
    review = Review.objects.filter(trial__nct_id="NCT00000012")
    review.update(open_errors=1234, open_warnings=5678, assignee=viewer)

    page = client.get(reverse(LIST), {"q": "NCT00000012"}).content.decode()
    row = strip_tags(page[page.index("<tbody") :]).split()

    assert {"1234", "5678", viewer.username} <= set(row)


def test_the_list_is_ordered_by_errors_warnings_and_assignee(client, viewer, trials):
    Review.objects.update(open_errors=0, open_warnings=0)
    second = Review.objects.filter(trial__nct_id="NCT00000012")
    second.update(open_errors=1, open_warnings=1, assignee=viewer)
    columns = ("action_checkbox", *TrialAdmin.list_display)

    for name in ("errors", "warnings"):
        assert found(client, o=columns.index(name))[0] == "NCT00000012"
    by_assignee = found(client, o=columns.index("assignee"))
    assert by_assignee.index("NCT00000012") in (0, 2)


@pytest.mark.parametrize(("errors", "count"), [(0, 0), (1, 1)])
def test_trials_with_open_errors_are_to_look_at(client, errors, count):
    make_trial()
    Review.objects.update(open_errors=errors)

    assert len(found(client, attention="errors")) == count


def test_hostile_text_is_shown_and_not_run(client):
    make_trial(brief_title="<script>alert(1)</script>", overall_status="<b>x</b>")

    page = client.get(reverse(LIST)).content.decode()

    assert "<script>alert" not in page
    assert "<b>x" not in page


@pytest.mark.parametrize("is_long", [False, True])
def test_the_list_says_once_how_many_trials_it_has(
    client, trials, is_long, monkeypatch
):
    if is_long:
        monkeypatch.setattr(paging, "COUNTED", 2)
        monkeypatch.setattr(TrialAdmin, "list_per_page", 2)
        monkeypatch.setattr(TrialAdmin, "list_max_show_all", 2)

    page = client.get(reverse(LIST)).content.decode()

    said = " ".join(strip_tags(page).split())
    assert said.count("more than 2 trials" if is_long else "3 trials") == 1
    assert " result" not in said
    assert "Show all" not in said


def test_a_list_of_some_trials_leads_to_the_list_of_all(client, trials):
    page = client.get(reverse(LIST), {"q": "vitamin"}).content.decode()

    said = " ".join(strip_tags(page).split())
    assert "2 trials found (without filters)" in said
    assert "without filters" not in str(client.get(reverse(LIST)).content)


@pytest.mark.parametrize(("most", "is_shown"), [(2, False), (3, True)])
def test_only_a_list_of_few_is_offered_as_one_page(
    client, trials, monkeypatch, most, is_shown
):
    monkeypatch.setattr(TrialAdmin, "list_per_page", 1)
    monkeypatch.setattr(TrialAdmin, "list_max_show_all", most)

    page = client.get(reverse(LIST)).content.decode()

    assert ("Show all" in page) == is_shown


def test_trials_are_neither_added_nor_deleted_here(client, admin_user):
    trial = make_trial()
    client.force_login(admin_user)

    assert client.get(reverse("admin:trials_trial_add")).status_code == 403
    url = reverse("admin:trials_trial_delete", args=[trial.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403
    assert Trial.objects.exists()
    assert SourceDocument.objects.exists()


def test_who_may_not_view_trials_gets_no_list(client):
    client.force_login(make_user(username="nobody"))

    assert client.get(reverse(LIST)).status_code == 403


@pytest.mark.parametrize("rows", [1, 20])
def test_the_list_takes_as_many_queries_with_many_rows(
    client, django_assert_max_num_queries, rows
):
    for number in range(1, rows + 1):
        make_trial(make_page(make_record(nct_id=f"NCT{number:08}"), layout="full"))
    client.get(reverse(LIST))

    with django_assert_max_num_queries(8):
        found(client)


@pytest.mark.parametrize("rows", [1, 20])
def test_a_search_takes_as_many_queries_with_many_rows(
    client, django_assert_max_num_queries, rows
):
    for number in range(1, rows + 1):
        make_trial(nct_id=f"NCT{number:08}")
    found(client)

    with django_assert_max_num_queries(11):
        assert len(found(client, q="sepsis revimmune", phases="PHASE1")) == rows
