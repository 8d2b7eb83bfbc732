"""Filters of lists: kept under a name, offered, shared, owned."""

import pytest
from django.contrib.auth.models import Group
from django.http import QueryDict
from django.urls import reverse

from curation.kept_filters import MOST, normalised
from curation.kept_filters import menu as offered
from curation.models import KeptFilter
from curation.models.kept_filter import QUERY_LENGTH
from curation.tests.factory import make_trial, make_user

pytestmark = pytest.mark.django_db

KEEP = reverse("admin:curation_keptfilter_keep")
DESK = reverse("admin:curation_keptfilter_changelist")
TRIALS = reverse("admin:trials_trial_changelist")
FINDINGS = reverse("admin:curation_finding_list")
HOSTILE = "<script>alert(1)</script>\"'%s"


@pytest.fixture
def people():
    """Two curators."""
    made = [make_user(username=name) for name in ("ana", "bob")]
    for user in made:
        user.groups.add(Group.objects.get(name="curator"))
    return made


@pytest.fixture
def ana(client, people):
    client.force_login(people[0])
    return people[0]


def keep(client, name, query="review=submitted", **form):
    sent = {"page": "trials", "query": query, "name": name} | form
    return client.post(KEEP, sent)


def make_filter(owner, name="Submitted", query="review=submitted", **values):
    values = {"page": "trials"} | values
    return KeptFilter.objects.create(owner=owner, name=name, query=query, **values)


def menu(client, address=TRIALS):
    """What the list offers: (own names, names of others, names in use)."""
    response = client.get(address)
    assert response.status_code == 200
    found = response.context["menu"]
    return tuple([one.name for one in ones] for ones in found[2:])


def change(kept):
    return reverse("admin:curation_keptfilter_change", args=[kept.pk])


# What of an address is kept


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("p=2&review=approved&q=", "review=approved"),
        ("q=sepsis&o=-3.1&phases=PHASE2", "o=-3.1&phases=PHASE2&q=sepsis"),
        ("state=open&page=7&all=&e=1&_popup=1", "state=open"),
        ("phases=B&phases=A&phases=&phases=B", "phases=A&phases=B"),
        ("q=%20%20", ""),
        ("q=a%26b%3Dc%00%0A", "q=a%26b%3Dc%00%0A"),
        ("q=//elsewhere.example/", "q=%2F%2Felsewhere.example%2F"),
    ],
)
def test_filters_search_and_order_are_kept_and_the_page_number_is_not(query, kept):
    assert normalised(QueryDict(query)) == kept
    assert normalised(QueryDict(kept)) == kept


# Keeping


def test_a_filter_is_kept_and_its_list_opens_with_it(client, ana):
    response = keep(client, "  Waiting ", "p=3&review=submitted&q=", is_shared="on")

    kept = KeptFilter.objects.get()
    assert (kept.owner, kept.name, kept.is_shared) == (ana, "Waiting", True)
    assert kept.query == "review=submitted"
    assert response.url == f"{TRIALS}?review=submitted"
    assert "The filter “Waiting” is kept." in client.get(response.url).content.decode()


def test_the_findings_of_a_rule_come_back_too(client, ana):
    response = keep(client, "Arms", "state=waived&rule=arms.x-y", page="findings")

    assert response.url == f"{FINDINGS}?rule=arms.x-y&state=waived"


@pytest.mark.parametrize("query", ["//elsewhere.example/", "https://elsewhere.example"])
def test_keeping_never_leads_elsewhere(client, ana, query):
    response = keep(client, "Out", query + "?a=b", next=query)

    assert response.url.startswith(f"{TRIALS}?")
    assert "//" not in response.url


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"name": "  "}, "This field is required."),
        ({"name": "two\nlines"}, "Write the name on one line"),
        ({"name": "x\u202ey"}, "Write the name on one line"),
        ({"name": "x\x85y"}, "Write the name on one line"),
        ({"name": "x" * 101}, "at most 100 characters"),
        ({"query": "p=2"}, "The list is not filtered."),
        ({"query": "q=" + "x" * QUERY_LENGTH}, "too long to be kept"),
        ({"query": "q=" + "é" * (QUERY_LENGTH // 4)}, "too long to be kept"),
        ({"page": "users"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_kept_is_told(client, ana, form, told):
    response = keep(client, **({"name": "Fine"} | form))

    assert response.status_code == 200
    assert told in response.content.decode()
    assert not KeptFilter.objects.exists()


def test_one_of_the_same_name_is_replaced_only_when_that_was_said(client, ana):
    before = make_filter(ana, query="q=sepsis")

    asked = keep(client, "Submitted", is_shared="on")
    before.refresh_from_db()
    assert before.query == "q=sepsis"
    page = asked.content.decode()
    assert "You keep a filter named “<bdi>Submitted</bdi>”" in page
    assert "words: sepsis" in page

    done = keep(client, "Submitted", is_shared="on", replace=before.pk)
    before.refresh_from_db()
    assert (before.query, before.is_shared) == ("review=submitted", True)
    assert done.url == f"{TRIALS}?review=submitted"
    assert KeptFilter.objects.count() == 1


def test_leave_to_replace_one_filter_replaces_no_other(client, ana):
    told = make_filter(ana, "Told", query="q=a")
    other = make_filter(ana, "Other", query="q=b")

    keep(client, "Other", replace=told.pk)

    other.refresh_from_db()
    assert other.query == "q=b"


def test_the_same_filter_sent_twice_is_kept_once_and_asks_nothing(client, ana):
    first, second = keep(client, "Waiting"), keep(client, "Waiting")

    assert first.url == second.url
    assert KeptFilter.objects.count() == 1


def test_two_people_and_two_lists_may_have_the_same_name(client, people, ana):
    make_filter(people[1], is_shared=True)
    make_filter(ana, page="findings")

    assert keep(client, "Submitted").status_code == 302
    assert KeptFilter.objects.filter(name="Submitted").count() == 3


def test_who_may_not_open_a_list_keeps_nothing_of_it(client):
    client.force_login(
        make_user("add_keptfilter", "view_trial", username="no-findings")
    )
    refused = keep(client, "Open", "state=open", page="findings")
    assert "Select a valid choice." in refused.content.decode()

    for codes in (["view_trial"], ["add_keptfilter"]):
        client.force_login(make_user(*codes, username=codes[0]))
        assert keep(client, "Waiting").status_code == 403
    assert not KeptFilter.objects.exists()


def test_only_a_form_keeps(client, ana):
    assert client.get(KEEP, {"page": "trials", "query": "q=a"}).status_code == 405


# The menu


def test_the_menu_has_one_s_own_and_shared_filters_and_tells_which_is_in_use(
    client, people, ana
):
    make_filter(ana, "Mine")
    make_filter(people[1], "Shared", query="q=a&review=approved", is_shared=True)
    make_filter(people[1], "Hidden")
    make_filter(ana, "Findings", page="findings")

    assert menu(client) == (["Mine"], ["Shared"], [])
    assert menu(client, f"{TRIALS}?p=1&q=&review=submitted")[2] == ["Mine"]
    assert menu(client, f"{TRIALS}?review=approved&q=a")[2] == ["Shared"]
    page = client.get(TRIALS).content.decode()
    assert f'href="{TRIALS}?q=a&amp;review=approved"' in page
    assert "bob" in page
    assert "Hidden" not in page


def test_the_findings_have_menus_of_their_own(client, ana):
    waived = "rule=complete.arms&state=waived"
    make_filter(ana, "Waived", waived, page="findings")
    make_filter(ana, "Trials")

    assert menu(client, FINDINGS) == (["Waived"], [], [])
    assert menu(client, f"{FINDINGS}?{waived}") == (["Waived"], [], ["Waived"])
    assert menu(client, f"{FINDINGS}?state=open")[2] == []


def test_an_unfiltered_list_has_nothing_to_keep(client, ana):
    assert "Keep this filter" not in client.get(TRIALS).content.decode()
    assert "Keep this filter" in client.get(f"{TRIALS}?q=a").content.decode()


def test_who_may_only_read_uses_shared_filters_and_keeps_none(client, people):
    make_filter(people[0], is_shared=True)
    client.force_login(make_user("view_trial", username="reader"))

    assert menu(client, f"{TRIALS}?q=a") == ([], ["Submitted"], [])
    page = client.get(f"{TRIALS}?q=a").content.decode()
    assert "Keep this filter" not in page
    assert DESK not in page


def test_one_s_own_come_first_where_there_are_more_than_a_menu_shows(
    client, people, ana
):
    for number in range(MOST):
        make_filter(people[1], f"A{number:03}", is_shared=True)
    make_filter(ana, "Z")

    own, others, _ = menu(client)

    assert own == ["Z"]
    assert len(others) == MOST - 1


def test_the_menu_takes_one_query_however_many_filters_there_are(
    rf, people, ana, django_assert_num_queries
):
    for number in range(20):
        make_filter(people[number % 2], f"F{number}", is_shared=True)
    request = rf.get(TRIALS)
    request.user = ana
    ana.get_all_permissions()  # The list has asked for them by then.

    with django_assert_num_queries(1):
        names = [(f.name, f.owner.username) for f in offered(request, "trials").others]
    assert len(names) == 10


# What a filter may name


@pytest.mark.parametrize(
    "query", ["colour=red", "review=none", "reached=nonsense", "o=99", "q=%00%27"]
)
def test_a_filter_that_the_list_lacks_by_now_still_opens_it(client, ana, query):
    make_trial()
    kept = make_filter(ana, query=query)

    assert client.get(kept.address, follow=True).status_code == 200
    assert client.get(DESK).status_code == 200


def test_findings_of_a_rule_that_is_no_more_break_nothing(client, ana):
    kept = make_filter(ana, page="findings", query="rule=gone.rule")

    assert client.get(kept.address, follow=True).status_code == 200
    assert menu(client, FINDINGS)[0] == ["Submitted"]
    assert client.get(DESK).status_code == 200


def test_a_hostile_name_is_shown_and_not_run(client, ana):
    keep(client, HOSTILE, "q=<script>alert(1)</script>")
    kept = KeptFilter.objects.get(name=HOSTILE)

    pages = [
        client.get(TRIALS),
        client.get(kept.address),
        keep(client, HOSTILE),
        client.get(DESK),
        client.get(change(kept)),
    ]

    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()
        assert "&lt;script&gt;alert(1)" in page.content.decode()


# Renaming, sharing, deleting


def test_the_owner_alone_renames_shares_and_deletes(client, people, ana):
    mine, shared = make_filter(ana), make_filter(people[1], "B", is_shared=True)
    hidden = make_filter(people[1], "Hidden")

    done = client.post(change(mine), {"name": "Renamed", "is_shared": "on"})
    refused = client.post(change(shared), {"name": "Renamed too"})
    delete = reverse("admin:curation_keptfilter_delete", args=[shared.pk])
    gone = client.post(delete, {"post": "yes"})

    assert done.status_code == 302
    assert (refused.status_code, gone.status_code) == (403, 403)
    mine.refresh_from_db()
    shared.refresh_from_db()
    assert (mine.name, mine.is_shared, shared.name) == ("Renamed", True, "B")
    assert mine.query == "review=submitted"
    assert "Hidden" not in client.get(DESK).content.decode()
    assert client.get(change(hidden)).status_code == 302
    delete = reverse("admin:curation_keptfilter_delete", args=[mine.pk])
    client.post(delete, {"post": "yes"})
    assert set(KeptFilter.objects.all()) == {shared, hidden}


def test_a_superuser_renames_another_s_filter_and_it_stays_theirs(
    client, people, admin_user
):
    kept = make_filter(people[0])
    client.force_login(admin_user)

    client.post(change(kept), {"name": "Better"})

    kept.refresh_from_db()
    assert (kept.name, kept.owner) == ("Better", people[0])


def test_a_name_that_another_filter_of_the_list_has_is_refused(client, people, ana):
    kept = make_filter(ana, "A")
    make_filter(ana, "B")
    make_filter(ana, "C", page="findings")
    make_filter(people[1], "D", is_shared=True)

    refused = client.post(change(kept), {"name": "B"})

    told = "Another filter of this list has that name."
    assert told in refused.content.decode()
    for free in "CDA":
        assert client.post(change(kept), {"name": free}).status_code == 302


def test_filters_of_lists_that_one_may_not_open_are_not_listed(client, people):
    make_filter(people[0], "Of trials", is_shared=True)
    make_filter(people[0], "Of findings", page="findings", is_shared=True)
    client.force_login(make_user("view_keptfilter", "view_trial", username="reader"))

    page = client.get(DESK).content.decode()

    assert "Of trials" in page
    assert "Of findings" not in page


@pytest.mark.parametrize("role", ["data user", "administrator"])
def test_who_reads_no_list_has_no_filters(client, role):
    user = make_user(username="outsider")
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)

    assert client.get(DESK).status_code == 403
    assert keep(client, "Waiting").status_code == 403
