"""Values that look alike and are not the same: remembered, and taken back."""

from itertools import combinations

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from curation.bulk.clusters import Pair
from curation.models import NotSame


def remember(column: str, values: list[str], by: AbstractBaseUser) -> int:
    """Note that no two of the values are the same; how many pairs those are."""
    now = timezone.now()
    pairs = [sorted(pair) for pair in combinations(dict.fromkeys(values), 2)]
    NotSame.objects.bulk_create(
        [
            NotSame(
                column=column,
                one=one,
                other=other,
                digest=NotSame.digest_of(column, one, other),
                by=by,
                by_name=by.get_username(),
                at=now,
            )
            for one, other in pairs
        ],
        # Said before, by whomever: that stands.
        ignore_conflicts=True,
    )
    return len(pairs)


def pairs_of(column: str) -> frozenset[Pair]:
    """All pairs of the column."""
    rows = NotSame.objects.filter(column=column).order_by()
    return frozenset(map(frozenset, rows.values_list("one", "other")))


def forget(number: int) -> bool:
    """Take a pair back; False where it is not there any more."""
    return bool(NotSame.objects.filter(pk=number).delete()[0])
