"""A review in a real browser: submit, return with a comment, correct, approve."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from curation import reviews
from curation.models import Finding, Review
from curation.reviews import APPROVE, SUBMIT
from curation.rules.rule import Severity
from curation.tests.factory import make_user
from curation.tests.review import (
    clean_trial,
    commented,
    make_curator,
    make_reviewer,
    stepped,
)
from trials import tables
from trials.models import Trial
from trials.tests.factory import criterion

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

State = Review.State


@pytest.fixture
def log_in(page, context, live_server):
    """Become a user."""
    page.set_viewport_size({"width": 1400, "height": 900})

    def log_in(user):
        client = Client()
        client.force_login(user)
        session = client.cookies["sessionid"].value
        context.add_cookies(
            [{"name": "sessionid", "value": session, "url": live_server.url}]
        )

    return log_in


@pytest.fixture
def ana():
    return make_curator()


@pytest.fixture
def rita():
    return make_reviewer()


@pytest.fixture
def go(page, live_server):
    """Opens a section of a trial, or its compare page."""

    def go(trial, slug="eligibility"):
        if slug == "compare":
            url = reverse("admin:trials_trial_compare", args=[trial.pk])
        else:
            url = reverse("admin:trials_trial_section", args=[trial.pk, slug])
        page.goto(f"{live_server.url}{url}")
        return page

    return go


def state(trial):
    return Review.objects.get(pk=trial.pk).state


def field(page, path):
    return page.locator(f"[data-path='{path}']")


def test_a_record_is_submitted_returned_corrected_and_approved(
    log_in, go, ana, rita, page
):
    trial = clean_trial(
        criteria=tuple(
            criterion(f"c{n}", "INCLUSION", f"No. {n}") for n in range(100, 160)
        )
    )
    log_in(ana)
    go(trial)
    field(page, "criteria[c101].text").fill("Number 101")
    page.get_by_text("Transcription error").click()
    page.get_by_role("button", name="Save Ctrl").click()
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    trial.findings.all().delete()
    page.reload()
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_text("is submitted. A reviewer decides")).to_be_visible()

    # The reviewer compares, comments on what is wrong, and returns it.
    log_in(rita)
    go(trial, "compare")
    page.get_by_role("button", name="Comment on Criterion c101").click()
    page.get_by_label("Comment on Criterion c101").fill("The page says No. 1, @ana.")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".thread .mention")).to_have_text("@ana")
    page.get_by_text("Return…").click()
    page.get_by_label("What is to be changed?").fill("See my comment.")
    page.get_by_role("button", name="Return", exact=True).click()
    expect(page.get_by_text("is returned. It is the turn of ana")).to_be_visible()

    # The curator comes from the comment to the criterion, and answers with a fix.
    log_in(ana)
    go(trial, "design")
    page.get_by_role("link", name="Criterion c101 · text").click()
    page.wait_for_url("**/section/eligibility/**")
    expect(field(page, "criteria[c101].text")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("No. 1")
    page.get_by_role("button", name="Resolve the comment").click()
    expect(page.get_by_text("1 resolved")).to_be_visible()
    # What was typed beside it stands.
    expect(field(page, "criteria[c101].text")).to_have_value("No. 1")
    page.get_by_text("Transcription error").click()
    page.get_by_role("button", name="Save Ctrl").click()
    expect(page.get_by_text("Saved as version 3.")).to_be_visible()
    trial.findings.all().delete()
    page.reload()
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_text("is submitted. A reviewer decides")).to_be_visible()

    # One click approves what the reviewer compares.
    log_in(rita)
    go(trial, "compare")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("is approved as version 3")).to_be_visible()
    assert state(trial) == State.APPROVED
    assert tables.load(Trial.objects.get(pk=trial.pk)).criteria[1].text == "No. 1"


def test_submit_takes_along_what_is_typed(log_in, go, ana, page):
    trial = clean_trial()
    log_in(ana)
    go(trial, "identification")
    field(page, "acronym").fill("IL-7")
    page.get_by_text("Transcription error").click()

    page.locator(".trial-head").get_by_role("button", name="Save and submit").click()

    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    # The rules looked at the record anew, and found what the test had swept away.
    expect(page.get_by_text("“Submit”:")).to_be_visible()
    assert Trial.objects.get().acronym == "IL-7"


def test_what_could_not_be_saved_is_not_left_out_of_what_is_submitted(
    log_in, go, ana, page
):
    trial = clean_trial()
    log_in(ana)
    go(trial, "identification")
    field(page, "acronym").fill("IL-7")
    submit = page.locator(".trial-head").get_by_role("button", name="Save and submit")

    submit.click()
    expect(page.get_by_text("Please choose the reason")).to_be_visible()
    submit.click()
    expect(page.get_by_text("Please choose the reason")).to_be_visible()

    expect(field(page, "acronym")).to_have_value("IL-7")
    assert state(trial) == State.IMPORTED


def test_enter_in_a_field_saves_and_does_not_submit(log_in, go, ana, page):
    trial = clean_trial()
    log_in(ana)
    go(trial, "identification")
    page.get_by_text("Transcription error").click()
    date = page.get_by_role("textbox", name="Study start date", exact=True)
    date.fill("2020-03-01")
    date.press("Enter")

    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    assert state(trial) == State.IN_REVIEW


def test_the_first_error_is_a_click_away_from_submitting(log_in, go, ana, page):
    trial = clean_trial()
    Review.objects.filter(pk=trial.pk).update(state=State.IN_REVIEW)
    ranks = {"brief_title": Severity.ERROR, "criteria[c7].text": Severity.WARNING}
    for path, severity in ranks.items():
        trial.findings.create(
            rule="test",
            severity=Finding.SEVERITIES[severity],
            path=path,
            fingerprint=path,
            message=f"Look at {path}.",
            opened_at=timezone.now(),
        )
    log_in(ana)
    go(trial)

    page.get_by_role("link", name="Submit · 1 error open").click()

    page.wait_for_url("**/section/identification/**")
    expect(field(page, "brief_title")).to_be_focused()
    expect(page.locator(".findings .finding:visible")).to_contain_text(
        "Look at brief_title."
    )


def test_an_approved_record_is_read_and_not_changed(log_in, go, ana, rita, page):
    trial = clean_trial()
    stepped(trial, SUBMIT, by=ana)
    stepped(trial, APPROVE, by=rita)
    log_in(ana)
    go(trial)

    expect(field(page, "criteria[c7].text")).to_be_disabled()
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    expect(page.get_by_text("is approved, and so read-only.")).to_be_visible()
    # What has to change can be said all the same.
    row = page.locator(".row", has=field(page, "criteria[c7].text"))
    row.hover()
    row.get_by_role("button", name="Comment on Criterion c7", exact=True).click()
    page.get_by_label("Comment on Criterion c7").fill("Adults of what age?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".thread")).to_contain_text("Adults of what age?")


def test_a_change_in_a_section_takes_its_tick(log_in, go, ana, page):
    trial = clean_trial()
    log_in(ana)
    go(trial, "identification")
    button = page.get_by_role("button", name="Checked")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    tab = page.get_by_role(
        "link", name=re.compile("Identification and status +checked")
    )
    expect(tab).to_be_visible()
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(tab).to_be_visible()

    field(page, "acronym").fill("IL-7")
    page.get_by_text("Transcription error").click()
    page.get_by_role("button", name="Save Ctrl").click()

    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert reviews.ticks(trial) == {}


def test_comments_are_written_by_the_keyboard_alone(log_in, go, ana, rita, page):
    trial = clean_trial()
    commented(trial, "criteria[c8].text", "Grade 3?", rita)
    log_in(ana)
    go(trial)
    field(page, "criteria[c7].text").focus()
    page.keyboard.press("Alt+c")
    page.keyboard.type("Who is an adult?")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".thread")).to_have_count(2)
    expect(page.locator("[data-open-comments]")).to_have_text("2")
    mark = page.get_by_role("button", name="Open comment on Criterion c7 · text")
    expect(mark).to_have_class("say open")


def test_a_mention_is_chosen_from_a_list(log_in, go, ana, rita, page):
    trial = clean_trial()
    make_user(username="zoe")
    log_in(ana)
    go(trial)
    page.get_by_role("button", name="Comments").click()
    page.get_by_label("Comment on the whole trial").fill("Done,")
    page.get_by_label("Mention somebody").select_option("rita")

    expect(page.get_by_label("Comment on the whole trial")).to_have_value(
        "Done, @rita "
    )


def test_the_panel_stays_as_it_was_left(log_in, go, ana, rita, page):
    trial = clean_trial()
    commented(trial, "", "Done?", rita)
    log_in(ana)
    go(trial)
    panel = page.get_by_role("complementary", name="Comments")
    expect(panel).to_be_visible()

    page.get_by_role("button", name="Comments").click()
    expect(panel).to_be_hidden()
    go(trial, "design")
    expect(panel).to_be_hidden()


def test_a_comment_that_is_not_sent_is_not_lost(log_in, go, ana, page, live_server):
    trial = clean_trial()
    log_in(ana)
    go(trial)
    page.get_by_role("button", name="Comments").click()
    box = page.get_by_label("Comment on the whole trial")
    box.fill("Half a thou")
    page.context.clear_cookies(name="sessionid")

    page.get_by_role("button", name="Comment", exact=True).click()

    expect(page.get_by_text("log in, then send it again")).to_be_visible()
    expect(box).to_have_value("Half a thou")
