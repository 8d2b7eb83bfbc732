"""The findings desk: what is open across all trials, rule by rule."""

from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Min, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from curation.findings import RULE_BY_ID
from curation.models import Finding

ROWS = 50


def overview(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """All rules with open findings: how many, in how many trials, how many fixable."""
    if not request.user.has_perm("curation.view_finding"):
        raise PermissionDenied
    counts = (
        Finding.objects.filter(state=Finding.State.OPEN)
        .values("rule", "severity")
        .annotate(
            count=Count("id"),
            trials=Count("trial", distinct=True),
            fixable=Count("id", filter=~Q(fix_label="")),
        )
        .order_by("severity", "-count", "rule")
    )
    severities = dict(Finding._meta.get_field("severity").choices)
    context = {
        **site.each_context(request),
        "title": "Findings",
        "rules": [
            row
            | {
                "severity": severities[row["severity"]],
                "explanation": _explanation(row["rule"]),
            }
            for row in counts
        ],
    }
    return TemplateResponse(request, "curation/findings.html", context)


def _explanation(rule_id: str) -> str:
    rule = RULE_BY_ID.get(rule_id)
    if rule is None:
        return "This rule is no longer there."
    # The lines of a docstring are as wide as code; only its paragraphs count.
    paragraphs = rule.explanation.split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def rule(request: HttpRequest, rule_id: str, *, site: AdminSite) -> HttpResponse:
    """The findings of one rule with its text, and its fixes by what they do."""
    if not request.user.has_perm("curation.view_finding"):
        raise PermissionDenied
    state = request.GET.get("state", Finding.State.OPEN)
    if state not in Finding.State:
        raise Http404(f"There is no state “{state}”.")
    rows = Finding.objects.filter(rule=rule_id, state=state)
    if rule_id not in RULE_BY_ID and not rows.exists():
        raise Http404(f"There is no rule “{rule_id}”.")
    severity = request.GET.get("severity", "")
    if severity:
        if severity not in Finding.SEVERITIES:
            raise Http404(f"There is no severity “{severity}”.")
        rows = rows.filter(severity=Finding.SEVERITIES[severity])
    fixes = (
        rows.exclude(fix_label="")
        .values("before", "after")
        .annotate(count=Count("id"), example=Min("id"))
        .order_by("-count")[:20]
    )
    page = Paginator(
        rows.select_related("trial").order_by("trial__nct_id", "first_line"), ROWS
    ).get_page(request.GET.get("page"))
    context = {
        **site.each_context(request),
        "title": f"Findings of {rule_id}",
        "rule_id": rule_id,
        "explanation": _explanation(rule_id),
        "state": state,
        "severity": severity,
        "states": Finding.State.choices,
        "fixes": fixes if state == Finding.State.OPEN else (),
        "page": page,
    }
    return TemplateResponse(request, "curation/finding_rule.html", context)


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
