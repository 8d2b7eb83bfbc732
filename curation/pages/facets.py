"""The facets beside a list: what is chosen, and what else could be.

A list shows what is chosen and the names of the facets. The values of one, with how
many there are of each, are a page of their own, which a script puts into the list when
the facet is opened; without a script its name leads there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.contrib.admin.sites import AdminSite
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from curation import chosen_findings, facet_counts, facets, trial_filters
from curation.facets import SEARCH, Chosen, Facet, UnknownFilter
from curation.paging import in_short

MANY = 12
"""Of more values, one types a part of the one that is looked for."""
PLACES = ("p", "page", "e", "all")
"""Parameters that say where in the list one is, which another choice ends."""


@dataclass(frozen=True)
class Desk:
    """A list with facets beside it: the names of its address and of that of a facet,
    who sees it, and what counts. `orders` are further parameters of its address."""

    list_view: str
    facet_view: str
    permission: str
    facets: tuple[Facet, ...]
    counts: Callable[..., facet_counts.Counts]
    orders: tuple[str, ...] = ()


TRIALS = Desk(
    "admin:trials_trial_changelist",
    "admin:trials_trial_facet",
    "trials.view_trial",
    trial_filters.LIST_FACETS,
    facet_counts.of_trials,
    ("o",),
)
FINDINGS = Desk(
    "admin:curation_finding_list",
    "admin:curation_finding_facet",
    "curation.view_finding",
    chosen_findings.DESK_FACETS,
    facet_counts.of_findings,
)


@dataclass(frozen=True)
class Choice:
    """A value of a facet: its words, the address with it taken in or out, and how many
    there are."""

    value: str
    label: str
    url: str
    is_chosen: bool
    count: int = 0

    @property
    def count_in_words(self) -> str:
        """ "12", or "1,000+"."""
        return in_short(self.count)


@dataclass(frozen=True)
class Shown:
    """A facet in the panel: its name, where its values are, what of it is chosen."""

    facet: Facet
    url: str
    chosen: tuple[Choice, ...]


@dataclass(frozen=True)
class Panel:
    """The facets of a desk, at the address with `query`."""

    desk: Desk
    chosen: Chosen
    query: QueryDict

    @property
    def query_string(self) -> str:
        """What is chosen and searched, as an address has it."""
        return self._query().urlencode()

    @property
    def here(self) -> str:
        """The list as it is filtered now."""
        return self._list_at(self._query())

    @property
    def clear_url(self) -> str:
        """The list with its search and order alone."""
        query = self._query()
        for facet in self.chosen:
            query.pop(facet.name, None)
        return self._list_at(query)

    @property
    def chips(self) -> list[tuple[Facet, Choice]]:
        """All that is chosen, with the address where it is not."""
        return [
            (facet, self.choice(facet, value, facet.label(value)))
            for facet, values in self.chosen.items()
            for value in values
        ]

    def headings(self) -> Iterator[tuple[str, list[Shown]]]:
        """The facets that can be opened, under their headings."""
        offered = [f for f in self.desk.facets if f.is_offered]
        for heading, members in groupby(offered, key=lambda facet: facet.heading):
            yield heading, [self.shown(facet) for facet in members]

    def shown(self, facet: Facet) -> Shown:
        """A facet as the panel has it."""
        url = reverse(self.desk.facet_view, args=[facet.name])
        chosen = tuple(c for f, c in self.chips if f == facet)
        return Shown(facet, f"{url}?{self.query_string}", chosen)

    def choice(self, facet: Facet, value: str, label: str, count: int = 0) -> Choice:
        """A value of a facet."""
        values = self.chosen.get(facet, [])
        is_chosen = value in values
        query = self._query()
        others = [v for v in values if v != value]
        query.setlist(facet.name, others if is_chosen else [*values, value])
        url = self._list_at(query)
        return Choice(value, label, url, is_chosen, count)

    def _list_at(self, query: QueryDict) -> str:
        """The address of the list with the query."""
        url = reverse(self.desk.list_view)
        text = query.urlencode()
        return f"{url}?{text}" if text else url

    def _query(self) -> QueryDict:
        """What the address says, one way for each choice of trials or findings."""
        query = QueryDict(mutable=True)
        for name in (SEARCH, *self.desk.orders):
            if self.query.get(name):
                query[name] = self.query[name]
        for facet, values in self.chosen.items():
            query.setlist(facet.name, values)
        return query

    def choices(self, facet: Facet, by: AbstractBaseUser) -> list[Choice]:
        """The values of the facet that there are or that are chosen, with how many
        there are of each beside what else is chosen."""
        search = self.query.get(SEARCH, "")
        counts = self.desk.counts(facet, self.chosen, search, by=by)
        chosen = self.chosen.get(facet, [])
        labels = dict(facet.choices())
        labels |= {value: facet.label(value) for value in chosen}
        return [
            self.choice(facet, value, label, counts.get(value, 0))
            for value, label in labels.items()
            if counts.get(value) or value in chosen
        ]


def panel_at(desk: Desk, query: QueryDict) -> Panel:
    """The panel at the address with `query`. Raises UnknownFilter."""
    asked = query.copy()
    for name in (*PLACES, *desk.orders):
        asked.pop(name, None)
    return Panel(desk, facets.read(asked, desk.facets), query)


@require_safe
def trial_facet(
    request: HttpRequest, facet_name: str, *, site: AdminSite
) -> HttpResponse:
    """The values of a facet of the trial list. Needs view_trial."""
    return _facet(request, facet_name, TRIALS, site)


@require_safe
def finding_facet(
    request: HttpRequest, facet_name: str, *, site: AdminSite
) -> HttpResponse:
    """The values of a facet of the findings desk. Needs view_finding."""
    return _facet(request, facet_name, FINDINGS, site)


def _facet(
    request: HttpRequest, name: str, desk: Desk, site: AdminSite
) -> HttpResponse:
    if not request.user.has_perm(desk.permission):
        raise PermissionDenied
    facet = next((f for f in desk.facets if f.name == name and f.is_offered), None)
    if facet is None:
        raise Http404(f"There is no facet “{name}”.")
    try:
        panel = panel_at(desk, request.GET)
        choices = panel.choices(facet, request.user)
    except UnknownFilter as error:
        raise BadRequest(str(error)) from error
    if len(choices) > MANY:
        choices.sort(key=lambda choice: not choice.is_chosen)
    own = facet.own_value(request.user)
    context = {
        "panel": panel,
        "facet": facet,
        "choices": choices,
        "is_long": len(choices) > MANY,
        "own_choice": panel.choice(facet, own, "Me") if own else None,
        "here": panel.here,
    }
    is_fragment = request.headers.get("X-Requested-With") == "fetch"
    if not is_fragment:
        context |= {**site.each_context(request), "title": facet.title}
    template = "curation/facet_values.html" if is_fragment else "curation/facet.html"
    response = TemplateResponse(request, template, context)
    patch_vary_headers(response, ["X-Requested-With"])
    return response
