"""How many trials or findings each value of a facet would leave, beside the others.

A count is exact up to `COUNTED`; one more stands for any number beyond.
"""

from collections import Counter
from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, QuerySet

from curation import facets
from curation.chosen_findings import of_facets, saying
from curation.facets import STATE, Chosen, ColumnFacet, Facet, FindingFacet
from curation.paging import COUNTED, CountOf
from curation.trial_filters import WITHDRAWN, filtered
from trials.models import Trial
from trials.search import matching

Counts = dict[str, int]


def of_trials(
    facet: Facet, chosen: Chosen, search: str, *, by: AbstractBaseUser
) -> Counts:
    """Value -> how many trials there are with it among those that the search and what
    is chosen of the other facets leave."""
    others = facets.without(chosen, facet)
    is_known = not isinstance(facet, ColumnFacet) or facet.is_indexed
    if is_known and not search and not others:
        return _alone(facet, by)
    if not isinstance(facet, FindingFacet):
        base = filtered(matching(Trial.objects.order_by(), search), others)
        if isinstance(facet, ColumnFacet):
            return _grouped(facet, base.filter(**facet.within), facet.paths)
        values = {v: base.filter(facet.trials([v])) for v, _ in facet.choices()}
        return _capped(values, by)
    # What is chosen of findings must hold of the same finding.
    found = facets.findings_of(others, counted=facet)
    of_trial = {f: v for f, v in others.items() if not isinstance(f, FindingFacet)}
    trials = filtered(matching(Trial.objects.order_by(), search), of_trial)
    if search or of_trial:
        found = found.filter(trial__in=trials.values("pk"))
    return _grouped(facet, found, facet.columns, counted="trial")


def _alone(facet: Facet, by: AbstractBaseUser) -> Counts:
    """Value -> how many trials in use have it."""
    values = [value for value, _ in facet.choices()]
    if not isinstance(facet, ColumnFacet) or not facet.relation:
        in_use = {} if facet == WITHDRAWN else {WITHDRAWN: []}
        every = Trial.objects.order_by()
        return _capped({v: filtered(every, in_use | {facet: [v]}) for v in values}, by)
    # From the facet's own rows: by a condition on the trials, SQLite reads all rows.
    rows = facet.rows()
    if isinstance(facet, FindingFacet):
        rows = facets.findings_of({}, counted=facet)
    if not isinstance(facet, FindingFacet) or facet == STATE:
        # No finding of a withdrawn trial is open.
        withdrawn = Trial.objects.filter(withdrawn=True).order_by().values("pk")
        rows = rows.exclude(trial__in=withdrawn)
    if facet.has_many:
        rows = rows.distinct()
    return _capped({v: rows.filter(facet.having([v])) for v in values}, by, of="trial")


def of_findings(
    facet: Facet, chosen: Chosen, search: str, *, by: AbstractBaseUser
) -> Counts:
    """Value -> how many findings there are with it, as `of_trials`."""
    others = facets.without(chosen, facet)
    base = saying(of_facets(others, counted=facet), search)
    is_known = not isinstance(facet, ColumnFacet) or facet.is_indexed
    if is_known and not search and not others:
        found = {v: base.filter(facet.findings([v])) for v, _ in facet.choices()}
        return _capped(found, by)
    if isinstance(facet, FindingFacet):
        return _grouped(facet, base, facet.columns)
    within = {f"trial__{name}": value for name, value in facet.within.items()}
    paths = [f"trial__{path}" for path in facet.paths]
    return _grouped(facet, base.filter(**within), paths)


def _grouped(
    facet: ColumnFacet, rows: QuerySet, paths: Iterable[str], counted: str = "pk"
) -> Counts:
    """Count the rows by what stands at the paths, each once. Reads all of them."""
    number = Count(counted, distinct=counted != "pk" or facet.has_many)
    counts: Counter[str] = Counter()
    for *stored, count in rows.order_by().values_list(*paths).annotate(n=number):
        for value in facet.values_in(*stored):
            counts[value] += count
    return {value: min(count, COUNTED + 1) for value, count in counts.items()}


def _capped(found: dict[str, QuerySet], by: AbstractBaseUser, of: str = "pk") -> Counts:
    """Count the rows of each value, as far as counts go: one query."""
    own_row = get_user_model().objects.filter(pk=by.pk)
    columns = [CountOf(rows, of) for rows in found.values()]
    counts = own_row.values_list(*columns).get()
    # What no row can be is not asked, and counts as none.
    return {v: count or 0 for v, count in zip(found, counts, strict=True)}
