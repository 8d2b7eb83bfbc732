"""Facets: what trials and findings are filtered by, each declared once.

The trial list, the findings desk, exports and acts on many trials all filter by these.
In an address a facet is a parameter, and each of its values one more of that name:
`?rule=dates.order&overall_status=COMPLETED&overall_status=TERMINATED`. Of one facet any
value is enough; of several facets all must hold.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.text import capfirst

from curation.findings import RULE_BY_ID
from curation.models import Finding, Review
from trials import readers, tables
from trials.models import SourceDocument, Trial
from trials.models.fields import Coded, ListField
from trials.models.lookups import Head, heads
from trials.record.sections import SECTIONS

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


@dataclass(frozen=True)
class CodeFacet(ColumnFacet):
    """By a coded column, of the trial or of its parts."""

    @property
    def field(self) -> Coded:
        """The model's field."""
        return self.rows().model._meta.get_field(self.column)

    @property
    def columns(self):
        """Its head, which the indexes hold."""
        return (f"{self.column}__head",)

    @property
    def is_indexed(self):
        """Those by which people filter often have one."""
        first = Head(self.column)
        indexes = self.rows().model._meta.indexes
        return any(index.expressions[:1] == (first,) for index in indexes)

    def choices(self):
        """Every code of the vocabulary, and none of them where a trial may lack it."""
        known = [(member.value, member.label) for member in self.field.vocabulary]
        return known if self.relation else [*known, (NONE, "Not given")]

    def having(self, values):
        """By the head of the column."""
        codes = ["" if value == NONE else value for value in values]
        return Q(**{f"{self.column}__head__in": codes})


@dataclass(frozen=True)
class CodesFacet(CodeFacet):
    """By a column of several codes: a trial of two phases is in both."""

    def having(self, values):
        """The rows that have a code among theirs, one a line in the column."""
        model = self.rows().model
        stored = heads(model, self.column, model.objects.db)
        wanted = [text for text in stored if {*self.values_in(text)} & {*values}]
        found = model.objects.filter(**{f"{self.column}__head__in": wanted})
        return Q(pk__in=found.order_by().values("pk"))

    def values_in(self, stored):
        """Each line."""
        return str(stored).split("\n") if stored else (NONE,)


@dataclass(frozen=True)
class FindingFacet(ColumnFacet):
    """By what a finding says: those chosen must all hold of one finding."""

    relation: str = "findings"

    def findings(self, values):
        """The condition that the finding itself has one of the values."""
        return self.having(values)


@dataclass(frozen=True)
class RuleFacet(FindingFacet):
    """By the rule that found it."""

    def choices(self):
        """All rules, by their names."""
        return [(rule, rule) for rule in sorted(RULE_BY_ID)]

    def label(self, value):
        """A rule that is no more still has findings that are closed."""
        if value not in RULE_BY_ID and not Finding.objects.filter(rule=value).exists():
            raise UnknownFilter(f"There is no rule {value}.")
        return value


@dataclass(frozen=True)
class SeverityFacet(FindingFacet):
    """By how bad it is: "error" in the address, a rank in the column."""

    def choices(self):
        """The worst first."""
        return [(s.value, capfirst(s.value)) for s in Finding.SEVERITIES]

    def having(self, values):
        """By rank."""
        ranks = [rank for s, rank in Finding.SEVERITIES.items() if s.value in values]
        return Q(severity__in=ranks)

    def values_in(self, stored):
        """The word for the rank."""
        return [s.value for s, rank in Finding.SEVERITIES.items() if rank == stored]


@dataclass(frozen=True)
class StateFacet(FindingFacet):
    """By what became of it. Open ones are meant where nothing is chosen."""

    def choices(self):
        """Open ones first."""
        return Finding.State.choices


@dataclass(frozen=True)
class SectionFacet(FindingFacet):
    """By the section of the record where it is."""

    def choices(self):
        """The sections, and what is about the trial or its page as a whole."""
        return [*((s.slug, s.title) for s in SECTIONS), (NONE, "The whole trial")]


@dataclass(frozen=True)
class LayoutFacet(ColumnFacet):
    """By the layout of the page that the record was read from."""

    has_many = False

    def rows(self):
        """The current pages."""
        return super().rows().filter(status=SourceDocument.Status.CURRENT)

    @property
    def within(self):
        """The current page."""
        return {"sources__status": SourceDocument.Status.CURRENT}

    def choices(self):
        """Every layout that there is a reader for."""
        return [(layout.NAME, layout.NAME.capitalize()) for layout in readers.LAYOUTS]


@dataclass(frozen=True)
class ReaderFacet(LayoutFacet):
    """By the version of the reader that read the current page: "full:2"."""

    @property
    def columns(self):
        """Both of which name a reader."""
        return ("layout", "reader_version")

    def values_in(self, layout, version):
        """Together."""
        yield f"{layout}:{version}"

    def choices(self):
        """Every version that a layout's reader has had."""
        return [
            (f"{layout.NAME}:{n}", f"{layout.NAME.capitalize()}, reader version {n}")
            for layout in readers.LAYOUTS
            for n in range(layout.VERSION, 0, -1)
        ]

    def label(self, value):
        """A page may have been read by a newer desk than this."""
        layout, _, version = value.partition(":")
        names = [layout.NAME for layout in readers.LAYOUTS]
        if layout not in names or not version.isdecimal() or len(version) > 9:
            raise UnknownFilter(f"{self.name} is a layout and a version: full:2.")
        return f"{layout.capitalize()}, reader version {int(version)}"

    def having(self, values):
        """By layout and version."""
        wanted = Q(pk=None)
        for layout, _, version in (value.partition(":") for value in values):
            wanted |= Q(layout=layout, reader_version=int(version))
        return wanted


@dataclass(frozen=True)
class ReviewFacet(ColumnFacet):
    """By the state of the review."""

    relation: str = "review"
    has_many = False

    def choices(self):
        """As a review comes by them."""
        return Review.State.choices


@dataclass(frozen=True)
class AssigneeFacet(ColumnFacet):
    """By who answers for the record: a user name."""

    relation: str = "review"
    has_many = False

    def choices(self):
        """Nobody, and every account that is in use."""
        users = get_user_model().objects.filter(is_active=True)
        names = users.order_by("username").values_list("username", flat=True)
        return [(NONE, "Nobody"), *((name, name) for name in names)]

    def label(self, value):
        """Accounts that are no longer in use still have trials."""
        known = get_user_model().objects.filter(username=value)
        if value != NONE and not known.exists():
            raise UnknownFilter(f"There is no account {value}.")
        return "Nobody" if value == NONE else value

    def own_value(self, user):
        """Its name: an address means the same to everybody."""
        return user.get_username()

    def lacking(self):
        """Nobody does."""
        return Q(assignee=None)


def _codes() -> list[CodeFacet]:
    """A facet for each coded column of a trial and of its parts: those by which people
    look for trials first, the others as the record has them."""
    first = ("overall_status", "phases", "study_type")

    def facet(model, field, relation=""):
        kind = CodesFacet if isinstance(field, ListField) else CodeFacet
        name, title = field.name, str(field.verbose_name)
        if relation:
            name = f"{relation}.{name}"
            title = f"{model._meta.verbose_name} {title}"
        heading = CODES if name in first else MORE
        return kind(name, capfirst(title), heading, field.name, relation)

    def coded(model):
        return [f for f in model._meta.get_fields() if getattr(f, "vocabulary", None)]

    own = [facet(Trial, field) for field in coded(Trial)]
    parts = [
        facet(model, field, relation)
        for relation, model in tables.MODELS.items()
        for field in coded(model)
    ]
    leading = [f for name in first for f in own if f.name == name]
    return [*leading, *(f for f in own if f not in leading), *parts]


RULE = RuleFacet("rule", "Rule", FINDINGS, "rule")
STATE = StateFacet("state", "State of the finding", FINDINGS, "state")
READER = ReaderFacet("reader", "Reader version", WORK, "reader_version", "sources")
FINDING_FACETS = (
    RULE,
    SeverityFacet("severity", "Severity", FINDINGS, "severity"),
    STATE,
    SectionFacet("section", "Section", FINDINGS, "section"),
)
TRIAL_FACETS = (
    ReviewFacet("review", "Review", WORK, "state"),
    AssigneeFacet("assignee", "Assignee", WORK, "assignee__username"),
    LayoutFacet("layout", "Layout", WORK, "layout", "sources"),
    READER,
    *_codes(),
)

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
