"""What the page of a trial says every half minute, and hears: who else is there."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from curation import presence
from trials.models import Trial
from trials.record.sections import section_named


@require_POST
def beat(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Note that the `section` is open, or with `leave` that it no longer is.

    Answers with the names of the others. Needs view_trial.
    """
    if not request.user.has_perm("trials.view_trial"):
        raise PermissionDenied
    trial = get_object_or_404(Trial.objects.only("pk"), pk=trial_id)
    if "leave" in request.POST:
        presence.leave(trial, request.user)
        return HttpResponse(status=204)
    slug = request.POST.get("section", "")
    if section_named(slug) is None:
        raise Http404(f"There is no section “{slug}”.")
    others = presence.beat(trial, request.user, slug)
    return JsonResponse({"others": [other._asdict() for other in others]})
