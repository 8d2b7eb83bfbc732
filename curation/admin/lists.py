"""What the long lists of the admin have in common."""

from django.contrib.admin.views.main import PAGE_VAR
from django.db.models.expressions import OrderBy
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from curation.paging import CappedPaginator


class LongList(ChangeList):
    """A list whose every order an index can give."""

    def get_ordering(self, request, queryset):
        """As the admin orders, but rows that are equal in the column go the same way
        as the column: no index gives one ascending and the other descending. Those of a
        column of the review are told apart by the review, whose index knows them."""
        ordering = super().get_ordering(request, queryset)
        columns = [column for column in ordering if column != "-pk"]
        if not columns:
            return ["-pk"]
        by, way = columns[-1], ""
        if by.descending if isinstance(by, OrderBy) else str(by).startswith("-"):
            way = "-"
        own = "review__trial_id" if "review__" in str(by) else "pk"
        return [*columns, f"{way}{own}"]


class LongListAdmin(ModelAdmin):
    """A list over the whole width, of half a million rows if need be."""

    list_filter_sheet = False
    list_fullwidth = True
    list_per_page = 50
    show_full_result_count = False
    actions = None

    def get_changelist(self, request, **kwargs):
        """The list."""
        return LongList

    def get_paginator(self, request, queryset, per_page, *args, **kwargs):
        """Its pages."""
        page = request.GET.get(PAGE_VAR, "")
        return CappedPaginator(queryset, per_page, *args, page=page, **kwargs)
