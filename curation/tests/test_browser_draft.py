"""Unsaved work in a real browser: kept, and offered again."""

import pytest
from playwright.sync_api import expect

from curation.tests.browsing import (
    arrival,
    field,
    keep_draft,
    log_in,
    open_section,
    wait_until,
)
from curation.tests.factory import edit, make_trial
from trials import tables
from trials.models import Trial
from trials.tests.factory import criterion

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

C9 = "criteria[c9].text"


@pytest.fixture
def trial():
    return make_trial()


@pytest.fixture
def desk(context, live_server, trial):
    """Opens the criteria in a new window of the curator's browser."""
    log_in(context, live_server)

    def desk(slug="eligibility"):
        return open_section(context.new_page(), live_server, trial, slug)

    return desk


def offer(page):
    return page.locator("#draft-note")


def press(page, name):
    offer(page).get_by_role("button", name=name).click()


def texts(page):
    return page.locator(".parts-criteria .rows [name$='-text']").evaluate_all(
        "fields => fields.map(field => field.value)"
    )


def save(page):
    page.get_by_text("Typo", exact=True).click()
    with arrival(page):
        page.keyboard.press("Control+s")


def stored(trial):
    return [c.text for c in tables.load(Trial.objects.get(pk=trial.pk)).criteria]


def killed(page):
    """The window is gone, without a question and without a save."""
    keep_draft(page)
    page.close(run_before_unload=False)


def nothing_kept(page):
    """Wait until the browser keeps no typing of the desk any more."""
    wait_until(
        page, "!Object.keys(localStorage).some((key) => key.startsWith('draft:'))"
    )


def row(page, path):
    return field(page, path).locator("xpath=ancestor::*[@data-row]")


def test_what_was_typed_is_offered_again_with_rows_order_and_deletions(desk, trial):
    page = desk()
    before = texts(page)
    field(page, C9).fill("Pregnancy or lactation.")
    row(page, C9).locator(".place").hover()
    row(page, C9).locator("[data-act=up]").click()
    first = page.locator(".parts-criteria [data-row]").first
    first.locator(".place").hover()
    first.locator("[data-act=delete]").click()
    page.get_by_role("button", name="Add criterion").click()
    page.locator(".rows [name$='-text']").last.fill("Line one\nline two")
    page.locator("#id_note").fill("From the page.")
    typed = texts(page)
    keep_draft(page)
    wait_until(
        page,
        "Object.values(localStorage).some((draft) => draft.includes('From the page'))",
    )
    page.close(run_before_unload=False)

    page = desk()
    expect(offer(page)).to_contain_text("Unsaved work from")
    assert texts(page) == before
    press(page, "Restore")

    expect(page.locator("#id_note")).to_have_value("From the page.")
    assert texts(page) == typed
    expect(page.locator("#unsaved")).to_have_text("Not saved yet")
    expect(page.locator(".parts-criteria [data-row].gone")).to_have_count(1)
    expect(offer(page)).to_be_empty()
    save(page)
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    assert stored(trial) == typed[1:]
    nothing_kept(page)


def test_what_is_discarded_is_not_offered_again(desk):
    page = desk()
    field(page, C9).fill("Mine.")
    killed(page)
    page = desk()
    press(page, "Discard")
    expect(offer(page)).to_be_empty()

    page.reload()

    expect(field(page, C9)).to_have_value("Pregnancy.")
    expect(offer(page)).to_be_empty()


def test_it_is_offered_after_the_session_was_lost(desk, context, trial):
    page = desk()
    field(page, C9).fill("Mine.")
    context.clear_cookies(name="sessionid")
    save(page)
    page.get_by_label("Username").fill("curator")
    page.get_by_label("Password").fill("secret")
    with arrival(page):
        page.get_by_role("button", name="Log in").click()

    press(page, "Restore")

    expect(field(page, C9)).to_have_value("Mine.")
    save(page)
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    assert "Mine." in stored(trial)
    expect(offer(page)).to_be_empty()


def test_what_was_typed_in_an_older_version_is_chosen_value_by_value(desk, trial):
    page = desk("identification")
    page.get_by_role("textbox", name="Acronym").fill("MINE")
    page.get_by_role("textbox", name="Brief title").fill("My title")
    page.get_by_text("Typo", exact=True).click()
    killed(page)
    edit(trial, acronym="THEIRS")

    page = desk("identification")
    expect(offer(page)).to_contain_text("typed in version 1; this is version 2")
    press(page, "Restore")
    expect(page.get_by_text("was changed while you were editing")).to_be_visible()
    page.get_by_role("row", name="Acronym").get_by_label("THEIRS").check()
    page.get_by_role("button", name="Save what I chose").click()

    expect(page.get_by_text("Saved as version 3.")).to_be_visible()
    saved = Trial.objects.get()
    assert (saved.acronym, saved.brief_title) == ("THEIRS", "My title")
    expect(offer(page)).to_be_empty()


def test_another_account_in_the_same_browser_is_offered_nothing(
    desk, context, live_server
):
    page = desk()
    field(page, C9).fill("Mine.")
    killed(page)
    log_in(context, live_server, "other")

    page = desk()

    expect(page.locator("#section-form")).to_be_visible()
    expect(offer(page)).to_be_empty()


def test_a_draft_goes_after_a_fortnight(desk):
    page = desk()
    field(page, C9).fill("Mine.")
    keep_draft(page)
    page.close(run_before_unload=False)
    page = desk()
    expect(offer(page)).to_contain_text("Unsaved work")
    page.evaluate(
        """for (const key of Object.keys(localStorage)) {
          if (!key.startsWith("draft:")) continue;
          const draft = JSON.parse(localStorage.getItem(key));
          draft.at -= 15 * 24 * 3600 * 1000;
          localStorage.setItem(key, JSON.stringify(draft));
        }"""
    )

    page.reload()

    expect(offer(page)).to_be_empty()
    nothing_kept(page)


def test_it_is_said_where_the_browser_has_no_room(desk):
    page = desk()
    page.evaluate(
        """for (let size = 2 ** 23; size >= 1; size /= 2) {
          try {
            localStorage.setItem(`filled-${size}`, "x".repeat(size));
          } catch {
            continue;
          }
        }"""
    )

    field(page, C9).fill("Mine.")

    expect(offer(page)).to_contain_text("is not kept in this browser")
    expect(offer(page)).to_contain_text("its storage is full")


def test_what_is_typed_beside_an_offer_is_kept_too(desk):
    page = desk()
    field(page, C9).fill("Mine.")
    killed(page)
    page = desk()
    row(page, C9).locator("[name$=-label]").fill("7")

    press(page, "Restore")

    expect(field(page, C9)).to_have_value("Mine.")
    expect(row(page, C9).locator("[name$=-label]")).to_have_value("7")


def test_what_was_typed_on_another_page_of_a_list_is_offered_too(context, live_server):
    many = tuple(criterion(f"c{n}", "INCLUSION", f"No. {n}") for n in range(100, 160))
    trial = make_trial(criteria=many)
    log_in(context, live_server)
    page = open_section(context.new_page(), live_server, trial)
    with arrival(page):
        page.get_by_role("link", name="2", exact=True).click()
    field(page, "criteria[c130].text").fill("Mine.")
    killed(page)

    page = open_section(context.new_page(), live_server, trial)
    expect(offer(page)).to_contain_text("on another page of this section")
    with arrival(page):
        press(page, "Go there")
    press(page, "Restore")
    expect(field(page, "criteria[c130].text")).to_have_value("Mine.")

    save(page)
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    page = open_section(page, live_server, trial)
    expect(offer(page)).to_be_empty()


def test_what_was_saved_is_not_offered_where_one_went_on_at_once(
    context, live_server, trial
):
    log_in(context, live_server)
    page = open_section(context.new_page(), live_server, trial)
    field(page, C9).fill("Mine.")
    keep_draft(page)
    page.route("**/curation/draft.js", lambda route: route.abort())
    save(page)
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    keep_draft(page)
    page.unroute("**/curation/draft.js")

    page = open_section(page, live_server, trial, "identification")
    page = open_section(page, live_server, trial)

    expect(offer(page)).to_be_empty()
    nothing_kept(page)


def test_what_is_typed_on_after_a_copy_of_it_was_saved_is_kept(desk, trial):
    first = desk()
    field(first, C9).fill("Mine.")
    keep_draft(first)
    second = desk()
    press(second, "Restore")
    expect(field(second, C9)).to_have_value("Mine.")
    save(second)
    expect(second.get_by_text("Saved as version 2.")).to_be_visible()
    field(first, C9).fill("Mine and more.")
    killed(first)

    page = desk()

    expect(offer(page)).to_contain_text("typed in version 1; this is version 2")
