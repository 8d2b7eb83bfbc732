"""Edited tables back in: hand them over, look at what they change, decide, apply."""

from itertools import groupby
from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from curation import csv_imports, uploads
from curation.csv_imports import PERMISSIONS, Choice, NotApplied
from curation.csv_plan import Plan, PlannedChange, PlannedTrial
from curation.labels import path_label
from curation.models import Upload
from curation.readable import in_words, readable
from curation.reasons import ReasonForm, reason_form, remember
from trials import sheets
from trials.record.contest import Standing
from trials.sheets import Unreadable

ON_A_PAGE = {"changes": 50, "conflicts": 25, "problems": 100}
"""Tab -> how many of its rows a page shows."""

MOST_AT_ONCE = 200
"""Trials that one request changes: more would outlast what a server waits for."""


def _permit(request: HttpRequest) -> None:
    """Needs change_trial, add_trial and view_trial."""
    if not request.user.has_perms([*PERMISSIONS, "trials.view_trial"]):
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Take the files, and lead to what they would change. Needs what imports need."""
    _permit(request)
    error = ""
    if request.method == "POST":
        files = request.FILES.getlist("files")
        try:
            if files:
                upload = uploads.take(files, request.user)
                return HttpResponseRedirect(_address(upload))
            error = "Please choose the files."
        except Unreadable as unreadable:
            error = str(unreadable.problem)
    context = {
        **site.each_context(request),
        "title": "Edited tables",
        "error": error,
        "most": sheets.MOST_BYTES // 1024 // 1024,
        "uploads": Upload.objects.defer("content", "plan").select_related("by")[:20],
    }
    return TemplateResponse(request, "curation/csv_import.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, upload_id: int, *, site: AdminSite) -> HttpResponse:
    """What the files change, and what is to be decided. Needs what imports need."""
    _permit(request)
    upload = get_object_or_404(Upload, pk=upload_id)
    plan, reason = uploads.plan(upload), reason_form(request)
    if request.method == "POST":
        action = _ACTIONS.get(request.POST.get("do", ""), _nothing)
        if address := action(request, upload, plan, reason):
            return HttpResponseRedirect(address)
    context = {
        **site.each_context(request),
        **_shown(request, plan, uploads.choices(upload)),
        "title": "Edited tables",
        "subtitle": upload.files,
        "upload": upload,
        "plan": plan,
        "most": MOST_AT_ONCE,
        "reason": reason,
    }
    return TemplateResponse(request, "curation/csv_preview.html", context)


def _address(upload: Upload, query: str = "") -> str:
    address = reverse("admin:curation_csv_preview", args=[upload.pk])
    return f"{address}?{query}" if query else address


# What a page shows


def _shown(
    request: HttpRequest, plan: Plan, choices: dict[str, Choice]
) -> dict[str, Any]:
    """The tab that is asked for, and whether all is decided."""
    counts = {
        "changes": plan.changes,
        "conflicts": len(plan.conflicts),
        "problems": plan.problem_count,
    }
    tab = request.GET.get("show", "")
    if tab not in counts:
        tab = "problems" if plan.problem_count else "changes"
    rows = {
        "changes": lambda: [(t, c) for t in plan.trials for c in t.changes],
        "conflicts": lambda: plan.conflicts,
        "problems": lambda: plan.problems,
    }[tab]()
    page = Paginator(rows, ON_A_PAGE[tab]).get_page(request.GET.get("page"))
    open_count = csv_imports.undecided(plan, choices)
    is_small = 0 < len(plan.trials) <= MOST_AT_ONCE
    return {
        "tab": tab,
        "counts": counts,
        "page": page,
        "rows": _ROWS[tab](page, choices),
        "open_count": open_count,
        "is_ready": is_small and not plan.problem_count and not open_count,
    }


def _changes(page: Page, choices: dict[str, Choice]) -> list:
    """Trial -> its changes in words, each with where it stands in the files."""
    found = []
    for trial, group in groupby(page, key=itemgetter(0)):
        changes = [change for _, change in group]
        told = [
            (readable(c.change, short=True), c, _outcome(trial, c, choices))
            for c in changes
        ]
        found.append((trial, told))
    return found


def _outcome(
    trial: PlannedTrial, change: PlannedChange, choices: dict[str, Choice]
) -> str:
    """What becomes of a change that others touched; "" for any other."""
    if not change.is_conflict:
        return ""
    words = {Choice.MINE: "taken from the file", Choice.THEIRS: "left as it is"}
    return words.get(choices.get(trial.name(change)), "to be decided")


def _conflicts(page: Page, choices: dict[str, Choice]) -> list[dict]:
    """The values to choose from."""
    found = []
    for trial, planned in page:
        change, path = planned.change, planned.change.path
        is_gone = planned.standing == Standing.GONE
        found.append(
            {
                "trial": trial,
                "at": planned.at,
                "label": path_label(path),
                "name": trial.name(planned),
                "is_gone": is_gone,
                "before": in_words(path, change.old),
                "theirs": in_words(path, planned.theirs),
                "mine": in_words(path, change.new),
                "choice": choices.get(trial.name(planned), ""),
            }
        )
    return found


def _problems(page: Page, choices: dict[str, Choice]) -> list:
    return list(page)


_ROWS = {"changes": _changes, "conflicts": _conflicts, "problems": _problems}


# What a page does: each gives the address to go to, or "" to show the page again


def _nothing(*args) -> str:
    return ""


def _decide(request, upload: Upload, plan: Plan, reason: ReasonForm) -> str:
    """Keep the decisions of one page."""
    decisions = {}
    for trial, change in plan.conflicts:
        value = request.POST.get(f"take {trial.name(change)}", "")
        if value in set(Choice) and not _is_impossible(change, value):
            decisions[trial.name(change)] = Choice(value)
    uploads.decide(upload, decisions)
    count = csv_imports.undecided(plan, uploads.choices(upload))
    messages.success(request, f"Noted. {count} left to decide.")
    page = request.POST.get("page", "")
    return _address(upload, f"show=conflicts&page={page if page.isdecimal() else 1}")


def _is_impossible(change: PlannedChange, value: str) -> bool:
    """What is deleted takes no value."""
    return change.standing == Standing.GONE and value == Choice.MINE


def _decide_all(request, upload: Upload, plan: Plan, reason: ReasonForm) -> str:
    """The same for all conflicts."""
    choice = Choice(request.POST["do"])
    uploads.decide(upload, csv_imports.decide_all(plan, choice))
    return _address(upload, "show=conflicts")


def _again(request, upload: Upload, plan: Plan, reason: ReasonForm) -> str:
    """Compare with the records as they are now."""
    uploads.look_again(upload)
    messages.info(request, "Compared with the records as they are now.")
    return _address(upload)


def _discard(request, upload: Upload, plan: Plan, reason: ReasonForm) -> str:
    """Throw the upload away."""
    upload.delete()
    messages.info(request, "Thrown away. Nothing was changed.")
    return reverse("admin:curation_csv_import")


def _apply(request, upload: Upload, plan: Plan, reason: ReasonForm) -> str:
    """Do it."""
    if not reason.is_valid():
        return ""
    if len(plan.trials) > MOST_AT_ONCE:
        messages.warning(request, "Too many trials for a page: use import_csv.")
        return _address(upload)
    why = remember(request, reason)
    try:
        done = uploads.apply(upload, by=request.user, progress=_unseen, **why)
    except NotApplied as error:
        messages.error(request, str(error))
        if not Upload.objects.filter(pk=upload.pk).exists():
            return reverse("admin:curation_csv_import")
        return _again(request, upload, plan, reason)
    messages.success(
        request, f"{done.changes} changes in {done.trials} trials were applied."
    )
    return reverse("admin:trials_trial_change_set", args=[done.change_set.pk])


def _unseen(done: int, total: int) -> None:
    """Progress that no page shows."""


_ACTIONS = {
    "decide": _decide,
    Choice.MINE.value: _decide_all,
    Choice.THEIRS.value: _decide_all,
    "again": _again,
    "discard": _discard,
    "apply": _apply,
}
"""What the form may ask for -> what does it."""
