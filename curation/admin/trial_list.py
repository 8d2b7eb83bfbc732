"""The list of trials, as the theme draws it but without work that it does twice."""

from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from curation import facets
from curation.admin.lists import LongList
from curation.facets import Chosen, UnknownFilter
from curation.pages.facets import TRIALS, Panel
from curation.trial_filters import LIST_FACETS, filtered
from trials.models import Trial

SHOWN = (
    "nct_id",
    "brief_title",
    "official_title",
    "overall_status",
    "phases",
    "study_type",
    "start_date",
    "withdrawn",
    "version",
    "changed_at",
    "changed_by__username",
    "review__state",
    "review__open_errors",
    "review__open_warnings",
    "review__assignee__username",
)
"""What the list reads of a trial: its long texts stay in the database."""


def label(text: str) -> SafeString:
    """The theme's label, without a template for each row."""
    return format_html(
        '<span class="inline-block font-semibold rounded-default text-[11px] uppercase '
        "whitespace-nowrap h-6 leading-6 px-2 bg-base-500/8 text-base-700 "
        'dark:bg-base-500/20 dark:text-base-200">{}</span>',
        text,
    )


def in_words(field: str, code: str) -> str:
    """The words for a code, kept on one line."""
    return Trial._meta.get_field(field).label_of(code).replace(" ", "\u00a0")


class FacetFilter:
    """What is chosen of the facets, as the admin's lists know filters."""

    def __init__(self, chosen: Chosen):
        self.chosen = chosen

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """The trials that it leaves."""
        return filtered(queryset, self.chosen)


class TrialList(LongList):
    """Filters by facets, which stand beside it and draw themselves.

    Makes each of its addresses once: the theme asks for those of all column heads again
    for every row, which took a third of the page's time.
    """

    def get_filters(self, request):
        """One filter, of all facets; the theme shows none. Raises
        IncorrectLookupParameters, which leads to the list without a filter."""
        query = QueryDict(mutable=True)
        for name, values in self.get_filters_params().items():
            query.setlist(name, values)
        try:
            chosen = facets.read(query, LIST_FACETS)
        except UnknownFilter as error:
            raise IncorrectLookupParameters(str(error)) from error
        self.panel = Panel(TRIALS, chosen, request.GET)
        return [FacetFilter(chosen)], False, {}, False, bool(chosen)

    @cached_property
    def _query_strings(self) -> dict[str, str]:
        return {}

    def get_query_string(self, new_params=None, remove=None):
        """The list's own query with `new_params` and without `remove`."""
        asked = repr((new_params, remove))
        if asked not in self._query_strings:
            made = super().get_query_string(new_params, remove)
            self._query_strings[asked] = made
        return self._query_strings[asked]
