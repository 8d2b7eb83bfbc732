"""The words of this desk's records, counted for the spelling rules.

The row of the word "" holds the sum of all: who has the counts of that sum in memory
need not read them again.
"""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings
from django.db import connection, transaction

from curation.models import WordCount
from curation.rules import texts
from curation.words import KnownWords
from trials import tables
from trials.models import Trial
from trials.record.shape import TrialRecord

BATCH = 1_000
"""Words that one statement writes; SQLite takes 32,766 values a statement."""

_LONGEST = WordCount._meta.pk.max_length


def known_words() -> KnownWords:
    """What the desk knows of words now."""
    total = WordCount.objects.filter(word="").values_list("count", flat=True).first()
    return _known_words(total or 0)


@lru_cache(maxsize=1)
def _known_words(total: int) -> KnownWords:
    """The words as they were counted when they were `total` in all."""
    # A word used once is as good as never used.
    repeated = WordCount.objects.filter(count__gte=2).exclude(word="")
    return KnownWords(dict(repeated.values_list("word", "count")), settings.WORD_LISTS)


def count(records: Iterable[TrialRecord]) -> Counter[str]:
    """How often `records` use each word."""
    counts: Counter[str] = Counter()
    for record in records:
        counts += texts.word_counts(record)
    return Counter({w: n for w, n in counts.items() if len(w) <= _LONGEST})


_ADD = """
    INSERT INTO curation_wordcount (word, count) VALUES (%s, %s)
    ON CONFLICT (word) DO UPDATE
    SET count = curation_wordcount.count + excluded.count
"""
"""Django's own upsert can only replace the count, not raise it."""


@transaction.atomic
def add(counts: Counter[str]) -> None:
    """Count these words too."""
    if not counts:
        return
    counts = counts + Counter({"": counts.total()})
    # In one order for all who add: two that lock rows crosswise wait for ever.
    with connection.cursor() as cursor:
        cursor.executemany(_ADD, sorted(counts.items()))


@transaction.atomic
def count_again() -> None:
    """Count the words of all records anew: edits have changed them since."""
    counts: Counter[str] = Counter()
    trials = Trial.objects.filter(withdrawn=False)
    for batch in tables.batches(trials.values_list("id", flat=True)):
        counts += count(tables.load_batch(batch).values())
    counts += Counter({"": counts.total()})
    WordCount.objects.all().delete()
    for words in _batches(sorted(counts)):
        WordCount.objects.bulk_create(
            WordCount(word=word, count=counts[word]) for word in words
        )


def _batches(words: list[str]) -> Iterable[list[str]]:
    return (words[i : i + BATCH] for i in range(0, len(words), BATCH))
