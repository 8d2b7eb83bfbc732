"""The strip of findings in a real browser, as a curator uses it."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from curation.models import Finding
from curation.pages.finding_items import PREVIEWS
from curation.tests.factory import FULL, make_trial, make_user, seed_trial
from trials import tables
from trials.models import ChangeSet, Trial
from trials.record.vocabulary import CriterionType
from trials.tests.factory import criterion

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_STEPS = 60
"""More than any seed page has findings."""


@pytest.fixture
def desk(page, context, live_server):
    """Opens a section of a trial as a curator."""
    client = Client()
    client.force_login(
        make_user("view_trial", "change_trial", "view_finding", "waive_finding")
    )
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


def shown(page):
    """The finding that the strip shows."""
    return page.locator(".findings .open .finding:visible")


def step_to(page, rule):
    """Step on by the keyboard until a finding of the rule is shown."""
    link = shown(page).locator("[data-path-link]")
    for _ in range(MOST_STEPS):
        if link.inner_text() == rule:
            return shown(page)
        page.keyboard.press("Alt+j")
    raise AssertionError(f"The strip has no finding of {rule}.")


def fix(page, rule, version):
    """Put right by one click what the rule says."""
    step_to(page, rule).locator("button.primary").click()
    expect(page.locator("#act-note")).to_contain_text(f"Saved as version {version}.")


def criteria(trial, kind):
    """(label, text) of one list."""
    record = tables.load(Trial.objects.get(pk=trial.pk))
    return [(c.label, c.text) for c in record.criteria if c.type == kind]


def states(trial, rule):
    return set(trial.findings.filter(rule=rule).values_list("state", flat=True))


def test_the_misfiled_lists_are_put_right_by_one_click_a_finding(desk, live_server):
    trial = seed_trial()
    page = desk(trial)
    proposed = (
        trial.findings.exclude(fix_label="")
        .filter(path__startswith="criteria[")
        .order_by("severity", "first_line")
    )
    rules = list(proposed.values_list("rule", flat=True))
    assert rules[:2] == ["criteria.heading-too-early", "criteria.numbering-duplicate"]
    assert "criteria.orphan-line" in rules

    for version, rule in enumerate(rules, start=2):
        fix(page, rule, version)

    labels = [label for label, _ in criteria(trial, CriterionType.INCLUSION)]
    exclusion = criteria(trial, CriterionType.EXCLUSION)
    assert labels == ["2", "3", *(str(n) for n in range(6, 13))]
    assert [label for label, _ in exclusion] == [str(n) for n in range(1, 18)]
    assert exclusion[-1][1].startswith("Patients under guardianship")
    # Each is a version of its own, under the rule's name.
    history = reverse("admin:trials_trial_history", args=[trial.pk])
    page.goto(f"{live_server.url}{history}")
    for rule in set(rules):
        expect(page.get_by_text(rule).first).to_be_visible()
    expect(page.locator(".step")).to_have_count(len(rules) + 1)


def test_the_misspelt_acronym_is_put_right_in_all_its_places(desk):
    trial = seed_trial(FULL)
    page = desk(trial, "outcomes")

    fix(page, "spelling.record-variant", 2)

    record = tables.load(Trial.objects.get(pk=trial.pk))
    said = "\n".join(f"{o.measure} {o.description}" for o in record.outcomes)
    assert "EILSA" not in said
    assert said.count("ELISA") >= 2
    assert ChangeSet.objects.get(kind=ChangeSet.Kind.FIX).revisions.count() == 1


def test_without_the_script_a_fix_is_undone_from_its_message(desk, page):
    trial = seed_trial()
    before = criteria(trial, CriterionType.EXCLUSION)
    page.route("**/findings*.js", lambda route: route.abort())
    page = desk(trial)
    finding = page.locator(".finding", has_text="criteria.heading-too-early").first
    finding.locator("button.primary").click()
    expect(page.get_by_text("Saved as version 2")).to_be_visible()

    page.get_by_role("link", name="Undo").click()
    page.get_by_text("Parsing error").click()
    page.locator("main, form").get_by_role("button").last.click()
    expect(page.get_by_text("saved as version 3")).to_be_visible()

    assert criteria(trial, CriterionType.EXCLUSION) == before
    assert states(trial, "criteria.heading-too-early") == {Finding.State.OPEN}


def test_a_finding_is_waived_and_opened_again(desk):
    trial = seed_trial()
    page = desk(trial)
    finding = step_to(page, "criteria.cross-reference")

    finding.get_by_text("Waive…").click()
    finding.get_by_label("Why this is no error").fill("It means the old numbers.")
    finding.get_by_role("button", name="Waive").click()

    expect(page.get_by_text("1 waived")).to_be_visible()
    assert states(trial, "criteria.cross-reference") == {Finding.State.WAIVED}

    page.get_by_text("1 waived").click()
    expect(page.get_by_text("It means the old numbers.")).to_be_visible()
    page.get_by_role("button", name="Open again").click()

    expect(page.get_by_text("is open again")).to_be_visible()
    assert states(trial, "criteria.cross-reference") == {Finding.State.OPEN}


def test_the_keyboard_steps_and_marks_the_lines(desk):
    page = desk(seed_trial())
    count = page.locator(".findings .open .finding").count()
    first = shown(page).get_attribute("id")

    page.keyboard.press("Alt+j")
    assert shown(page).get_attribute("id") != first

    page.keyboard.press("Alt+k")
    assert shown(page).get_attribute("id") == first

    page.keyboard.press("Alt+k")
    expect(shown(page).locator(".sev")).to_contain_text(f"{count} of {count}")

    step_to(page, "criteria.orphan-line")
    marked = page.locator(".lines > .marked")
    assert marked.evaluate_all("lines => lines.map(line => line.id)") == ["L68", "L69"]
    expect(marked.first).to_be_in_viewport()


def test_what_a_fix_changes_is_there_when_one_comes_to_it(desk):
    criteria = (criterion(f"c{n}", "INCLUSION", f"Men {n} .") for n in range(7, 19))
    page = desk(make_trial(criteria=tuple(criteria)))
    preview = shown(page).locator(".preview")
    for _ in range(page.locator(".findings .open .finding").count()):
        page.keyboard.press("Alt+k")
        # It was asked for when one came near.
        expect(preview).to_have_count(0)
    changes = page.locator(".findings .open .finding .change")
    assert changes.count() > PREVIEWS


def test_the_rule_leads_to_the_field(desk):
    page = desk(seed_trial())
    finding = step_to(page, "criteria.malformed-range")

    finding.locator("[data-path-link]").click()

    field = page.locator(":focus")
    expect(field).to_have_value("Men and women aged ≥ 25 - 80 (included) years of age")


def test_without_room_the_strip_scrolls_and_nothing_sticks_out(desk):
    page = desk(seed_trial(FULL))
    page.set_viewport_size({"width": 640, "height": 600})
    for _ in range(page.locator(".findings .open .finding").count()):
        page.keyboard.press("Alt+j")
        strip = page.locator(".findings")
        assert strip.evaluate("box => box.scrollWidth <= box.clientWidth")
