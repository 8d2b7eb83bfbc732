"""The findings across all trials, one by one, beside the facets that choose them."""

from django.contrib import messages
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Min, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from curation import facets
from curation.chosen_findings import LIKE, ChosenFindings
from curation.facets import UnknownFilter
from curation.findings import RULE_BY_ID
from curation.models import Finding
from curation.pages.facets import FINDINGS, Panel, panel_at
from curation.paging import CappedPaginator

ROWS = 50
FIXES = 20
"""Groups of equal fixes that are shown."""


def explanation(rule_id: str) -> str:
    """What a rule says of itself, in paragraphs."""
    rule = RULE_BY_ID.get(rule_id)
    if rule is None:
        return "This rule is no longer there."
    # The lines of a docstring are as wide as code; only its paragraphs count.
    paragraphs = rule.explanation.split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    """The list with one rule chosen. Its own page was here before there were facets."""
    if not request.user.has_perm("curation.view_finding"):
        raise PermissionDenied
    query = request.GET.copy()
    query[facets.RULE.name] = rule_id
    try:
        panel = panel_at(FINDINGS, query)
    except UnknownFilter as error:
        raise Http404(str(error)) from error
    return HttpResponseRedirect(panel.here)


@require_safe
def finding_list(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """What the facets and the search leave; of one rule alone also its text, and its
    fixes by what they do. Needs view_finding."""
    if not request.user.has_perm("curation.view_finding"):
        raise PermissionDenied
    try:
        panel = panel_at(FINDINGS, request.GET)
        chosen = ChosenFindings(panel.query_string)
        found = chosen.findings()
    except UnknownFilter as error:
        # As the admin's lists do: a kept address may name what is no more.
        messages.error(request, f"{error} All findings are shown.")
        return HttpResponseRedirect(reverse("admin:curation_finding_list"))
    # As an index has them: the worst first, each rule's together.
    ordered = found.order_by("severity", "rule", "trial_id", "id")
    asked = request.GET.get("page", "")
    rows = ordered.select_related("trial").only(*SHOWN)
    page = CappedPaginator(rows, ROWS, page=asked).get_page(asked)
    may_fix = request.user.has_perm("trials.change_trial")
    rules = panel.chosen.get(facets.RULE, [])
    one_rule = rules[0] if len(rules) == 1 else ""
    context = {
        **site.each_context(request),
        "title": f"Findings of {one_rule}" if one_rule else "Findings",
        "is_fullwidth": True,
        "panel": panel,
        "query": panel.query_string,
        "search": chosen.search,
        "explanation": explanation(one_rule) if one_rule else "",
        "states": _states(panel),
        "fixes": _fixes(chosen, panel) if one_rule and may_fix else (),
        "is_fixable": may_fix and chosen.fixable().order_by().exists(),
        "page": page,
    }
    return TemplateResponse(request, "curation/finding_list.html", context)


SHOWN = (
    *("severity", "rule", "path", "first_line", "message", "fix_label"),
    *("before", "after", "trial__nct_id"),
)
"""What the list reads of a finding: the texts of its trial stay in the database."""


def _states(panel: Panel) -> str:
    """In which states findings are shown: "open or waived"."""
    values = panel.chosen.get(facets.STATE, [Finding.State.OPEN.value])
    return " or ".join(facets.STATE.label(value).lower() for value in values)


def _fixes(chosen: ChosenFindings, panel: Panel) -> list[dict]:
    """What the fixes of the findings do, the most frequent first, with the query that
    leaves those findings alone."""
    groups: QuerySet = (
        chosen.fixable()
        .order_by()
        .values("before", "after")
        .annotate(count=Count("id"), example=Min("id"))
        .order_by("-count", "example")
    )
    also = f"{panel.query_string}&" if panel.query_string else ""
    return [
        group | {"query": also + urlencode({LIKE.name: group["example"]})}
        for group in groups[:FIXES]
    ]
