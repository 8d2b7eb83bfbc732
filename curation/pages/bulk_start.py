"""Where operations on many trials begin: what to do, and with which trials."""

from django import forms
from django.contrib import messages
from django.contrib.admin.sites import AdminSite
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from curation import columns, operations
from curation.bulk.operation import (
    Operation,
    OperationError,
    Replace,
    SetValue,
    Step,
    from_json,
)
from curation.bulk.values import columns as all_columns
from curation.bulk.values import text_columns
from curation.chosen_trials import ChosenTrials
from curation.models import BulkOperation
from curation.operation_words import STEPS, title
from curation.pages.bulk import refuse_others
from curation.reviews import SUBMIT
from trials.record.diff import to_text

NOBODY = "nobody"
MOST_BYTES = 1_000_000
"""A file of operations that is larger is none."""
METHODS = require_http_methods(["GET", "HEAD", "POST"])


class ReplaceForm(forms.Form):
    """What to look for, and what to put there."""

    find = forms.CharField(
        max_length=1000, strip=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    replacement = forms.CharField(
        label="Replace with",
        required=False,
        strip=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    is_regex = forms.BooleanField(label="Regular expression", required=False)
    whole_words = forms.BooleanField(label="Whole words", required=False)
    match_case = forms.BooleanField(label="Match case", required=False)
    columns = forms.MultipleChoiceField(
        error_messages={"required": "Choose at least one field."}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.sections = columns.in_sections(list(text_columns()))
        self.fields["columns"].choices = [
            choice for _, here in self.sections for choice in here
        ]

    def operation(self) -> Replace:
        """What the valid form asks for."""
        values = self.cleaned_data | {"columns": tuple(self.cleaned_data["columns"])}
        for name in ("find", "replacement"):
            # Browsers send a text area's line breaks as CR LF.
            values[name] = values[name].replace("\r\n", "\n").replace("\r", "\n")
        return Replace(**values)


@METHODS
def replace(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Find and replace: choose what and where. Needs change_trial and bulk_change."""
    refuse_others(request)
    trials = _trials(request)
    form = ReplaceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return _prepared(request, form.operation(), trials)
        except OperationError as error:
            form.add_error(None, str(error))
    chosen = form.data.getlist("columns") if form.is_bound else []
    context = {"title": "Find and replace", "form": form, "chosen": chosen}
    return _page(request, site, "curation/bulk_replace.html", trials, context)


@METHODS
def set_value(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Give one field the same value in many trials. Needs change_trial and bulk_change.

    `column` says which; without it there is only the choice.
    """
    refuse_others(request)
    trials = _trials(request)
    own = [name for name in all_columns() if "." not in name]
    column = request.POST.get("column") or request.GET.get("column", "")
    form = None
    if column in own:
        form = forms.Form(request.POST if request.method == "POST" else None)
        form.fields["value"] = columns.form_field(column)
        if form.is_valid():
            value = _as_text(form.cleaned_data["value"])
            try:
                return _prepared(request, SetValue(column, value), trials)
            except OperationError as error:
                form.add_error("value", str(error))
    context = {
        "title": "Set a field",
        "form": form,
        "column": column,
        "sections": columns.in_sections(own),
    }
    return _page(request, site, "curation/bulk_set.html", trials, context)


def _as_text(value) -> str:
    """What a form field gave, as the text of a value."""
    if isinstance(value, list):
        return "\n".join(value)
    return to_text(value).replace("\r\n", "\n").replace("\r", "\n")


@METHODS
def review(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Assign, submit, approve or reopen many trials. Needs what the step needs."""
    people = get_user_model().objects.with_perm(SUBMIT.permission).order_by("username")
    names = [person.username for person in people]
    allowed = [
        name
        for name in STEPS
        if request.user.has_perms(operations.permissions_for(Step(name)))
    ]
    if not allowed or not request.user.has_perm("trials.view_trial"):
        raise PermissionDenied
    trials = _trials(request)
    name = request.POST.get("step", "")
    if request.method == "POST":
        if name not in STEPS:
            messages.error(request, "Choose what to do.")
        elif name not in allowed:
            raise PermissionDenied
        else:
            assignee = request.POST.get("assignee", "") if name == "assign" else ""
            if assignee in ("", NOBODY, *names):
                assignee = "" if assignee == NOBODY else assignee
                return _prepared(request, Step(name, assignee), trials)
            messages.error(request, f"“{assignee}” may not answer for trials.")
    context = {
        "title": "Review many",
        "steps": [(step, STEPS[step]) for step in allowed],
        "people": [NOBODY, *names],
    }
    return _page(request, site, "curation/bulk_review.html", trials, context)


@METHODS
def replay(request: HttpRequest, operation_id: int, *, site: AdminSite) -> HttpResponse:
    """The same operation again: choose the trials. Needs what the operation needs."""
    bulk = get_object_or_404(BulkOperation, pk=operation_id)
    what = operations.operation_of(bulk)
    if not request.user.has_perms(operations.permissions_for(what)):
        raise PermissionDenied
    choices = {
        "new": ChosenTrials.imported_since(bulk.prepared_at),
        "same": ChosenTrials(bulk.query),
        "all": ChosenTrials(),
    }
    if request.method == "POST" and request.POST.get("trials") in choices:
        chosen = choices[request.POST["trials"]]
        try:
            return _prepared(request, what, chosen, repeats=bulk)
        except OperationError as error:
            messages.error(request, str(error))
    context = {
        "title": "Replay",
        "subtitle": title(what),
        "bulk": bulk,
        "choices": [
            (name, chosen.words, chosen.trials().count())
            for name, chosen in choices.items()
            if chosen.is_known
        ],
    }
    return _page(request, site, "curation/bulk_replay.html", ChosenTrials(), context)


@METHODS
def load(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """The operations of a file: choose it. They are prepared, which changes nothing.

    Needs change_trial and bulk_change. A file with one that makes no sense is refused
    whole.
    """
    refuse_others(request)
    trials = _trials(request)
    if request.method == "POST":
        made: list[BulkOperation] = []
        try:
            for operation in _operations_of(request):
                made.append(operations.prepare(operation, trials, by=request.user))
        except OperationError as error:
            for bulk in made:
                operations.discard(bulk)
            messages.error(request, f"Nothing was prepared. {error}")
        else:
            return _loaded(request, made, trials)
    context = {"title": "Operations of a file"}
    return _page(request, site, "curation/bulk_import.html", trials, context)


def _operations_of(request: HttpRequest) -> tuple[Operation, ...]:
    """Those of the file that was handed over. Raises OperationError."""
    file = request.FILES.get("file")
    if file is None or file.size > MOST_BYTES:
        raise OperationError("Choose a file of operations.")
    found = from_json(file.read())
    if any(isinstance(operation, Step) for operation in found):
        raise OperationError("Steps of the review are not taken from files.")
    for operation in found:
        columns.check(operation)
    return found


def _loaded(
    request: HttpRequest, made: list[BulkOperation], trials: ChosenTrials
) -> HttpResponse:
    """To the one operation, or to the list of them all."""
    if len(made) == 1:
        address = reverse("admin:curation_bulk_operation", args=[made[0].pk])
        return HttpResponseRedirect(address)
    messages.success(
        request,
        f"{len(made)} operations are prepared: {trials.words}. Open and apply them one "
        "after the other; “Look again” shows what the one before it left.",
    )
    return HttpResponseRedirect(reverse("admin:curation_bulk"))


def _trials(request: HttpRequest) -> ChosenTrials:
    """The trials that the address or the form names; all where it names none, or
    makes no sense, which is said."""
    trials = ChosenTrials(request.POST.get("of") or request.GET.get("of", ""))
    if trials.is_known:
        return trials
    messages.error(request, "There is no such filter. Please choose the trials again.")
    return ChosenTrials("ids=0")


def _prepared(
    request: HttpRequest,
    operation: Operation,
    trials: ChosenTrials,
    repeats: BulkOperation | None = None,
) -> HttpResponse:
    """Look for what would change, and show it."""
    bulk = operations.prepare(operation, trials, by=request.user, repeats=repeats)
    address = reverse("admin:curation_bulk_operation", args=[bulk.pk])
    return HttpResponseRedirect(address)


def _page(
    request: HttpRequest,
    site: AdminSite,
    template: str,
    trials: ChosenTrials,
    context: dict,
) -> HttpResponse:
    context = {
        **site.each_context(request),
        "trials": trials,
        "count": trials.trials().count(),
        **context,
    }
    return TemplateResponse(request, template, context)
