"""The queue in a real browser, as a curator and a reviewer use it."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from curation.models import Review
from curation.tests.browsing import arrival
from curation.tests.factory import make_trial, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CURATOR = ("view_trial", "view_review", "change_trial", "submit_review")
ROLES = {
    "curator": CURATOR,
    "reviewer": (*CURATOR, "approve_review", "assign_review"),
}


@pytest.fixture
def desk(page, context, live_server):
    """Opens the queue as somebody of a role."""
    page.set_viewport_size({"width": 1024, "height": 768})
    for number in (1, 2, 3):
        trial = make_trial(nct_id=f"NCT{number:08}")
        Review.objects.filter(pk=trial.pk).update(open_errors=9 - number)

    def desk(role, query):
        client = Client()
        client.force_login(make_user(*ROLES[role], username=role))
        session = client.cookies["sessionid"].value
        context.add_cookies(
            [{"name": "sessionid", "value": session, "url": live_server.url}]
        )
        page.goto(f"{live_server.url}{reverse('admin:curation_queue')}?{query}")
        return page

    return desk


def is_at(page, number):
    """The page is the first section of the trial."""
    page.wait_for_url("**/section/**")
    expect(page.locator("h1", has_text=f"NCT{number:08}")).to_be_visible()


def test_the_next_trial_is_taken_by_the_button_and_by_the_key(desk):
    page = desk("curator", "tab=unassigned")
    queue = page.url

    page.get_by_role("button", name="Take next").click()
    is_at(page, 1)
    assert Review.objects.get(trial__nct_id="NCT00000001").holder.username == "curator"

    page.goto(queue)
    expect(page.get_by_text("you until")).to_be_visible()
    with arrival(page):
        page.get_by_role("button", name="Give back").click()
    expect(page.get_by_text("Others may take the trial again")).to_be_visible()
    page.get_by_label("Trial").fill("NCT00000002")
    with arrival(page):
        page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.keyboard.press("Alt+n")
    is_at(page, 2)


def test_a_reviewer_assigns_all_that_are_ticked(desk):
    page = desk("reviewer", "tab=unassigned")

    page.get_by_label("Tick all on this page").check()
    expect(page.get_by_text("3 ticked")).to_be_visible()
    page.get_by_label("NCT00000002", exact=True).uncheck()
    expect(page.get_by_text("2 ticked")).to_be_visible()
    page.get_by_label("Assign to").select_option("reviewer")
    page.get_by_role("button", name="Apply").click()

    expect(page.get_by_text("2 trials are now assigned to reviewer.")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(1)


def test_nothing_sticks_out_of_a_small_window(desk):
    page = desk("reviewer", "tab=working")

    for width in (1024, 800):
        page.set_viewport_size({"width": width, "height": 768})
        expect(page.get_by_role("button", name="Apply")).to_be_in_viewport()
        assert page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth")
