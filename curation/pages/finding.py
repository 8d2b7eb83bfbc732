"""What a curator does with a finding: fix it or waive it.

A script that asks for JSON is told what happened and how to undo it; a form of the page
goes back to the page, which says so.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from curation import fixes
from curation.acts import Act
from curation.locks import StaleVersion
from curation.models import Finding
from curation.pages.outcome import told, wants_json
from curation.pages.way_back import way_back
from curation.reviews import Refused
from trials import tables
from trials.models import ChangeSet, Revision, Trial


class WaiveForm(forms.Form):
    """Why a finding is no error."""

    reason = forms.CharField(max_length=2000)


def back(request: HttpRequest, finding: Finding) -> str:
    """Where the request came from, or the finding's place in its trial."""
    address = reverse("admin:trials_trial_goto", args=[finding.trial_id])
    return way_back(request, f"{address}?{urlencode({'path': finding.path})}")


@require_POST
def fix(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Apply the fix of one finding, or with `variant` take that value of the page.

    Needs change_trial.
    """
    if not request.user.has_perm("trials.change_trial"):
        raise PermissionDenied
    finding = get_object_or_404(Finding, pk=finding_id)
    act = Act(ChangeSet.Kind.FIX, by=request.user, rule=finding.rule)
    variant = request.POST.get("variant")
    try:
        if variant is None:
            revision = fixes.apply_fix(finding, act)
        else:
            revision = fixes.use_variant(finding, variant, act)
    except (fixes.FixError, StaleVersion, Refused, tables.Drift) as error:
        messages.error(request, f"Nothing was changed. {error}")
        return _leave(request, finding, is_done=False)
    what = finding.fix_label if variant is None else f"Use “{variant}”"
    done = f"{finding.rule}: {what}. Saved as version {revision.number}."
    undo = reverse("admin:trials_trial_revert", args=[finding.trial_id])
    undo = f"{undo}?to={revision.number - 1}"
    if wants_json(request):
        messages.success(request, done)
        fields = _undo_fields(request, finding, revision)
        return told(request, is_done=True, undo={"url": undo, "fields": fields})
    link = '{} <a class="underline" href="{}">Undo</a>'
    messages.success(request, format_html(link, done, undo))
    return HttpResponseRedirect(back(request, finding))


def _undo_fields(
    request: HttpRequest, finding: Finding, revision: Revision
) -> dict[str, Any]:
    """What the page of the revert is sent to undo a fix without asking why."""
    return {
        "version": revision.number,
        "reason": request.session.get("reason") or ChangeSet.Reason.OTHER,
        "note": f"Undo of {finding.rule}",
    }


def _leave(
    request: HttpRequest, finding: Finding, *, is_done: bool, **more
) -> HttpResponse:
    """Tell the script that asked, or go back to the page."""
    if wants_json(request):
        return told(request, is_done=is_done, **more)
    return HttpResponseRedirect(back(request, finding))


@require_POST
def waive(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Waive a finding, or with `take_back` open a waived one again."""
    if not request.user.has_perm("curation.waive_finding"):
        raise PermissionDenied
    finding = get_object_or_404(Finding, pk=finding_id)
    form = WaiveForm(request.POST)
    is_taken_back = "take_back" in request.POST
    form.fields["reason"].required = not is_taken_back
    if not form.is_valid():
        messages.error(request, "Please write why the finding is no error.")
        return _leave(request, finding, is_done=False)
    decide = fixes.take_back_waiver if is_taken_back else fixes.waive
    try:
        decide(finding, form.cleaned_data["reason"], request.user)
    except fixes.FixError as error:
        messages.error(request, str(error))
        return _leave(request, finding, is_done=False)
    done = "open again" if is_taken_back else "waived"
    messages.success(request, f"{finding.rule} is {done}: {finding.message}")
    if is_taken_back:
        return _leave(request, finding, is_done=True)
    undo = {"url": request.path, "fields": {"take_back": 1}}
    return _leave(request, finding, is_done=True, undo=undo)


@require_safe
def preview(request: HttpRequest, finding_id: int) -> HttpResponse:
    """What the fix of a finding changes, word by word; a page without a script.

    Needs view_trial, as the strip of findings does.
    """
    if not request.user.has_perm("trials.view_trial"):
        raise PermissionDenied
    findings = Finding.objects.select_related("trial")
    finding = get_object_or_404(findings, pk=finding_id)
    is_fragment = request.headers.get("X-Requested-With") == "fetch"
    context = {
        "finding": finding,
        "trial": finding.trial,
        "path": finding.path,
        "label": finding.rule,
    }
    name = "fix_preview" if is_fragment else "finding_preview"
    response = TemplateResponse(request, f"curation/{name}.html", context)
    patch_vary_headers(response, ["X-Requested-With"])
    return response


def open_and_waived(trial: Trial) -> tuple[list[Finding], list[Finding]]:
    """The trial's open findings, and its waived ones, each with its last `waiver`."""
    states = (Finding.State.OPEN, Finding.State.WAIVED)
    found = list(trial.findings.filter(state__in=states))
    waived = [f for f in found if f.state == Finding.State.WAIVED]
    prefetch_related_objects(waived, "waivers")
    for finding in waived:
        finding.waiver = finding.waivers.all()[0]
    return [f for f in found if f.state == Finding.State.OPEN], waived
