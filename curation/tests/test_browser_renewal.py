"""Findings fixed, waived and undone in a real browser without leaving the page."""

import pytest
from playwright.sync_api import expect

from curation.models import Finding
from curation.tests.browsing import field, log_in, open_section
from curation.tests.factory import FULL, edit, make_trial, seed_trial
from curation.tests.test_browser_findings import criteria, fix, shown, states, step_to
from trials import tables
from trials.models import Trial
from trials.record.vocabulary import CriterionType
from trials.tests.factory import criterion

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(page, context, live_server):
    """Opens a section of a trial as a curator; marks the page, to know it again."""
    log_in(context, live_server)

    def desk(trial, slug="eligibility"):
        open_section(page, live_server, trial, slug)
        page.evaluate("window.isTheSame = true")
        return page

    return desk


def is_the_same(page):
    """Whether the page was not loaded anew since `desk` opened it."""
    return page.evaluate("window.isTheSame === true")


def act(page, button, says):
    """Press it and wait for the notice."""
    button.click()
    expect(page.locator("#act-note")).to_contain_text(says)


def record(trial):
    return tables.load(Trial.objects.get(pk=trial.pk))


def spoilt():
    """A trial with two criteria that a rule puts right."""
    return make_trial(
        criteria=(
            criterion("c7", "INCLUSION", "Adults ."),
            criterion("c8", "INCLUSION", "Consent ."),
            criterion("c9", "EXCLUSION", "Pregnancy."),
        )
    )


def test_a_misspelt_acronym_is_fixed_by_one_click_and_undone_by_one(desk):
    trial = seed_trial(FULL)
    page = desk(trial, "outcomes")
    before = record(trial).outcomes

    fix(page, "spelling.record-variant", 2)
    assert "EILSA" not in str(record(trial).outcomes)
    expect(page.locator(".chip", has_text="version 2")).to_be_visible()

    act(page, page.get_by_role("button", name="Undo"), "saved as version 3")
    assert record(trial).outcomes == before
    expect(page.locator(".chip", has_text="version 3")).to_be_visible()
    assert is_the_same(page)


def test_misfiled_criteria_move_by_one_click(desk):
    trial = seed_trial()
    page = desk(trial)

    fix(page, "criteria.heading-too-early", 2)

    kinds = page.locator(".parts-criteria .rows [name$='-type']").evaluate_all(
        "fields => fields.map(field => field.value)"
    )
    assert kinds == [c.type for c in record(trial).criteria][: len(kinds)]
    assert len(criteria(trial, CriterionType.INCLUSION)) > 2
    assert is_the_same(page)


def test_the_next_finding_has_the_focus_and_the_panes_stay(desk):
    page = desk(seed_trial())
    page.locator("[data-divider]").press("ArrowRight")
    width = page.locator("#source").bounding_box()["width"]
    page.locator(".form-pane").evaluate("pane => { pane.scrollTop = 400; }")

    fix(page, "criteria.heading-too-early", 2)

    expect(shown(page)).to_be_focused()
    assert page.locator("#source").bounding_box()["width"] == width
    assert page.locator(".form-pane").evaluate("pane => pane.scrollTop") == 400
    page.locator("[data-divider]").press("ArrowRight")
    assert page.locator("#source").bounding_box()["width"] > width


def test_the_keys_work_after_a_fix_as_before(desk):
    trial = seed_trial()
    page = desk(trial)
    fix(page, "criteria.heading-too-early", 2)
    first = shown(page).get_attribute("id")

    page.keyboard.press("Alt+j")

    items = page.locator(".findings .open .finding")
    ids = items.evaluate_all("items => items.map(item => item.id)")
    assert shown(page).get_attribute("id") == ids[ids.index(first) + 1]


def test_typing_survives_a_fix_and_is_saved_on_top_of_it(desk):
    trial = spoilt()
    page = desk(trial)
    field(page, "criteria[c9].text").fill("Pregnancy or lactation.")
    page.get_by_role("button", name="Add criterion").click()
    page.locator(".rows [name$='-text']").last.fill("A new one.")
    field(page, "criteria[c9].text").locator("xpath=ancestor::*[@data-row]").hover()

    fix(page, "text.space-before-punctuation", 2)

    expect(field(page, "criteria[c7].text")).to_have_value("Adults.")
    expect(field(page, "criteria[c9].text")).to_have_value("Pregnancy or lactation.")
    expect(page.locator(".rows [name$='-text']").last).to_have_value("A new one.")
    expect(page.locator("#unsaved")).to_have_text("Not saved yet")
    assert is_the_same(page)
    page.get_by_text("Typo", exact=True).click()
    page.get_by_role("button", name="Save", exact=False).first.click()
    expect(page.get_by_text("Saved as version 3.")).to_be_visible()
    texts = [c.text for c in record(trial).criteria]
    assert sorted(texts) == sorted(
        ["Adults.", "Consent .", "Pregnancy or lactation.", "A new one."]
    )


def test_typing_stays_where_the_fix_changed_the_same_value(desk):
    trial = spoilt()
    page = desk(trial)
    field(page, "criteria[c7].text").fill("Grown-ups only .")

    fix(page, "text.space-before-punctuation", 2)

    expect(page.locator("#act-note")).to_contain_text("Your typing was kept")
    expect(page.locator("#act-note")).to_contain_text("Grown-ups only .")
    expect(field(page, "criteria[c7].text")).to_have_value("Grown-ups only .")
    assert record(trial).criteria[0].text == "Adults."


def test_a_finding_is_waived_and_opened_again_in_place(desk):
    trial = seed_trial()
    page = desk(trial)
    finding = step_to(page, "criteria.cross-reference")
    finding.get_by_text("Waive…").click()
    finding.get_by_label("Why this is no error").fill("It means the old numbers.")

    act(page, finding.get_by_role("button", name="Waive"), "is waived")
    assert states(trial, "criteria.cross-reference") == {Finding.State.WAIVED}
    page.get_by_text("1 waived").click()
    act(page, page.get_by_role("button", name="Open again"), "is open again")

    assert states(trial, "criteria.cross-reference") == {Finding.State.OPEN}
    assert is_the_same(page)


def test_a_fix_that_can_no_longer_be_is_said_and_nothing_is_lost(desk):
    trial = spoilt()
    page = desk(trial)
    field(page, "criteria[c9].text").fill("Mine.")
    edit(trial, criteria=(criterion("c9", "EXCLUSION", "Pregnancy."),))

    step_to(page, "text.space-before-punctuation").locator("button.primary").click()

    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed.")
    expect(field(page, "criteria[c9].text")).to_have_value("Mine.")


def test_without_an_answer_nothing_is_lost(desk):
    page = desk(spoilt())
    field(page, "criteria[c9].text").fill("Mine.")
    page.context.set_offline(True)

    step_to(page, "text.space-before-punctuation").locator("button.primary").click()

    expect(page.get_by_role("alert")).to_contain_text("The desk does not answer.")
    expect(field(page, "criteria[c9].text")).to_have_value("Mine.")


def test_without_a_session_nothing_is_lost(desk):
    page = desk(spoilt())
    field(page, "criteria[c9].text").fill("Mine.")
    page.context.clear_cookies(name="sessionid")

    step_to(page, "text.space-before-punctuation").locator("button.primary").click()

    expect(page.get_by_role("alert")).to_contain_text("no longer logged in")
    expect(field(page, "criteria[c9].text")).to_have_value("Mine.")
