"""Pages of long lists: nobody waits for a count of half a million rows."""

from django.core.paginator import Paginator
from django.db.models import IntegerField, QuerySet, Subquery
from django.utils.functional import cached_property

COUNTED = 1_000
"""Rows that are counted; of more it is said that they are more."""
LAST = 1_000_000
"""No list has a page beyond this: a number that no database takes is none."""


def in_short(count: int) -> str:
    """A count of at most one more than `COUNTED`: "12", or "1,000+"."""
    return f"{COUNTED:,}+" if count > COUNTED else f"{count:,}"


class CountOf(Subquery):
    """How many of `rows` there are, at most one more than `COUNTED`: a column, so that
    one query can count many things. `of` is the column whose values are counted."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet, of: str = "pk", **kwargs):
        super().__init__(rows.order_by().values(of)[: COUNTED + 1], **kwargs)


class CappedPaginator(Paginator):
    """Counts `COUNTED` rows at most, or as far as the page that is asked for.

    The page after the one that is asked for is there if the list has one, so that a
    list can be paged through to its end. Rows that know that they are `at_least` so
    many are not counted that far again: of a search that can take as long as the page.
    """

    template_name = "curation/list_pager.html"

    def __init__(self, rows: QuerySet, per_page: int, *args, page: str = "", **kwargs):
        super().__init__(rows, per_page, *args, **kwargs)
        number = int(page) if page.isdecimal() and len(page) < 10 else 1
        self.counted = max(COUNTED, min(number, LAST) * per_page)

    @cached_property
    def count(self) -> int:
        """How many rows there are; one more than are counted where these are more."""
        most = self.counted + 1
        if getattr(self.object_list, "at_least", 0) >= most:
            return most
        return self.object_list.order_by()[:most].count()

    @property
    def is_capped(self) -> bool:
        """Whether there are more rows than were counted."""
        return self.count > self.counted

    @property
    def count_in_words(self) -> str:
        """ "12", or "more than 1,000"."""
        if self.is_capped:
            return f"more than {self.counted:,}"
        return f"{self.count:,}"
