"""One act on several trials: what it touched, and the way back."""

from collections import defaultdict

from django.contrib import messages
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Max, Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from curation import jobs
from curation.models import ReviewEvent
from curation.reasons import reason_form, remember
from curation.reverts import permissions_for, revert_change_set, touched, why_not
from curation.review_words import events_for, readable_event
from trials.models import ChangeSet, Revision, Trial

TRIALS = 50
"""Trials on a page."""

MOST_AT_ONCE = 200
"""Trials that one request puts back: more would outlast what a server waits for, and
are the work of a job."""


@require_safe
def change_set(request: HttpRequest, number: int, *, site: AdminSite) -> HttpResponse:
    """Who, when, why, and the trials. Needs view_trial, for comments view_comment."""
    if not request.user.has_perm("trials.view_trial"):
        raise PermissionDenied
    act = get_object_or_404(ChangeSet.objects.select_related("reverts"), pk=number)
    page = Paginator(_trials(act), TRIALS).get_page(request.GET.get("page"))
    told = events_for(request.user).filter(change_set=act, trial__in=page.object_list)
    events = defaultdict(list)
    for event in told.order_by("number"):
        events[event.trial_id].append(readable_event(event))
    left, changed = _left_alone(act), touched(act).count()
    context = {
        **site.each_context(request),
        "title": f"Change set {act.pk}",
        "subtitle": act.get_kind_display(),
        "act": act,
        "page": page,
        "rows": [
            (trial, why_not(trial) if trial.last else "", events[trial.pk])
            for trial in page
        ],
        "reverted_by": act.reverted_by.order_by("pk"),
        "left_alone": left[:TRIALS] if left is not None else (),
        "left_alone_count": left.count() if left is not None else 0,
        "may_revert": changed > 0
        and request.user.has_perms(permissions_for(act, request.user, changed)),
    }
    return TemplateResponse(request, "curation/change_set.html", context)


def _trials(act: ChangeSet) -> QuerySet[Trial]:
    """The trials whose record the act changed, with its `first` and `last` revision as
    in `touched`, or whose review alone, without."""
    by_act = Q(revisions__change_set=act)
    changed = Revision.objects.filter(change_set=act).values("trial")
    reviewed = ReviewEvent.objects.filter(change_set=act).values("trial")
    return (
        Trial.objects.filter(Q(pk__in=changed) | Q(pk__in=reviewed))
        .only("nct_id", "version")
        .annotate(
            first=Min("revisions__number", filter=by_act),
            last=Max("revisions__number", filter=by_act),
            acts=Count("revisions", filter=by_act),
        )
        .order_by("nct_id")
    )


def _left_alone(act: ChangeSet):
    """The trials of the act that this one reverted which it did not touch, if any."""
    if act.reverts is None:
        return None
    return touched(act.reverts).exclude(Q(pk__in=touched(act).values("pk")))


@require_http_methods(["GET", "HEAD", "POST"])
def revert_all(request: HttpRequest, number: int, *, site: AdminSite) -> HttpResponse:
    """Ask why, then put every trial of an act back. Needs change_trial, for several
    trials revert_changeset too, unless one's own fixes are undone."""
    act = get_object_or_404(ChangeSet, pk=number)
    trials = list(touched(act))
    if not request.user.has_perms(permissions_for(act, request.user, len(trials))):
        raise PermissionDenied
    ready = [trial for trial in trials if not why_not(trial)]
    here = reverse("admin:trials_trial_change_set", args=[act.pk])
    if not ready:
        messages.info(request, "All its trials changed since; nothing was put back.")
        return HttpResponseRedirect(here)
    reason = reason_form(request)
    if request.method == "POST" and reason.is_valid():
        why = remember(request, reason)
        if len(ready) > MOST_AT_ONCE:
            job = jobs.start_revert(act, by=request.user, **why)
            return HttpResponseRedirect(reverse("admin:curation_job", args=[job.pk]))
        outcome = revert_change_set(act, by=request.user, **why)
        messages.success(request, _sentence(outcome))
        return HttpResponseRedirect(here)
    context = {
        **site.each_context(request),
        "title": f"Change set {act.pk}",
        "subtitle": "Revert all",
        "act": act,
        "ready": ready,
        "skipped": [trial for trial in trials if why_not(trial)],
        "reason": reason,
        "is_job": len(ready) > MOST_AT_ONCE,
    }
    return TemplateResponse(request, "curation/revert_all.html", context)


def _sentence(outcome) -> str:
    """What became of the trials, in one line."""
    text = f"{len(outcome.reverted)} trials were put back."
    if outcome.skipped:
        names = ", ".join(item.trial.nct_id for item in outcome.skipped[:10])
        more = " and others" if len(outcome.skipped) > 10 else ""
        text += f" {len(outcome.skipped)} were left as they are: {names}{more}."
    return text
