"""Two curators, one trial: choose for each value, and lose none."""

from dataclasses import dataclass

import msgspec
from django.contrib import messages
from django.contrib.admin.sites import AdminSite
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from msgspec.structs import replace

from curation import workflow
from curation.acts import Act
from curation.drafts import note_saved
from curation.labels import path_label
from curation.locks import StaleVersion
from curation.reviews import Refused
from trials import revisions, tables
from trials.models import ChangeSet, Revision, Trial
from trials.record import diff
from trials.record.contest import Standing, standing
from trials.record.paths import parse
from trials.record.shape import TrialRecord

SALT = "curation.conflict"
THEIRS_STAYS = "You kept the other version; nothing was saved."


class Mine(msgspec.Struct, frozen=True):
    """What a curator wanted, kept on the page until it is saved.

    `changes` are those of the record at version `base`; `back` is where they came from.
    `draft` is the browser's name for its copy of the typing.
    """

    base: int
    changes: tuple[diff.Change, ...]
    reason: str
    note: str
    back: str
    draft: str = ""


@dataclass(frozen=True)
class Choice:
    """One of my changes beside what the other made of the same value.

    `is_contested`: both changed it. `is_gone`: the other deleted what I changed, so my
    value can only be read here.
    """

    label: str
    change: diff.Change
    theirs: str
    is_contested: bool
    is_gone: bool


def conflict(
    request: HttpRequest, site: AdminSite, trial: Trial, mine: Mine
) -> HttpResponse:
    """Show my changes against the trial as someone else left it since."""
    base = revisions.record_at(trial, mine.base)
    theirs = revisions.record_at(trial, trial.version)
    others = diff.compare(base, theirs)
    open_changes = tuple(
        c for c in mine.changes if standing(c, others, theirs) != Standing.DONE
    )
    if not open_changes:  # The same form was sent twice, or both typed the same.
        messages.info(request, f"Version {trial.version} has your changes already.")
        return HttpResponseRedirect(mine.back)
    mine = replace(mine, changes=open_changes)
    context = {
        **site.each_context(request),
        "title": trial.nct_id,
        "subtitle": "Changed meanwhile",
        "trial": trial,
        "choices": [_choice(change, others, theirs) for change in mine.changes],
        "others": [(path_label(change.path), change) for change in others],
        "kept": _kept(trial, mine),
        "resolve_url": reverse("admin:trials_trial_resolve", args=[trial.pk]),
        "back": mine.back,
    }
    return TemplateResponse(request, "curation/conflict.html", context, status=409)


def _choice(
    change: diff.Change, others: tuple[diff.Change, ...], theirs: TrialRecord
) -> Choice:
    stands = standing(change, others, theirs)
    is_new = change.operation == diff.Operation.CREATE
    return Choice(
        label=path_label(change.path),
        change=change,
        theirs="" if is_new else diff.text_at(theirs, parse(change.path)),
        is_contested=stands in (Standing.CONTESTED, Standing.GONE),
        is_gone=stands == Standing.GONE,
    )


def resolve(request: HttpRequest, trial_id: int, *, site: AdminSite) -> HttpResponse:
    """Save what was chosen on the conflict page, on top of the other's version; with
    `leave` nothing of it, and the typing is not offered again.

    Needs change_trial.
    """
    if not request.user.has_perm("trials.change_trial"):
        raise PermissionDenied
    trial = get_object_or_404(Trial, pk=trial_id)
    try:
        mine = _unkept(trial, request.POST.get("kept", ""))
        version = int(request.POST.get("version", ""))
        theirs = revisions.record_at(trial, version)
    except (signing.BadSignature, ValueError, Revision.DoesNotExist):
        messages.error(request, "That page was not whole; nothing was saved.")
        return HttpResponseRedirect(_opening(trial))
    if "leave" in request.POST:
        note_saved(request, mine.draft)
        messages.info(request, THEIRS_STAYS)
        return HttpResponseRedirect(mine.back)
    chosen = [
        change
        for index, change in enumerate(mine.changes)
        if request.POST.get(f"take-{index}") == "mine"
    ]
    act = Act(ChangeSet.Kind.EDIT, by=request.user, reason=mine.reason, note=mine.note)
    try:
        record = diff.apply(theirs, diff.renamed(chosen, trial.last_key))
        revision = workflow.save_record(trial.pk, record, version=version, act=act)
    except StaleVersion as stale:
        return conflict(request, site, stale.trial, mine)
    except (diff.ChangeError, Refused, tables.Drift) as error:
        messages.error(request, f"Nothing was saved: {error}")
        return conflict(request, site, trial, mine)
    note_saved(request, mine.draft)
    if revision:
        messages.success(request, f"Saved as version {revision.number}.")
    else:
        messages.info(request, THEIRS_STAYS)
    return HttpResponseRedirect(mine.back)


def _kept(trial: Trial, mine: Mine) -> str:
    """My changes as text that the page keeps, good for this trial alone."""
    return signing.dumps(
        msgspec.to_builtins(mine), salt=f"{SALT}.{trial.pk}", compress=True
    )


def _unkept(trial: Trial, text: str) -> Mine:
    """What `_kept` kept. Raises BadSignature."""
    return msgspec.convert(signing.loads(text, salt=f"{SALT}.{trial.pk}"), Mine)


def _opening(trial: Trial) -> str:
    return reverse("admin:trials_trial_change", args=[trial.pk])
