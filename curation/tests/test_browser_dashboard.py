"""The dashboard in a real browser: the chart is drawn, and the links lead on."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from curation.tests.desk import make_desk
from curation.tests.factory import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The lines are grey, the bars are not.
HAS_BARS = """canvas => {
    const {width, height} = canvas;
    const {data} = canvas.getContext("2d").getImageData(0, 0, width, height);
    return data.some((red, i) => i % 4 === 0 && red - data[i + 1] > 40);
}"""


@pytest.fixture
def desk(page, context, live_server, monkeypatch):
    """The dashboard of a small desk, as a curator."""
    curator = make_user("view_trial", "submit_review", "view_finding")
    make_desk(monkeypatch, 10, curator, make_user(username="rita"))
    client = Client()
    client.force_login(curator)
    session = client.cookies["sessionid"].value
    context.add_cookies(
        [{"name": "sessionid", "value": session, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}{reverse('admin:index')}")
    return page


def test_the_charts_are_drawn_in_the_light_and_the_dark(desk):
    for scheme in ("light", "dark"):
        desk.emulate_media(color_scheme=scheme)
        desk.reload()

        charts = desk.locator("canvas")
        expect(charts).to_have_count(3)
        assert all(chart.evaluate(HAS_BARS) for chart in charts.all())


def test_the_table_says_what_the_charts_show_and_leads_to_the_trials(desk):
    table = desk.get_by_role("table", name="Trials that came into each state")
    expect(table).to_be_hidden()

    desk.get_by_text("Table", exact=True).click()
    link = table.get_by_role("link").first
    count = int(link.inner_text())
    link.click()

    expect(desk.locator("#result_list tbody tr")).to_have_count(count)
    expect(desk.get_by_text(re.compile(r"Imported \d{4}-")).first).to_be_attached()


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (1024, 768), (640, 600)])
def test_nothing_sticks_out(desk, width, height):
    desk.set_viewport_size({"width": width, "height": height})

    page = desk.locator("html")
    assert page.evaluate("page => page.scrollWidth <= page.clientWidth")
    for panel in desk.locator(".panel, .states").all():
        assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")
