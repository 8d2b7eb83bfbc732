"""One section of a trial: its form beside its source."""

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode

from curation import reviews, workflow
from curation.acts import Act
from curation.drafts import note_saved, saved_drafts
from curation.forms import POINTS_TO, ROWS, SectionForms
from curation.locks import StaleVersion
from curation.models import Finding, Review, ReviewEvent
from curation.pages import comments, queue, review
from curation.pages.conflict import Mine, conflict
from curation.pages.field_history import changed_paths
from curation.pages.finding import open_and_waived
from curation.pages.finding_items import finding_items
from curation.pages.source_lines import source_pane
from curation.reasons import ReasonForm, reason_form, remember
from curation.reviews import SUBMIT, Refused
from curation.rules.rule import Severity
from trials import revisions, tables
from trials.models import ChangeSet, Revision, Trial
from trials.record import diff
from trials.record.paths import parse
from trials.record.sections import SECTIONS, Section, section_named, section_of
from trials.record.shape import TrialRecord


def section(
    request: HttpRequest, trial_id: int, slug: str, *, site: AdminSite
) -> HttpResponse:
    """Show and save one section. Then `_submit` submits the trial, and `_next` goes to
    the next one of the queue.

    GET needs view_trial, POST change_trial, and submit_review with either of these.
    """
    if not request.user.has_perm("trials.view_trial"):
        raise PermissionDenied
    current = section_named(slug)
    if current is None:
        raise Http404(f"There is no section “{slug}”.")
    trial = get_object_or_404(Trial.objects.select_related(*review.PEOPLE), pk=trial_id)
    if request.method == "POST":
        asked = ["trials.change_trial"]
        if request.POST.keys() & {"_submit", "_next"}:
            asked.append(SUBMIT.permission)
        if not request.user.has_perms(asked):
            raise PermissionDenied
        return _save(request, site, trial, current)
    record = revisions.record_at(trial, trial.version)
    section_forms = SectionForms(current, record, trial.version, request.GET)
    if not _may_change(request, trial):
        section_forms.disable()
    return _page(request, site, trial, current, section_forms, reason_form(request))


def _may_change(request: HttpRequest, trial: Trial) -> bool:
    """Whether the form takes changes. What was sent can be sent again, even if the
    record was approved meanwhile: somebody may reopen it."""
    is_open = trial.review.state != Review.State.APPROVED or request.method == "POST"
    return is_open and request.user.has_perm("trials.change_trial")


def _save(
    request: HttpRequest, site: AdminSite, trial: Trial, current: Section
) -> HttpResponse:
    """Hand what the forms want to the door; show them again where it cannot be."""
    base, version = _base(trial, request.POST.get("version", ""))
    section_forms = SectionForms(current, base, version, request.GET, request.POST)
    reason = reason_form(request)
    if not section_forms.is_valid():
        return _page(request, site, trial, current, section_forms, reason)
    mine = section_forms.record(_new_keys(trial))
    if mine == base:
        if not request.POST.keys() & {"_submit", "_next"}:
            messages.info(request, "Nothing was changed, so nothing was saved.")
        return _leave(request, trial, version)
    if not reason.is_valid():
        return _page(request, site, trial, current, section_forms, reason)
    why = remember(request, reason)
    act = Act(ChangeSet.Kind.EDIT, by=request.user, **why)
    try:
        revision = workflow.save_record(trial.pk, mine, version=version, act=act)
    except StaleVersion as stale:
        wanted = Mine(
            base=version,
            changes=diff.compare(base, mine),
            back=_here(request),
            draft=request.POST.get("draft", ""),
            **why,
        )
        return conflict(request, site, stale.trial, wanted)
    except Refused as refused:
        messages.error(request, f"{refused} Nothing was saved.")
        return _page(request, site, trial, current, section_forms, reason)
    except tables.Drift as drift:
        messages.error(
            request,
            f"{drift} Someone changed the database behind the desk, so nothing was "
            f"saved. An administrator can run check_history {trial.nct_id}.",
        )
        return _page(request, site, trial, current, section_forms, reason)
    whose = f"{trial.nct_id}: saved" if "_next" in request.POST else "Saved"
    messages.success(request, f"{whose} as version {revision.number}.")
    return _leave(request, trial, revision.number)


def _leave(request: HttpRequest, trial: Trial, version: int) -> HttpResponse:
    """Submit the trial or go to the next where that was asked for, otherwise show the
    page anew."""
    note_saved(request, request.POST.get("draft", ""))
    if "_next" in request.POST:
        return queue.go_on(request, after=trial.pk)
    here = _here(request)
    if "_submit" in request.POST:
        return review.take(request, trial.pk, SUBMIT, version, back=here)
    return HttpResponseRedirect(here)


def _base(trial: Trial, version: str) -> tuple[TrialRecord, int]:
    """The record that a form was opened on, and its version. Raises Http404."""
    try:
        return revisions.record_at(trial, int(version)), int(version)
    except (ValueError, Revision.DoesNotExist) as error:
        raise Http404(f"{trial.nct_id} never had a version “{version}”.") from error


def _new_keys(trial: Trial):
    """A maker of keys that no part of the trial ever had: `new_key("c")` -> "c28"."""
    last = trial.last_key

    def new_key(prefix: str) -> str:
        nonlocal last
        last += 1
        return f"{prefix}{last}"

    return new_key


def _here(request: HttpRequest) -> str:
    """This page again, at the field where the curator was."""
    focus = request.POST.get("focus", "")
    address = request.get_full_path()
    return f"{address}#{focus}" if focus else address


def _page(
    request: HttpRequest,
    site: AdminSite,
    trial: Trial,
    current: Section,
    section_forms: SectionForms,
    reason: ReasonForm,
) -> HttpResponse:
    pane = source_pane(trial, request.GET.get("source", ""))
    open_findings, waived = open_and_waived(trial)
    open_findings.sort(
        # Those of this section first, otherwise as the model orders them.
        key=lambda finding: section_of(finding.path) is not current,
    )
    ticks = reviews.ticks(trial)
    error = Finding.SEVERITIES[Severity.ERROR]
    errors = [finding for finding in open_findings if finding.severity == error]
    is_approved = trial.review.state == Review.State.APPROVED
    may_change = _may_change(request, trial)
    items = finding_items(request, trial, may_change=may_change and not is_approved)
    context: dict[str, Any] = {
        **site.each_context(request),
        **review.head(request.user, trial),
        **comments.panel(request, trial),
        "title": trial.nct_id,
        "subtitle": current.title,
        # The two panes need the window's whole width.
        "is_fullwidth": "1",
        "is_nav_sidebar_enabled": False,
        "trial": trial,
        "tabs": _tabs(trial, open_findings, ticks),
        "tick": ticks.get(current.slug),
        "findings": open_findings,
        "open_items": items.open(open_findings),
        "errors": errors,
        "waived": waived,
        "waived_items": items.waived(waived),
        "section": current,
        "groups": _groups(current, section_forms),
        "forms": section_forms,
        "reason": reason,
        "may_change": may_change,
        "saved_drafts": saved_drafts(request),
        "source": pane,
        "spans": pane.spans,
        "choices": _choices(section_forms),
        "goto_url": reverse("admin:trials_trial_goto", args=[trial.pk]),
        "past_url": reverse("admin:trials_trial_fieldhistory", args=[trial.pk]),
        "changed": changed_paths(trial, current),
    }
    return TemplateResponse(request, "curation/section.html", context)


def _tabs(
    trial: Trial, open_findings: list[Finding], ticks: dict[str, ReviewEvent]
) -> list[tuple[Section, str, int, ReviewEvent | None]]:
    """Each section with its address, the number of findings to look at there, and its
    tick."""
    counts = Counter(
        section_of(finding.path).slug
        for finding in open_findings
        if finding.severity != Finding.SEVERITIES[Severity.NOTE]
    )
    return [
        (
            s,
            reverse("admin:trials_trial_section", args=[trial.pk, s.slug]),
            counts[s.slug],
            ticks.get(s.slug),
        )
        for s in SECTIONS
    ]


def _groups(
    current: Section, section_forms: SectionForms
) -> list[tuple[str, list[tuple[forms.BoundField, forms.BoundField | None]]]]:
    """Heading -> its fields, each with the field of its type where it has one."""
    form = section_forms.trial_form
    groups = []
    for heading, names in current.groups:
        types = {f"{name}_type" for name in names} & set(names)
        rows = [
            (form[name], form[f"{name}_type"] if f"{name}_type" in types else None)
            for name in names
            if name not in types
        ]
        groups.append((heading, rows))
    return groups


def _choices(section_forms: SectionForms) -> dict[str, list[tuple[str, str]]]:
    """Collection -> key and name of each part that a row can point to."""
    names = {"interventions": "name", "locations": "facility"}
    return {
        POINTS_TO[formset.collection]: [
            (key, getattr(part, names[POINTS_TO[formset.collection]]) or key)
            for key, part in formset.form_kwargs["others"].items()
        ]
        for formset in section_forms.formsets
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
        parts = getattr(revisions.record_at(trial, trial.version), path.field)
        place = next((n for n, p in enumerate(parts) if p.key == path.key), None)
        if place is None:
            messages.warning(request, f"{text} is not in the record any more.")
        elif place >= ROWS:
            query[f"{path.field}-page"] = str(place // ROWS + 1)
    return HttpResponseRedirect(f"{address}?{urlencode(query)}#{text}")
