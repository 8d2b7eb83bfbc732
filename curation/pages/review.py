"""What people do with the review of a trial: steps, ticks, giving it back."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from curation import reviews
from curation.acts import Act
from curation.locks import StaleVersion
from curation.models import Review
from curation.pages.way_back import way_back
from curation.reviews import APPROVE, KEEP, REOPEN, RETURN, SUBMIT, Refused, Transition
from trials.models import ChangeSet, Trial
from trials.record.sections import section_named

PEOPLE = ("review__assignee", "review__holder", "review__approved_by")
"""Whom the head of a page names, for `select_related` of a trial."""

DONE = {
    SUBMIT: "{nct_id} is submitted. A reviewer decides on it next.",
    APPROVE: (
        "{nct_id} is approved as version {version}, and read-only from now on. "
        "A reviewer can reopen it."
    ),
    RETURN: "{nct_id} is returned. It is the turn of {assignee} again.",
    REOPEN: (
        "{nct_id} is reopened and can be changed. Version {version} stays the one "
        "that was approved last."
    ),
    KEEP: "{nct_id} stays approved as version {version}. Nothing is left to look at.",
}
"""What is said after a step: what happened, and what is next."""


@dataclass(frozen=True)
class Offer:
    """A step for the page to offer; `why_not` says what stands against it."""

    step: Transition
    why_not: str


def head(user: AbstractBaseUser, trial: Trial) -> dict[str, Any]:
    """What a trial's page says of its review; the trial comes with PEOPLE."""
    review = trial.review
    needs_look = (
        review.state == Review.State.APPROVED
        and Review.objects.filter(reviews.needs_another_look(), pk=trial.pk).exists()
    )
    is_taken = reviews.held_by_another(review, user)
    return {
        "review": review,
        "is_approved": review.state == Review.State.APPROVED,
        "is_taken": is_taken,
        "is_mine": review.holder_id == user.pk,
        "needs_look": needs_look,
        "offers": [
            Offer(step, reviews.why_not(review, step, user))
            for step in reviews.TRANSITIONS.values()
            if review.state in step.sources
            and user.has_perm(step.permission)
            and (step is not KEEP or needs_look)
            and not trial.withdrawn
        ],
    }


@require_POST
def step(request: HttpRequest, trial_id: int, name: str) -> HttpResponse:
    """Take the step of that name with the version that the person looked at.

    Needs the permission of the step.
    """
    transition = reviews.TRANSITIONS.get(name)
    if transition is None:
        raise Http404(f"There is no step “{name}”.")
    return take(request, trial_id, transition, _version(request), back=None)


def take(
    request: HttpRequest,
    trial_id: int,
    transition: Transition,
    version: int,
    *,
    back: str | None,
) -> HttpResponse:
    """Take a step, say what came of it, and go `back`, or where the form says."""
    if not request.user.has_perm(transition.permission):
        raise PermissionDenied
    note = request.POST.get("note", "") if transition.needs_note else ""
    act = Act(ChangeSet.Kind.TRANSITION, by=request.user, note=note.strip())
    try:
        review = reviews.take(trial_id, transition, version=version, act=act)
    except Trial.DoesNotExist as error:
        raise Http404("There is no such trial.") from error
    except StaleVersion as stale:
        return _moved_on(request, stale.trial, version, _kept(note))
    except Refused as refused:
        messages.error(request, f"“{transition.label}”: {refused}{_kept(note)}")
    else:
        messages.success(request, _done(review, transition))
    return HttpResponseRedirect(back or way_back(request, _opening(trial_id)))


def _done(review: Review, transition: Transition) -> str:
    assignee = review.assignee
    return DONE[transition].format(
        nct_id=review.trial.nct_id,
        version=review.approved_version,
        assignee=assignee.get_username() if assignee else "the curators",
    )


def _kept(note: str) -> str:
    """The note of a step that was not taken, so that it need not be written again."""
    return f" You had written: “{note.strip()}”" if note.strip() else ""


def _moved_on(
    request: HttpRequest, trial: Trial, version: int, kept: str = ""
) -> HttpResponse:
    """Show what changed since the version that the person looked at."""
    messages.error(
        request,
        f"{trial.nct_id} changed since you looked at it, so nothing was done. "
        f"Here is what changed from version {version} to {trial.version}.{kept}",
    )
    query = urlencode({"from": version, "to": trial.version})
    address = reverse("admin:trials_trial_compare", args=[trial.pk])
    return HttpResponseRedirect(f"{address}?{query}")


@require_POST
def tick(request: HttpRequest, trial_id: int, slug: str) -> HttpResponse:
    """Tick a section as checked, with `checked` empty take that back.

    Needs submit_review. The tick itself says that it was done.
    """
    if not request.user.has_perm("curation.submit_review"):
        raise PermissionDenied
    section = section_named(slug)
    if section is None:
        raise Http404(f"There is no section “{slug}”.")
    version, act = _version(request), Act(ChangeSet.Kind.REVIEW, by=request.user)
    is_checked = bool(request.POST.get("checked"))
    try:
        reviews.tick(trial_id, slug, is_checked=is_checked, version=version, act=act)
    except Trial.DoesNotExist as error:
        raise Http404("There is no such trial.") from error
    except StaleVersion as stale:
        return _moved_on(request, stale.trial, version)
    return HttpResponseRedirect(way_back(request, _opening(trial_id)))


def _version(request: HttpRequest) -> int:
    """The version that the person looked at. Raises Http404 for what is none."""
    text = request.POST.get("version", "")
    if not text.isdecimal():
        raise Http404(f"“{text}” is no version.")
    return int(text)


def _opening(trial_id: int) -> str:
    return reverse("admin:trials_trial_change", args=[trial_id])
