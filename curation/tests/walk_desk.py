"""A small desk to walk through: one of everything that an address can name."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import AbstractBaseUser, Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client, TestCase

from curation import locks, operations, review_events, reviews, workflow
from curation.accounts import DEMO_ROLES
from curation.acts import Act
from curation.bulk.operation import Replace
from curation.chosen_trials import ChosenTrials
from curation.models import (
    BulkOperation,
    Comment,
    ExportProfile,
    Finding,
    Job,
    KeptFilter,
    ReviewEvent,
    Upload,
)
from curation.tests.edited_csv import make_upload
from curation.tests.factory import make_page, make_user
from curation.tests.job_factory import make_export
from trials.models import ChangeSet, Trial
from trials.record.sections import SECTIONS
from trials.tests.factory import criterion, make_record

ANONYMOUS, OUTSIDER, SUPERUSER = "anonymous", "no role", "superuser"
ROLES = tuple(dict.fromkeys(DEMO_ROLES.values()))
REPLACE = Replace(("criteria.text",), "adults", "Grown-ups")
VISITORS = (ANONYMOUS, OUTSIDER, *ROLES, SUPERUSER)


@dataclass(frozen=True)
class Desk:
    """What is there, and who comes: visitor -> account, visitor -> session."""

    trial: Trial
    finding: Finding
    comment: Comment
    upload: Upload
    change_set: ChangeSet
    profile: ExportProfile
    kept_filter: KeptFilter
    job: Job
    bulk: BulkOperation
    other: AbstractBaseUser
    accounts: dict[str, AbstractBaseUser]
    sessions: dict[str, str]

    def values(self, argument: str, route: str) -> list[str | int]:
        """What the argument of a route may be; a row of the matrix for each value."""
        if argument in ("id", "object_id"):
            # The admin takes "+7" for 7. With the plus, no page of ours that stands
            # before the admin's takes the address.
            return [f"+{self._object_of(route)}"]
        values = {
            "app_label": sorted({m._meta.app_label for m in admin.site._registry}),
            "comment_id": [self.comment.pk],
            "content_type_id": [ContentType.objects.get_for_model(Trial).pk],
            "facet_name": ["rule"],
            "finding_id": [self.finding.pk],
            "job_id": [self.job.pk],
            # Each step of a review asks for a permission of its own.
            "name": list(reviews.TRANSITIONS),
            "operation_id": [self.bulk.pk],
            "number": [self.change_set.pk],
            "rule_id": [self.finding.rule],
            "slug": [SECTIONS[0].slug],
            "trial_id": [self.trial.pk],
            "upload_id": [self.upload.pk],
            "url": ["nowhere"],
        }
        if argument not in values:
            raise LookupError(f"walk_desk.py has no “{argument}” for {route}.")
        return values[argument]

    def _object_of(self, route: str) -> int:
        """The row that the admin's own pages of a model show."""
        rows = {
            "auth/user": self.other,
            "auth/group": Group.objects.get(name="curator"),
            "curation/exportprofile": self.profile,
            "curation/keptfilter": self.kept_filter,
            "trials/trial": self.trial,
            "r/": self.trial,
        }
        for prefix, row in rows.items():
            if route.startswith(f"admin/{prefix}"):
                return row.pk
        raise LookupError(f"walk_desk.py has no row for {route}.")


def make_desk() -> Desk:
    """Two trials of one import, a finding with a fix, a comment, and the visitors."""
    pages = [_page("NCT00000001"), _page("NCT00000002")]
    act = Act(ChangeSet.Kind.IMPORT, by=None)
    for page in pages:
        with TestCase.captureOnCommitCallbacks(execute=True):
            workflow.import_page(page, act=act)
    trial = Trial.objects.get(nct_id="NCT00000001")
    other = make_user(username="other")
    accounts = {name: _account(name) for name in VISITORS if name != ANONYMOUS}
    return Desk(
        trial=trial,
        finding=trial.findings.exclude(fix_label="").order_by("pk")[0],
        comment=_comment(trial, other),
        upload=make_upload(trial, other, acronym="IL-7"),
        change_set=trial.revisions.get().change_set,
        profile=ExportProfile.objects.create(
            name="Arms", owner=other, is_shared=True, format="csv"
        ),
        kept_filter=KeptFilter.objects.create(
            name="In work", owner=other, is_shared=True, page="trials", query="q=work"
        ),
        job=make_export(accounts["reviewer"]),
        bulk=operations.prepare(REPLACE, ChosenTrials(), by=other),
        other=other,
        accounts=accounts,
        sessions={name: _session(account) for name, account in accounts.items()},
    )


def _page(nct_id: str):
    criteria = (criterion("c7", "INCLUSION", "Adults ."),)
    record = make_record(nct_id=nct_id, criteria=criteria)
    lines = {"criteria[c7].text": (1, 1)}
    return make_page(record, text=f"Adults . {nct_id}", lines=lines)


def _account(name: str) -> AbstractBaseUser:
    account = make_user(
        username=name.replace(" ", "-"),
        is_staff=name != OUTSIDER,
        is_superuser=name == SUPERUSER,
    )
    account.groups.set(Group.objects.filter(name=name))
    return account


def _session(account: AbstractBaseUser) -> str:
    client = Client()
    client.force_login(account)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@transaction.atomic
def _comment(trial: Trial, by: AbstractBaseUser) -> Comment:
    trial = locks.hold(trial.pk)
    event = review_events.append(
        trial.review,
        ReviewEvent.Kind.COMMENTED,
        Act(ChangeSet.Kind.REVIEW, by=by).change_set(),
        version=trial.version,
        new="Is this right?",
    )
    reviews.save(trial.review)
    return Comment.objects.create(first=event, trial=trial)
