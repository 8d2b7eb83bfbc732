"""What a facet is: values to choose, and what each asks of trials and findings."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q, QuerySet

from trials.models import Trial

NONE = "~none"
"""The value of what has none. No user name and no code can be it."""

WORK, FINDINGS, CODES, MORE = "Work", "Findings", "Record", "More of the record"
"""The headings under which the facets stand."""


class UnknownFilter(ValueError):
    """A filter that there is not, or a choice that the filter lacks."""


@dataclass(frozen=True)
class Facet:
    """One thing to filter by: `name` in the address, `title` for people.

    `heading` is where it stands. One that is not `is_offered` is chosen by links alone.
    """

    name: str
    title: str
    heading: str
    is_offered = True

    def choices(self) -> list[tuple[str, str]]:
        """Each value that can be chosen, with its words."""
        raise NotImplementedError

    def label(self, value: str) -> str:
        """The words for a value. Raises UnknownFilter where there is no such value."""
        choices = dict(self.choices())
        if value not in choices:
            raise UnknownFilter(f"{self.name} is one of {', '.join(choices)}.")
        return choices[value]

    def check(self, value: str) -> None:
        """Raises UnknownFilter where there is no such value."""
        self.label(value)

    def own_value(self, user: AbstractBaseUser) -> str:
        """The value that means the account itself; "" where none does."""
        return ""

    def trials(self, values: list[str]) -> Q:
        """The condition that a trial has one of the values, which are known."""
        raise NotImplementedError

    def findings(self, values: list[str]) -> Q:
        """The condition that the trial of a finding has one of the values."""
        having = Trial.objects.filter(self.trials(values)).order_by()
        return Q(trial__in=having.values("pk"))


@dataclass(frozen=True)
class ColumnFacet(Facet):
    """By a column of the trial, or of the rows of `relation` that are a trial's."""

    column: str
    relation: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """What of a row `values_in` is told."""
        return (self.column,)

    @property
    def paths(self) -> tuple[str, ...]:
        """The columns as a query of trials names them."""
        way = f"{self.relation}__" if self.relation else ""
        return tuple(way + column for column in self.columns)

    def rows(self) -> QuerySet:
        """The rows that have the column, in no order."""
        if not self.relation:
            return Trial.objects.order_by()
        model = Trial._meta.get_field(self.relation).related_model
        return model.objects.order_by()

    @property
    def is_indexed(self) -> bool:
        """Whether an index leads to the rows with a value."""
        return True

    @property
    def has_many(self) -> bool:
        """Whether a trial may have several rows."""
        return bool(self.relation)

    @property
    def within(self) -> dict[str, str]:
        """Which rows of a trial count, as a query of trials names them."""
        return {}

    def having(self, values: list[str]) -> Q:
        """The condition that a row has one of the values."""
        wanted = Q(**{f"{self.column}__in": [v for v in values if v != NONE]})
        return wanted | self.lacking() if NONE in values else wanted

    def lacking(self) -> Q:
        """The condition that a row has no value."""
        return Q(**{self.column: ""})

    def trials(self, values):
        """As any facet; an index of the trial's own column gives the list's order."""
        if not self.relation:
            return self.having(values)
        return Q(pk__in=self.rows().filter(self.having(values)).values("trial"))

    def values_in(self, stored: object) -> Iterable[str]:
        """The values that stand in the columns of a row."""
        yield str(stored) if stored not in ("", None) else NONE
