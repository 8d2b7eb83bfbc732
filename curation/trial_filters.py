"""Which trials: the filters of the trial list and its search.

The filters have fixed choices, so that opening the list counts nothing. Exports take
the same ones.
"""

import datetime

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Q, QuerySet
from django.http import QueryDict

from curation import dashboard, reviews
from curation.models import Review
from trials.models import SourceDocument, Trial
from trials.models.lookups import heads
from trials.readers import LAYOUTS
from trials.record.vocabulary import Phase, Status, StudyType, Vocabulary
from trials.search import matching


class CodeFilter(SimpleListFilter):
    """The trials with one code in the column `parameter_name`."""

    vocabulary: type[Vocabulary]

    def lookups(self, request, model_admin):
        """Every code of the vocabulary."""
        return [(member.value, member.label) for member in self.vocabulary]

    def queryset(self, request, queryset):
        """The trials that have the chosen code."""
        if self.value() is None:
            return queryset
        return queryset.filter(**{f"{self.parameter_name}__head": self.value()})


class StatusFilter(CodeFilter):
    """By overall recruitment status."""

    title = "status"
    parameter_name = "overall_status"
    vocabulary = Status


class StudyTypeFilter(CodeFilter):
    """By study type."""

    title = "study type"
    parameter_name = "study_type"
    vocabulary = StudyType


class PhaseFilter(CodeFilter):
    """By phase; a trial of two phases is in both."""

    title = "phase"
    parameter_name = "phases"
    vocabulary = Phase

    def queryset(self, request, queryset):
        """The trials that have the phase among theirs, one a line in the column."""
        phase = self.value()
        if phase is None:
            return queryset
        stored = heads(Trial, "phases", queryset.db)
        having = [phases for phases in stored if phase in phases.split("\n")]
        found = Trial.objects.filter(phases__head__in=having).order_by()
        return queryset.filter(pk__in=found.values("pk"))


class LayoutFilter(SimpleListFilter):
    """By the layout of the page that the record was read from.

    The dashboard also asks for one version of the layout's reader: "full:2".
    """

    title = "layout"
    parameter_name = "layout"

    def lookups(self, request, model_admin):
        """Every layout that there is a reader for, and the version asked for."""
        choices = [(layout.NAME, layout.NAME.capitalize()) for layout in LAYOUTS]
        name, _, version = (self.value() or "").partition(":")
        if version:
            label = f"{name.capitalize()}, reader version {version}"
            choices.append((self.value(), label))
        return choices

    def queryset(self, request, queryset):
        """The trials whose current page has the layout."""
        if self.value() is None:
            return queryset
        name, _, version = self.value().partition(":")
        pages = SourceDocument.objects.filter(
            layout=name, status=SourceDocument.Status.CURRENT
        )
        if version:
            if not version.isdecimal():
                raise IncorrectLookupParameters
            pages = pages.filter(reader_version=version)
        return queryset.filter(pk__in=pages.values("trial"))


class ReviewFilter(SimpleListFilter):
    """By the state of the review."""

    title = "review"
    parameter_name = "review"

    def lookups(self, request, model_admin):
        """Every state of a review."""
        return Review.State.choices

    def queryset(self, request, queryset):
        """The trials whose review is in the chosen state."""
        if self.value() is None:
            return queryset
        found = Review.objects.filter(state=self.value())
        return queryset.filter(pk__in=found.values("trial"))


class ReachedFilter(SimpleListFilter):
    """By when the trial came into a state: "approved:2026-05-04:2026-05-11".

    The last day is not among the days. The dashboard links here; only what it asked
    for is offered, so that one sees it and can take it back.
    """

    title = "progress"
    parameter_name = "reached"

    def lookups(self, request, model_admin):
        """What is asked for, in words."""
        if self.value() is None:
            return []
        state, since, until = self._asked()
        last = until - datetime.timedelta(days=1)
        days = f"{since}" if since == last else f"{since} to {last}"
        return [(self.value(), f"{state.label} {days}")]

    def queryset(self, request, queryset):
        """The trials that came into the state in these days."""
        if self.value() is None:
            return queryset
        return queryset.filter(dashboard.reached(*self._asked()))

    def _asked(self) -> tuple[Review.State, datetime.date, datetime.date]:
        try:
            state, since, until = self.value().split(":")
            day = datetime.date.fromisoformat
            asked = Review.State(state), day(since), day(until)
        except ValueError as error:
            raise IncorrectLookupParameters from error
        if asked[1] >= asked[2]:
            raise IncorrectLookupParameters
        return asked


class AttentionFilter(SimpleListFilter):
    """By what a curator should look at."""

    title = "to look at"
    parameter_name = "attention"

    def lookups(self, request, model_admin):
        """What there may be to look at."""
        return [
            ("errors", "Open errors"),
            ("warnings", "Open warnings"),
            ("approved", "Approved, needs another look"),
            ("lines", "Lines not placed or doubtful"),
            ("pending", "Another page is pending"),
        ]

    def queryset(self, request, queryset):
        """The trials whose review or page has what was chosen."""
        pages = SourceDocument.objects
        if self.value() == "errors":
            found = Review.objects.filter(open_errors__gt=0)
            return queryset.filter(pk__in=found.values("trial"))
        if self.value() == "warnings":
            found = Review.objects.filter(open_warnings__gt=0)
            return queryset.filter(pk__in=found.values("trial"))
        if self.value() == "approved":
            found = Review.objects.filter(reviews.needs_another_look())
            return queryset.filter(pk__in=found.values("trial"))
        if self.value() == "lines":
            doubtful = Q(unplaced_count__gt=0) | Q(warning_count__gt=0)
            current = pages.filter(doubtful, status=SourceDocument.Status.CURRENT)
            return queryset.filter(pk__in=current.values("trial"))
        if self.value() == "pending":
            pending = pages.filter(status=SourceDocument.Status.PENDING)
            return queryset.filter(pk__in=pending.values("trial"))
        return queryset


class WithdrawnFilter(SimpleListFilter):
    """Withdrawn trials are out of sight until they are asked for."""

    title = "withdrawn"
    parameter_name = "withdrawn"

    def lookups(self, request, model_admin):
        """What may be shown besides the trials in use."""
        return [("yes", "Withdrawn"), ("all", "In use or withdrawn")]

    def choices(self, changelist):
        """As usual, but without a choice the trials in use are shown, not all."""
        first, *others = super().choices(changelist)
        return [first | {"display": "In use"}, *others]

    def queryset(self, request, queryset):
        """The trials of the choice."""
        if self.value() == "all":
            return queryset
        # They are few, and an index lists them. The column stands behind long texts.
        withdrawn = Trial.objects.filter(withdrawn=True).order_by().values("pk")
        if self.value() == "yes":
            return queryset.filter(pk__in=withdrawn)
        return queryset.exclude(pk__in=withdrawn)


LIST_FILTERS = (
    AttentionFilter,
    ReviewFilter,
    ReachedFilter,
    StatusFilter,
    PhaseFilter,
    StudyTypeFilter,
    LayoutFilter,
    WithdrawnFilter,
)
"""In the order in which the list shows them."""

SEARCH = "q"
"""The list's parameter for the search; the others are those of the filters."""


class UnknownFilter(ValueError):
    """A filter that the trial list does not have, or a choice that the filter lacks."""


def chosen(query: QueryDict) -> QuerySet[Trial]:
    """The trials that the list shows at the address with `query`.

    Raises UnknownFilter: a misspelled filter must not let all trials by.
    """
    known = {f.parameter_name: f for f in LIST_FILTERS}
    for name in query:
        if name != SEARCH and name not in known:
            names = ", ".join((*known, SEARCH))
            raise UnknownFilter(f"There is no filter {name}; there are {names}.")
    trials = matching(Trial.objects.all(), query.get(SEARCH, ""))
    for name, filter_class in known.items():
        asked = {name: query.getlist(name)} if name in query else {}
        try:
            list_filter = filter_class(None, asked, Trial, None)
            codes = [str(code) for code, _ in list_filter.lookup_choices]
            if list_filter.value() not in (None, *codes):
                raise UnknownFilter(f"{name} is one of {', '.join(codes)}.")
            trials = list_filter.queryset(None, trials)
        except IncorrectLookupParameters as error:
            raise UnknownFilter(f"{name} has no choice {query[name]}.") from error
    return trials
