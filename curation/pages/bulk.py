"""Many at once: every operation on many trials, and operations as files."""

from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from curation import operations
from curation.bulk.operation import Step, to_json
from curation.chosen_trials import ChosenTrials
from curation.models import BulkOperation
from curation.operation_words import title
from trials.models import Revision

ROWS = 50


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
