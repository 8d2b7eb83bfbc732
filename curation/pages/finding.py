"""What a curator does with a finding: fix it, waive it, or fix all that are alike."""

from django import forms
from django.contrib import messages
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from curation import fixes, workflow
from curation.models import Finding
from trials import tables
from trials.models import ChangeSet

MOST_AT_ONCE = 200
"""Fixes that one request makes; more of them are the command's work."""


class WaiveForm(forms.Form):
    """Why a finding is no error."""

    reason = forms.CharField(max_length=2000)


def back(request: HttpRequest, finding: Finding) -> str:
    """Where the request came from, or the finding's place in its trial."""
    wanted = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    address = reverse("admin:trials_trial_goto", args=[finding.trial_id])
    return f"{address}?path={finding.path}"


@require_POST
def fix(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Apply the fix of one finding."""
    if not request.user.has_perm("trials.change_trial"):
        raise PermissionDenied
    finding = get_object_or_404(Finding, pk=finding_id)
    act = workflow.Act(ChangeSet.Kind.FIX, by=request.user, rule=finding.rule)
    try:
        revision = fixes.apply_fix(finding, act)
    except (fixes.FixError, workflow.StaleVersion, tables.Drift) as error:
        messages.error(request, f"Nothing was changed. {error}")
    else:
        messages.success(request, _done(finding, revision.change_set_id))
    return HttpResponseRedirect(back(request, finding))


def _done(finding: Finding, change_set_id: int) -> str:
    undo = reverse("admin:trials_trial_change_set", args=[change_set_id])
    return format_html(
        'Done: {}. <a href="{}">Look at it or undo it</a>', finding.fix_label, undo
    )


@require_POST
def waive(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Waive a finding, or with `take_back` open a waived one again."""
    if not request.user.has_perm("curation.waive_finding"):
        raise PermissionDenied
    finding = get_object_or_404(Finding, pk=finding_id)
    form = WaiveForm(request.POST)
    decide = fixes.take_back_waiver if "take_back" in request.POST else fixes.waive
    if not form.is_valid():
        messages.error(request, "Please write why the finding is no error.")
        return HttpResponseRedirect(back(request, finding))
    try:
        decide(finding, form.cleaned_data["reason"], request.user)
    except fixes.FixError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            "The finding is open again."
            if "take_back" in request.POST
            else "The finding is waived.",
        )
    return HttpResponseRedirect(back(request, finding))


def similar(request: HttpRequest, finding_id: int, *, site: AdminSite) -> HttpResponse:
    """List the findings that one fix would put right, and apply it to the chosen."""
    if not request.user.has_perm("trials.change_trial"):
        raise PermissionDenied
    finding = get_object_or_404(Finding, pk=finding_id)
    alike = fixes.similar(finding)
    if request.method == "POST":
        chosen = list(alike.filter(pk__in=request.POST.getlist("chosen")))
        return _fix_all(request, site, finding, chosen[:MOST_AT_ONCE])
    context = {
        **site.each_context(request),
        "title": "Apply to all similar",
        "finding": finding,
        "alike": alike[:MOST_AT_ONCE],
        "total": alike.count(),
        "most": MOST_AT_ONCE,
    }
    return TemplateResponse(request, "curation/similar.html", context)


def _fix_all(
    request: HttpRequest, site: AdminSite, finding: Finding, chosen: list[Finding]
) -> HttpResponse:
    act = workflow.Act(ChangeSet.Kind.FIX, by=request.user, rule=finding.rule)
    outcome = fixes.apply_fixes(chosen, act, progress=lambda count: None)
    context = {
        **site.each_context(request),
        "title": "Applied to all similar",
        "finding": finding,
        "outcome": outcome,
    }
    return TemplateResponse(request, "curation/similar_done.html", context)


def waived(trial: Trial) -> list[Finding]:
    """The trial's waived findings, each with the `waiver` that counts."""
    found = trial.findings.filter(state=Finding.State.WAIVED)
    found = list(found.prefetch_related("waivers"))
    for finding in found:
        finding.waiver = finding.waivers.all()[0]
    return found
