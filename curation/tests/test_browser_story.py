"""One trial's whole way in a real browser, from the queue to the auditor's export."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from curation.models import Review
from curation.tests.browsing import arrival
from curation.tests.factory import make_user, seed_trial
from curation.tests.review import READ, make_curator, make_reviewer
from trials import tables
from trials.models import Trial

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MEN_AND_WOMEN = "criteria[c5].text"


@pytest.fixture
def become(page, context, live_server):
    """Become a user, and open an address of the desk."""
    page.set_viewport_size({"width": 1400, "height": 900})

    def become(user, name, *args, query=""):
        client = Client()
        client.force_login(user)
        session = client.cookies["sessionid"].value
        context.add_cookies(
            [{"name": "sessionid", "value": session, "url": live_server.url}]
        )
        address = reverse(f"admin:{name}", args=args)
        page.goto(f"{live_server.url}{address}{query}", wait_until="load")

    return become


def apply(page, rule, version):
    """Put right by one click what the rule found."""
    shown = page.locator(".findings .open .finding:visible")
    step_until(page, lambda: shown.locator("[data-path-link]").inner_text() == rule)
    shown.locator("button.primary").click()
    expect(page.locator("#act-note")).to_contain_text(f"Saved as version {version}.")


def move_by_hand(page):
    """Send the criterion to the other list, and save with a reason."""
    row = page.locator(".row", has=page.locator(f"[data-path='{MEN_AND_WOMEN}']"))
    row.hover()
    row.locator("[data-act=swap]").click()
    page.get_by_label("Parsing error").check()
    with arrival(page):
        page.locator("[name=_save]").click()


def waive_errors(page):
    """Say of every open error that it is none."""
    shown = page.locator(".findings .open .finding:visible")
    blocked = page.get_by_role("link", name=re.compile("errors? open"))
    while blocked.count():
        count = blocked.inner_text()
        step_until(page, lambda: "error" in shown.locator(".sev").inner_text().lower())
        shown.get_by_text("Waive…").click()
        shown.get_by_label("Why this is no error").fill("The page numbers them so.")
        shown.get_by_role("button", name="Waive").click()
        expect(page.get_by_role("link", name=count)).to_have_count(0)


def step_until(page, is_there):
    """Step through the findings until the one that is meant is shown."""
    for _ in range(60):
        if is_there():
            return
        page.keyboard.press("Alt+j")
    raise AssertionError("There is no such finding.")


def submit(page):
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_text("is submitted. A reviewer decides")).to_be_visible()


def lists_of(trial):
    record = tables.load(Trial.objects.get(pk=trial.pk))
    return {c.key: c.type for c in record.criteria}


def test_a_trial_goes_from_the_queue_to_the_auditor(become, page):
    trial = seed_trial()
    ana, rita = make_curator(), make_reviewer()
    una = make_user(*READ, "view_audit", "review_audit", username="una")
    proposed = (
        trial.findings.exclude(fix_label="")
        .filter(path__startswith="criteria[", severity__lt=3)
        .order_by("severity", "first_line")
        .values_list("rule", flat=True)
    )
    rules = list(proposed)

    # The curator takes the next trial, applies the fixes, and moves one by hand.
    become(ana, "curation_queue", query="?tab=unassigned")
    page.get_by_role("button", name="Take next").click()
    page.wait_for_url("**/section/identification/**")
    page.locator(".section-tabs").get_by_text("Eligibility").click()
    page.wait_for_url("**/section/eligibility/**")
    for version, rule in enumerate(rules, start=2):
        apply(page, rule, version)
    assert lists_of(trial)["c5"] == "INCLUSION"
    move_by_hand(page)
    version = len(rules) + 2
    expect(page.get_by_text(f"Saved as version {version}.")).to_be_visible()
    waive_errors(page)
    submit(page)

    # The reviewer sees what is other than the import, and returns it.
    become(rita, "trials_trial_compare", trial.pk)
    expect(page.locator("#content")).to_contain_text("Men and women aged")
    page.get_by_role("button", name="Comment on Criterion c5").first.click()
    box = page.get_by_label("Comment on Criterion c5")
    box.fill("The page has it as an inclusion, @ana.")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".thread .mention")).to_have_text("@ana")
    page.get_by_text("Return…").click()
    page.get_by_label("What is to be changed?").fill("See my comment.")
    page.get_by_role("button", name="Return", exact=True).click()
    expect(page.get_by_text("is returned. It is the turn of ana")).to_be_visible()

    # The curator jumps from the comment to the criterion, and corrects it.
    become(ana, "trials_trial_section", trial.pk, "identification")
    page.locator(".comments").get_by_role("link", name=re.compile("Criterion")).click()
    page.wait_for_url("**/section/eligibility/**")
    expect(page.locator(f"#section-form [data-path='{MEN_AND_WOMEN}']")).to_be_focused()
    move_by_hand(page)
    expect(page.get_by_text(f"Saved as version {version + 1}.")).to_be_visible()
    waive_errors(page)
    submit(page)

    # One click on the compare page approves it.
    become(rita, "trials_trial_compare", trial.pk)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text(f"is approved as version {version + 1}")).to_be_visible()
    assert Review.objects.get(pk=trial.pk).state == Review.State.APPROVED
    assert lists_of(trial)["c5"] == "INCLUSION"

    # The auditor reads the whole story, and takes it out.
    become(una, "trials_trial_history", trial.pk)
    for told in ("The page has it as an inclusion", "See my comment.", rules[0]):
        expect(page.get_by_text(told).first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="JSON lines").click()
    story = [json.loads(line) for line in download.value.path().open(encoding="utf-8")]
    steps = [(row["old"], row["new"]) for row in story if row["operation"] == "state"]
    assert steps == [
        ("imported", "in_review"),
        ("in_review", "submitted"),
        ("submitted", "returned"),
        ("returned", "in_review"),
        ("in_review", "submitted"),
        ("submitted", "approved"),
    ]
    assert {row["who"] for row in story} == {"command line", "ana", "rita"}
    assert "The page has it as an inclusion, @ana." in {row["new"] for row in story}
