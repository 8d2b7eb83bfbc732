"""The section page in a real browser, as a curator uses it."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from curation.tests.browsing import arrival
from curation.tests.factory import make_trial, make_user, seed_trial
from trials import tables
from trials.models import Trial
from trials.tests.factory import criterion

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def trial():
    return seed_trial()


@pytest.fixture
def log_in(live_server):
    """Log a browser context in as a curator."""

    def log_in(context, username="curator"):
        client = Client()
        client.force_login(make_user("view_trial", "change_trial", username=username))
        session = client.cookies["sessionid"].value
        context.add_cookies(
            [{"name": "sessionid", "value": session, "url": live_server.url}]
        )

    return log_in


@pytest.fixture
def desk(page, context, live_server, log_in):
    """Opens a section of a trial."""
    log_in(context)
    page.set_viewport_size({"width": 1400, "height": 900})

    def desk(trial, slug="eligibility", page=page):
        url = reverse("admin:trials_trial_section", args=[trial.pk, slug])
        page.goto(f"{live_server.url}{url}")
        return page

    return desk


def row(page, text):
    """The row whose text area or input holds `text`."""
    areas = page.locator("[data-row] textarea, [data-row] input:not([type=hidden])")
    values = areas.evaluate_all("fields => fields.map(field => field.value)")
    return areas.nth(values.index(text)).locator("xpath=ancestor::*[@data-row]")


def press(row, button):
    """One of the row's buttons, which show when the row is pointed at."""
    row.locator(".place").hover()
    row.locator(f"[data-act={button}]").click()


def texts(page, collection="criteria", field="text"):
    """The texts of the rows of a collection, from top to bottom."""
    return page.locator(f".parts-{collection} .rows [name$='-{field}']").evaluate_all(
        "fields => fields.map(field => field.value)"
    )


def save(page, version):
    """Choose a reason, save, and wait for the new version."""
    page.get_by_text("Transcription error").click()
    with arrival(page):
        page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"Saved as version {version}.")).to_be_visible()


def criteria(trial):
    return tables.load(Trial.objects.get(pk=trial.pk)).criteria


MEN_AND_WOMEN = "Men and women aged ≥ 25 - 80 (included) years of age"


def test_a_criterion_is_corrected_and_moved_to_the_other_list(desk, trial):
    page = desk(trial)
    wanted = row(page, MEN_AND_WOMEN)
    wanted.locator("[name$=-text]").fill("Men and women aged 25 to 80 years")
    press(wanted, "swap")
    save(page, 2)

    page.reload()

    shown = texts(page)
    kinds = texts(page, field="type")
    place = shown.index("Men and women aged 25 to 80 years")
    assert MEN_AND_WOMEN not in shown
    assert kinds[place] == "INCLUSION"
    assert "EXCLUSION" not in kinds[: place + 1]
    assert "INCLUSION" not in kinds[place + 1 :]
    stored = criteria(trial)
    assert [c.text for c in stored][: len(shown)] == shown
    assert next(c for c in stored if c.key == "c5").type == "INCLUSION"


def test_rows_are_added_and_deleted(desk, trial):
    page = desk(trial)
    before = texts(page)
    press(row(page, "Pregnancy or breast feeding;"), "delete")
    page.get_by_role("button", name="Add criterion").click()
    page.locator(".parts-criteria .rows [name$='-text']").last.fill(
        "Consent was given."
    )
    save(page, 2)

    page.reload()

    stored = [c.text for c in criteria(trial)]
    assert "Pregnancy or breast feeding;" not in stored
    assert "Consent was given." in stored
    assert stored.index("Consent was given.") == 24
    assert texts(page)[:24] == [text for text in before if "Pregnancy" not in text]


def test_a_deletion_is_taken_back_by_the_same_button(desk, trial):
    page = desk(trial)
    gone = row(page, "Pregnancy or breast feeding;")
    press(gone, "delete")
    press(gone, "delete")
    page.get_by_text("Transcription error").click()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Nothing was changed")).to_be_visible()
    assert Trial.objects.get().version == 1


def test_rows_are_reordered_by_buttons(desk):
    trial = make_trial()
    page = desk(trial)
    marked = page.locator(".row.moved [name$='-text']")
    press(row(page, "Lymphopenia."), "up")
    expect(marked).to_have_count(1)
    expect(marked).to_have_value("Lymphopenia.")
    press(row(page, "Adults."), "down")
    expect(marked).to_have_count(1)
    expect(marked).to_have_value("Adults.")
    save(page, 2)

    page.reload()

    assert texts(page) == ["Lymphopenia.", "Pregnancy.", "Adults."]
    assert [c.key for c in criteria(trial)] == ["c8", "c9", "c7"]


def test_rows_of_a_later_page_stay_there(desk, live_server):
    many = tuple(criterion(f"c{n}", "INCLUSION", f"No. {n}") for n in range(100, 160))
    trial = make_trial(criteria=many)
    page = desk(trial)
    with arrival(page):
        page.get_by_role("link", name="2", exact=True).click()
    press(row(page, "No. 126"), "up")
    save(page, 2)

    assert texts(page)[:3] == ["No. 126", "No. 125", "No. 127"]
    assert [c.text for c in criteria(trial)][24:28] == [
        "No. 124",
        "No. 126",
        "No. 125",
        "No. 127",
    ]


def test_an_arm_gets_and_loses_interventions(desk):
    trial = make_trial()
    page = desk(trial, "arms")
    first = row(page, "CYT107")
    first.get_by_role("button", name="CYT107 ×").click()
    menu = first.locator("select[aria-label^='Add to']")
    menu.focus()
    menu.select_option(label="Saline")
    expect(first.get_by_role("button", name="Saline ×")).to_be_visible()
    save(page, 2)

    page.reload()

    expect(row(page, "CYT107").get_by_role("button", name="Saline ×")).to_be_visible()
    arms = tables.load(Trial.objects.get(pk=trial.pk)).arms
    assert [arm.interventions for arm in arms] == [("i6",), ("i6", "i5")]


def test_a_line_of_the_source_leads_to_its_field_in_another_section(desk, trial):
    page = desk(trial, "design")
    page.locator(".lines div", has_text=MEN_AND_WOMEN).click()

    page.wait_for_url("**/section/eligibility/**")
    expect(page.locator("[data-path='criteria[c5].text']")).to_be_focused()
    expect(page.locator(".lines .marked")).to_contain_text(MEN_AND_WOMEN)


def test_a_focused_field_marks_its_lines(desk, trial):
    page = desk(trial)
    page.locator("[data-path='criteria[c5].text']").focus()

    expect(page.locator(".lines .marked")).to_have_count(1)
    expect(page.locator(".lines .marked")).to_contain_text(MEN_AND_WOMEN)
    expect(page.locator(".lines .marked")).to_be_in_viewport()


def test_ctrl_s_saves(desk, trial):
    page = desk(trial, "identification")
    page.get_by_role("textbox", name="Acronym").fill("ILIAD-7")
    page.get_by_text("Transcription error").click()
    page.keyboard.press("Control+s")

    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    assert Trial.objects.get().acronym == "ILIAD-7"


def test_two_windows_resolve_their_conflict_value_by_value(
    desk, trial, browser, log_in
):
    mine = desk(trial, "identification")
    with browser.new_context() as elsewhere:
        log_in(elsewhere, "other")
        theirs = desk(trial, "identification", elsewhere.new_page())
        theirs.get_by_role("textbox", name="Acronym").fill("THEIRS")
        theirs.get_by_role("textbox", name="Brief title").fill("Their title")
        save(theirs, 2)
    mine.get_by_role("textbox", name="Acronym").fill("MINE")
    mine.get_by_role("textbox", name="Study start date", exact=True).fill("2021-01")
    mine.get_by_text("Transcription error").click()
    mine.get_by_role("button", name="Save").click()

    expect(
        mine.get_by_text("was changed while you were editing, by other")
    ).to_be_visible()
    mine.get_by_role("row", name="Acronym").get_by_label("MINE").check()
    mine.get_by_role("button", name="Save what I chose").click()

    expect(mine.get_by_text("Saved as version 3.")).to_be_visible()
    saved = Trial.objects.get()
    assert saved.acronym == "MINE"
    assert saved.brief_title == "Their title"
    assert saved.start_date == "2021-01"
