"""Clusters: values of a column that are probably spellings of one thing."""

from django.contrib import messages
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from curation import clustered, columns, not_same, operations
from curation.bulk.clusters import METHODS
from curation.bulk.operation import Merge, MergeGroup, OperationError
from curation.chosen_trials import ChosenTrials
from curation.clustered import Clusters
from curation.models import NotSame
from curation.pages.bulk import may_look, refuse_others

GROUPS = 20
"""Groups on a page."""
VALUES = 40
"""Values of a group that a page shows: a form takes 1,000 fields. The others come once
these are merged."""
TRIALS = 100
"""Trials of a value on a page."""

NONE = Clusters(0, ())
"""What there is before a column is chosen."""

LABELS = {
    "fingerprint": "Same words (fingerprint)",
    "ngram": "Same pairs of letters (n-gram fingerprint)",
    "phonetic": "Same sound in English (Metaphone)",
    "nearest": "Nearly the same letters (nearest)",
}


@require_http_methods(["GET", "HEAD", "POST"])
def clusters(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """The groups of a column by a method, to merge or to tell apart.

    Needs change_trial and bulk_change. What is to be merged is shown trial by trial
    before it is done.
    """
    refuse_others(request)
    if request.method == "POST":
        return _act(request)
    column, method = _asked(request.GET)
    found = clustered.clusters(column, method) if column else NONE
    page = Paginator(found.groups, GROUPS).get_page(request.GET.get("page"))
    context = {
        **site.each_context(request),
        "title": "Clusters",
        "columns": [(name, columns.label(name)) for name in columns.CLUSTERED],
        "methods": LABELS.items(),
        "column": column,
        "method": method,
        "different": found.different,
        "page": page,
        "groups": [
            (number, group, group.values[:VALUES]) for number, group in enumerate(page)
        ],
        "told_apart": NotSame.objects.filter(column=column)[:200] if column else (),
    }
    return TemplateResponse(request, "curation/bulk_clusters.html", context)


def _asked(query) -> tuple[str, str]:
    """The column ("" for none yet) and the method that are asked for."""
    column, method = query.get("column", ""), query.get("method", "")
    return (
        column if column in columns.CLUSTERED else "",
        method if method in METHODS else "fingerprint",
    )


def _act(request: HttpRequest) -> HttpResponse:
    column, method = _asked(request.POST)
    go = request.POST.get("go", "")
    try:
        if not column:
            raise OperationError("Choose a field.")
        if go.startswith("apart-"):
            number = go.removeprefix("apart-")
            _tell_apart(request, column, request.POST.getlist(f"value-{number}"))
        else:
            operation = _merge(request, column)
            bulk = operations.prepare(operation, ChosenTrials(), by=request.user)
            address = reverse("admin:curation_bulk_operation", args=[bulk.pk])
            return HttpResponseRedirect(address)
    except OperationError as error:
        messages.error(request, f"Nothing was changed. {error}")
    return HttpResponseRedirect(_address(column, method))


def _merge(request: HttpRequest, column: str) -> Merge:
    """What the ticked groups ask for. Raises OperationError."""
    groups = []
    for number in request.POST.getlist("chosen"):
        values = request.POST.getlist(f"value-{number}")
        form = request.POST.get(f"form-{number}", "").strip()
        if not form:
            raise OperationError("Each group that is to be merged needs a form.")
        if values:
            groups.append(MergeGroup(tuple(values), form))
    if not groups:
        raise OperationError("Tick the groups that are to be merged.")
    return Merge(column, tuple(groups))


def _tell_apart(request: HttpRequest, column: str, values: list[str]) -> None:
    if not 2 <= len(values) <= VALUES or any("\0" in value for value in values):
        raise OperationError("Tick the two or more values that are not the same.")
    not_same.remember(column, values, request.user)
    messages.success(
        request, f"Remembered: {', '.join(f'“{v}”' for v in values)} are not the same."
    )


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Take back that two values are not the same. Needs change_trial, bulk_change."""
    refuse_others(request)
    number = request.POST.get("pair", "")
    if number.isdecimal() and len(number) < 19 and not_same.forget(int(number)):
        messages.success(request, "Forgotten: they may be grouped again.")
    else:
        messages.info(request, "That was forgotten before.")
    return HttpResponseRedirect(_address(*_asked(request.POST)))


@require_safe
def of_value(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """The trials that have `value` in `column`. Needs view_trial and view_review."""
    if not may_look(request):
        raise PermissionDenied
    column, _ = _asked(request.GET)
    value = request.GET.get("value", "").replace("\0", "")
    trials = columns.with_values(column, [value]) if column else None
    page = None
    if trials is not None:
        rows = trials.only("nct_id", "brief_title").order_by("nct_id")
        page = Paginator(rows, TRIALS).get_page(request.GET.get("page"))
    context = {
        **site.each_context(request),
        "title": "Trials of a value",
        "subtitle": value,
        "value": value,
        "label": columns.label(column),
        "page": page,
    }
    return TemplateResponse(request, "curation/bulk_value.html", context)


def _address(column: str, method: str) -> str:
    address = reverse("admin:curation_bulk_clusters")
    query = urlencode({"column": column, "method": method})
    return f"{address}?{query}"
