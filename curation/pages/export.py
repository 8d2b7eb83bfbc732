"""The export page: what leaves, how many trials that are, and the way out.

django-import-export brings the button, the action and the address; the bytes are those
of `curation.exports`, the same as the command's.
"""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.sites import AdminSite
from django.contrib.admin.views.main import ALL_VAR, ERROR_FLAG, ORDER_VAR, PAGE_VAR
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from curation import exports, jobs
from curation.export_columns import ColumnError, check
from curation.export_preview import Preview, preview
from curation.facets import UnknownFilter
from curation.models import ExportProfile, Job
from curation.pages.export_form import ExportForm, ProfileForm, first_values
from curation.releases import ReleaseError
from trials.formats import ExportError

MOST_AT_ONCE = 5_000
"""Trials that the page exports while the browser waits; more are for a job."""
PROFILE, TRIALS = "profile", "trials"
NO_FILTERS = (
    *(PROFILE, TRIALS, ALL_VAR, ERROR_FLAG, IS_POPUP_VAR, ORDER_VAR, PAGE_VAR),
    "_changelist_filters",
)
"""What the address may have besides the filters of the list."""
CONTENT_TYPES = {
    ".zip": "application/zip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
}


def may_export(user: AbstractBaseUser) -> bool:
    """Who may view trials exports them; who may not, approved ones if that is given."""
    return user.has_perm("trials.view_trial") or user.has_perm(
        "curation.export_approved"
    )


@require_http_methods(["GET", "POST"])
def export_page(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Show what would leave of the trials that the address chooses, and hand it out.

    Needs view_trial, or export_approved for the approved records alone. The address has
    the filters of the list, the numbers of `trials`, and the `profile` to begin with. A
    POST hands out the file, or lets a job write it where it is large; with `count` it
    only tells what that would hold, with `save` it keeps the choice as a profile.
    """
    if not may_export(request.user):
        raise PermissionDenied
    query = request.GET.copy()
    for name in NO_FILTERS:
        query.pop(name, None)
    form = ExportForm(
        request.POST if request.method == "POST" else first_values(_profile(request)),
        user=request.user,
        query=query.urlencode(),
        nct_ids=tuple(request.GET.getlist(TRIALS)),
    )
    if form.as_approved and form.query:
        return _refusal("Approved records have no filter.")
    try:
        return _answer(request, site, form)
    except UnknownFilter as error:
        return _refusal(str(error))


def _refusal(why: str) -> HttpResponse:
    return HttpResponseBadRequest(
        f"Nothing is exported. {why}", content_type="text/plain; charset=utf-8"
    )


def _profile(request: HttpRequest) -> ExportProfile | None:
    """The profile of the address; a column of it that is no more is told."""
    number = request.GET.get(PROFILE, "")
    if not number.isdecimal():
        return None
    visible = ExportProfile.objects.visible_to(request.user)
    profile = get_object_or_404(visible, pk=number)
    try:
        check(profile.format, profile.columns)
    except ColumnError as error:
        messages.warning(request, f"{error} The profile is older. Please look again.")
    return profile


def _answer(request: HttpRequest, site: AdminSite, form: ExportForm) -> HttpResponse:
    """The file, or the page with what it would hold. Raises UnknownFilter."""
    if not form.is_valid():
        return _page(request, site, form)
    held = preview(form.order(Path()))
    if request.method != "POST" or "count" in request.POST:
        return _page(request, site, form, held)
    if "save" in request.POST:
        return _save(request, site, form, held)
    if is_too_large(held):
        job = _start(request, form, held)
        return HttpResponseRedirect(reverse("admin:curation_job", args=[job.pk]))
    try:
        return _hand_out(request, form)
    except (ExportError, ReleaseError) as error:
        form.add_error(None, str(error))
        return _page(request, site, form, held)


def is_too_large(held: Preview) -> bool:
    """Whether a browser should not wait for the file: a job writes it."""
    return held.trials > MOST_AT_ONCE


def _start(request: HttpRequest, form: ExportForm, held: Preview) -> Job:
    """Let a worker write the file; its page has it for whoever asked."""
    order = form.order(Path())
    needs = ["curation.export_approved" if form.as_approved else "trials.view_trial"]
    if form.cleaned_data.get("new_release"):
        needs.append("curation.add_release")
    title = f"Export as {order.format}: {held.chosen}"
    return jobs.start_export(order, title, by=request.user, needs=tuple(needs))


def _hand_out(request: HttpRequest, form: ExportForm) -> HttpResponse:
    """The file, whole, hashed and logged before its first byte leaves.

    Raises trials.formats.ExportError and ReleaseError.
    """
    with tempfile.TemporaryDirectory() as folder:
        order = form.order(Path(folder))
        exports.export(order, by=request.user, progress=_unseen, request=request)
        # Open, it outlives its name, and is gone when the response is closed.
        file = order.output.open("rb")
    return FileResponse(
        file,
        as_attachment=True,
        filename=order.output.name,
        content_type=CONTENT_TYPES[order.output.suffix],
    )


def _unseen(count: int) -> None:
    """Progress that nobody watches: the browser waits."""


def _save(
    request: HttpRequest, site: AdminSite, form: ExportForm, held: Preview
) -> HttpResponse:
    """Keep the choice under a name. Needs add_exportprofile."""
    if not request.user.has_perm("curation.add_exportprofile"):
        raise PermissionDenied
    kept = ProfileForm(request.POST)
    if not kept.is_valid():
        return _page(request, site, form, held, kept)
    values = form.profile_values() | {"is_shared": kept.cleaned_data["is_shared"]}
    # Not looked for first: another may keep one of that name at the same moment.
    profile, is_new = ExportProfile.objects.get_or_create(
        name=kept.cleaned_data["name"], defaults=values | {"owner": request.user}
    )
    if profile.owner_id != request.user.pk:
        kept.add_error("name", "Another’s profile has that name.")
        return _page(request, site, form, held, kept)
    if not is_new:
        for name, value in values.items():
            setattr(profile, name, value)
        profile.save()
    done = "kept" if is_new else "changed"
    messages.success(request, f"The profile “{profile}” is {done}.")
    query = request.GET.copy()
    query[PROFILE] = str(profile.pk)
    address = reverse("admin:trials_trial_export")
    return HttpResponseRedirect(f"{address}?{query.urlencode()}")


def _page(
    request: HttpRequest,
    site: AdminSite,
    form: ExportForm,
    held: Preview | None = None,
    kept: ProfileForm | None = None,
) -> HttpResponse:
    loaded = request.GET.get(PROFILE, "")
    others = request.GET.copy()
    others.pop(PROFILE, None)
    context = {
        **site.each_context(request),
        "title": "Export approved records" if form.as_approved else "Export trials",
        "form": form,
        "held": held,
        "most": f"{MOST_AT_ONCE:,}",
        "is_too_large": held is not None and is_too_large(held),
        "profiles": ExportProfile.objects.visible_to(request.user).select_related(
            "owner"
        ),
        "loaded": loaded,
        "others": list(others.lists()),
        "kept": kept or ProfileForm(),
        "may_keep": request.user.has_perm("curation.add_exportprofile"),
    }
    return TemplateResponse(request, "curation/export.html", context)
