"""The findings desk: what is open across all trials, rule by rule."""

from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from curation.models import Finding
from curation.pages.finding_list import explanation


def overview(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """All rules with open findings: how many, in how many trials, how many fixable."""
    if not request.user.has_perm("curation.view_finding"):
        raise PermissionDenied
    # Grouped as indexes have them, which alone are read then: two queries.
    by_rule = (
        Finding.objects.filter(state=Finding.State.OPEN)
        .order_by()
        .values("severity", "rule")
    )
    counts = by_rule.annotate(count=Count("id"), trials=Count("trial", distinct=True))
    with_fix = by_rule.exclude(fix_label="").values_list("severity", "rule")
    fixable = {(s, rule): count for s, rule, count in with_fix.annotate(Count("id"))}
    counts = sorted(
        counts, key=lambda row: (row["severity"], -row["count"], row["rule"])
    )
    severities = dict(Finding._meta.get_field("severity").choices)
    context = {
        **site.each_context(request),
        "title": "Findings",
        "rules": [
            row
            | {
                "severity": severities[row["severity"]],
                "explanation": explanation(row["rule"]),
                "fixable": fixable.get((row["severity"], row["rule"]), 0),
            }
            for row in counts
        ],
    }
    return TemplateResponse(request, "curation/findings.html", context)


def reader_errors(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """What the readers get wrong: findings by rule, layout and reader version."""
    if not request.user.has_perm("curation.view_finding"):
        raise PermissionDenied
    rows = (
        Finding.objects.exclude(state=Finding.State.GONE)
        .values("rule", "layout", "reader_version")
        .annotate(
            count=Count("id"),
            open=Count("id", filter=Q(state=Finding.State.OPEN)),
            trials=Count("trial", distinct=True),
        )
        .order_by("-count", "rule", "layout", "reader_version")
    )
    context = {
        **site.each_context(request),
        "title": "What the readers get wrong",
        "rows": rows,
    }
    return TemplateResponse(request, "curation/reader_errors.html", context)
