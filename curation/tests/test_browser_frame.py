"""What frames every page, used by the keyboard alone."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from curation.tests.factory import make_trial, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NARROW = {"width": 700, "height": 450}


@pytest.fixture
def desk(page, context, live_server):
    """Opens a list, that of trials if not told otherwise, as a curator."""
    client = Client()
    client.force_login(make_user("view_trial", "change_trial", "view_audit"))
    session = client.cookies["sessionid"].value
    context.add_cookies(
        [{"name": "sessionid", "value": session, "url": live_server.url}]
    )
    page.set_viewport_size({"width": 1400, "height": 900})

    def desk(view="admin:trials_trial_changelist"):
        make_trial()
        url = reverse(view)
        page.goto(f"{live_server.url}{url}", wait_until="networkidle")
        return page

    return desk


def menu_entry(page):
    """The way to the trials that the menu at the side has."""
    return page.locator("#nav-sidebar").get_by_role("link", name="Trials", exact=True)


def is_dark(page):
    return page.evaluate("document.documentElement.classList.contains('dark')")


def test_the_first_tab_leads_past_the_menu(desk):
    page = desk()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    focused = page.locator(":focus")
    assert focused.evaluate("element => !!element.closest('#content')")


def test_the_scheme_is_chosen_in_the_user_menu_and_stays(desk):
    page = desk()
    page.get_by_role("button", name="curator").focus()
    page.keyboard.press("Enter")
    dark = page.get_by_role("button", name="Dark")
    dark.focus()
    page.keyboard.press("Enter")

    expect(dark).to_have_attribute("aria-pressed", "true")
    assert is_dark(page)
    page.reload()
    assert is_dark(page)


def test_the_scheme_is_that_of_the_system_unless_chosen(desk):
    page = desk()
    html = page.locator("html")
    page.emulate_media(color_scheme="light")
    expect(html).not_to_have_class("dark")

    page.emulate_media(color_scheme="dark")
    expect(html).to_have_class("dark")


def test_escape_closes_the_user_menu(desk):
    page = desk()
    menu = page.get_by_role("button", name="curator")
    menu.focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("aria-expanded", "true")
    page.get_by_role("button", name="Light").focus()

    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Light")).to_be_hidden()
    expect(menu).to_be_focused()


def test_the_menu_of_a_narrow_page_takes_the_focus_and_gives_it_back(desk, page):
    page.set_viewport_size(NARROW)
    desk()
    opener = page.get_by_role("button", name="Menu", exact=True)
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Close the menu")).to_be_focused()
    expect(menu_entry(page)).to_be_visible()

    page.keyboard.press("Escape")

    expect(opener).to_be_focused()
    expect(menu_entry(page)).to_be_hidden()


def test_the_filters_of_a_narrow_page_take_the_focus_and_give_it_back(desk, page):
    page.set_viewport_size(NARROW)
    desk("admin:curation_reviewevent_changelist")
    opener = page.get_by_role("button", name="Filters")
    opener.focus()
    page.keyboard.press("Enter")
    filters = page.locator("#changelist-filter")
    expect(filters).to_be_visible()
    expect(filters.locator(":focus")).to_have_count(1)

    page.keyboard.press("Escape")

    expect(filters).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_menu_of_a_wide_page_stays_as_it_was_left(desk):
    page = desk()
    link = menu_entry(page)
    expect(link).to_be_visible()

    page.get_by_role("button", name="Menu", exact=True).press("Enter")
    expect(link).to_be_hidden()

    page.reload()
    expect(link).to_be_hidden()


def test_at_200_percent_a_trial_scrolls_with_its_window(desk, page):
    page.set_viewport_size(NARROW)
    desk()
    page.locator("#result_list tbody a").first.click()
    form = page.locator(".form-pane")

    assert form.evaluate("form => form.scrollHeight === form.clientHeight")
    assert form.bounding_box()["height"] > NARROW["height"]
    page.get_by_role("button", name="Save").scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="Save")).to_be_in_viewport(ratio=1)


def test_messages_come_into_a_live_region_once_the_page_has_loaded(desk, page):
    page.add_init_script(
        """window.cameIn = [];
        document.addEventListener("DOMContentLoaded", () => {
          const live = document.querySelector("[role=status][data-announce]");
          new MutationObserver((changes) => window.cameIn.push(
            ...changes.flatMap((change) => [...change.addedNodes])
              .map((node) => node.textContent.trim())
          )).observe(live ?? document, { childList: true });
        });"""
    )
    desk()
    page.locator("#result_list tbody a").first.click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Nothing was changed")).to_be_visible()
    page.wait_for_load_state("load")

    assert any("Nothing was changed" in text for text in page.evaluate("cameIn"))
