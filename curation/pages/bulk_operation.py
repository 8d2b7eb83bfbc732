"""One operation on many trials: looked at, applied, and what came of it."""

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from curation import jobs, operations, reviews
from curation.acts import Act
from curation.bulk.operation import Operation, OperationError, Step
from curation.chosen_trials import ChosenTrials
from curation.columns import label
from curation.models import BulkOperation
from curation.operation_preview import PreviewPage, names_on, preview
from curation.operation_words import details, title
from curation.pages.bulk import may_look
from curation.reasons import reason_form, remember

MOST_AT_ONCE = 200
"""Trials that one request changes; more are the work of a job."""
ROWS = 200
"""Skipped trials on a page."""

State = BulkOperation.State


class NoteForm(forms.Form):
    """Why a step is taken with many trials."""

    note = forms.CharField(
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "Note", "aria-label": "Note"}),
    )

    def __init__(self, operation: Step, *args, **kwargs):
        super().__init__(*args, **kwargs)
        step = reviews.TRANSITIONS.get(operation.step)
        self.fields["note"].required = bool(step and step.needs_note)


@require_http_methods(["GET", "HEAD", "POST"])
def operation(
    request: HttpRequest, operation_id: int, *, site: AdminSite
) -> HttpResponse:
    """What it would change, hit by hit, or what it did.

    Needs view_trial and view_review, to tick and apply what the operation asks for.
    """
    if not may_look(request):
        raise PermissionDenied
    bulk = get_object_or_404(BulkOperation, pk=operation_id)
    what = operations.operation_of(bulk)
    may_apply = request.user.has_perms(operations.permissions_for(what))
    why = _why_form(request, what)
    if request.method == "POST":
        if not may_apply:
            raise PermissionDenied
        if done := _act(request, bulk, what, why):
            return done
    context = {
        **site.each_context(request),
        "title": title(what),
        "bulk": bulk,
        "details": details(what),
        "trials": ChosenTrials(bulk.query).words,
        "is_change": not isinstance(what, Step),
        "may_apply": may_apply,
        "why": why,
    }
    if bulk.state == State.PREPARED:
        asked = request.POST.get("shown") or request.GET.get("page", "")
        context |= _prepared(request, bulk, _number(asked))
        return TemplateResponse(request, "curation/bulk_preview.html", context)
    context |= _begun(request, bulk)
    return TemplateResponse(request, "curation/bulk_done.html", context)


def _why_form(request: HttpRequest, what: Operation):
    if not isinstance(what, Step):
        return reason_form(request)
    return NoteForm(what, request.POST if request.method == "POST" else None)


def _prepared(request: HttpRequest, bulk: BulkOperation, number: int) -> dict:
    shown = preview(bulk, number, request.user)
    return {
        "shown": shown,
        "hits": sum(hits for _, _, hits in bulk.trials),
        "left_out": len(bulk.left_out),
        "is_job": _is_job(bulk),
        "counts": [(label(name), count) for name, count in bulk.counts.items()],
    }


def _begun(request: HttpRequest, bulk: BulkOperation) -> dict:
    is_over = bulk.state == State.APPLIED
    # Until then the row has the number of the last stop, and none where a worker died.
    changed = bulk.changed if is_over else len(operations.changed_by(bulk.change_set))
    return {
        "page": Paginator(bulk.skipped, ROWS).get_page(request.GET.get("page")),
        "changed": changed,
        "is_going_on": not is_over and bulk.job and not bulk.job.is_over,
        "revisions": _reverts(bulk),
        "sees_job": jobs.seen_by(request.user).filter(pk=bulk.job_id).exists(),
    }


def _is_job(bulk: BulkOperation) -> bool:
    return len(operations.chosen(bulk)) > MOST_AT_ONCE


def _reverts(bulk: BulkOperation) -> list:
    return list(bulk.change_set.reverted_by.order_by("pk")) if bulk.change_set else []


def _act(
    request: HttpRequest, bulk: BulkOperation, what: Operation, why: forms.Form
) -> HttpResponse | None:
    """Do what the button says; None where the page has to be shown again."""
    go = request.POST.get("go", "")
    here = _address(bulk)
    if bulk.state != State.PREPARED:
        messages.info(request, "This was applied before.")
        return HttpResponseRedirect(here)
    if go == "discard" and operations.discard(bulk):
        messages.success(request, "Discarded. Nothing was changed.")
        return HttpResponseRedirect(reverse("admin:curation_bulk"))
    if go == "again":
        try:
            again = operations.prepare_again(bulk, request.user)
        except OperationError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(here)
        return HttpResponseRedirect(_address(again))
    _keep_ticks(request, bulk, preview(bulk, _posted(request), request.user))
    if go != "apply":
        return HttpResponseRedirect(f"{here}?{urlencode({'page': _number(go)})}")
    if not why.is_valid():
        return None
    return _apply(request, bulk, what, why)


def _apply(
    request: HttpRequest, bulk: BulkOperation, what: Operation, why: forms.Form
) -> HttpResponse:
    is_step = isinstance(what, Step)
    told = why.cleaned_data if is_step else remember(request, why)
    try:
        if _is_job(bulk):
            job = jobs.start_bulk(bulk, by=request.user, **told)
            return HttpResponseRedirect(reverse("admin:curation_job", args=[job.pk]))
        act = Act(operations.kind_of(what), by=request.user, **told)
        operations.apply(bulk, act)
    except reviews.Refused as refused:
        messages.error(request, str(refused))
    else:
        said = f"{bulk.changed} trial{'s' if bulk.changed != 1 else ''} changed."
        messages.success(request, said)
    return HttpResponseRedirect(_address(bulk))


def _keep_ticks(request: HttpRequest, bulk: BulkOperation, shown: PreviewPage) -> None:
    """Note which hits of the page were unticked."""
    here, chosen = names_on(shown), set(request.POST.getlist("chosen"))
    left_out = (set(bulk.left_out) - here) | (here - chosen)
    if left_out != set(bulk.left_out):
        bulk.left_out = sorted(left_out)
        # A job may have begun with the ticks of somebody else meanwhile.
        prepared = BulkOperation.objects.filter(pk=bulk.pk, state=State.PREPARED)
        prepared.update(left_out=bulk.left_out)


def _posted(request: HttpRequest) -> int:
    return _number(request.POST.get("shown", ""))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 1


def _address(bulk: BulkOperation) -> str:
    return reverse("admin:curation_bulk_operation", args=[bulk.pk])
