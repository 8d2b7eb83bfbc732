"""From the list of trials to a file, in a real browser."""

import csv
import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from curation.tests.factory import make_trial, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def listed(page, context, live_server):
    """The list, filtered, with four trials of which one does not pass."""
    for number in (1, 2, 3):
        make_trial(nct_id=f"NCT0000000{number}", acronym=f"A{number}")
    make_trial(nct_id="NCT00000004", overall_status="TERMINATED")
    client = Client()
    client.force_login(make_user("view_trial"))
    session = client.cookies["sessionid"].value
    context.add_cookies(
        [{"name": "sessionid", "value": session, "url": live_server.url}]
    )
    page.set_viewport_size({"width": 1024, "height": 768})
    address = reverse("admin:trials_trial_changelist")
    page.goto(f"{live_server.url}{address}?overall_status=COMPLETED")
    return page


def test_what_the_list_shows_leaves_with_the_columns_that_were_ticked(listed):
    listed.get_by_role("link", name="Export").last.click()
    held = listed.locator("#held")
    expect(held).to_contain_text("It will hold 3 trials")

    listed.get_by_label("These columns").check()
    listed.get_by_role("button", name="Tick none").first.click()
    listed.get_by_text("columns of trials").first.click()
    listed.get_by_label("acronym").first.check()
    listed.get_by_label("Approved", exact=True).check()
    expect(held).to_contain_text("3 trials are not approved.")
    listed.get_by_label("Approved", exact=True).uncheck()
    expect(held).to_contain_text("It will hold 3 trials")
    expect(held).to_contain_text("columns.")
    with listed.expect_download() as started:
        listed.get_by_role("button", name="Download").click()

    assert "COMPLETED" in started.value.suggested_filename
    with zipfile.ZipFile(started.value.path()) as archive:
        rows = csv.reader(io.StringIO(archive.read("trials.csv").decode()))
        assert list(rows) == [
            ["nct_id", "acronym"],
            *([f"NCT0000000{number}", f"A{number}"] for number in (1, 2, 3)),
        ]


def test_ticked_trials_leave_by_the_action(listed):
    listed.locator("input.action-select").first.check()
    listed.get_by_label("Select action to run").select_option(
        label="Export selected trials"
    )
    listed.get_by_role("button", name="Run").click()

    expect(listed.locator("#held")).to_contain_text("It will hold 1 trial.")
    listed.get_by_label("JSON of the registry").check()
    listed.get_by_label("JSON lines").check()
    with listed.expect_download() as started:
        listed.get_by_role("button", name="Download").click()
    (line,) = started.value.path().read_text().splitlines()
    assert "NCT0000000" in line
