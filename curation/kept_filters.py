"""The filters of a list that are kept under a name: the list's menu of them."""

from typing import NamedTuple

from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.contrib.admin.views.main import ALL_VAR, ERROR_FLAG, ORDER_VAR, PAGE_VAR
from django.http import HttpRequest, QueryDict

from curation.chosen_findings import ChosenFindings
from curation.chosen_trials import ChosenTrials
from curation.facets import UnknownFilter
from curation.models import KeptFilter

_CHOSEN = {
    KeptFilter.Page.TRIALS: ChosenTrials,
    KeptFilter.Page.FINDINGS: ChosenFindings,
}
MOST = 100
"""Filters that a menu shows; the rest is under “All filters”."""
NO_FILTERS = (
    *(ALL_VAR, ERROR_FLAG, IS_POPUP_VAR, PAGE_VAR, TO_FIELD_VAR),
    *("page", "_changelist_filters"),
)
"""What an address may have besides its filters, their search and the order."""


class Menu(NamedTuple):
    """The filters kept for the list at an address; `query` is its own."""

    page: str
    query: str
    own: list[KeptFilter]
    others: list[KeptFilter]
    in_use: list[KeptFilter]

    @property
    def is_filtered(self) -> bool:
        """Whether there is anything to keep."""
        return bool(self.query)


def normalised(query: QueryDict) -> str:
    """The query without page number and empty filters, in a fixed order: two addresses
    of which one filters as the other have the same.

    `?p=2&review=approved&q=` -> "review=approved"
    """
    kept = QueryDict(mutable=True)
    for name, values in sorted(query.lists()):
        chosen = sorted({value for value in values if value.strip()})
        if chosen and name not in NO_FILTERS:
            kept.setlist(name, chosen)
    return kept.urlencode()


def menu(request: HttpRequest, page: str) -> Menu:
    """What the list at the address of `request` offers, in one database query."""
    query = normalised(request.GET)
    visible = KeptFilter.objects.visible_to(request.user).filter(page=page)
    kept = list(visible.own_first(request.user).select_related("owner")[:MOST])
    return Menu(
        page,
        query,
        own=[one for one in kept if one.owner_id == request.user.pk],
        others=[one for one in kept if one.owner_id != request.user.pk],
        in_use=[one for one in kept if one.query == query],
    )


def in_words(kept: KeptFilter) -> str:
    """What it leaves in the list, for people: "review: approved, words: sepsis"."""
    query = QueryDict(kept.query, mutable=True)
    is_ordered = query.pop(ORDER_VAR, None)
    chosen = _CHOSEN[kept.page](query.urlencode())
    try:
        words = chosen.words
    except UnknownFilter as error:
        words = f"{error}"
    return f"{words}, in an order of its own" if is_ordered else words
