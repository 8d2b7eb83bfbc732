"""The history of a trial: what was changed of the record, and what of its review."""

from dataclasses import dataclass, field

from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Max, Prefetch, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from curation.models import ReviewEvent
from curation.readable import Readable, readable
from curation.review_words import ReadableEvent, events_for, readable_event
from trials.models import ChangeSet, FieldChange, Revision, Trial

STEPS = 20
"""Acts on a page."""

MOST_CHANGES = 40
"""Changes of one revision that the page shows; the compare page shows them all."""

SHOWN = {"": "All", "changes": "Changes of the record", "review": "Review"}
"""What `?show=` may ask for, and what the page calls it."""


@dataclass(frozen=True)
class Version:
    """A revision as the page shows it."""

    revision: Revision
    changes: list[Readable]

    @property
    def more(self) -> int:
        """How many changes the page leaves out."""
        return self.revision.change_count - len(self.changes)


@dataclass
class Step:
    """What one act did to the trial. `others`: the other trials of the same act."""

    act: ChangeSet
    others: int
    versions: list[Version] = field(default_factory=list)
    events: list[ReadableEvent] = field(default_factory=list)

    @property
    def is_quiet(self) -> bool:
        """Whether somebody only took the trial from the queue, or gave it back."""
        kinds = {readable.event.kind for readable in self.events}
        return not self.versions and kinds == {ReviewEvent.Kind.CLAIMED}


@require_safe
def history(request: HttpRequest, trial_id: int, *, site: AdminSite) -> HttpResponse:
    """The timeline. Needs view_trial, for comments view_comment; its buttons need
    change_trial, and the way out view_audit."""
    if not request.user.has_perm("trials.view_trial"):
        raise PermissionDenied
    trial = get_object_or_404(Trial, pk=trial_id)
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ""
    revisions = Revision.objects.filter(trial=trial)
    events = events_for(request.user).filter(trial=trial)
    if show == "changes":
        events = events.none()
    if show == "review":
        revisions = revisions.none()
    page = Paginator(_acts(revisions, events), STEPS).get_page(request.GET.get("page"))
    context = {
        **site.each_context(request),
        "title": trial.nct_id,
        "subtitle": "History",
        "trial": trial,
        "page": page,
        "steps": _steps([row["change_set"] for row in page], revisions, events),
        "show": show,
        "shown": SHOWN.items(),
        "may_change": request.user.has_perm("trials.change_trial"),
        "may_export": request.user.has_perm("trials.view_audit"),
    }
    return TemplateResponse(request, "curation/history.html", context)


def _acts(
    revisions: QuerySet[Revision], events: QuerySet[ReviewEvent]
) -> QuerySet[Revision, dict]:
    """The acts ("change_set") that left these rows, the last one first.

    In the order in which they came to this trial: the number of an act tells when it
    began, and one on many trials goes on while others change some of them.
    """
    changed = revisions.order_by().values("change_set")
    told = events.exclude(change_set__in=changed).order_by().values("change_set")
    return (
        changed.annotate(came_at=Max("number"), last=Value(0))
        .union(told.annotate(came_at=Max("version"), last=Max("number")), all=True)
        .order_by("-came_at", "-last")
    )


def _steps(
    acts: list[int], revisions: QuerySet[Revision], events: QuerySet[ReviewEvent]
) -> list[Step]:
    """The acts in their order, each with its rows."""
    rows, sizes = ChangeSet.objects.in_bulk(acts), _sizes(acts)
    steps = {act: Step(rows[act], sizes[act] - 1) for act in acts}
    for revision in _with_changes(revisions.filter(change_set__in=acts)):
        changes = [readable(change, short=True) for change in revision.shown]
        steps[revision.change_set_id].versions.append(Version(revision, changes))
    for event in events.filter(change_set__in=acts).order_by("number"):
        steps[event.change_set_id].events.append(readable_event(event))
    return list(steps.values())


def _with_changes(revisions: QuerySet[Revision]) -> QuerySet[Revision]:
    """The revisions, newest first, without what is long and not shown."""
    changes = FieldChange.objects.order_by("id")[:MOST_CHANGES]
    return (
        revisions.order_by("-number")
        .select_related("source")
        .only("number", "trial", "change_set", "source__file_name", "source__layout")
        .annotate(change_count=Count("changes"))
        .prefetch_related(Prefetch("changes", changes, to_attr="shown"))
    )


def _sizes(acts: list[int]) -> dict[int, int]:
    """Act -> its trials. Those whose records it changed are among those whose reviews
    it touched, or the other way round."""
    sizes: dict[int, int] = {}
    for model in (Revision, ReviewEvent):
        rows = model.objects.filter(change_set__in=acts).order_by()
        counts = rows.values_list("change_set").annotate(Count("trial", distinct=True))
        for act, count in counts:
            sizes[act] = max(count, sizes.get(act, 0))
    return sizes
