"""Criteria and lines of the source by keys and by mouse, in a real browser."""

import pytest
from playwright.sync_api import expect

from curation.tests.browser_criteria import (
    MEN_AND_WOMEN,
    caret,
    criteria,
    done,
    open_desk,
    save_by_keys,
    shown,
    small,
    text,
)
from curation.tests.factory import make_trial, seed_trial
from trials.tests.factory import criterion

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

UNPLACED = "From this time point the investigator may choose"


@pytest.fixture
def desk(page, context, live_server):
    return open_desk(page, context, live_server)


def test_a_criterion_is_split_and_merged_by_keys_alone(desk):
    trial = small()
    page = desk(trial)
    caret(page, "c7", len("Adults."))

    page.keyboard.press("Alt+Enter")
    done(page, "Split in two.")
    expect(page.locator(":focus")).to_have_value("Lymphopenia.")
    text(page, "c9").focus()
    page.keyboard.press("Alt+Backspace")
    done(page, "Merged with the one above.")
    expect(text(page, "c8")).to_be_focused()
    save_by_keys(page, 2)

    assert criteria(trial) == [
        ("IN", "1", "Adults."),
        ("IN", "2", "Lymphopenia."),
        ("EX", "4", "Pregnancy or breast feeding."),
    ]
    changes = trial.revisions.get(number=2).changes
    assert sorted(changes.values_list("path", "operation")) == [
        ("criteria[c14]", "create"),
        ("criteria[c7].text", "change"),
        ("criteria[c8].text", "change"),
        ("criteria[c9]", "delete"),
    ]


def test_what_cannot_be_split_or_merged_says_why_and_stays(desk):
    page = desk(small())
    before = shown(page)

    caret(page, "c7", 0)
    page.keyboard.press("Alt+Enter")
    done(page, "Put the caret where the text is to be split.")
    page.keyboard.press("Alt+Backspace")
    done(page, "There is none above it on this page.")
    text(page, "c8").focus()
    page.keyboard.press("Alt+Backspace")
    done(page, "The one above is of the other list.")

    assert shown(page) == before
    expect(page.get_by_role("button", name="Undo")).to_be_hidden()


def test_an_act_is_undone_by_key_and_by_button(desk):
    trial = small()
    page = desk(trial)
    before = shown(page), shown(page, "type"), shown(page, "position")

    for key in ("Alt+Backspace", "Alt+x", "Alt+ArrowUp", "Alt+Insert", "Alt+Delete"):
        text(page, "c9").focus()
        page.keyboard.press(key)
        now = shown(page), shown(page, "type"), shown(page, "position")
        assert now != before, key
        page.keyboard.press("Alt+z")
        done(page, "Undone.")
        now = shown(page), shown(page, "type"), shown(page, "position")
        assert now == before, key
        expect(text(page, "c9")).to_be_focused()

    page.keyboard.press("Alt+Delete")
    page.get_by_role("button", name="Undo").click()
    done(page, "Undone.")
    page.keyboard.press("Alt+Delete")
    page.locator("[data-act=up]").first.focus()
    page.keyboard.press("Control+z")
    done(page, "Undone.")
    page.keyboard.press("Alt+r")
    page.keyboard.press("Space")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Nothing was changed")).to_be_visible()


def test_typing_after_an_act_is_never_undone_with_it(desk):
    page = desk(small())
    caret(page, "c7", len("Adults."))
    page.keyboard.press("Alt+Enter")
    page.keyboard.type("Severe ")

    page.keyboard.press("Alt+z")

    assert "Severe Lymphopenia." in shown(page)
    expect(page.get_by_role("button", name="Undo")).to_be_hidden()


def test_a_new_row_is_added_below_and_gone_when_it_is_deleted(desk):
    trial = small()
    page = desk(trial)
    text(page, "c7").focus()
    for typed in ("Consent.", "Second thoughts."):
        page.keyboard.press("Alt+Insert")
        page.keyboard.type(typed)
    page.keyboard.press("Alt+Delete")
    save_by_keys(page, 2)

    assert criteria(trial)[1] == ("IN", "", "Consent.")
    assert len(criteria(trial)) == 4


def test_the_numbers_of_a_list_are_renumbered(desk):
    trial = small()
    page = desk(trial)

    page.get_by_role("button", name="Renumber exclusion").click()
    done(page, "2 criteria renumbered.")
    expect(page.get_by_role("button", name="Renumber exclusion")).to_be_focused()
    save_by_keys(page, 2)

    assert [label for _, label, _ in criteria(trial)] == ["1", "1", "2"]


def test_a_later_page_goes_on_numbering_and_gives_rows_to_the_page_before(desk):
    many = tuple(
        criterion(f"c{n}", "INCLUSION", f"No. {n}", label=str(n) if n < 126 else "7")
        for n in range(101, 161)
    )
    trial = make_trial(criteria=many)
    page = desk(trial)
    page.get_by_role("link", name="2", exact=True).click()

    page.get_by_role("button", name="Renumber inclusion").click()
    done(
        page,
        "25 criteria renumbered. Those on the next page are not: go there for them.",
    )
    text(page, "c126").focus()
    page.keyboard.press("Alt+ArrowUp")
    done(page, "Goes to the page before this one when it is saved.")
    save_by_keys(page, 2)

    stored = criteria(trial)
    assert [text for _, _, text in stored][24:27] == ["No. 126", "No. 125", "No. 127"]
    assert [label for _, label, _ in stored][26:50] == [str(n) for n in range(127, 151)]


def clicks(page):
    """Counts the clicks of the mouse from now on; the count so far when called."""
    page.evaluate(
        "window.clicks = 0;"
        "addEventListener('pointerdown', () => { window.clicks += 1; }, true)"
    )
    return lambda: page.evaluate("window.clicks")


def test_a_misfiled_criterion_takes_three_clicks(desk):
    trial = seed_trial()
    page = desk(trial)
    count = clicks(page)
    row = page.locator("[data-row]", has=text(page, "c5"))

    row.locator(".place").hover()
    row.get_by_role("button", name="→ Inc").click()
    page.get_by_text("Parsing error").click()
    save = page.get_by_role("button", name="Save", exact=False).first
    save.hover()
    assert count() == 2
    save.click()

    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    assert ("IN", "8", MEN_AND_WOMEN) in criteria(trial)


def test_a_typo_takes_three_clicks(desk):
    trial = seed_trial()
    page = desk(trial)
    count = clicks(page)

    text(page, "c5").click()
    page.keyboard.press("End")
    page.keyboard.type(".")
    page.get_by_text("Typo").click()
    assert count() == 2
    page.locator("[name=_save]").click()

    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    assert ("EX", "8", MEN_AND_WOMEN + ".") in criteria(trial)


def test_a_line_that_no_field_took_becomes_a_criterion_by_mouse(desk):
    trial = small()
    page = desk(trial)
    line = page.locator("#L2")
    expect(line).to_contain_text("Not placed:")

    line.click()
    page.get_by_role("menuitem", name="As new inclusion criterion").click()
    expect(page.locator(":focus")).to_have_value("Consent was given.")
    save_by_keys(page, 2)

    assert criteria(trial)[1] == ("IN", "3", "Consent was given.")


def test_lines_are_sent_by_keys_to_the_field_one_was_in(desk):
    trial = small()
    page = desk(trial)
    text(page, "c8").focus()

    page.keyboard.press("Alt+l")
    expect(page.locator("#L3")).to_be_focused()
    page.keyboard.press("Alt+u")
    expect(page.locator("#L2")).to_be_focused()
    page.keyboard.press("Enter")
    expect(
        page.get_by_role("menuitem", name="Append to “Text: Pregnancy")
    ).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#L2")).to_be_focused()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator(".lines [aria-selected=true]")).to_have_count(3)
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    expect(text(page, "c8")).to_be_focused()
    wanted = "Pregnancy 3. Consent was given. Pregnancy or breast feeding."
    expect(text(page, "c8")).to_have_value(wanted)
    page.keyboard.press("Control+z")
    expect(text(page, "c8")).to_have_value("Pregnancy")


def test_lines_that_are_selected_become_criteria_each(desk):
    page = desk(small())
    page.locator("#L2 span").select_text()
    page.evaluate(
        """() => {
          const end = document.querySelector("#L3 span").firstChild;
          window.getSelection().extend(end, 4);
        }"""
    )
    page.locator("#L3").dispatch_event("pointerup", {"bubbles": True})

    page.get_by_role("button", name="Send…").click()
    page.get_by_role("menuitem", name="As new exclusion criterion").click()

    done(page, "2 new criteria: exclusion.")
    assert shown(page)[1:3] == ["Consent was given.", "Pregnancy"]
    page.keyboard.press("Alt+z")
    assert len(shown(page)) == 3
