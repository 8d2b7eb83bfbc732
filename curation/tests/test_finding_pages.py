"""The pages of the findings: who may do what, and what they say."""

import html
import re

import pytest
from django.urls import reverse
from msgspec.structs import replace

from curation import fixes
from curation.models import Finding, Waiver
from curation.pages.finding_items import PREVIEWS
from curation.tests.factory import FULL, edit, make_page, make_trial, make_user
from curation.tests.factory import seed_trial as make_seed
from trials import tables
from trials.models import ChangeSet, Trial
from trials.tests.factory import criterion, make_record

pytestmark = pytest.mark.django_db

BLANK = "text.space-before-punctuation"
SPOILT = criterion("c7", "INCLUSION", "Adults .")
HOSTILE = "<script>alert(1)</script>"


def spoilt(number: int = 1, text: str = "Adults .") -> Trial:
    record = make_record(
        nct_id=f"NCT{number:08}", criteria=(replace(SPOILT, text=text),)
    )
    return make_trial(make_page(record, text=f"Page {number}."))


def spoilt_often(count: int) -> Trial:
    criteria = (
        criterion(f"c{n}", "INCLUSION", f"Adults {n} .") for n in range(20, 20 + count)
    )
    return make_trial(criteria=tuple(criteria))


def the_finding(trial: Trial, rule: str = BLANK) -> Finding:
    return trial.findings.get(rule=rule)


def address(name: str, *args) -> str:
    return reverse(f"admin:curation_{name}", args=args)


def strip_of(trial: Trial) -> str:
    return reverse("admin:trials_trial_section", args=[trial.pk, "eligibility"])


@pytest.fixture
def trial():
    return spoilt()


@pytest.fixture
def finding(trial):
    return the_finding(trial)


@pytest.fixture
def curator(client):
    user = make_user("view_trial", "change_trial", "view_finding", "waive_finding")
    client.force_login(user)
    return user


@pytest.fixture
def viewer(client):
    user = make_user("view_trial", "view_finding", username="viewer")
    client.force_login(user)
    return user


def criterion_text(trial: Trial) -> str:
    return tables.load(Trial.objects.get(pk=trial.pk)).criteria[0].text


# Who may


def pages(finding):
    return [
        address("findings"),
        address("reader_errors"),
        address("finding_rule", BLANK),
        address("finding_similar", finding.pk),
        address("finding_preview", finding.pk),
    ]


def acts(finding):
    return [
        address("finding_fix", finding.pk),
        address("finding_waive", finding.pk),
        address("finding_similar", finding.pk),
    ]


def test_anonymous_visitors_are_sent_to_the_login(client, finding):
    answers = [client.get(url) for url in pages(finding)]
    answers += [client.post(url, {"reason": "No."}) for url in acts(finding)]

    assert {answer.status_code for answer in answers} == {302}
    assert all("/login/" in answer.url for answer in answers)


def test_without_rights_there_is_nothing_to_see_or_do(client, finding, trial):
    client.force_login(make_user(username="nobody"))

    answers = [client.get(url) for url in pages(finding)]
    answers += [client.post(url, {"reason": "No."}) for url in acts(finding)]

    assert {answer.status_code for answer in answers} == {403}
    assert criterion_text(trial) == "Adults ."


def test_a_viewer_sees_the_findings_and_can_do_nothing(client, viewer, trial, finding):
    shown = client.get(strip_of(trial)).content.decode()
    answers = [client.post(url, {"reason": "No."}) for url in acts(finding)]

    assert "A blank stands before the mark" in shown
    assert address("finding_fix", finding.pk) not in shown
    assert address("finding_waive", finding.pk) not in shown
    assert client.get(address("findings")).status_code == 200
    assert {answer.status_code for answer in answers} == {403}
    assert the_finding(trial).state == Finding.State.OPEN


@pytest.mark.parametrize("name", ["finding_fix", "finding_waive"])
def test_a_link_changes_nothing(client, curator, trial, finding, name):
    assert client.get(address(name, finding.pk)).status_code == 405
    assert criterion_text(trial) == "Adults ."


def test_what_is_not_there_is_not_found(client, curator):
    for url in (
        address("finding_similar", 999),
        address("finding_preview", 999),
        address("finding_rule", "no.such"),
        address("finding_rule", BLANK) + "?state=lost",
    ):
        assert client.get(url).status_code == 404
    assert client.post(address("finding_fix", 999)).status_code == 404


# Fix and waive


def test_a_fix_says_what_it_did_with_a_link_to_undo_it(client, curator, trial, finding):
    answer = client.post(
        address("finding_fix", finding.pk), {"back": strip_of(trial)}, follow=True
    )

    page = answer.content.decode()
    undo = reverse("admin:trials_trial_revert", args=[trial.pk])
    assert answer.redirect_chain == [(strip_of(trial), 302)]
    assert criterion_text(trial) == "Adults."
    assert (
        f'Saved as version 2. <a class="underline" href="{undo}?to=1">Undo</a>' in page
    )
    assert BLANK in page
    assert client.get(f"{undo}?to=1").status_code == 200


def test_a_stale_fix_says_that_nothing_was_changed(client, curator, trial, finding):
    edit(trial, criteria=(replace(SPOILT, text="Men."),))

    answer = client.post(address("finding_fix", finding.pk), follow=True)

    assert "Nothing was changed. The record has changed" in answer.content.decode()
    assert criterion_text(trial) == "Men."


def test_the_other_value_of_the_page_is_one_click(client, curator):
    trial = make_seed(FULL)
    finding = the_finding(trial, "phase.two-places")
    shown = client.get(strip_of(trial)).content.decode()
    assert "Use “PHASE1”" in shown

    client.post(address("finding_fix", finding.pk), {"variant": "PHASE1"})

    assert tables.load(Trial.objects.get(pk=trial.pk)).phases == ("PHASE1",)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", ""])
def test_it_leads_back_to_the_desk_only(client, curator, trial, finding, elsewhere):
    answer = client.post(address("finding_fix", finding.pk), {"back": elsewhere})

    goto = reverse("admin:trials_trial_goto", args=[trial.pk])
    assert answer.url == f"{goto}?path=criteria%5Bc7%5D.text"


def test_a_waived_finding_is_listed_with_who_and_why(client, curator, trial, finding):
    client.post(address("finding_waive", finding.pk), {"reason": "As printed."})

    page = client.get(strip_of(trial)).content.decode()
    assert the_finding(trial).state == Finding.State.WAIVED
    assert "1 waived" in page
    assert "waived by curator" in page
    assert "As printed." in page
    assert "Open again" in page


def test_a_waived_finding_is_opened_again(client, curator, trial, finding):
    fixes.waive(finding, "As printed.", curator)

    client.post(address("finding_waive", finding.pk), {"take_back": "1"})

    assert the_finding(trial).state == Finding.State.OPEN
    assert Waiver.objects.count() == 2


def test_a_waiver_needs_a_reason(client, curator, trial, finding):
    answer = client.post(
        address("finding_waive", finding.pk), {"reason": "  "}, follow=True
    )

    assert "Please write why" in answer.content.decode()
    assert the_finding(trial).state == Finding.State.OPEN


def test_what_is_waived_already_says_so(client, curator, trial, finding):
    fixes.waive(finding, "As printed.", curator)

    answer = client.post(
        address("finding_waive", finding.pk), {"reason": "Again."}, follow=True
    )

    assert "The finding is not open any more." in answer.content.decode()


# What the pages show


def test_a_trial_without_findings_says_so(client, curator, trial):
    trial.findings.all().delete()

    assert "No open findings." in client.get(strip_of(trial)).content.decode()


def test_the_text_of_a_page_is_never_taken_for_html(client, curator, trial, finding):
    said = ("message", "evidence", "fix_label", "before", "after")
    spoken = dict.fromkeys(said, HOSTILE) | {"variants": [HOSTILE]}
    trial.findings.filter(rule=BLANK).update(**spoken)
    other = trial.findings.exclude(rule=BLANK)[0]
    Finding.objects.filter(pk=other.pk).update(**spoken)
    fixes.waive(other, HOSTILE, curator)
    urls = (strip_of(trial), address("finding_rule", BLANK))

    seen = [
        client.get(url, follow=True).content.decode()
        for url in (
            *urls,
            address("finding_similar", finding.pk),
            address("finding_preview", finding.pk),
        )
    ]
    done = client.post(address("finding_fix", finding.pk), {"variant": HOSTILE})
    seen.append(client.get(done.url, follow=True).content.decode())

    assert all("<script>alert(1)" not in page for page in seen)
    assert all("&lt;script&gt;alert(1)" in page for page in seen)


def test_the_first_findings_show_what_their_fix_changes_and_the_others_lead_there(
    client, viewer
):
    trial = spoilt_often(PREVIEWS + 2)

    answer = client.get(strip_of(trial))

    page = answer.content.decode()
    findings = answer.context["findings"]
    shown = [f for f in findings[:PREVIEWS] if f.before or f.after]
    later = [f for f in findings[PREVIEWS:] if f.before or f.after]
    assert page.count('<span class="change"') == len(shown) > 0
    links = [address("finding_preview", f.pk) for f in later]
    assert links == re.findall('class="preview" href="([^"]+)"', page) != []
    url = address("finding_preview", later[0].pk)
    script = client.get(url, headers={"X-Requested-With": "fetch"})
    link = client.get(url)
    assert '<span class="change"' in script.content.decode()
    assert "<html" not in script.content.decode()
    assert "<html" in link.content.decode()
    assert later[0].message in html.unescape(link.content.decode())


def test_the_desk_counts_by_rule(client, curator, trial):
    spoilt(2)

    page = client.get(address("findings"))

    (row,) = [row for row in page.context["rules"] if row["rule"] == BLANK]
    assert (row["count"], row["trials"], row["fixable"]) == (2, 2, 2)
    assert row["explanation"]
    assert [r["severity"] for r in page.context["rules"]] == sorted(
        (r["severity"] for r in page.context["rules"]),
        key=["error", "warning", "note"].index,
    )


def test_the_desk_is_empty_where_nothing_is_open(client, curator):
    assert "No open findings." in client.get(address("findings")).content.decode()


def test_a_rule_has_its_text_and_its_findings_by_state(client, curator, trial):
    url = reverse("admin:curation_finding_list")
    shown = client.get(address("finding_rule", BLANK), follow=True).content.decode()
    fixed = client.get(url, {"rule": BLANK, "state": "fixed"})

    assert "NCT00000001" in shown
    assert ">>>" not in shown
    assert "No findings are left." in fixed.content.decode()


def test_what_the_readers_get_wrong_is_one_row_a_layout_and_version(
    client, curator, trial
):
    spoilt(2)

    page = client.get(address("reader_errors"))

    (row,) = [row for row in page.context["rows"] if row["rule"] == BLANK]
    assert (row["layout"], row["reader_version"]) == ("full", 1)
    assert (row["count"], row["trials"], row["open"]) == (2, 2, 2)


# All similar


@pytest.mark.django_db(transaction=True)
def test_all_similar_are_fixed_but_for_the_one_that_is_unticked(client, curator):
    trials = [spoilt(number) for number in (1, 2, 3)]
    findings = [the_finding(trial) for trial in trials]
    url = address("finding_similar", findings[0].pk)
    listed = client.get(url).content.decode()
    assert all(f'value="{finding.pk}" checked' in listed for finding in findings)

    answer = client.post(url, {"chosen": [findings[0].pk, findings[2].pk, "x"]})

    assert [criterion_text(t) for t in trials] == ["Adults.", "Adults .", "Adults."]
    act = ChangeSet.objects.get(kind=ChangeSet.Kind.FIX)
    assert (act.rule, act.actor) == (BLANK, curator)
    page = answer.content.decode()
    assert "Fixed 2 findings" in page
    assert reverse("admin:trials_trial_change_set", args=[act.pk]) in page


@pytest.mark.django_db(transaction=True)
def test_what_could_not_be_fixed_is_named(client, curator, monkeypatch):
    trials = [spoilt(number) for number in (1, 2)]
    findings = [the_finding(trial) for trial in trials]
    trials[1].criteria.update(text="Changed behind the desk.")

    answer = client.post(
        address("finding_similar", findings[0].pk),
        {"chosen": [finding.pk for finding in findings]},
    )

    page = answer.content.decode()
    assert "Fixed 1 finding" in page
    assert "NCT00000002: " in page


def test_nothing_ticked_fixes_nothing(client, curator, trial, finding):
    answer = client.post(address("finding_similar", finding.pk))

    assert "Fixed 0 findings" in answer.content.decode()
    assert criterion_text(trial) == "Adults ."


# What they cost


@pytest.mark.parametrize("count", [1, 20])
def test_the_pages_ask_the_same_however_many_findings_there_are(
    client, curator, count, django_assert_max_num_queries
):
    trials = [spoilt(number) for number in range(1, count + 1)]
    finding = the_finding(trials[0])
    for url in pages(finding):
        client.get(url)

    for url in pages(finding):
        with django_assert_max_num_queries(9):
            client.get(url)


@pytest.mark.parametrize("count", [1, 20])
def test_the_strip_asks_the_same_however_many_findings_there_are(
    client, curator, count, django_assert_max_num_queries
):
    trial = spoilt_often(count)
    for finding in trial.findings.filter(rule=BLANK)[: count // 2]:
        fixes.waive(finding, "As printed.", curator)

    with django_assert_max_num_queries(14):
        client.get(strip_of(trial))
