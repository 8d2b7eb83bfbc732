"""Making the fixes of many findings at once, as one act."""

from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from curation import fixes, jobs
from curation.acts import Act
from curation.chosen_findings import ChosenFindings
from curation.facets import UnknownFilter
from curation.pages.facets import FINDINGS, panel_at
from curation.reasons import ReasonForm, reason_form, remember
from trials.models import ChangeSet

MOST_AT_ONCE = 200
"""Fixes that one request makes; more of them are the work of a job."""


def similar(request: HttpRequest, finding_id: int, *, site: AdminSite) -> HttpResponse:
    """The findings that the fix of one puts right too. Needs change_trial."""
    if not request.user.has_perm("trials.change_trial"):
        raise PermissionDenied
    return _page(request, site, ChosenFindings.like(finding_id))


def fix_all(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """The findings with a fix that the facets of the address leave. Needs change_trial
    and view_finding."""
    if not request.user.has_perms(("trials.change_trial", "curation.view_finding")):
        raise PermissionDenied
    try:
        query = panel_at(FINDINGS, request.GET).query_string
    except UnknownFilter as error:
        raise Http404(str(error)) from error
    return _page(request, site, ChosenFindings(query))


def _page(
    request: HttpRequest, site: AdminSite, chosen: ChosenFindings
) -> HttpResponse:
    """List the findings, and fix those that are ticked, or by a job `all`."""
    try:
        rule, found = chosen.rule, chosen.fixable()
    except UnknownFilter as error:
        raise Http404(str(error)) from error
    reason = reason_form(request)
    # The rule says why; what is fixed by several rules needs a reason of its own.
    is_told = bool(rule) and not request.POST.get("reason")
    if request.method == "POST" and (is_told or reason.is_valid()):
        return _fix(request, site, chosen, None if is_told else reason)
    shown = list(found[:MOST_AT_ONCE])
    ticked = {finding.pk for finding in shown}
    if request.method == "POST":
        ticked = set(_ticked(request))
    context = {
        **site.each_context(request),
        "title": "Fix all",
        "chosen": chosen,
        "findings": shown,
        "ticked": ticked,
        "total": found.count(),
        "most": MOST_AT_ONCE,
        "reason": reason,
    }
    return TemplateResponse(request, "curation/finding_fix.html", context)


def _ticked(request: HttpRequest) -> list[int]:
    """The numbers of the findings that were ticked."""
    return [int(pk) for pk in request.POST.getlist("chosen") if pk.isdecimal()]


def _fix(
    request: HttpRequest,
    site: AdminSite,
    chosen: ChosenFindings,
    reason: ReasonForm | None,
) -> HttpResponse:
    why = remember(request, reason) if reason else {}
    if not chosen.rule:
        # Several rules have no name together: the history keeps which were meant.
        note = why.get("note") or chosen.words
        why = why | {"note": note}
    if "all" in request.POST:
        job = jobs.start_fix(chosen, by=request.user, **why)
        return HttpResponseRedirect(reverse("admin:curation_job", args=[job.pk]))
    ticked = list(chosen.fixable().filter(pk__in=_ticked(request))[:MOST_AT_ONCE])
    act = Act(ChangeSet.Kind.FIX, by=request.user, rule=chosen.rule, **why)
    outcome = fixes.apply_fixes(ticked, act, progress=lambda *done: None)
    context = {
        **site.each_context(request),
        "title": "Fixed",
        "chosen": chosen,
        "outcome": outcome,
    }
    return TemplateResponse(request, "curation/finding_fixed.html", context)
