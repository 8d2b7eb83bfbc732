"""Fills a database with something on every page of the desk, and says what is where:

manage.py shell -c "from curation.tests import desk_world; desk_world.main()"

For a desk that is served with production settings, by a process of its own.
"""

import json
import sys

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, Group
from django.http import QueryDict
from django.test import Client

from curation import audit, comments, fixes, not_same, operations
from curation.accounts import DEMO_ROLES
from curation.acts import Act
from curation.audit_filter import AuditFilter
from curation.bulk.operation import Replace, SetValue
from curation.chosen_trials import ChosenTrials
from curation.models import AuditReview, ExportProfile, Finding, Job, KeptFilter
from curation.tests.edited_csv import make_upload
from curation.tests.factory import FULL, act, edit, seed_trial
from curation.tests.job_factory import make_import, page, run
from trials.models import ChangeSet, Trial
from trials.record.shape import KeywordRecord
from trials.tests.factory import criterion


def main() -> None:
    """Make accounts, trials and their history; print as JSON what is where."""
    users = make_users()
    trial, other = seed_trial(), seed_trial(FULL)
    by = act(
        ChangeSet.Kind.EDIT, by=users["curator"], reason="typo", note="As printed."
    )
    edit(
        trial,
        by,
        acronym="ILIAD",
        brief_title="Interleukin-7 against sepsis",
        keywords=(
            KeywordRecord(key="kw900", name="Sepsis, severe"),
            KeywordRecord(key="kw901", name="severe sepsis"),
            KeywordRecord(key="kw902", name="severe sepsys"),
        ),
    )
    edit(other, by, criteria=(criterion("c900", "INCLUSION", "Adults."),))
    findings = trial.findings.filter(state=Finding.State.OPEN)
    fixable = findings.exclude(fix_label="").first()
    fixes.waive(findings.last(), "The page prints it so.", users["curator"])
    review(trial, users)
    review_audit_log(users["auditor"])
    profile = ExportProfile.objects.create(
        name="Titles",
        owner=users["curator"],
        is_shared=True,
        format="dataset",
        columns={"trials": ["brief_title"], "arms": ["label"]},
    )
    kept = keep_filters(users)
    numbers = make_uploads(trial, other, users["reviewer"]) | {
        "trial": trial.pk,
        "other": other.pk,
        "finding": fixable.pk,
        "rule": fixable.rule,
        "job": make_job(users["reviewer"]).pk,
        "user": users["curator"].pk,
        "profile": profile.pk,
        "filter": kept.pk,
        "group": Group.objects.get(name="curator").pk,
    }
    numbers |= bulk_operations(users["reviewer"])
    sessions = {name: session(user) for name, user in users.items()}
    sys.stdout.write(json.dumps({"numbers": numbers, "sessions": sessions}))


def keep_filters(users: dict[str, AbstractBaseUser]) -> KeptFilter:
    """A filter of one's own, and one that another shares."""
    KeptFilter.objects.create(
        name="Approved and changed since, for the meeting on Thursday",
        owner=users["reviewer"],
        is_shared=True,
        page=KeptFilter.Page.TRIALS,
        query="attention=approved",
    )
    return KeptFilter.objects.create(
        name="Sepsis, completed",
        owner=users["curator"],
        page=KeptFilter.Page.TRIALS,
        query="overall_status=COMPLETED&q=sepsis",
    )


def make_uploads(trial: Trial, other: Trial, by: AbstractBaseUser) -> dict[str, object]:
    """Edited tables: one that is ready, one with a conflict, one with problems."""
    uploads = {
        "upload": make_upload(other, by, acronym="CYTO", why_stopped="Funding."),
        "clash": make_upload(trial, by, acronym="IL-7", why_stopped="Funding."),
        "bad": make_upload(other, by, enrollment_count="many", start_date="1.2.2020"),
    }
    return {name: upload.pk for name, upload in uploads.items()}


def review(trial: Trial, users: dict[str, AbstractBaseUser]) -> None:
    """What a curator and a reviewer said of the trial."""
    remark = Act(ChangeSet.Kind.REVIEW, by=users["reviewer"])
    said = comments.comment(trial.pk, "brief_title", "As printed, @curator?", remark)
    answer = Act(ChangeSet.Kind.REVIEW, by=users["curator"])
    comments.answer(said.pk, "Yes.", answer)
    comments.comment(trial.pk, "", "Two pages of it.", remark)


def make_job(by: AbstractBaseUser) -> Job:
    """An import that is over, with a page that was refused."""
    pages = {"NCT00000001.txt": page(1), "<b>no page</b>.txt": b"Nothing.\n\0"}
    return run(make_import(pages, by))


def make_users() -> dict[str, AbstractBaseUser]:
    """An account for each role, and one that may do everything."""
    users = get_user_model().objects
    made = {"admin": users.create_superuser("admin")}
    for name, role in DEMO_ROLES.items():
        made[name] = users.create_user(
            name, email=f"{name}@desk.example", is_staff=True
        )
        made[name].groups.add(Group.objects.get(name=role))
    return made


def bulk_operations(by: AbstractBaseUser) -> dict[str, int]:
    """An operation that waits, and one that was applied and skipped a trial."""
    applied = operations.prepare(SetValue("acronym", "Ilias"), ChosenTrials(), by=by)
    applied.trials[0][1] = 0
    reason = ChangeSet.Reason.TYPO.value
    operations.apply(applied, Act(ChangeSet.Kind.BULK_EDIT, by=by, reason=reason))
    waits = Replace(("brief_title", "criteria.text"), "patients", "participants")
    prepared = operations.prepare(waits, ChosenTrials(), by=by, repeats=applied)
    not_same.remember("keywords.name", ["severe sepsis", "severe sepsys"], by)
    return {
        "prepared": prepared.pk,
        "applied": applied.pk,
        "change_set": applied.change_set_id,
    }


def review_audit_log(auditor: AbstractBaseUser) -> None:
    """Mark all changes so far as reviewed, with a question."""
    everything = AuditFilter(QueryDict())
    tally = audit.tally(everything.qs)
    audit.mark_reviewed(
        everything,
        by=auditor,
        last=tally.last,
        count=tally.total,
        outcome=AuditReview.Outcome.QUESTIONS,
        note="Why was the title changed?",
    )


def session(user: AbstractBaseUser) -> str:
    """The key of a session in which `user` is logged in."""
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value
