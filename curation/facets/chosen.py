"""What is chosen of the facets: read from an address, applied, put into words."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.http import QueryDict

from curation.facets.facet import Facet, UnknownFilter
from curation.facets.findings import STATE, FindingFacet
from curation.facets.work import READER
from curation.models import Finding

Chosen = dict[Facet, list[str]]
"""What is chosen of each facet, of which anything is."""

SEARCH = "q"
"""The parameter of the search; the others are those of the facets."""


def read(query: QueryDict, facets: Iterable[Facet]) -> Chosen:
    """What is chosen at the address with `query`.

    Raises UnknownFilter: a misspelled filter must not let everything by.
    """
    known = {facet.name: facet for facet in facets}
    chosen: Chosen = {}
    for name, values in query.lists():
        if name == SEARCH:
            continue
        if name not in known:
            names = ", ".join((*known, SEARCH))
            raise UnknownFilter(f"There is no filter {name}; there are {names}.")
        for value in dict.fromkeys(values):
            # Addresses from before there were reader versions: "layout=full:2".
            facet = READER if name == "layout" and ":" in value else known[name]
            if "\0" in value:
                raise UnknownFilter("No filter has a null character.")
            facet.check(value)
            chosen.setdefault(facet, []).append(value)
    return chosen


def findings_of(chosen: Chosen, *, counted: Facet | None = None) -> QuerySet[Finding]:
    """The findings that the facets of findings leave, open ones unless another state is
    chosen, or all are `counted` by their state; in no order."""
    found = Finding.objects.order_by()
    if STATE not in chosen and counted != STATE:
        found = found.filter(state=Finding.State.OPEN)
    for facet, values in chosen.items():
        if isinstance(facet, FindingFacet):
            found = found.filter(facet.findings(values))
    return found


def without(chosen: Chosen, left_out: Facet) -> Chosen:
    """What is chosen of the other facets."""
    return {facet: values for facet, values in chosen.items() if facet != left_out}


def words(chosen: Chosen) -> list[str]:
    """What is chosen, for people: "Status: Completed or Terminated"."""
    return [
        f"{facet.title}: {' or '.join(map(facet.label, values))}"
        for facet, values in chosen.items()
    ]
