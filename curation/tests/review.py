"""People of each role, and the address of each act on a review, for the tests."""

from django.urls import reverse

from curation import comments, reviews
from curation.acts import Act
from curation.tests.factory import make_trial, make_user
from trials.models import ChangeSet, Trial

READ = ("view_trial", "view_comment", "view_finding", "view_review")
CURATE = (*READ, "change_trial", "submit_review", "add_comment", "waive_finding")
DECIDE = (*CURATE, "approve_review")


def make_curator(username="ana"):
    return make_user(*CURATE, username=username)


def make_reviewer(username="rita"):
    return make_user(*DECIDE, username=username)


def clean_trial(**changes) -> Trial:
    """A trial without a finding."""
    trial = make_trial(**changes)
    trial.findings.all().delete()
    return trial


def stepped(trial, *steps, by) -> Trial:
    """The trial after the steps, as it is by now."""
    for step in steps:
        trial.refresh_from_db()
        act = Act(ChangeSet.Kind.TRANSITION, by=by, note="Because.")
        reviews.take(trial.pk, step, version=trial.version, act=act)
    return Trial.objects.select_related("review").get(pk=trial.pk)


def commented(trial, path, text, by):
    """A comment of `by`."""
    act = Act(ChangeSet.Kind.REVIEW, by=by)
    return comments.comment(trial.pk, path, text, act)


def step_address(trial, name) -> str:
    return reverse("admin:curation_review_step", args=[trial.pk, name])


def tick_address(trial, slug) -> str:
    return reverse("admin:curation_review_tick", args=[trial.pk, slug])
