"""Which trials: the facets of the trial list and its search.

Exports, acts on many trials and whoever shares the list's address take the same ones.
"""

import datetime
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import QueryDict

from curation import dashboard, facets, reviews
from curation.facets import SEARCH, WORK, Chosen, Facet, FindingFacet, UnknownFilter
from curation.models import Review
from trials.models import SourceDocument, Trial
from trials.search import matching


@dataclass(frozen=True)
class AttentionFacet(Facet):
    """By what a curator should look at."""

    def choices(self):
        """What there may be to look at."""
        return [
            ("errors", "Open errors"),
            ("warnings", "Open warnings"),
            ("approved", "Approved, needs another look"),
            ("lines", "Lines not placed or doubtful"),
            ("pending", "Another page is pending"),
        ]

    def trials(self, values):
        """The trials whose review or page has what was chosen."""
        wanted = Q(pk=None)
        for value in values:
            wanted |= Q(pk__in=self._rows(value).order_by().values("trial"))
        return wanted

    def _rows(self, value: str) -> QuerySet:
        """What says so of a trial."""
        pages = SourceDocument.objects
        if value == "errors":
            return Review.objects.filter(open_errors__gt=0)
        if value == "warnings":
            return Review.objects.filter(open_warnings__gt=0)
        if value == "approved":
            return Review.objects.filter(reviews.needs_another_look())
        if value == "lines":
            doubtful = Q(unplaced_count__gt=0) | Q(warning_count__gt=0)
            return pages.filter(doubtful, status=SourceDocument.Status.CURRENT)
        return pages.filter(status=SourceDocument.Status.PENDING)


@dataclass(frozen=True)
class ReachedFacet(Facet):
    """By when the trial came into a state: "approved:2026-05-04:2026-05-11".

    The last day is not among the days. The dashboard links here; nothing is offered.
    """

    is_offered = False

    def choices(self):
        """There are too many days."""
        return []

    def label(self, value):
        """What is asked for, in words."""
        state, since, until = self._asked(value)
        last = until - datetime.timedelta(days=1)
        days = f"{since}" if since == last else f"{since} to {last}"
        return f"{state.label} {days}"

    def trials(self, values):
        """The trials that came into the state in these days."""
        wanted = Q(pk=None)
        for value in values:
            wanted |= dashboard.reached(*self._asked(value))
        return wanted

    def _asked(self, value: str) -> tuple[Review.State, datetime.date, datetime.date]:
        try:
            state, since, until = value.split(":")
            day = datetime.date.fromisoformat
            asked = Review.State(state), day(since), day(until)
        except ValueError as error:
            raise UnknownFilter(f"{self.name} has no choice {value}.") from error
        if asked[1] >= asked[2]:
            raise UnknownFilter(f"{self.name} has no choice {value}.")
        return asked


@dataclass(frozen=True)
class WithdrawnFacet(Facet):
    """Withdrawn trials are out of sight until they are asked for."""

    def choices(self):
        """What may be shown besides the trials in use."""
        return [("yes", "Withdrawn"), ("all", "In use or withdrawn")]

    def trials(self, values):
        """The trials of the choice; without one, those in use."""
        if "all" in values:
            return Q()
        # They are few, and an index lists them. The column stands behind long texts.
        withdrawn = Trial.objects.filter(withdrawn=True).order_by().values("pk")
        return Q(pk__in=withdrawn) if values else ~Q(pk__in=withdrawn)


WITHDRAWN = WithdrawnFacet("withdrawn", "Withdrawn", WORK)
LIST_FACETS = (
    AttentionFacet("attention", "To look at", WORK),
    *facets.WORK_FACETS,
    ReachedFacet("reached", "Progress", WORK),
    WITHDRAWN,
    *facets.FINDING_FACETS,
    *facets.CODE_FACETS,
)
"""In the order in which the list shows them."""
NAMES = (*(facet.name for facet in LIST_FACETS), SEARCH)
"""The parameters of the list's address that choose trials."""


def filtered(trials: QuerySet[Trial], chosen: Chosen) -> QuerySet[Trial]:
    """Those of the trials that are left by what is chosen.

    What is chosen of findings is asked of one and the same finding.
    """
    for facet, values in ({WITHDRAWN: []} | chosen).items():
        if not isinstance(facet, FindingFacet):
            trials = trials.filter(facet.trials(values))
    if any(isinstance(facet, FindingFacet) for facet in chosen):
        trials = trials.filter(pk__in=facets.findings_of(chosen).values("trial"))
    return trials


def chosen(query: QueryDict) -> QuerySet[Trial]:
    """The trials that the list shows at the address with `query`. Raises UnknownFilter,
    as `facets.read` does."""
    chosen = facets.read(query, LIST_FACETS)
    trials = matching(Trial.objects.all(), query.get(SEARCH, ""))
    return filtered(trials, chosen)
