"""An edited table in a real browser: handed in, looked at, applied, and taken back."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from curation.tests.edited_csv import set_cell, write
from curation.tests.factory import make_user, seed_trial
from trials.models import Trial

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MAY = ("view_trial", "change_trial", "add_trial", "revert_changeset")


def test_a_cell_edited_in_a_spreadsheet_is_applied_and_reverted(
    page, context, live_server, tmp_path
):
    trial = seed_trial()
    before = trial.brief_title
    write(tmp_path)
    set_cell(tmp_path / "trials.csv", "brief_title", f"{before}, again")
    client = Client()
    client.force_login(make_user(*MAY, username="rita"))
    session = client.cookies["sessionid"].value
    context.add_cookies(
        [{"name": "sessionid", "value": session, "url": live_server.url}]
    )

    page.goto(f"{live_server.url}{reverse('admin:curation_csv_import')}")
    files = [tmp_path / "trials.csv", tmp_path / "criteria.csv"]
    page.get_by_label("Edited tables").set_input_files(files)
    page.get_by_role("button", name="Look at the changes").click()
    expect(page.get_by_role("heading", name="1 change in 1 trial")).to_be_visible()
    expect(page.locator(".changes ins")).to_have_text(", again")

    page.get_by_label("Typo").check()
    page.get_by_role("button", name="Apply 1 change").click()
    expect(page.get_by_text("1 changes in 1 trials were applied.")).to_be_visible()
    assert Trial.objects.get().brief_title == f"{before}, again"

    page.get_by_role("link", name=trial.nct_id).click()
    expect(page.locator(".timeline .step").first).to_contain_text("CSV import")
    page.go_back()
    page.get_by_role("link", name="Revert all").click()
    page.get_by_label("Typo").check()
    page.get_by_role("button", name="Revert all").click()
    expect(page.get_by_text("1 trials were put back.")).to_be_visible()
    assert Trial.objects.get().brief_title == before
