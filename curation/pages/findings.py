"""The findings desk: what is open across all trials, rule by rule."""

from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Min, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from curation.findings import RULE_BY_ID
from curation.models import Finding
from curation.paging import CappedPaginator

ROWS = 50


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
                "explanation": _explanation(row["rule"]),
                "fixable": fixable.get((row["severity"], row["rule"]), 0),
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
    ordered = rows.select_related("trial").order_by("trial__nct_id", "first_line")
    asked = request.GET.get("page", "")
    page = CappedPaginator(ordered, ROWS, page=asked).get_page(asked)
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
