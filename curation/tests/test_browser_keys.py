"""The keys of the section page, and a review by them alone, in a real browser."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from curation.models import Review
from curation.tests.browser_criteria import (
    CURATOR,
    MEN_AND_WOMEN,
    criteria,
    done,
    open_desk,
    save_by_keys,
    small,
    text,
)
from curation.tests.browsing import arrival
from curation.tests.factory import make_trial, make_user, seed_trial
from trials.models import ChangeSet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(page, context, live_server):
    return open_desk(page, context, live_server)


def test_the_keys_are_listed_and_the_single_ones_can_be_switched_off(desk):
    page = desk(small())
    dialog = page.get_by_role("dialog", name="Keys")

    text(page, "c7").focus()
    page.keyboard.press("End")
    page.keyboard.type("?")
    expect(text(page, "c7")).to_have_value("Adults. 2) Lymphopenia.?")
    expect(dialog).to_be_hidden()
    page.keyboard.press("Backspace")
    page.keyboard.press("Alt+l")
    page.keyboard.type("?")
    expect(dialog).to_be_visible()
    for key in ("Alt Enter", "Alt J", "Ctrl S", "Alt U"):
        expect(dialog.get_by_text(key, exact=True)).to_be_visible()

    dialog.get_by_label("Keys without Alt or Ctrl").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.type("?")
    expect(dialog).to_be_hidden()
    page.once("dialog", lambda leave: leave.accept())
    page.reload()
    page.locator("#L1").focus()
    page.keyboard.type("?")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Keys").click()
    expect(dialog.get_by_label("Keys without Alt or Ctrl")).not_to_be_checked()


def test_a_digit_leads_to_a_section(desk):
    page = desk(small())

    page.keyboard.press("Alt+1")
    page.wait_for_url("**/section/identification/**")
    page.keyboard.press("Alt+6")
    page.wait_for_url("**/section/eligibility/**")


def test_ctrl_enter_saves_and_goes_to_the_next_trial(desk, live_server):
    trial = small()
    other = make_trial(nct_id="NCT00000002")
    page = desk(trial)
    page.goto(f"{live_server.url}{reverse('admin:curation_queue')}?tab=unassigned")
    page.go_back()
    text(page, "c7").fill("Adults.")

    with arrival(page):
        page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Please choose the reason")).to_be_visible()
    page.keyboard.press("Alt+r")
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")

    expect(page.locator("h1", has_text=other.nct_id)).to_be_visible()
    expect(page.get_by_text(f"{trial.nct_id}: saved as version 2.")).to_be_visible()
    assert criteria(trial)[0][2] == "Adults."
    assert Review.objects.get(trial=other).holder.username == "curator"


def tab_to(page, control):
    """Walk on by Tab until `control` has the focus."""
    for _ in range(300):
        if control.evaluate("control => control === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab does not lead there.")


def test_a_whole_review_is_done_without_a_mouse(page, live_server):
    trial = seed_trial()
    curator = make_user(*CURATOR)
    curator.set_password("no mouse at all")
    curator.save()
    page.set_viewport_size({"width": 1400, "height": 900})
    page.goto(f"{live_server.url}{reverse('admin:curation_queue')}?tab=unassigned")
    page.evaluate(
        "addEventListener('pointerdown', () => { throw new Error('A mouse.'); })"
    )
    tab_to(page, page.locator("[name=username]"))
    page.keyboard.type("curator")
    page.keyboard.press("Tab")
    tab_to(page, page.locator("[name=password]"))
    page.keyboard.type("no mouse at all")
    with arrival(page):
        page.keyboard.press("Enter")

    expect(page.get_by_role("button", name="Take next")).to_be_visible()
    page.keyboard.press("Alt+n")
    page.wait_for_url("**/section/identification/**")
    page.keyboard.press("Alt+6")
    page.wait_for_url("**/section/eligibility/**")

    # The lists that were mixed up are put right by the fixes of their findings.
    page.keyboard.press("Alt+a")
    expect(page.get_by_text("Saved as version 2")).to_be_visible()
    assert trial.revisions.get(number=2).change_set.kind == ChangeSet.Kind.FIX

    # One criterion goes to the other list, and back up.
    tab_to(page, text(page, "c5"))
    page.keyboard.press("Alt+x")
    done(page, "Moved to exclusion.")
    expect(text(page, "c5")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    done(page, "Moved up.")
    save_by_keys(page, 3)
    assert ("EX", "8", MEN_AND_WOMEN) in criteria(trial)

    # What is left is no error any more once somebody says so; here all are taken away.
    trial.findings.filter(severity=1).delete()
    page.reload()
    tab_to(page, page.locator("[data-step-of-review=submit] button"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("is submitted. A reviewer decides")).to_be_visible()
    assert Review.objects.get(trial=trial).state == Review.State.SUBMITTED
