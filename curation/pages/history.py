"""The history of a trial: every revision, newest first, with all that it changed."""

from dataclasses import dataclass

from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from curation.readable import Readable, readable
from trials.models import FieldChange, Revision, Trial

REVISIONS = 20
"""Revisions on a page."""

MOST_CHANGES = 40
"""Changes of one revision that the page shows; the compare page shows them all."""


@dataclass(frozen=True)
class Step:
    """A revision as the page shows it. `others`: the other trials of the same act."""

    revision: Revision
    changes: list[Readable]
    others: int

    @property
    def more(self) -> int:
        """How many changes the page leaves out."""
        return self.revision.change_count - len(self.changes)


@require_safe
def history(request: HttpRequest, trial_id: int, *, site: AdminSite) -> HttpResponse:
    """The timeline. Needs view_trial; its buttons need change_trial."""
    if not request.user.has_perm("trials.view_trial"):
        raise PermissionDenied
    trial = get_object_or_404(Trial, pk=trial_id)
    page = Paginator(_revisions(trial), REVISIONS).get_page(request.GET.get("page"))
    context = {
        **site.each_context(request),
        "title": trial.nct_id,
        "subtitle": "History",
        "trial": trial,
        "page": page,
        "steps": _steps(page),
        "may_change": request.user.has_perm("trials.change_trial"),
    }
    return TemplateResponse(request, "curation/history.html", context)


def _revisions(trial: Trial):
    """The revisions, newest first, without what is long and not shown."""
    changes = FieldChange.objects.order_by("id")[:MOST_CHANGES]
    return (
        Revision.objects.filter(trial=trial)
        .order_by("-number")
        .select_related("change_set__reverts", "source")
        .only("number", "trial", "change_set", "source__file_name", "source__layout")
        .annotate(change_count=Count("changes"))
        .prefetch_related(Prefetch("changes", changes, to_attr="shown"))
    )


def _steps(page: Page) -> list[Step]:
    acts = [revision.change_set_id for revision in page]
    sizes = dict(
        Revision.objects.filter(change_set__in=acts)
        .order_by()
        .values_list("change_set")
        .annotate(Count("trial", distinct=True))
    )
    return [
        Step(
            revision,
            [readable(change, short=True) for change in revision.shown],
            sizes[revision.change_set_id] - 1,
        )
        for revision in page
    ]
