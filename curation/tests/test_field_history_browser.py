import pytest
from django.urls import reverse
from msgspec.structs import replace
from playwright.sync_api import expect

from curation import workflow
from curation.tests.factory import act, make_trial, make_user
from trials import revisions

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def description(page, live_server, client):
    """The section of a trial whose summary was changed, open in the browser."""
    trial = make_trial(brief_summary="One two.")
    record = replace(revisions.record_at(trial, 1), brief_summary="One three.")
    workflow.save_record(trial.pk, record, version=1, act=act())
    client.force_login(make_user("view_trial", "change_trial"))
    session = client.cookies["sessionid"].value
    page.context.add_cookies(
        [{"name": "sessionid", "value": session, "url": live_server.url}]
    )
    address = reverse("admin:trials_trial_section", args=[trial.pk, "description"])
    page.goto(live_server.url + address)
    return page


def test_the_history_of_a_changed_field_opens_with_enter_and_closes_with_escape(
    description,
):
    link = description.locator("a.past.changed")
    dialog = description.get_by_role("dialog")

    link.focus()
    description.keyboard.press("Enter")
    expect(dialog.locator("del")).to_have_text("two")
    description.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(link).to_be_focused()


def test_a_key_opens_the_history_of_the_field_where_one_is(description):
    field = description.locator("[data-path=detailed_description]")
    dialog = description.get_by_role("dialog")

    field.focus()
    description.keyboard.press("Alt+h")
    expect(dialog).to_contain_text("Detailed description")
    description.keyboard.press("Escape")

    expect(field).to_be_focused()
