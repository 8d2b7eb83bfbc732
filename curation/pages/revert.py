"""Going back in one trial: first what it would change, then why, then the door.

The notice of a fix on a trial's page undoes it at once: its script asks for JSON.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from curation import workflow
from curation.acts import Act
from curation.labels import path_label
from curation.locks import StaleVersion
from curation.pages.outcome import told, wants_json
from curation.readable import by_section
from curation.reasons import ReasonForm, reason_form, remember
from curation.reverts import RevertError, put_back, undo
from curation.reviews import Refused
from trials import revisions, tables
from trials.models import ChangeSet, FieldChange, Revision, Trial
from trials.record import diff
from trials.record.shape import TrialRecord


@dataclass(frozen=True)
class Wish:
    """What going back would make of the record."""

    title: str
    record: TrialRecord


@require_http_methods(["GET", "HEAD", "POST"])
def revert(request: HttpRequest, trial_id: int, *, site: AdminSite) -> HttpResponse:
    """Show what going back would change, and do it with a reason. Needs change_trial.

    `?change=7` undoes that FieldChange. `?to=3` puts the whole record back as revision
    3 left it, `?to=3&path=criteria[c12].text` one value or part of it.
    """
    if not request.user.has_perm("trials.change_trial"):
        raise PermissionDenied
    trial = get_object_or_404(Trial, pk=trial_id)
    now = revisions.record_at(trial, trial.version)
    try:
        wish = _wish(request, trial, now)
    except RevertError as error:
        messages.error(request, f"Nothing was put back. {error}")
        return _leave(request, trial, is_done=False)
    changes = diff.compare(now, wish.record)
    if not changes:
        messages.info(request, "The record says so already; nothing was put back.")
        return _leave(request, trial, is_done=False)
    reason = reason_form(request)
    if request.method == "POST":
        is_done = reason.is_valid() and _save(request, trial, wish, reason)
        if is_done or wants_json(request):
            return _leave(request, trial, is_done=is_done)
    context = {
        **site.each_context(request),
        "title": trial.nct_id,
        "subtitle": wish.title,
        "trial": trial,
        "wish": wish,
        "sections": by_section(changes, short=True),
        "reason": reason,
    }
    return TemplateResponse(request, "curation/revert.html", context)


def _save(request: HttpRequest, trial: Trial, wish: Wish, reason: ReasonForm) -> bool:
    """Hand the record to the door; False where it must be looked at again."""
    # A script brings a reason that nobody chose: no choice to offer again.
    is_chosen = not wants_json(request)
    why = remember(request, reason) if is_chosen else reason.cleaned_data
    act = Act(ChangeSet.Kind.REVERT, by=request.user, **why)
    version = request.POST.get("version", "")
    try:
        if version != str(trial.version):
            raise StaleVersion(trial)
        saved = workflow.save_record(
            trial.pk, wish.record, version=trial.version, act=act
        )
    except StaleVersion as stale:
        messages.warning(
            request,
            f"{stale} Nothing was put back. Please look at the changes again.",
        )
        return False
    except (Refused, tables.Drift) as error:
        messages.error(request, f"{error} Nothing was put back.")
        return False
    messages.success(request, f"{wish.title}: saved as version {saved.number}.")
    return True


def _leave(request: HttpRequest, trial: Trial, *, is_done: bool) -> HttpResponse:
    """Tell the script that asked, or show the history."""
    if wants_json(request):
        return told(request, is_done=is_done)
    return HttpResponseRedirect(_history(trial))


def _wish(request: HttpRequest, trial: Trial, now: TrialRecord) -> Wish:
    """What the address asks for. Raises Http404, and RevertError where it cannot be."""
    if "change" in request.GET:
        return _undone(trial, now, request.GET["change"])
    number = request.GET.get("to", "")
    path = request.GET.get("path", "")
    try:
        then = revisions.record_at(trial, int(number))
    except (ValueError, Revision.DoesNotExist) as error:
        raise Http404(f"{trial.nct_id} never had a version “{number}”.") from error
    record = put_back(now, then, path)
    return Wish(f"{path_label(path)} back to version {number}", record)


def _undone(trial: Trial, now: TrialRecord, number: str) -> Wish:
    """The record without one change of its history. Raises Http404, RevertError."""
    changes = FieldChange.objects.filter(trial=trial).select_related("revision")
    if not number.isdecimal():
        raise Http404(f"There is no change “{number}”.")
    change = get_object_or_404(changes.defer("revision__snapshot"), pk=number)
    version = change.revision.number
    before = revisions.record_at(trial, version - 1) if version > 1 else None
    done = diff.Change(change.path, diff.Operation(change.operation))
    title = f"Undo version {version} in {path_label(change.path)}"
    return Wish(title, undo(now, before, done))


def _history(trial: Trial) -> str:
    return reverse("admin:trials_trial_history", args=[trial.pk])
