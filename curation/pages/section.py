"""One section of a trial: its form beside its source."""

from django.contrib import messages
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode

from curation import workflow
from curation.forms import POINTS_TO, ROWS, SectionForms
from curation.pages.source_lines import source_pane
from curation.sections import SECTIONS, Section, section_named, section_of
from trials import tables
from trials.models import Trial
from trials.record.paths import parse


def section(
    request: HttpRequest, trial_id: int, slug: str, *, site: AdminSite
) -> HttpResponse:
    """Show and save one section. GET needs view_trial, POST change_trial."""
    if not request.user.has_perm("trials.view_trial"):
        raise PermissionDenied
    current = section_named(slug)
    if current is None:
        raise Http404(f"There is no section “{slug}”.")
    trial = get_object_or_404(Trial.objects.select_related("review"), pk=trial_id)
    may_change = request.user.has_perm("trials.change_trial")
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        forms = SectionForms(current, trial, request.GET, request.POST)
        if forms.is_valid() and _save(request, forms):
            return HttpResponseRedirect(_here(request))
        # The forms have put their values into the row: show the stored one above them.
        trial = Trial.objects.select_related("review").get(pk=trial_id)
    else:
        forms = SectionForms(current, trial, request.GET)
    if not may_change:
        forms.disable()
    context = _context(request, site, trial, current, forms, may_change=may_change)
    return TemplateResponse(request, "curation/section.html", context)


def _save(request: HttpRequest, forms: SectionForms) -> bool:
    """Hand the forms to the door; False, with the reason on the form, if it refuses."""
    trial = forms.trial
    try:
        changed = workflow.save_edit(
            trial, forms.version, forms.save, by=request.user, why=""
        )
    except workflow.StaleVersion as stale:
        forms.trial_form.add_error(None, _stale_message(stale.trial))
        return False
    if changed:
        messages.success(request, f"Saved as version {trial.version}.")
    else:
        messages.info(request, "Nothing was changed, so nothing was saved.")
    return True


def _stale_message(trial: Trial) -> str:
    who = trial.changed_by.get_username() if trial.changed_by else "An import"
    return (
        f"{who} changed this trial on {trial.changed_at:%d %b %Y at %H:%M} UTC, after "
        f"you had opened it (it is at version {trial.version} by now). Nothing of "
        "yours was saved, and your typing is still below: open the trial in a second window, "
        "compare, and enter there what is still needed."
    )


def _here(request: HttpRequest) -> str:
    """This page again, at the field where the curator was."""
    focus = request.POST.get("focus", "")
    address = request.get_full_path()
    return f"{address}#{focus}" if focus else address


def _context(
    request: HttpRequest,
    site: AdminSite,
    trial: Trial,
    current: Section,
    forms: SectionForms,
    *,
    may_change: bool,
) -> dict:
    pane = source_pane(trial, request.GET.get("source", ""))
    tabs = [
        (s, reverse("admin:trials_trial_section", args=[trial.pk, s.slug]))
        for s in SECTIONS
    ]
    return {
        **site.each_context(request),
        "title": trial.nct_id,
        "subtitle": current.title,
        "opts": Trial._meta,
        "is_fullwidth": "1",
        "trial": trial,
        "tabs": tabs,
        "section": current,
        "groups": _groups(current, forms),
        "forms": forms,
        "may_change": may_change,
        "source": pane,
        "spans": pane.spans,
        "choices": _choices(forms),
        "goto_url": reverse("admin:trials_trial_goto", args=[trial.pk]),
    }


def _groups(current: Section, forms: SectionForms) -> list[tuple[str, list]]:
    return [
        (heading, [forms.trial_form[name] for name in names])
        for heading, names in current.groups
    ]


def _choices(forms: SectionForms) -> dict[str, list[tuple[str, str]]]:
    """Collection -> key and name of each part that a row can point to."""
    return {
        POINTS_TO[formset.collection]: [
            (key, str(part)) for key, part in formset.form_kwargs["others"].items()
        ]
        for formset in forms.formsets
        if formset.collection in POINTS_TO
    }


def goto(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Go to the field of `?path=`, in whichever section and page of it."""
    if not request.user.has_perm("trials.view_trial"):
        raise PermissionDenied
    trial = get_object_or_404(Trial, pk=trial_id)
    text = request.GET.get("path", "")
    try:
        path, target = parse(text), section_of(text)
    except (ValueError, KeyError) as error:
        raise Http404(f"There is no field “{text}”.") from error
    address = reverse("admin:trials_trial_section", args=[trial.pk, target.slug])
    query = {"source": request.GET["source"]} if "source" in request.GET else {}
    if path.key:
        rows = tables.MODELS[path.field].objects.filter(trial=trial, key=path.key)
        position = rows.values_list("position", flat=True).first()
        if position is None:
            messages.warning(request, f"{text} was deleted from the record.")
        elif position > ROWS:
            query[f"{path.field}-page"] = (position - 1) // ROWS + 1
    return HttpResponseRedirect(f"{address}?{urlencode(query)}#{text}")
