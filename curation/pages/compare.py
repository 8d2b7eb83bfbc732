"""Two revisions of a trial, side by side."""

from django.contrib.admin.sites import AdminSite
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from curation.models import Review
from curation.pages import comments, review
from curation.readable import by_section
from curation.reviews import APPROVE
from trials.models import Revision, Trial
from trials.record import diff
from trials.record.plain import from_plain


@require_safe
def compare(request: HttpRequest, trial_id: int, *, site: AdminSite) -> HttpResponse:
    """What differs from revision `?from=` to `&to=` (the last one).

    It starts from the import, or for whoever decides on a submitted trial from what was
    approved last. Needs view_trial.
    """
    if not request.user.has_perm("trials.view_trial"):
        raise PermissionDenied
    trial = get_object_or_404(Trial.objects.select_related(*review.PEOPLE), pk=trial_id)
    before = _number(request, trial, "from", _start(request.user, trial.review))
    after = _number(request, trial, "to", trial.version)
    found = Revision.objects.filter(trial=trial, number__in={before, after})
    snapshots = dict(found.values_list("number", "snapshot"))
    if snapshots.keys() != {before, after}:
        raise Http404(f"{trial.nct_id} has no version {before} or no {after}.")
    changes = diff.compare(from_plain(snapshots[before]), from_plain(snapshots[after]))
    revisions = Revision.objects.filter(trial=trial).order_by("number")
    context = {
        **site.each_context(request),
        **review.head(request.user, trial),
        **comments.panel(request, trial),
        "title": trial.nct_id,
        "subtitle": "Compare",
        "trial": trial,
        "revisions": revisions.select_related("change_set").defer("snapshot"),
        "before": before,
        "after": after,
        "count": len(changes),
        "sections": by_section(changes, short=False),
        # What can be put back is what the record has now.
        "may_put_back": after == trial.version
        and trial.review.state != Review.State.APPROVED
        and request.user.has_perm("trials.change_trial"),
    }
    return TemplateResponse(request, "curation/compare.html", context)


def _start(user: AbstractBaseUser, now: Review) -> int:
    """The version to compare with where none is chosen."""
    is_deciding = now.state == Review.State.SUBMITTED
    if is_deciding and user.has_perm(APPROVE.permission):
        return now.approved_version or 1
    return 1


def _number(request: HttpRequest, trial: Trial, name: str, default: int) -> int:
    """The number of a revision. Raises Http404 for what is none."""
    text = request.GET.get(name) or str(default)
    if not text.isdecimal() or int(text) > trial.version:
        raise Http404(f"{trial.nct_id} has no version “{text}”.")
    return int(text)
