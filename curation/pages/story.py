"""The whole story of one trial as a file: its record's changes and its review."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from curation import audit
from curation import story as stories
from curation.pages.download import download
from trials.models import Trial


@require_safe
def story(request: HttpRequest, trial_id: int, *, name: str) -> HttpResponse:
    """Stream it in the format `name`: needs view_audit, and is logged itself."""
    if not request.user.has_perm("trials.view_audit"):
        raise PermissionDenied
    trial = get_object_or_404(Trial, pk=trial_id)
    what = f"story of {trial.nct_id}"
    audit.log_export(what, name, by=request.user, request=request)
    lines = audit.FORMATS[name](stories.of_trial(trial), stories.Told._fields)
    return download(lines, subject=f"{trial.nct_id}-story", name=name)
