import pytest
from django.urls import reverse

from curation import paging
from curation.paging import CappedPaginator
from curation.tests.factory import make_trial, make_user
from trials.models import Trial
from trials.models.lookups import heads

pytestmark = pytest.mark.django_db


@pytest.fixture
def three():
    Trial.objects.bulk_create(Trial(nct_id=f"NCT{n:08}") for n in range(1, 4))
    return Trial.objects.order_by("pk")


def pages(rows, page="1", per_page=1):
    return CappedPaginator(rows, per_page, page=page)


def test_a_short_list_is_counted(three):
    assert pages(three).count == 3
    assert pages(three).count_in_words == "3"
    assert pages(three).num_pages == 3


def test_of_a_long_list_it_is_said_that_it_is_longer(three, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED", 2)

    assert pages(three).is_capped
    assert pages(three).count_in_words == "more than 2"
    assert paging.in_short(3) == "2+"


def test_every_page_leads_to_the_next_one_until_the_last(three, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED", 1)

    assert pages(three, "1").get_page("1").has_next()
    assert pages(three, "2").get_page("2").has_next()
    last = pages(three, "3").get_page("3")
    assert (last.number, last.has_next()) == (3, False)


@pytest.mark.parametrize("page", ["", "x", "-1", "0", "9" * 30, "999999999", "²"])
def test_a_page_that_cannot_be_is_no_error(three, page):
    assert pages(three, page).get_page(page).number in (1, 3)


def test_counting_stops_at_the_limit(three, django_assert_num_queries):
    with django_assert_num_queries(1) as asked:
        assert pages(three).count == 3
    assert "LIMIT 1001" in asked.captured_queries[0]["sql"]


def test_rows_that_know_to_be_more_are_not_counted_again(
    three, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(paging, "COUNTED", 2)
    three.at_least = 3

    with django_assert_num_queries(0):
        assert pages(three).is_capped
    with django_assert_num_queries(1):
        assert pages(three, "3").count == 3


def test_the_list_says_that_it_goes_on(client, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED", 1)
    monkeypatch.setattr("curation.admin.trial.TrialAdmin.list_per_page", 1)
    make_trial()
    make_trial(nct_id="NCT00000002")
    make_trial(nct_id="NCT00000003")
    client.force_login(make_user("view_trial"))

    first = client.get(reverse("admin:trials_trial_changelist"))
    last = client.get(reverse("admin:trials_trial_changelist"), {"p": 3})

    assert "more than 1" in first.content.decode()
    assert "…" in first.content.decode()
    assert "more than" not in last.content.decode()
    assert last.context["cl"].result_list[0].nct_id == "NCT00000001"


# Heads


def test_different_heads_are_found_without_reading_all(django_assert_num_queries):
    rows = [("PHASE1",), ("PHASE1", "PHASE2"), (), ("PHASE1",)]
    Trial.objects.bulk_create(
        Trial(nct_id=f"NCT{n:08}", phases=phases) for n, phases in enumerate(rows)
    )

    with django_assert_num_queries(1):
        found = heads(Trial, "phases", "default")

    assert sorted(found) == ["", "PHASE1", "PHASE1\nPHASE2"]


def test_a_page_may_print_a_code_longer_than_any_index_takes():
    text = "".join(chr(0x4E00 + n) for n in range(5_000))
    changes = dict.fromkeys(
        ("brief_title", "overall_status", "start_date", "study_type"), text
    )

    trial = make_trial(**changes, phases=(text,))

    assert trial.brief_title == text
    assert heads(Trial, "phases", "default") == [text[:200]]


def test_where_no_trial_is_there_is_no_head():
    assert heads(Trial, "phases", "default") == []
