"""Many at once: every operation on many trials, and operations as files."""

from django.contrib import messages
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from curation import operations
from curation.bulk.operation import OperationError, Step, from_json, to_json
from curation.chosen_trials import ChosenTrials
from curation.models import BulkOperation
from curation.operation_words import title
from trials.models import Revision

ROWS = 50
MOST_BYTES = 1_000_000
"""A file of operations that is larger is none."""


def may_look(request: HttpRequest) -> bool:
    """Whether the account sees what was done to many trials at once."""
    return request.user.has_perms(["trials.view_trial", "curation.view_review"])


def may_change(request: HttpRequest) -> bool:
    """Whether the account may change records of many trials at once."""
    return request.user.has_perms(["trials.change_trial", "curation.bulk_change"])


def refuse_others(request: HttpRequest) -> None:
    """Raise PermissionDenied for those who may not change many records."""
    if not may_change(request):
        raise PermissionDenied


@require_safe
def overview(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """All operations, newest first. Needs view_trial and view_review."""
    if not may_look(request):
        raise PermissionDenied
    page = Paginator(_operations(), ROWS).get_page(request.GET.get("page"))
    context = {
        **site.each_context(request),
        "title": "Many at once",
        "page": page,
        "rows": [_row(request, bulk) for bulk in page],
        "may_change": may_change(request),
    }
    return TemplateResponse(request, "curation/bulk.html", context)


def _operations() -> QuerySet[BulkOperation]:
    """Them, with how many of their trials were put back (`reverted`)."""
    reverted = (
        Revision.objects.filter(change_set__reverts=OuterRef("change_set"))
        .order_by()
        .values("change_set__reverts")
        .annotate(count=Count("trial", distinct=True))
        .values("count")
    )
    return (
        BulkOperation.objects.annotate(reverted=Coalesce(Subquery(reverted), 0))
        .select_related("job")
        .defer("trials", "left_out", "job__arguments")
    )


def _row(request: HttpRequest, bulk: BulkOperation) -> dict:
    operation = operations.operation_of(bulk)
    is_change = not isinstance(operation, Step)
    return {
        "bulk": bulk,
        "title": title(operation),
        "trials": ChosenTrials(bulk.query).words,
        "may_revert": is_change
        and bulk.changed > bulk.reverted
        and request.user.has_perms(["trials.change_trial", "trials.revert_changeset"]),
        "may_replay": request.user.has_perms(operations.permissions_for(operation)),
    }


@require_safe
def export(request: HttpRequest, operation_id: int) -> HttpResponse:
    """One operation as a file. Needs view_trial and view_review."""
    if not may_look(request):
        raise PermissionDenied
    bulk = get_object_or_404(BulkOperation, pk=operation_id)
    return HttpResponse(
        to_json(operations.operation_of(bulk)),
        content_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="operation-{bulk.pk}.json"'
        },
    )


@require_POST
def load(request: HttpRequest) -> HttpResponse:
    """Prepare the operations of a file for all trials in use, changing nothing.

    Needs change_trial and bulk_change, and what each operation needs. A file with one
    that makes no sense is refused whole.
    """
    refuse_others(request)
    here = reverse("admin:curation_bulk")
    file = request.FILES.get("file")
    try:
        if file is None or file.size > MOST_BYTES:
            raise OperationError("Choose a file of operations.")
        found = from_json(file.read())
        if any(isinstance(operation, Step) for operation in found):
            raise OperationError("Steps of the review are not taken from files.")
        made = [
            operations.prepare(operation, ChosenTrials(), by=request.user)
            for operation in found
        ]
    except OperationError as error:
        messages.error(request, f"Nothing was imported. {error}")
        return HttpResponseRedirect(here)
    if len(made) == 1:
        address = reverse("admin:curation_bulk_operation", args=[made[0].pk])
        return HttpResponseRedirect(address)
    messages.success(
        request,
        f"{len(made)} operations are prepared for all trials in use. Open and apply "
        "them one after the other; “Look again” shows what the one before it left.",
    )
    return HttpResponseRedirect(here)
