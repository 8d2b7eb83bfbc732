"""A filter of the trial list kept by one curator and used by another, in a browser."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from curation.models import KeptFilter
from curation.tests.factory import make_trial, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MAY = ("view_trial", *(f"{act}_keptfilter" for act in ("add", "view", "change")))
LIST = reverse("admin:trials_trial_changelist")


@pytest.fixture
def enter(page, context, live_server):
    """Opens the list as a new curator of that name."""
    for number, status in enumerate(("COMPLETED", "TERMINATED", "COMPLETED"), 1):
        make_trial(nct_id=f"NCT0000000{number}", overall_status=status)

    def enter(username, query=""):
        client = Client()
        client.force_login(make_user(*MAY, username=username))
        session = client.cookies["sessionid"].value
        context.add_cookies(
            [{"name": "sessionid", "value": session, "url": live_server.url}]
        )
        page.set_default_timeout(5000)
        page.goto(f"{live_server.url}{LIST}{query}")
        return page

    return enter


def numbers(page):
    return page.locator("#result_list .field-nct_number").all_inner_texts()


def keep(page, name):
    page.locator(".kept-filters > summary").click()
    page.get_by_text("Keep this filter…").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Keep", exact=True).click()


def test_a_shared_filter_leads_another_curator_to_the_same_trials(enter):
    page = enter("ana", "?overall_status=COMPLETED&o=2")
    seen = numbers(page)
    assert len(seen) == 2

    page.locator(".kept-filters > summary").press("Enter")
    page.get_by_text("Keep this filter…").press("Enter")
    page.get_by_label("Name").fill("Completed <b>ones</b>")
    page.get_by_label("Share with all").press("Space")
    page.get_by_role("button", name="Keep", exact=True).press("Enter")
    told = page.get_by_text("The filter “Completed <b>ones</b>” is kept.")
    expect(told).to_be_visible()
    assert KeptFilter.objects.get().query == "o=2&overall_status=COMPLETED"

    page = enter("bob")
    assert len(numbers(page)) == 3
    page.get_by_text("Kept filters").click()
    page.get_by_role("link", name="Completed <b>ones</b> by ana").click()

    in_use = page.locator(".kept-filters > summary")
    expect(in_use).to_contain_text("Completed <b>ones</b>")
    assert numbers(page) == seen
    in_use.click()
    link = page.get_by_role("link", name="Completed <b>ones</b>")
    expect(link).to_have_attribute("aria-current", "true")


def test_escape_and_a_click_beside_it_fold_the_menu_in(enter):
    page = enter("ana", "?q=interleukin")
    head, menu = page.locator(".kept-filters > summary"), page.locator(".kept-panel")

    head.press("Enter")
    page.get_by_text("Keep this filter…").press("Enter")
    page.get_by_label("Name").press("Escape")
    expect(menu).to_be_hidden()
    expect(head).to_be_focused()

    head.click()
    expect(menu).to_be_visible()
    page.locator("#changelist").click(position={"x": 5, "y": 5})
    expect(menu).to_be_hidden()


def test_a_name_that_is_there_is_asked_about_before_it_is_replaced(enter):
    page = enter("ana", "?q=interleukin")
    keep(page, "Mine")
    expect(page.get_by_text("The filter “Mine” is kept.")).to_be_visible()
    page.goto(page.url.replace("interleukin", "sepsis"))

    keep(page, "Mine")
    expect(page.get_by_role("alert")).to_contain_text("It shows words: interleukin.")
    page.get_by_role("button", name="Replace “Mine”").click()

    expect(page.locator(".kept-filters > summary")).to_contain_text("Mine")
    assert page.url.endswith("?q=sepsis")
    assert KeptFilter.objects.get().query == "q=sepsis"
