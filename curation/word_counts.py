"""The words of this desk's records, counted for the spelling rules.

The row of the word "" holds the sum of all: who has the counts of that sum in memory
need not read them again.

Words of an import that is not through yet stand in rows of their own, with a blank
before the word: the rules do not see them. So a page is checked with the same words
whichever pages of its import were stored before, in however many runs.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from curation.models import WordCount
from curation.rules import texts
from curation.words import KnownWords
from trials import tables
from trials.models import Trial
from trials.record.shape import TrialRecord

BATCH = 1_000
"""Words that one statement writes; SQLite takes 32,766 values a statement."""

_AHEAD = " "
"""Stands before a word of an import that is not through. No word has a blank."""
_LONGEST = WordCount._meta.pk.max_length - len(_AHEAD)


_IS_AHEAD = Q(word__startswith=_AHEAD)
_IS_NO_WORD = Q(word="") | _IS_AHEAD


def known_words() -> KnownWords:
    """What the desk knows of words now."""
    total = WordCount.objects.filter(word="").values_list("count", flat=True).first()
    return _known_words(total or 0)


@lru_cache(maxsize=1)
def _known_words(total: int) -> KnownWords:
    """The words as they were counted when they were `total` in all."""
    # A word used once is as good as never used.
    repeated = WordCount.objects.filter(count__gte=2).exclude(_IS_NO_WORD)
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
    _raise(counts | Counter({"": counts.total()}))


@transaction.atomic
def add_ahead(counts: Counter[str]) -> None:
    """Keep these words of an import for `add_all_ahead`."""
    if counts:
        ahead = {_AHEAD + word: count for word, count in counts.items()}
        _raise(ahead | {_AHEAD: counts.total()})


@transaction.atomic
def add_all_ahead() -> None:
    """Count the words that imports have kept: one has come to its end."""
    kept = WordCount.objects.filter(_IS_AHEAD)
    # Who adds to them begins with their sum, and so waits here.
    list(kept.select_for_update().filter(word=_AHEAD))
    counts = Counter(dict(kept.exclude(word=_AHEAD).values_list("word", "count")))
    kept.delete()
    add(Counter({word.removeprefix(_AHEAD): n for word, n in counts.items()}))


def _raise(counts: Mapping[str, int]) -> None:
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
