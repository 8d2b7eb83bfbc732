"""The criteria of a trial in a real browser, for the tests that edit them."""

from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from curation.tests.browsing import arrival
from curation.tests.factory import make_page, make_trial, make_user
from trials import tables
from trials.models import Trial
from trials.tests.factory import criterion, make_record

CURATOR = ("view_trial", "view_finding", "view_review", "change_trial", "submit_review")
MEN_AND_WOMEN = "Men and women aged ≥ 25 - 80 (included) years of age"


def open_desk(page, context, live_server):
    """A function that opens a section of a trial as a curator."""
    client = Client()
    client.force_login(make_user(*CURATOR))
    session = client.cookies["sessionid"].value
    context.add_cookies(
        [{"name": "sessionid", "value": session, "url": live_server.url}]
    )
    page.set_viewport_size({"width": 1400, "height": 900})

    def desk(trial, slug="eligibility"):
        url = reverse("admin:trials_trial_section", args=[trial.pk, slug])
        page.goto(f"{live_server.url}{url}")
        return page

    return desk


def criteria(trial):
    """(list, label, text) of all."""
    record = tables.load(Trial.objects.get(pk=trial.pk))
    return [(c.type[:2], c.label, c.text) for c in record.criteria]


def text(page, key):
    return page.locator(f"[data-path='criteria[{key}].text']")


def shown(page, field="text"):
    """That field of all rows that stand on the page, from top to bottom."""
    rows = page.locator(f".parts-criteria .row:not(.gone) [name$='-{field}']")
    return rows.evaluate_all("fields => fields.map(field => field.value)")


def caret(page, key, place):
    text(page, key).evaluate(
        "(area, place) => { area.focus(); area.setSelectionRange(place, place); }",
        place,
    )


def save_by_keys(page, version):
    page.keyboard.press("Alt+r")
    page.keyboard.press("Space")
    with arrival(page):
        page.keyboard.press("Control+s")
    expect(page.get_by_text(f"Saved as version {version}.")).to_be_visible()


def done(page, said):
    expect(page.locator("#done[role=status]")).to_have_text(said)


def small():
    """A trial whose page has a line that no field took."""
    record = make_record(
        criteria=(
            criterion("c7", "INCLUSION", "Adults. 2) Lymphopenia.", label="1"),
            criterion("c8", "EXCLUSION", "Pregnancy", label="4"),
            criterion("c9", "EXCLUSION", "or breast feeding.", label="9"),
        )
    )
    page = (
        "Adults. 2) Lymphopenia.\n3. Consent was given.\nPregnancy\nor breast feeding."
    )
    lines = {f"criteria[c{n}].text": (n - 6 + (n > 7),) * 2 for n in (7, 8, 9)}
    return make_trial(make_page(record, page, lines=lines, unplaced=(2,)))
