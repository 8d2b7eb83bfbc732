"""The page where data users find the approved records."""

from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from curation import accounts_log, approved

CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@require_safe
def approved_records(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """How many records are approved, since when, and the way to them. Needs
    export_approved."""
    if not request.user.has_perm("curation.export_approved"):
        raise PermissionDenied
    counts = {"count": Count("pk"), "last": Max("trial__review__approved_at")}
    context = {
        **site.each_context(request),
        "title": "Approved records",
        **approved.approved().aggregate(**counts),
    }
    return TemplateResponse(request, "curation/approved.html", context)


@require_GET
def export(request: HttpRequest, *, name: str) -> HttpResponse:
    """Stream the approved records as a file: needs export_approved, and is logged."""
    if not request.user.has_perm("curation.export_approved"):
        raise PermissionDenied
    what = f"{name}: {approved.approved().count()} approved records"
    accounts_log.records_exported(what, by=request.user, request=request)
    file = f"approved-{timezone.now():%Y-%m-%d}.{name}"
    return StreamingHttpResponse(
        approved.FORMATS[name](),
        content_type=CONTENT_TYPES[name],
        headers={"Content-Disposition": f'attachment; filename="{file}"'},
    )
