"""Two revisions of a trial, side by side."""

from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from curation.readable import by_section
from trials.models import Revision, Trial
from trials.record import diff
from trials.record.plain import from_plain


@require_safe
def compare(request: HttpRequest, trial_id: int, *, site: AdminSite) -> HttpResponse:
    """What differs from revision `?from=` (the import) to `&to=` (the last one).

    Needs view_trial.
    """
    if not request.user.has_perm("trials.view_trial"):
        raise PermissionDenied
    trial = get_object_or_404(Trial, pk=trial_id)
    before = _number(request, "from", 1)
    after = _number(request, "to", trial.version)
    found = Revision.objects.filter(trial=trial, number__in={before, after})
    snapshots = dict(found.values_list("number", "snapshot"))
    if snapshots.keys() != {before, after}:
        raise Http404(f"{trial.nct_id} has no version {before} or no {after}.")
    changes = diff.compare(from_plain(snapshots[before]), from_plain(snapshots[after]))
    revisions = Revision.objects.filter(trial=trial).order_by("number")
    context = {
        **site.each_context(request),
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
        and request.user.has_perm("trials.change_trial"),
    }
    return TemplateResponse(request, "curation/compare.html", context)


def _number(request: HttpRequest, name: str, default: int) -> int:
    """The number of a revision. Raises Http404 for what is none."""
    text = request.GET.get(name) or str(default)
    if not text.isdecimal():
        raise Http404(f"“{text}” is no version.")
    return int(text)
