"""Full-text search over the records: titles, numbers, conditions, keywords,
interventions, sponsors, outcomes and criteria.

`matching` says which trials a search finds, and `listed` in which order, for SQLite and
PostgreSQL alike. `update` keeps the index; the door calls it with every change.
"""

from collections.abc import Callable, Iterable, Mapping

from django.db import transaction
from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, StrIndex

from trials import bulk, tables
from trials.models import SearchText, Trial
from trials.record.shape import TrialRecord
from trials.search.index import Says, ranked
from trials.search.query import Numbers, parse
from trials.search.words import SEARCHED, Texts, texts

RANKED = 1_000
"""So many are shown best first; where more are found, the newest come first."""


def update(records: Mapping[int, TrialRecord]) -> None:
    """Let a search find the trials, id -> record, by what the records say now."""
    SearchText.objects.bulk_create(
        (
            SearchText(trial_id=pk, **texts(record)._asdict())
            # In one order for all who write: two that wait for each other never end.
            for pk, record in sorted(records.items())
        ),
        update_conflicts=True,
        unique_fields=["trial"],
        update_fields=Texts._fields,
    )


def says_same(before: TrialRecord, after: TrialRecord) -> bool:
    """Whether a search finds `after` exactly where it finds `before`."""
    return all(getattr(before, name) == getattr(after, name) for name in SEARCHED)


def add(found: Iterable[tuple[int, Texts]]) -> None:
    """Let a search find trials, id and texts, that it does not know yet."""
    rows = ((pk, *words) for pk, words in found)
    bulk.insert(SearchText, ("trial_id", *Texts._fields), rows)


def rebuild(progress: Callable[[int], None]) -> int:
    """Read all trials into the index anew; returns how many.

    `progress` is called with the count so far, once a batch. The desk can be at work:
    a batch is a transaction, which holds its trials.
    """
    count = last = 0
    while ids := _rebuild_after(last):
        last = ids[-1]
        count += len(ids)
        progress(count)
    return count


@transaction.atomic
def _rebuild_after(last: int) -> list[int]:
    """The next batch: the ids of its trials."""
    trials = Trial.objects.filter(pk__gt=last).order_by("pk")
    held = trials.select_for_update(no_key=True).values_list("pk", flat=True)
    ids = list(held[: tables.BATCH])
    update(tables.load_batch(ids))
    return ids


def matching(trials: QuerySet[Trial], text: str) -> QuerySet[Trial]:
    """Those of the trials that the search finds; all where nothing is asked for."""
    query = parse(text)
    if query.is_blank:
        return trials
    if query.finds_nothing:
        return trials.none()
    for numbers in query.numbers:
        trials = trials.filter(_among(numbers))
    for numbers in query.not_numbers:
        trials = trials.exclude(_among(numbers))
    if query.wanted or query.unwanted:
        trials = trials.filter(Says(F("id"), query))
    return trials


def _among(numbers: Numbers) -> Q:
    return Q(nct_id__range=numbers)


def listed(
    trials: QuerySet[Trial], text: str, *, best_first: bool = True
) -> QuerySet[Trial]:
    """Those of the trials that the search finds, for a list that asks more than once.

    The best come first, or where more than `RANKED` are found the newest; without
    `best_first` they keep the order of `trials`. Takes two queries at most: those that
    are ranked are looked for once, and known by their ids from then on; where there are
    more, the trials' `at_least` tells how many are known to be.
    """
    query = parse(text)
    found = matching(trials, text)
    if query.is_blank or query.finds_nothing:
        return found
    # Without an order the database stops at the last that is asked for.
    ids = list(found.order_by().values_list("pk", flat=True)[: RANKED + 1])
    if len(ids) > RANKED:
        found = found.order_by("-pk") if best_first else found.all()
        found.at_least = len(ids)
        return found
    found = trials.filter(pk__in=ids)
    if not best_first:
        return found
    if not query.wanted:
        return found.order_by("-pk")
    best = ",".join(map(str, ranked(ids, query.wanted, found.db)))
    comma = Value(",")
    own = Concat(comma, Cast("pk", TextField()), comma, output_field=TextField())
    return found.order_by(StrIndex(Value(f",{best},"), own), "-pk")
