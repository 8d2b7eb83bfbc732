"""Facets in a real browser, as a curator uses them."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from curation.models import Finding
from curation.tests.factory import FULL, make_trial, make_user, seed_trial

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULE = "criteria.heading-too-early"


@pytest.fixture
def desk(page, context, live_server):
    """Opens a page of the desk as somebody who may undo what was done to many."""
    client = Client()
    may = ("view_trial", "change_trial", "view_finding", "revert_changeset")
    client.force_login(make_user(*may))
    session = client.cookies["sessionid"].value
    context.add_cookies(
        [{"name": "sessionid", "value": session, "url": live_server.url}]
    )
    page.set_viewport_size({"width": 1400, "height": 900})
    page.set_default_timeout(5000)

    def desk(view):
        page.goto(f"{live_server.url}{reverse(view)}")
        return page

    return desk


def facet(page, name):
    return page.locator(f"#facets .facet[data-facet='{name}']")


def value(page, name, which):
    """A value of a facet: a link."""
    return facet(page, name).locator(f"[data-value='{which}']")


def states():
    return set(Finding.objects.filter(rule=RULE).values_list("state", flat=True))


def test_a_rule_is_chosen_fixed_everywhere_and_undone(desk):
    seed_trial()
    seed_trial(FULL)
    found = Finding.objects.filter(rule=RULE, state="open").count()
    assert found
    page = desk("admin:curation_finding_list")

    facet(page, "rule").locator("summary").click()
    facet(page, "rule").get_by_label("Narrow the values").fill("heading-too")
    expect(value(page, "rule", "acronyms.none")).to_have_count(0)
    value(page, "rule", RULE).click()

    expect(page.locator("h1")).to_contain_text(RULE)
    expect(value(page, "rule", RULE).locator(".count")).to_have_text(str(found))
    page.get_by_role("link", name="Fix all that have a fix").click()
    page.get_by_role("button", name="Fix the ticked").click()
    said = page.get_by_role("status").filter(has_text="Fixed")
    expect(said).to_contain_text(re.compile(r"Fixed [1-9]"))
    assert states() == {"fixed"}

    said.get_by_role("link", name="Undo").click()
    page.locator("[name=reason][value=typo]").check()
    page.get_by_role("button", name="Revert all").click()

    expect(page.get_by_text(re.compile("put back"))).to_be_visible()
    assert Finding.objects.filter(rule=RULE, state="open").count() == found


def test_facets_are_chosen_by_keyboard_and_the_address_is_enough_to_come_back(
    desk, context, live_server
):
    for number, status in enumerate(
        ("COMPLETED", "COMPLETED", "TERMINATED", "RECRUITING"), start=1
    ):
        make_trial(nct_id=f"NCT0000000{number}", overall_status=status)
    rule = Finding.objects.filter(trial__nct_id="NCT00000003")[0].rule
    page = desk("admin:trials_trial_changelist")

    for which, counted in (("COMPLETED", "2"), ("TERMINATED", "1")):
        if which == "COMPLETED":
            facet(page, "overall_status").locator("summary").focus()
            page.keyboard.press("Enter")
        link = value(page, "overall_status", which)
        expect(link.locator(".count")).to_have_text(counted)
        link.focus()
        page.keyboard.press("Enter")
        # The list is loaded anew, and the focus is where it was.
        expect(value(page, "overall_status", which)).to_have_attribute(
            "aria-current", "true"
        )
        expect(value(page, "overall_status", which)).to_be_focused()
    facet(page, "rule").locator("summary").focus()
    page.keyboard.press("Enter")
    value(page, "rule", rule).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chips li")).to_have_count(4)
    shown = page.locator("#result_list .field-nct_number").all_inner_texts()
    assert set(shown) <= {f"NCT0000000{n}" for n in (1, 2, 3)}
    assert "NCT00000003" in shown

    other = context.new_page()
    other.goto(page.url)

    expect(other.locator(".chips li")).to_have_count(4)
    expect(value(other, "overall_status", "COMPLETED").locator(".count")).to_have_text(
        value(page, "overall_status", "COMPLETED").locator(".count").inner_text()
    )
    assert other.locator("#result_list .field-nct_number").all_inner_texts() == shown


def test_a_narrow_window_folds_the_facets_above_the_list(desk, page):
    make_trial()
    page.set_viewport_size({"width": 800, "height": 900})
    desk("admin:trials_trial_changelist")
    expect(facet(page, "review")).not_to_be_visible()

    page.locator("#facets > summary").click()

    facet(page, "review").locator("summary").click()
    expect(value(page, "review", "imported")).to_be_visible()


def test_without_a_script_the_values_are_links_of_a_page(
    browser, context, desk, live_server
):
    make_trial(overall_status="COMPLETED")
    make_trial(nct_id="NCT00000002", overall_status="TERMINATED")
    desk("admin:trials_trial_changelist")
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(context.cookies())
    page = plain.new_page()
    page.set_default_timeout(5000)
    page.goto(f"{live_server.url}{reverse('admin:trials_trial_changelist')}")

    facet(page, "overall_status").locator("summary").click()
    page.get_by_role("link", name="Show the values of Overall").click()
    page.get_by_role("link", name="Terminated").click()

    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    plain.close()
