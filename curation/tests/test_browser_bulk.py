"""Many at once in a real browser: from the list of trials, and from the clusters."""

import re

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from curation.models import BulkOperation
from curation.tests.factory import make_trial, make_user
from trials.models import Trial
from trials.record.shape import SponsorRecord

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MAY = ("view_trial", "view_review", "change_trial", "bulk_change", "submit_review")
SPELLINGS = ("M.D. Anderson Cancer Center", "MD Anderson cancer center")


@pytest.fixture
def desk(page, context, live_server):
    """Opens an address of the desk as someone who may change many trials."""
    for number, name in enumerate((*SPELLINGS, "Mayo Clinic"), start=1):
        sponsors = (SponsorRecord(key="s2", name=name, role="LEAD"),)
        make_trial(nct_id=f"NCT{number:08}", sponsors=sponsors, brief_title="For pts")
    page.set_viewport_size({"width": 1024, "height": 768})
    client = Client()
    client.force_login(make_user(*MAY, username="rita"))
    key = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])

    def desk(view):
        page.goto(f"{live_server.url}{reverse(view)}")
        return page

    return desk


def test_two_spellings_are_merged_and_leave_as_one(desk, tmp_path):
    page = desk("admin:curation_bulk_clusters")
    page.locator("[name=column]").select_option("sponsors.name")
    page.get_by_role("button", name="Show groups").click()
    expect(page.get_by_text("1 group among 3 different values")).to_be_visible()

    page.get_by_label(f"Form to keep of {SPELLINGS[0]}").fill("MD Anderson")
    page.get_by_label(f"Merge {SPELLINGS[0]}").check()
    page.get_by_label(f"Form to keep of {SPELLINGS[0]}").press("Enter")
    expect(page.get_by_text("2 places in 2 trials")).to_be_visible()
    page.get_by_label("Typo").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".tally")).to_contain_text("2 trials changed")

    file = tmp_path / "trials.json"
    call_command("export_trials", "--format=ctgov", f"--output={file}", "-v0")
    found = re.findall(r'"leadSponsor":\s*{\s*"name":\s*"([^"]*)"', file.read_text())
    assert sorted(found) == ["MD Anderson", "MD Anderson", "Mayo Clinic"]


def test_trials_ticked_in_the_list_are_changed_and_others_are_not(desk):
    page = desk("admin:trials_trial_changelist")
    for number in (1, 3):
        row = page.locator("#result_list tr", has_text=f"NCT{number:08}")
        row.locator("input.action-select").check()
    page.locator("select[name=action]").select_option(label="Find and replace")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("2 ticked trials")).to_be_visible()

    page.get_by_label("Find", exact=True).fill("pts")
    page.get_by_label("Replace with").fill("patients")
    page.get_by_role("button", name="Tick all of Identification and status").click()
    page.get_by_role("button", name="Show what it would change").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_label("Tick all on this page").uncheck()
    page.get_by_label("NCT00000003, Brief title: pts").check()
    page.get_by_label("Typo").check()
    # Enter in the note presses no button that discards anything.
    page.get_by_role("textbox", name="Note").press("Enter")

    expect(page.locator(".tally")).to_contain_text("1 trial changed")
    titles = Trial.objects.order_by("nct_id").values_list("brief_title", flat=True)
    assert list(titles) == ["For pts", "For pts", "For patients"]
    assert BulkOperation.objects.get().state == "applied"
