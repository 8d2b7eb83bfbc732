"""The start page: who sees what, and that every number leads to what it counts."""

import html
import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.urls import reverse

from curation.models import Review
from curation.tests.desk import make_desk
from curation.tests.factory import act, edit, make_trial, make_user
from trials.models import ChangeSet

pytestmark = pytest.mark.django_db

INDEX = "admin:index"


def member(role, username):
    user = make_user(username=username)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def curator():
    return member("curator", "curator")


@pytest.fixture
def reviewer():
    return member("reviewer", "reviewer")


@pytest.fixture
def desk(monkeypatch, curator, reviewer):
    make_desk(monkeypatch, 10, curator, reviewer)


def shown(client, user=None):
    if user:
        client.force_login(user)
    response = client.get(reverse(INDEX))
    assert response.status_code == 200
    return response.content.decode()


class Numbers(HTMLParser):
    """The links of a page that carry a number: address -> (number, text)."""

    def __init__(self, page):
        super().__init__()
        self.found = {}
        self._open = None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "a" and "data-count" in values:
            self._open = values["href"]
            self.found[self._open] = [int(values["data-count"]), ""]

    def handle_data(self, data):
        if self._open:
            self.found[self._open][1] += data

    def handle_endtag(self, tag):
        if tag == "a":
            self._open = None


def rows(response):
    """How many rows the list that was opened has on all its pages."""
    if "cl" in response.context:
        return response.context["cl"].result_count
    return response.context["page"].paginator.count


@pytest.mark.parametrize("days", [15, 60])
def test_every_number_leads_to_a_list_of_so_many(
    client, monkeypatch, curator, reviewer, days
):
    make_desk(monkeypatch, 30, curator, reviewer, days=days)
    page = shown(client, reviewer)

    numbers = Numbers(page).found
    lists = {address: client.get(address) for address in numbers}

    assert {answer.status_code for answer in lists.values()} == {200}
    assert {address: rows(answer) for address, answer in lists.items()} == {
        address: number for address, (number, _) in numbers.items()
    }
    assert all(re.search(rf"\b{n}\b", text) for n, text in numbers.values())
    assert sum(1 for number, _ in numbers.values() if number) > 30


def test_a_number_that_is_no_link_is_not_there(client, desk, reviewer):
    page = shown(client, reviewer)
    # The states, which lead to the trials, have their numbers in <b>.
    bold = re.findall(r"<b>(\d+)</b>", page)

    assert len(bold) == len(Review.State) + 2


# Who sees what


def test_a_curator_sees_what_to_do_next(client, desk, curator):
    page = shown(client, curator)

    assert "My queue" in page
    assert "Comments that mention me" in page
    assert "The age limit, @curator?" in page
    assert "Open findings by rule" in page
    assert 'class="chart"' in page


def test_an_auditor_has_no_queue(client, desk):
    page = shown(client, member("auditor", "una"))

    assert "My queue" not in page
    assert "Progress by week" in page
    assert "Open findings by rule" in page


@pytest.mark.parametrize(
    ("role", "link"),
    [
        ("administrator", "admin:auth_user_changelist"),
        ("data user", "admin:trials_trial_export"),
    ],
)
def test_who_may_not_see_trials_sees_no_number_of_them(client, desk, role, link):
    page = shown(client, member(role, "other"))

    assert "data-count" not in page
    assert "canvas" not in page
    assert f'href="{reverse("admin:trials_trial_changelist")}"' not in page
    assert f'href="{reverse(link)}"' in page


def test_without_rights_to_findings_and_comments_there_are_none(client, desk):
    page = shown(client, make_user("view_trial", username="viewer"))

    assert "Open findings by rule" not in page
    assert "curation/finding" not in page
    assert "mention" not in page
    assert "Trials by state" in page


def test_an_empty_desk_says_how_to_import(client, curator):
    page = shown(client, curator)

    assert "manage.py import_trials" in page
    assert "canvas" not in page


def test_a_desk_of_withdrawn_trials_says_so(client, curator):
    trial = make_trial()
    edit(trial, act(ChangeSet.Kind.EDIT, reason="other"), withdrawn=True)

    assert "1 withdrawn" in shown(client, curator)


def test_who_has_nothing_to_do_is_told(client, curator):
    make_trial()

    assert "Nothing waits for you." in shown(client, curator)


def test_hostile_text_is_shown_and_not_run(client, curator, django_user_model):
    hostile = "<script>alert(1)</script>"
    trial = make_trial(brief_title=hostile)
    Review.objects.filter(pk=trial.pk).update(assignee=curator)

    page = shown(client, curator)

    assert hostile not in page
    assert html.escape(hostile) in page


def test_the_page_has_neither_script_nor_style_of_its_own():
    folder = settings.BASE_DIR / "templates"
    files = [folder / "admin/index.html", *folder.glob("curation/dashboard_*.html")]

    assert len(files) > 5
    for file in files:
        assert not re.search(r"<script(?! src=)|\sstyle=|\son\w+=", file.read_text()), (
            file
        )


# What it costs


def test_the_page_asks_the_same_of_two_trials_and_of_twenty(
    client, monkeypatch, curator, reviewer, django_assert_num_queries
):
    def cost():
        # One finds the session, one the account, two its rights.
        with django_assert_num_queries(4 + 12):
            shown(client)

    client.force_login(curator)
    make_trial(nct_id="NCT99999998")
    make_trial(nct_id="NCT99999999")
    cost()
    make_desk(monkeypatch, 20, curator, reviewer)
    cost()


# The filters of the trial list that it leads to


@pytest.mark.parametrize(
    "query",
    [
        "reached=approved",
        "reached=lost:2026-05-04:2026-05-11",
        "reached=approved:2026-05-04:soon",
        "reached=approved:2026-05-11:2026-05-04",
        "reached=approved:0001-01-01:0001-01-01",
        "layout=full:x",
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(client, curator, query):
    client.force_login(curator)
    changelist = reverse("admin:trials_trial_changelist")

    assert client.get(f"{changelist}?{query}").url == f"{changelist}?e=1"


def test_the_list_says_what_it_was_narrowed_to(client, curator):
    make_trial()
    client.force_login(curator)
    query = {"reached": "approved:2026-05-04:2026-05-11", "layout": "full:1"}

    page = client.get(reverse("admin:trials_trial_changelist"), query).content.decode()

    assert "Approved 2026-05-04 to 2026-05-10" in page
    assert "Full, reader version 1" in page


def test_a_rule_is_narrowed_to_a_severity(client, curator):
    trial = make_trial()
    client.force_login(curator)
    finding = trial.findings.first()
    url = reverse("admin:curation_finding_list")
    severity = finding.get_severity_display()
    other = "error" if severity != "error" else "note"

    def left(severity):
        query = {"rule": finding.rule, "severity": severity}
        return client.get(url, query).context["page"].paginator.count

    assert left(severity)
    assert not left(other)
    assert client.get(url, {"severity": "bad"}).url == url
