"""The desk that the pictures show: the two seed pages, some like them, and five weeks
of work by the demo accounts."""

import datetime
from pathlib import Path
from unittest import mock

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from msgspec.structs import replace

from curation import assignments, comments, fixes, reviews, workflow
from curation.accounts import create_demo_accounts
from curation.acts import Act
from curation.models import Finding, Review
from curation.reviews import APPROVE, REOPEN, RETURN, SUBMIT
from curation.rules.rule import Severity
from curation.tests.factory import FULL, SNAPSHOT
from trials import importer, revisions
from trials.models import ChangeSet, Trial

Kind = ChangeSet.Kind
Steps = tuple[str | reviews.Transition, ...]

DAYS = 36
ALIKE = (
    (SNAPSHOT, {"COVID-19": "Influenza", "InterLeukin-7": "InterLeukin-15"}),
    (FULL, {"Cytomegalovirus": "Hepatitis B", "CMV": "HBV"}),
    (SNAPSHOT, {"COVID-19": "Sepsis", "CYT107": "NT-I7"}),
    (FULL, {"IL-2": "IL-21", "Low-dose": "High-dose", "Low Dose": "High Dose"}),
    (SNAPSHOT, {"COVID-19": "RSV", "TERMINATED": "COMPLETED", "PHASE2": "PHASE3"}),
    (FULL, {"Cytomegalovirus": "Epstein-Barr Virus", "ganciclovir": "rituximab"}),
)
"""Seed page -> what another trial's page says instead."""
STORIES: tuple[Steps, ...] = (
    ("edit", "fix", SUBMIT, APPROVE),
    (),
    ("fix", SUBMIT),
    ("edit", SUBMIT, RETURN, "edit", SUBMIT, APPROVE),
    ("edit",),
    ("edit", SUBMIT, APPROVE, REOPEN),
    ("fix", SUBMIT, RETURN),
)
"""What happens to the trials in turn, a step every second day."""


def make_desk() -> dict[str, tuple[str, str]]:
    """Make the desk in the empty database of the settings.

    Returns name of a picture -> path of the page, and the session of who looks at it.
    """
    call_command("migrate", verbosity=0)
    create_demo_accounts()
    start = timezone.now() - datetime.timedelta(days=DAYS)
    pages = [_page(n, *ALIKE[n % len(ALIKE)]) for n in range(24)]
    plan = []
    for number in range(len(pages)):
        day = start + datetime.timedelta(days=DAYS * number / len(pages))
        plan.append((day, number, "import"))
        for step, what in enumerate(STORIES[number % len(STORIES)], 1):
            plan.append((day + datetime.timedelta(days=2 * step), number, what))
    now = timezone.now()
    for at, number, what in sorted(plan, key=lambda step: step[:2]):
        if at < now:
            _at(at, _do, pages[number], what)
    day = now - datetime.timedelta(days=2)
    returned, submitted = (_at(day, _seed, path) for path in (SNAPSHOT, FULL))
    _work(returned, submitted)
    return _pictures(returned, submitted)


def _page(number: int, path: Path, words: dict[str, str]) -> importer.PageFile:
    """A page like that of the seed, of another trial."""
    text = path.read_text(encoding="utf-8")
    nct_id = f"NCT{4_300_000 + 7_919 * number:08}"
    for old, new in {path.name.split(".")[0]: nct_id, **words}.items():
        text = text.replace(old, new)
    layout = path.name.partition(".")[2]
    return importer.read_bytes(f"{nct_id}.{layout}", text.encode())


def _at(at: datetime.datetime, act, *arguments):
    """Act as at that time."""
    with mock.patch.object(timezone, "now", lambda: at):
        return act(*arguments)


def _by(name: str):
    return get_user_model().objects.get(username=name)


def _seed(path: Path) -> Trial:
    return _import(importer.read_bytes(path.name, path.read_bytes()))


def _import(page: importer.PageFile) -> Trial:
    workflow.import_page(page, act=Act(Kind.IMPORT, by=_by("administrator")))
    return Trial.objects.get(nct_id=page.reading.record.nct_id)


def _do(page: importer.PageFile, what) -> None:
    if what == "import":
        _import(page)
        return
    trial = Trial.objects.get(nct_id=page.reading.record.nct_id)
    if what == "edit":
        _edit(trial, "typo", acronym=f"ILIAD-{trial.pk}")
    elif what == "fix":
        _fix(trial)
    else:
        _step(trial, what, "The lead sponsor is missing: see the page.")


def _edit(trial: Trial, reason: str, **changes) -> None:
    trial.refresh_from_db()
    record = replace(revisions.record_at(trial, trial.version), **changes)
    act = Act(Kind.EDIT, by=_by("curator"), reason=reason)
    workflow.save_record(trial.pk, record, version=trial.version, act=act)


def _fix(trial: Trial) -> None:
    """Apply the first fix that a rule proposes."""
    found = trial.findings.filter(state=Finding.State.OPEN).exclude(fix_label="")
    if finding := found.order_by("pk").first():
        act = Act(Kind.FIX, by=_by("curator"), rule=finding.rule)
        fixes.apply_fix(finding, act)


def _step(trial: Trial, step: reviews.Transition, note: str = "") -> None:
    """Take a step of the review; errors that are left are waived before a submit."""
    trial.refresh_from_db()
    by = _by("curator" if step is SUBMIT else "reviewer")
    if step is SUBMIT:
        error = Finding.SEVERITIES[Severity.ERROR]
        open_now = trial.findings.filter(state=Finding.State.OPEN, severity=error)
        for finding in open_now:
            fixes.waive(finding, "The page has it so.", by)
    act = Act(Kind.TRANSITION, by=by, note=note if step.needs_note else "")
    reviews.take(trial.pk, step, version=trial.version, act=act)


def _work(returned: Trial, submitted: Trial) -> None:
    """What happened to the two seeds: one came back, one waits for approval."""
    curator, reviewer = _by("curator"), _by("reviewer")
    lead = Act(Kind.REVIEW, by=_by("administrator"))
    working = Review.objects.filter(state__in=reviews.WORKING).order_by("pk")
    some = list(working.values_list("pk", flat=True))
    assignments.assign([*some[::4], returned.pk, submitted.pk], curator, lead)
    assignments.assign(some[1::4], _by("curator2"), lead)
    assignments.prioritise(some[::5], Review.Priority.HIGH, lead)
    for trial in (returned, submitted):
        criteria = revisions.record_at(trial, trial.version).criteria
        first, second, *others = criteria
        text = f"{first.text.rstrip(' ;.')}, confirmed at the study site."
        first = replace(first, text=text)
        _edit(trial, "source_contradiction", criteria=(first, *others, second))
        _fix(trial)
        _step(trial, SUBMIT)
    text = "Which site? The page names none, @curator."
    for trial in (returned, submitted):
        act = Act(Kind.REVIEW, by=reviewer)
        about = comments.comment(trial.pk, _first_criterion(trial), text, act)
    comments.answer(about.pk, "The one in Beijing.", Act(Kind.REVIEW, by=curator))
    _step(returned, RETURN, "Please look at the first criterion again.")
    for slug in ("identification", "status"):
        returned.refresh_from_db()
        act = Act(Kind.REVIEW, by=curator)
        version = returned.version
        reviews.tick(returned.pk, slug, is_checked=True, version=version, act=act)


def _first_criterion(trial: Trial) -> str:
    return f"criteria[{trial.criteria.first().key}].text"


def _pictures(returned: Trial, submitted: Trial) -> dict[str, tuple[str, str]]:
    section = reverse("admin:trials_trial_section", args=[returned.pk, "eligibility"])
    compare = reverse("admin:trials_trial_compare", args=[submitted.pk])
    curator, reviewer = _session("curator"), _session("reviewer")
    return {
        "dashboard": (reverse("admin:index"), curator),
        "queue": (f"{reverse('admin:curation_queue')}?tab=working", _session("admin")),
        "list": (reverse("admin:trials_trial_changelist"), curator),
        "section": (f"{section}#{_first_criterion(returned)}", curator),
        "compare": (compare, reviewer),
        "findings": (reverse("admin:curation_findings"), curator),
    }


def _session(name: str) -> str:
    client = Client()
    client.force_login(_by(name))
    return client.cookies[settings.SESSION_COOKIE_NAME].value
