"""What the list of trials offers for those ticked, or for all of its filter."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from curation.chosen_trials import ChosenTrials
from curation.trial_filters import NAMES


def _open(view: str, request: HttpRequest) -> HttpResponse:
    """The page where it begins, for the trials that were chosen."""
    query = urlencode({"of": _chosen(request).query})
    return HttpResponseRedirect(f"{reverse(view)}?{query}")


def _chosen(request: HttpRequest) -> ChosenTrials:
    if request.POST.get("select_across") != "1":
        ids = request.POST.getlist(admin.helpers.ACTION_CHECKBOX_NAME)
        return ChosenTrials.of([int(pk) for pk in ids if pk.isdecimal()])
    query = request.GET.copy()
    for name in {*query} - {*NAMES}:
        del query[name]
    return ChosenTrials(query.urlencode())


@admin.action(description="Find and replace", permissions=["bulk_change"])
def find_and_replace(modeladmin, request, queryset):
    """Replace texts in them."""
    return _open("admin:curation_bulk_replace", request)


@admin.action(description="Set a field", permissions=["bulk_change"])
def set_a_field(modeladmin, request, queryset):
    """Give a field of all of them one value."""
    return _open("admin:curation_bulk_set", request)


@admin.action(description="Operations of a file", permissions=["bulk_change"])
def operations_of_a_file(modeladmin, request, queryset):
    """Do with them what was done elsewhere."""
    return _open("admin:curation_bulk_import", request)


@admin.action(description="Assign, submit, approve, reopen", permissions=["review"])
def review_many(modeladmin, request, queryset):
    """Take a step of the review with all of them."""
    return _open("admin:curation_bulk_review", request)


ACTIONS = [find_and_replace, set_a_field, operations_of_a_file, review_many]
