import datetime

import pytest
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from curation.models import Review
from curation.pages import queue as page
from curation.queue import TABS
from curation.tests.factory import make_trial, make_user
from trials.models import Trial

pytestmark = pytest.mark.django_db

QUEUE = "admin:curation_queue"
NEXT = "admin:curation_queue_next"
ASSIGN = "admin:curation_queue_assign"


@pytest.fixture
def log_in(client):
    """Makes an account of a role and logs it in."""

    def log_in(role, username="me"):
        user = make_user(username=username)
        user.groups.add(Group.objects.get(name=role))
        client.force_login(user)
        return user

    return log_in


@pytest.fixture
def curator(log_in):
    return log_in("curator")


@pytest.fixture
def reviewer(log_in):
    return log_in("reviewer")


@pytest.fixture
def trials():
    """Three trials, the first with most errors; none has a finding of a rule."""
    trials = [make_trial(nct_id=f"NCT{number:08}") for number in (1, 2, 3)]
    for number, trial in enumerate(trials):
        trial.findings.all().delete()
        Review.objects.filter(pk=trial.pk).update(open_errors=9 - number)
    return trials


def opened(client, **query):
    response = client.get(reverse(QUEUE), query)
    assert response.status_code == 200
    return response


def text(response):
    return response.content.decode()


def shown(client, **query):
    """The numbers of the rows of the page."""
    rows = opened(client, **query).context["rows"]
    return [int(review.trial.nct_id[3:]) for review, _ in rows]


def take(client, **data):
    return client.post(reverse(NEXT), data)


def taken(client, **data):
    """The number of the trial that one is led to."""
    response = take(client, **data)
    pk = int(response.url.rstrip("/").split("/")[-2])
    assert response.url == reverse("admin:trials_trial_change", args=[pk])
    return int(Trial.objects.get(pk=pk).nct_id[3:])


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


# The page


def test_the_page_shows_the_tab_with_what_matters(client, curator, trials):
    since = timezone.now() - datetime.timedelta(days=3, hours=2)
    until = timezone.now() + datetime.timedelta(hours=1)
    Review.objects.filter(pk=trials[1].pk).update(
        assignee=curator,
        state_since=since,
        priority=3,
        open_errors=4,
        open_warnings=7,
        holder=curator,
        held_until=until,
    )

    html = text(opened(client))

    assert shown(client) == [2]
    assert "Interleukin-7 in sepsis" in html
    assert ">3</td>" in html
    assert ">High</td>" in html
    assert '<td class="number bad">4</td>' in html
    assert '<td class="number">7</td>' in html
    assert f"until {until:%H:%M} UTC" in html
    assert "Give back NCT00000002" in html


def test_the_tabs_count_what_they_hold_and_keep_the_filters(client, curator, trials):
    Review.objects.filter(pk=trials[0].pk).update(assignee=curator)

    tabs = opened(client, tab="working", q="nct", assignee="me").context["tabs"]

    counts = {tab.name: count for tab, _, count in tabs}
    queries = {tab.name: query for tab, query, _ in tabs}
    assert counts["mine"] == counts["working"] == "1"
    assert (counts["unassigned"], counts["submitted"]) == ("2", "0")
    assert queries["unassigned"] == "tab=unassigned&q=nct"
    assert queries["returned"] == "tab=returned&assignee=me&q=nct"


@pytest.mark.parametrize("tab", TABS.values(), ids=TABS)
def test_an_empty_tab_says_what_to_do(client, reviewer, tab):
    html = text(opened(client, tab=tab.name))

    assert tab.empty.split("“")[0].split("'")[0] in html
    assert "Show all of them" in text(opened(client, tab=tab.name, rule="x"))


def test_fifty_trials_are_on_a_page(client, curator, monkeypatch, trials):
    monkeypatch.setattr(page, "ROWS", 2)

    assert shown(client, tab="unassigned") == [1, 2]
    assert shown(client, tab="unassigned", page=2) == [3]
    html = text(opened(client, tab="unassigned", order="age"))
    assert 'href="?tab=unassigned&amp;order=age&amp;page=2"' in html


def test_hostile_text_is_shown_and_not_run(client, reviewer):
    make_trial(brief_title="<script>alert(1)</script>")

    html = text(opened(client, tab="unassigned", rule='"><script>alert(1)</script>'))
    assert "<script>alert" not in html
    assert "<script>alert" not in text(opened(client, tab="unassigned"))


@pytest.mark.parametrize("rows", [1, 50])
def test_the_page_takes_as_many_queries_with_many_rows(
    client, reviewer, django_assert_max_num_queries, rows
):
    for number in range(1, rows + 1):
        make_trial(nct_id=f"NCT{number:08}")
    Review.objects.update(
        assignee=reviewer, holder=reviewer, held_until=timezone.now() + HOUR
    )
    opened(client, q="sepsis")

    with django_assert_max_num_queries(8):
        assert len(shown(client, q="sepsis")) == rows


HOUR = datetime.timedelta(hours=1)

# Who sees and does what


@pytest.mark.parametrize(
    ("role", "tabs_to_take_from", "may_assign"),
    [
        ("curator", {"mine", "unassigned", "returned", "working"}, False),
        ("reviewer", set(TABS) - {"mentions"}, True),
        ("auditor", set(), False),
    ],
)
def test_a_role_has_the_buttons_that_it_may_use(
    client, log_in, trials, role, tabs_to_take_from, may_assign
):
    log_in(role)
    Review.objects.update(state=Review.State.SUBMITTED)

    pages = {tab: text(opened(client, tab=tab)) for tab in TABS}

    assert {tab for tab in TABS if "Take next" in pages[tab]} == tabs_to_take_from
    assert ("Assign to" in pages["submitted"]) == may_assign
    for tab in TABS:
        is_refused = take(client, queue=f"tab={tab}").status_code == 403
        assert is_refused == (tab not in tabs_to_take_from)
    assert (client.post(reverse(ASSIGN)).status_code == 403) == (not may_assign)


@pytest.mark.parametrize("role", ["data user", "administrator"])
def test_who_reads_no_reviews_gets_no_queue(client, log_in, role, trials):
    log_in(role)

    assert client.get(reverse(QUEUE)).status_code == 403
    assert take(client, queue="tab=unassigned").status_code == 403
    assert client.post(reverse(ASSIGN)).status_code == 403
    release = reverse("admin:curation_review_release", args=[trials[0].pk])
    assert client.post(release).status_code == 403
    assert reverse(QUEUE) not in text(client.get(reverse("admin:index")))


def test_the_menu_begins_with_the_queue(client, curator):
    html = text(client.get(reverse("admin:index")))

    assert html.index(reverse(QUEUE)) < html.index("/admin/trials/trial/")


@pytest.mark.parametrize("name", [NEXT, ASSIGN])
def test_what_changes_something_is_posted(client, reviewer, name):
    assert client.get(reverse(name)).status_code == 405


# Next


def test_next_keeps_the_order_and_the_filters_of_the_queue_opened_last(
    client, curator, trials
):
    Review.objects.filter(pk=trials[2].pk).update(priority=3)
    opened(client, tab="unassigned", order="priority", q="NCT0000000")

    assert [taken(client) for _ in range(3)] == [3, 1, 2]


def test_a_posted_queue_wins(client, curator, trials):
    opened(client, tab="unassigned")

    assert taken(client, queue="tab=unassigned&q=NCT00000003") == 3


def test_after_a_pass_one_is_told_and_back_at_the_queue(client, curator, trials):
    opened(client, tab="unassigned", q="nct")
    for _ in trials:
        taken(client)

    response = take(client)

    assert response.url == f"{reverse(QUEUE)}?tab=unassigned&q=nct"
    assert told(response) == ["You have seen all 3 trials that this queue had for you."]


def test_opening_the_queue_begins_a_new_pass(client, curator, trials):
    opened(client, tab="unassigned")
    assert [taken(client), taken(client)] == [1, 2]

    opened(client, tab="unassigned")
    assert taken(client) == 1


def test_a_look_at_a_tab_without_next_does_not_end_the_pass(client, curator, trials):
    opened(client, tab="unassigned")
    taken(client)

    opened(client, tab="mentions")
    opened(client, tab="submitted")

    assert taken(client) == 2


def test_an_empty_queue_says_that_there_is_nothing(client, curator):
    response = take(client, queue="")

    assert response.url == reverse(QUEUE)
    assert "no trial to take" in told(response)[0]


def test_who_goes_on_lets_go_of_the_trial_before(client, curator, trials):
    opened(client, tab="unassigned")
    taken(client)

    assert taken(client, after=trials[0].pk) == 2

    first, second = Review.objects.order_by("pk")[:2]
    assert (first.holder, second.holder) == (None, curator)


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 30, "²"])
def test_a_wrong_number_of_the_trial_before_does_no_harm(
    client, curator, trials, after
):
    assert taken(client, queue="tab=unassigned", after=after) == 1


def test_the_session_remembers_so_many_trials(client, curator, trials, monkeypatch):
    monkeypatch.setattr(page, "MOST_SEEN", 2)
    opened(client, tab="unassigned")

    assert [taken(client) for _ in range(4)] == [1, 2, 3, 1]


def test_a_trial_is_given_back(client, curator, trials):
    taken(client, queue="tab=unassigned")
    release = reverse("admin:curation_review_release", args=[trials[0].pk])

    response = client.post(release, {"back": f"{reverse(QUEUE)}?tab=mine"})

    assert response.url == f"{reverse(QUEUE)}?tab=mine"
    assert Review.objects.get(pk=trials[0].pk).holder is None
    assert "not hold" in told(client.post(release))[-1]
    assert client.post(release, {"back": "https://x.example/"}).url == reverse(QUEUE)
