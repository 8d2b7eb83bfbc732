"""A small history to test with, made through the door like any other."""

from datetime import UTC, datetime

from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from msgspec.structs import replace

from curation import workflow
from curation.acts import Act
from curation.tests.factory import make_page
from trials import revisions
from trials.models import ChangeSet, Revision, Trial
from trials.tests.factory import make_record

FIRST, SECOND = "NCT00000001", "NCT00000002"


def moment(text: str) -> datetime:
    """`2026-05-04 13:30` in UTC."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def make_trial(nct_id=FIRST, *, by=None, **values) -> Trial:
    """A trial as an import leaves it: version 1."""
    page = make_page(make_record(nct_id=nct_id, **values), text=nct_id)
    workflow.import_page(page, act=Act(ChangeSet.Kind.IMPORT, by=by))
    return Trial.objects.get(nct_id=nct_id)


def change(
    trial: Trial, *, by, kind=ChangeSet.Kind.EDIT, reason="", note="", **values
) -> Revision:
    """The revision that gives the trial those values."""
    version = Trial.objects.values_list("version", flat=True).get(pk=trial.pk)
    record = replace(revisions.record_at(trial, version), **values)
    act = Act(kind, by=by, reason=reason, note=note)
    return workflow.save_record(trial.pk, record, version=version, act=act)


def make_user(users, name, *permissions, role=""):
    """Someone of the staff who may do what is said: "trials.view_audit"."""
    user = users.objects.create_user(name, is_staff=True)
    for permission in permissions:
        app, codename = permission.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    if role:
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


def make_trail(monkeypatch, users) -> None:
    """Two trials and five days: imported, edited by ana, fixed and edited by ben."""
    ana = make_user(users, "ana", role="curator")
    ben = make_user(users, "ben", role="curator")
    criteria = make_record().criteria

    def on(day: str) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment(day))

    with monkeypatch.context() as monkeypatch:
        on("2026-05-01 10:00")
        first = make_trial(FIRST)
        on("2026-05-02 00:00")
        second = make_trial(SECOND, by=ana)
        on("2026-05-03 12:00")
        shorter = replace(criteria[0], text="Adults only.")
        change(
            first,
            by=ana,
            reason="typo",
            note="See the paper.",
            brief_title="Interleukin-7",
            criteria=(shorter, *criteria[1:]),
        )
        on("2026-05-04 12:00")
        change(first, by=ben, kind=ChangeSet.Kind.FIX, overall_status="TERMINATED")
        on("2026-05-05 23:59")
        change(
            second,
            by=ben,
            reason="other",
            note="@home",
            brief_title="=1+1",
            criteria=(criteria[0], criteria[2]),
        )
