"""What each facet leaves, and how many it says there are."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.http import QueryDict
from django.urls import reverse

from curation import facet_counts, facets, paging
from curation.chosen_findings import DESK_FACETS, ChosenFindings
from curation.chosen_trials import ChosenTrials
from curation.facets import NONE, UnknownFilter
from curation.models import Finding, Review
from curation.tests.factory import make_page, make_trial, make_user
from curation.trial_filters import LIST_FACETS, chosen
from trials.models import Trial
from trials.record.sections import SECTIONS, section_of
from trials.record.shape import ArmRecord, SponsorRecord
from trials.tests.factory import make_record

pytestmark = pytest.mark.django_db

LIST = "admin:trials_trial_changelist"
FACET = "admin:trials_trial_facet"


@pytest.fixture
def viewer(client, db):
    user = make_user("view_trial", "view_finding", username="viewer")
    client.force_login(user)
    return user


@pytest.fixture
def trials(db):
    """Three trials that differ, with the findings below and no others."""
    for number, values in enumerate(
        (
            {"overall_status": "COMPLETED", "phases": ("PHASE1",), "sex": "ALL"},
            {
                "overall_status": "TERMINATED",
                "phases": ("PHASE1", "PHASE2"),
                "sex": "FEMALE",
                "sponsors": (
                    SponsorRecord(key="s1", name="A", agency_class="NIH"),
                    SponsorRecord(key="s2", name="B", agency_class="NIH"),
                ),
                "arms": (ArmRecord(key="a1", label="X", type="EXPERIMENTAL"),),
            },
            {"overall_status": "RECRUITING", "phases": (), "sex": ""},
        ),
        start=1,
    ):
        layout = "snapshot" if number == 3 else "full"
        record = make_record(nct_id=f"NCT0000000{number}", **values)
        make_trial(make_page(record, f"Page {number}.", layout=layout))
    Finding.objects.all().delete()
    first, second, third = Trial.objects.order_by("nct_id")
    find(first, "dates.order", 1, section="identification")
    find(first, "text.mojibake", 3, section="eligibility", state="waived")
    find(second, "dates.order", 3, section="identification")
    find(second, "text.mojibake", 1, section="")
    find(third, "text.mojibake", 2, section="eligibility")
    Review.objects.filter(trial=second).update(
        state="approved", assignee=make_user(username="ada")
    )
    return first, second, third


def find(trial, rule, severity, **values):
    """A stored finding."""
    number = Finding.objects.count() + 1
    Finding.objects.create(
        trial=trial,
        rule=rule,
        severity=severity,
        fingerprint=str(number),
        message=f"Message {number}",
        opened_at=trial.created_at,
        **values,
    )


def left(query):
    """The last digits of the trials that the query leaves."""
    return [t.nct_id[-1] for t in chosen(QueryDict(query)).order_by("nct_id")]


def found(query):
    """The numbers of the findings that the query leaves, trial and rule."""
    rows = ChosenFindings(query).findings().order_by("trial__nct_id", "rule")
    return [f"{f.trial.nct_id[-1]} {f.rule.partition('.')[0]}" for f in rows]


LEFT = [
    ("rule=dates.order", "12"),
    ("rule=text.mojibake", "23"),
    ("rule=text.mojibake&rule=dates.order", "123"),
    ("severity=error", "12"),
    ("severity=error&severity=warning", "123"),
    ("state=waived", "1"),
    ("state=waived&state=open", "123"),
    ("section=eligibility", "3"),
    (f"section={NONE}", "2"),
    ("review=approved", "2"),
    ("review=approved&review=imported", "123"),
    ("assignee=ada", "2"),
    (f"assignee={NONE}", "13"),
    (f"assignee={NONE}&assignee=ada", "123"),
    ("layout=full", "12"),
    ("layout=full:1", "12"),
    ("reader=full:1&reader=snapshot:1", "123"),
    ("reader=full:2", ""),
    ("overall_status=COMPLETED&overall_status=TERMINATED", "12"),
    ("phases=PHASE1", "12"),
    ("phases=PHASE2", "2"),
    (f"phases=PHASE2&phases={NONE}", "23"),
    ("sex=FEMALE", "2"),
    (f"sex={NONE}", "3"),
    ("sponsors.agency_class=NIH", "2"),
    ("arms.type=EXPERIMENTAL", "2"),
    ("overall_status=COMPLETED&sex=FEMALE", ""),
    ("overall_status=TERMINATED&rule=dates.order", "2"),
    ("q=NCT00000003&severity=warning", "3"),
]


@pytest.mark.parametrize(("query", "ends"), LEFT)
def test_a_facet_leaves_the_trials_that_have_one_of_its_values(trials, query, ends):
    assert left(query) == list(ends)


def test_what_is_chosen_of_findings_must_hold_of_one_finding(trials):
    assert left("rule=dates.order&severity=error") == ["1"]
    assert left("rule=text.mojibake&severity=error") == ["2"]
    assert left("rule=text.mojibake&section=identification") == []


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("", ["1 dates", "2 dates", "2 text", "3 text"]),
        ("severity=error", ["1 dates", "2 text"]),
        ("state=waived", ["1 text"]),
        ("overall_status=TERMINATED&overall_status=COMPLETED&rule=dates.order", None),
        ("layout=snapshot", ["3 text"]),
        ("sponsors.agency_class=NIH", ["2 dates", "2 text"]),
        ("assignee=ada&section=identification", ["2 dates"]),
        ("q=nct00000002", ["2 dates", "2 text"]),
        ("q=message", ["1 dates", "2 dates", "2 text", "3 text"]),
        ("q=message lost", []),
    ],
)
def test_a_facet_leaves_the_findings_that_have_one_of_its_values(trials, query, rows):
    assert found(query) == (["1 dates", "2 dates"] if rows is None else rows)


@pytest.mark.parametrize(
    "query",
    [
        "colour=red",
        "overall_status=DONE",
        "overall_status=COMPLETED&overall_status=DONE",
        "rule=no.such",
        "assignee=nobody",
        "assignee=a%00b",
        "severity=1",
        "reader=full",
        "reader=full:x",
    ],
)
def test_what_there_is_not_is_refused(client, viewer, trials, query):
    for listed in (LIST_FACETS, DESK_FACETS):
        with pytest.raises(UnknownFilter):
            facets.read(QueryDict(query), listed)

    assert client.get(f"{reverse(LIST)}?{query}").url == f"{reverse(LIST)}?e=1"
    url = reverse(FACET, args=["rule"])
    assert client.get(f"{url}?{query}").status_code == 400


# Counts


@pytest.mark.parametrize("listed", ["trials", "findings"])
@pytest.mark.parametrize(
    "query",
    [
        "",
        "severity=error",
        "rule=text.mojibake&state=waived&state=open",
        "overall_status=TERMINATED&overall_status=COMPLETED",
        "assignee=ada",
        "q=NCT00000001",
    ],
)
def test_a_count_is_what_one_finds_by_choosing_the_value(trials, viewer, listed, query):
    """Whatever else is chosen, for every value of every facet."""
    every = {"trials": LIST_FACETS, "findings": DESK_FACETS}[listed]
    count = getattr(facet_counts, f"of_{listed}")
    asked = QueryDict(query)
    chosen_now = facets.read(asked, every)

    for facet in (facet for facet in every if facet.is_offered):
        counts = count(facet, chosen_now, asked.get("q", ""), by=viewer)
        for value, _ in facet.choices():
            one = asked.copy()
            one[facet.name] = value
            rows = {
                "trials": lambda one=one: chosen(one),
                "findings": lambda one=one: ChosenFindings(one.urlencode()).findings(),
            }[listed]()
            assert counts.get(value, 0) == rows.count(), (facet.name, value)


@pytest.mark.parametrize("query", ["", "sex=ALL&sex=FEMALE&sex=~none"])
def test_many_are_counted_as_far_as_counts_go(
    client, viewer, trials, monkeypatch, query
):
    monkeypatch.setattr(paging, "COUNTED", 1)
    monkeypatch.setattr(facet_counts, "COUNTED", 1)

    shown = client.get(f"{reverse(FACET, args=['rule'])}?{query}").content.decode()

    assert shown.count('<span class="count">1+</span>') == 2


def test_withdrawn_trials_count_where_they_are_shown(client, viewer, trials):
    Trial.objects.filter(pk=trials[0].pk).update(withdrawn=True)

    assert values_of(client, "overall_status") == {"Terminated": 1, "Recruiting": 1}
    assert values_of(client, "overall_status", "withdrawn=yes") == {"Completed": 1}


def values_of(client, name, query=""):
    """Label -> count, as the page of the facet has them."""
    response = client.get(f"{reverse(FACET, args=[name])}?{query}")
    return {choice.label: choice.count for choice in response.context["choices"]}


def test_what_is_chosen_of_a_facet_does_not_narrow_its_own_counts(
    client, viewer, trials
):
    shown = values_of(client, "overall_status", "overall_status=COMPLETED")

    assert shown == {"Completed": 1, "Terminated": 1, "Recruiting": 1}


# The pages


def test_the_list_counts_nothing_until_a_facet_is_opened(
    client, viewer, trials, django_assert_num_queries
):
    """As many queries with facets chosen as without: session, account, two rights, the
    count, the trials and their pages, the kept filters."""
    client.get(reverse(LIST))
    for query in ("", "overall_status=COMPLETED&overall_status=TERMINATED&sex=ALL"):
        with django_assert_num_queries(8):
            client.get(f"{reverse(LIST)}?{query}")


def test_a_value_is_one_link_in_and_one_out(client, viewer, trials):
    asked = "overall_status=COMPLETED&q=a&o=1&p=3&sex=ALL"
    response = client.get(f"{reverse(FACET, args=['overall_status'])}?{asked}")

    urls = {
        c.value: c.url
        for c in response.context["panel"].choices(
            next(f for f in LIST_FACETS if f.name == "overall_status"), viewer
        )
    }
    assert QueryDict(urls["COMPLETED"].partition("?")[2]) == QueryDict(
        "q=a&o=1&sex=ALL"
    )


def test_what_is_chosen_is_shown_and_can_be_taken_off(client, viewer, trials):
    asked = "overall_status=COMPLETED&overall_status=TERMINATED&q=vitamin"

    page = client.get(f"{reverse(LIST)}?{asked}").content.decode()

    for label in ("Completed", "Terminated", "Clear all"):
        assert label in page
    assert 'href="/admin/trials/trial/?q=vitamin&amp;overall_status=TERMINATED"' in page
    assert 'class="clear" href="/admin/trials/trial/?q=vitamin"' in page


def test_me_is_a_name_in_the_address(client, viewer, trials):
    page = client.get(reverse(FACET, args=["assignee"])).content.decode()

    assert "?assignee=viewer" in page


def test_without_a_script_the_values_are_a_page(client, viewer, trials):
    url = reverse(FACET, args=["overall_status"])
    asked_by_script = {"X-Requested-With": "fetch"}

    assert "<h1" in client.get(url).content.decode()
    assert "<h1" not in client.get(url, headers=asked_by_script).content.decode()


def test_hostile_values_are_shown_and_not_run(client, viewer, trials):
    make_user(username="x", is_active=True)
    Finding.objects.update(rule="<script>x</script>")
    query = "rule=%3Cscript%3Ex%3C/script%3E"

    page = client.get(f"{reverse(LIST)}?{query}").content.decode()

    assert "<script>x" not in page


def test_who_may_not_view_trials_sees_no_facet(client, trials):
    client.force_login(make_user("view_finding", username="other"))
    assert client.get(reverse(FACET, args=["rule"])).status_code == 403


def test_there_is_no_facet_of_another_name(client, viewer):
    assert client.get(reverse(FACET, args=["colour"])).status_code == 404
    assert client.get(reverse(FACET, args=["reached"])).status_code == 404


def test_a_filter_is_told_in_words(trials):
    query = "overall_status=COMPLETED&overall_status=TERMINATED&rule=dates.order&q=a"

    assert ChosenTrials(query).words == (
        "Overall recruitment status: Completed or Terminated, Rule: dates.order, "
        "words: a"
    )
    assert ChosenTrials("colour=red").words == "colour: red"


FIX_ALL = "admin:curation_finding_fix_all"


def test_who_may_not_change_trials_fixes_nothing(client, viewer, trials):
    assert client.get(reverse(FIX_ALL)).status_code == 403
    assert client.post(reverse(FIX_ALL), {"chosen": "1"}).status_code == 403


def test_who_may_not_view_findings_sees_none_of_their_pages(client, trials):
    client.force_login(make_user("view_trial", "change_trial", username="other"))
    for url in (
        reverse("admin:curation_finding_list"),
        reverse("admin:curation_finding_facet", args=["rule"]),
        reverse(FIX_ALL),
    ):
        assert client.get(url).status_code == 403


def test_the_address_of_a_rule_leads_to_the_list(client, viewer, trials):
    old = reverse("admin:curation_finding_rule", args=["dates.order"])

    answer = client.get(f"{old}?severity=error")

    assert QueryDict(answer.url.partition("?")[2]) == QueryDict(
        "rule=dates.order&severity=error"
    )


def test_the_list_of_findings_pages_through_what_is_chosen(
    client, viewer, trials, monkeypatch
):
    monkeypatch.setattr("curation.pages.finding_list.ROWS", 2)
    url = reverse("admin:curation_finding_list")

    page = client.get(f"{url}?severity=error&severity=note&severity=warning")

    assert len(page.context["page"]) == 2
    assert "severity=warning&amp;page=2" in page.content.decode()


def test_findings_from_before_are_given_the_section_that_new_ones_have(trials):
    migration = import_module("curation.migrations.0021_finding_section_fill")
    fields = [name for section in SECTIONS for name in section.fields]
    parts = [f"{name}[x1].y" for section in SECTIONS for name in section.collections]
    paths = [*fields, *parts, "criteria", "nct_id", "withdrawn", ""]
    Finding.objects.all().delete()
    for path in paths:
        find(trials[0], "dates.order", 1, path=path, section="lost")

    migration.fill(apps, connection.schema_editor())

    filled = dict(Finding.objects.values_list("path", "section"))
    assert filled == {p: section_of(p).slug if p else "" for p in paths}
