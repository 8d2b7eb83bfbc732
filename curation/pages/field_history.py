"""The history of one value: what the source said, and who changed it since."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from curation.labels import path_label
from curation.models import Review
from curation.readable import Readable, readable
from trials.models import FieldChange, Revision, SourceDocument
from trials.record import diff
from trials.record.fields import is_known
from trials.record.paths import Path, parse
from trials.record.plain import from_plain
from trials.record.sections import Section
from trials.record.shape import COLLECTIONS


@dataclass(frozen=True)
class Entry:
    """A revision that set the value. `lines`: where the source of an import says it."""

    revision: Revision
    change: Readable
    lines: tuple[int, int] | None = None


def changed_paths(trial, section: Section) -> set[str]:
    """The paths of `section` that changed since the trial was created, in one query."""
    changes = FieldChange.objects.filter(trial=trial, section=section.slug)
    return set(changes.order_by().values_list("path", flat=True).distinct())


@require_safe
def field_history(request: HttpRequest, trial_id: int) -> HttpResponse:
    """The history of the value at `?path=`, oldest first; a page without a script.

    Needs view_trial. Two queries, whatever the number of entries.
    """
    if not request.user.has_perm("trials.view_trial"):
        raise PermissionDenied
    path = _path(request.GET.get("path", ""))
    revisions = _revisions().filter(trial_id=trial_id, number=1)
    first = get_object_or_404(revisions.select_related("trial__review"))
    is_fragment = request.headers.get("X-Requested-With") == "fetch"
    context = {
        "trial": first.trial,
        "path": str(path),
        "label": path_label(str(path)),
        "entries": [*_origin(first, path), *_changes(first, path)],
        "may_change": first.trial.review.state != Review.State.APPROVED
        and request.user.has_perm("trials.change_trial"),
        "base": "curation/fragment.html" if is_fragment else "curation/plain.html",
    }
    response = TemplateResponse(request, "curation/field_history.html", context)
    patch_vary_headers(response, ["X-Requested-With"])
    return response


def _path(text: str) -> Path:
    """The path of a value, or of a part. Raises Http404."""
    try:
        path = parse(text)
    except ValueError as error:
        raise Http404(str(error)) from error
    is_collection = not path.key and path.field in COLLECTIONS
    if is_collection or not is_known(path):
        raise Http404(f"There is no value “{text}”.")
    return path


def _revisions():
    """Revisions with their act and the lines of their source, without its text."""
    return Revision.objects.select_related("change_set", "source").defer("source__text")


def _origin(first: Revision, path: Path) -> list[Entry]:
    """What the first revision says there; nothing if it lacks the part."""
    record = from_plain(first.snapshot)
    if path.key and not diff.part_at(record, path):
        return []
    text = diff.text_at(record, path)
    is_part = path.key and not path.part_field
    operation = diff.Operation.CREATE if is_part else diff.Operation.CHANGE
    # The value that stood there from the start is no change: nothing in it is marked.
    value = diff.Change(str(path), operation, "" if is_part else text, text)
    return [_entry(first, value, path)]


def _changes(first: Revision, path: Path) -> list[Entry]:
    """Every later change of the value, its part coming and going included."""
    part = str(path._replace(part_field=""))
    wanted = Q(path=str(path))
    if path.part_field:
        comes_or_goes = [diff.Operation.CREATE.value, diff.Operation.DELETE.value]
        wanted |= Q(path=part, operation__in=comes_or_goes)
    changes = (
        FieldChange.objects.filter(wanted, trial=first.trial_id)
        .select_related("revision__change_set", "revision__source")
        .defer("revision__snapshot", "revision__source__text")
        .order_by("id")
    )
    return [_entry(change.revision, change, path) for change in changes]


def _entry(revision: Revision, change: diff.Change | FieldChange, path: Path) -> Entry:
    lines = _lines(revision.source, path)
    return Entry(revision, readable(change, short=True), lines)


def _lines(source: SourceDocument | None, path: Path) -> tuple[int, int] | None:
    """First and last line of the value in the source page, if it stands there."""
    return source.lines.get(str(path)) if source else None
