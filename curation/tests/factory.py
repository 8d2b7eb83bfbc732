"""Trials and accounts to test with. Trials come in through the door."""

from hashlib import sha256
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from msgspec.structs import replace

from curation import workflow
from curation.acts import Act
from trials import importer, revisions
from trials.importer import PageFile
from trials.models import ChangeSet, Trial
from trials.readers import Reading
from trials.record.shape import TrialRecord
from trials.tests.factory import make_record

PAGES = Path(__file__).parents[2] / "fixtures" / "pages"
SNAPSHOT = PAGES / "NCT04426201.snapshot.txt"
FULL = PAGES / "NCT04225780.full.txt"


def act(kind=ChangeSet.Kind.IMPORT, by=None, **changes) -> Act:
    """An act of the command line, or of `by`."""
    return Act(kind, by=by, **changes)


def make_page(record: TrialRecord, text: str = "A page.", **reading) -> PageFile:
    """A page that was read as `record`; `reading` as in Reading."""
    values = {"layout": "full", "reader_version": 1, "lines": {}} | reading
    return PageFile(
        name="page.txt",
        text=text,
        encoding="utf-8",
        sha256=sha256(text.encode()).hexdigest(),
        reading=Reading(record=record, **values),
    )


def make_trial(page: PageFile | None = None, **changes) -> Trial:
    """The trial of `page`, or of a small record with `changes`."""
    page = page or make_page(make_record(**changes))
    workflow.import_page(page, act=act())
    return Trial.objects.get(nct_id=page.reading.record.nct_id)


def seed_trial(path: Path = SNAPSHOT) -> Trial:
    """The trial of one of the two pages of the fixtures."""
    return make_trial(importer.read_bytes(path.name, path.read_bytes()))


def edit(trial: Trial, by_act: Act | None = None, **changes) -> None:
    """Save the trial, as it is by now, with other values; `trial` is read anew."""
    trial.refresh_from_db()
    record = replace(revisions.record_at(trial, trial.version), **changes)
    by_act = by_act or act(ChangeSet.Kind.EDIT, reason="typo")
    workflow.save_record(trial.pk, record, version=trial.version, act=by_act)
    trial.refresh_from_db()


def make_user(*permissions: str, username: str = "curator", **changes):
    """An account for the desk with permissions such as "change_trial"."""
    users = get_user_model().objects
    user = users.create_user(username, **({"is_staff": True} | changes))
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user
