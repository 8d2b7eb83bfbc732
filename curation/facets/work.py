"""The facets of the work on a trial: its review, and the page that it was read from."""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db.models import Q

from curation.facets.facet import NONE, WORK, ColumnFacet, UnknownFilter
from curation.models import Review
from trials import readers
from trials.models import SourceDocument


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


READER = ReaderFacet("reader", "Reader version", WORK, "reader_version", "sources")
WORK_FACETS = (
    ReviewFacet("review", "Review", WORK, "state"),
    AssigneeFacet("assignee", "Assignee", WORK, "assignee__username"),
    LayoutFacet("layout", "Layout", WORK, "layout", "sources"),
    READER,
)
