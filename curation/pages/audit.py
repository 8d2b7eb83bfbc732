"""The audit log: every change of every trial, filtered, counted, exported, reviewed."""

from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode

from curation import audit
from curation.audit_filter import AuditFilter
from curation.labels import known_label
from curation.models import AuditReview
from curation.pages.download import download
from curation.readable import in_words, part_lines
from trials.models import ChangeSet, FieldChange, Trial

ROWS = 50
REACHABLE = 10_000
"""Rows that can be paged to: the database counts its way to a page, so the later ones
are slow. Whoever wants more asks for less, or exports."""

KINDS = dict(ChangeSet.Kind.choices)
REASONS = dict(ChangeSet.Reason.choices)
OPERATIONS = dict(FieldChange.Operation.choices)


class ReviewForm(forms.Form):
    """What an auditor says of the changes on the page. `last`, `count`: which."""

    last = forms.IntegerField(widget=forms.HiddenInput)
    count = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(choices=AuditReview.Outcome, widget=forms.RadioSelect)
    note = forms.CharField(
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "Note", "aria-label": "Note"}),
    )

    def clean(self):
        """A question or a deviation is told in the note."""
        super().clean()
        is_quiet = self.cleaned_data.get("outcome") == AuditReview.Outcome.NOTHING
        if not is_quiet and not self.cleaned_data.get("note"):
            self.add_error("note", "Please write what was found or asked.")


class Row(NamedTuple):
    """An entry in words; what nobody knows the words for, as it stands.

    A row that was forged must be seen, not end the page in an error.
    """

    entry: audit.Entry
    label: str
    kind: str
    reason: str
    operation: str
    old: str
    new: str
    trial_url: str
    compare_url: str


class Count(NamedTuple):
    """How many of the changes have something in common, and the way to them alone."""

    label: str
    count: int
    url: str


def audit_log(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Show the filtered log: needs view_audit. A POST is an auditor's word on what is
    shown: needs review_audit."""
    if not request.user.has_perm("trials.view_audit"):
        raise PermissionDenied
    chosen = AuditFilter(request.GET)
    if request.method != "POST":
        return _page(request, site, chosen)
    if not request.user.has_perm("curation.review_audit"):
        raise PermissionDenied
    form = ReviewForm(request.POST)
    if not (form.is_valid() and chosen.is_valid()):
        return _page(request, site, chosen, form)
    try:
        review = audit.mark_reviewed(
            chosen, by=request.user, request=request, **form.cleaned_data
        )
    except audit.RangeChanged:
        messages.error(
            request,
            "The changes are not those that you saw any more. Nothing was marked; "
            "please look again.",
        )
    else:
        messages.success(request, f"{review.count} changes are marked as reviewed.")
    return HttpResponseRedirect(f"{reverse('admin:audit_log')}?{chosen.query}")


def export(request: HttpRequest, name: str) -> HttpResponse:
    """Stream the filtered log as a file: needs view_audit, and is logged itself."""
    if not request.user.has_perm("trials.view_audit"):
        raise PermissionDenied
    chosen = AuditFilter(request.GET)
    if not chosen.is_valid():
        return HttpResponseBadRequest(
            "Nothing is exported: the filter makes no sense.", content_type="text/plain"
        )
    audit.log_export(chosen.told, name, by=request.user, request=request)
    lines = audit.FORMATS[name](audit.entries(chosen.qs))
    return download(lines, subject="audit", name=name)


def _page(
    request: HttpRequest,
    site: AdminSite,
    chosen: AuditFilter,
    form: ReviewForm | None = None,
) -> HttpResponse:
    tally = audit.tally(chosen.qs)
    pages = Paginator(chosen.qs, ROWS)
    # Counted already; and no further than can be paged to.
    pages.count = min(tally.total, REACHABLE)
    page = pages.get_page(request.GET.get("page"))
    reviews = list(audit.reviews_of(chosen)[:5])
    if form is None:
        form = ReviewForm(initial={"last": tally.last, "count": tally.total})
    context: dict[str, Any] = {
        **site.each_context(request),
        "title": "Audit log",
        "is_fullwidth": "1",
        "chosen": chosen,
        "names": audit.actor_names(),
        "tally": tally,
        "groups": [
            ("Kind", _counts(chosen, "kind", tally.kinds, KINDS)),
            ("Who", _counts(chosen, "actor", tally.actors, {})),
        ],
        "page": page,
        "rows": _rows(page),
        "is_cut": tally.total > REACHABLE,
        "query": chosen.query,
        "formats": list(audit.FORMATS),
        "reviews": reviews,
        "since_review": audit.count_since(chosen, reviews),
        "may_review": request.user.has_perm("curation.review_audit"),
        "form": form,
    }
    return TemplateResponse(request, "curation/audit.html", context)


def _counts(
    chosen: AuditFilter, name: str, counts: list[tuple[str, int]], labels: dict
) -> list[Count]:
    """The counts, each with the way to the changes that it counts."""
    others = [term for term in chosen.terms if term[0] != name]
    return [
        Count(
            labels.get(value, value),
            count,
            f"?{urlencode([*others, (name, [value])], doseq=True)}",
        )
        for value, count in counts
    ]


def _rows(page: Page) -> list[Row]:
    entries = list(audit.entries(page.object_list))
    numbers = {entry.trial for entry in entries}
    ids = dict(Trial.objects.filter(nct_id__in=numbers).values_list("nct_id", "pk"))
    return [_row(entry, ids[entry.trial]) for entry in entries]


def _row(entry: audit.Entry, trial_id: int) -> Row:
    return Row(
        entry=entry,
        label=known_label(entry.path),
        kind=KINDS.get(entry.kind, entry.kind),
        reason=REASONS.get(entry.reason, entry.reason),
        operation=OPERATIONS.get(entry.operation, entry.operation),
        old=_in_words(entry, entry.old),
        new=_in_words(entry, entry.new),
        trial_url=reverse("admin:trials_trial_change", args=[trial_id]),
        compare_url=compare_url(trial_id, entry.version),
    )


def compare_url(trial_id: int, version: int) -> str:
    """What version `version` changed of the trial; for the first, its whole history."""
    if version <= 1:
        return reverse("admin:trials_trial_history", args=[trial_id])
    address = reverse("admin:trials_trial_compare", args=[trial_id])
    return f"{address}?{urlencode({'from': version - 1, 'to': version})}"


def _in_words(entry: audit.Entry, text: str) -> str:
    """A value as the forms show it; a part that came or went a line a value."""
    if not text or not entry.path or entry.operation == FieldChange.Operation.MOVE:
        return text
    try:
        if entry.operation == FieldChange.Operation.CHANGE:
            return in_words(entry.path, text)
        lines = part_lines(entry.path, text)
    except (ValueError, KeyError, FieldDoesNotExist):
        return text
    return "\n".join(f"{label}: {value}" for label, value in lines if value)
