"""What a batch cannot do at once, it does page by page."""

import logging

import pytest
from django.db import OperationalError

from curation import import_batches, word_counts, workflow
from curation.import_batches import Batch, in_batches
from curation.models import WordCount
from curation.tests.factory import act, make_page, seed_trial
from curation.tests.stored import stored
from curation.workflow import Result
from trials import bulk_tables
from trials.models import SourceDocument, Trial
from trials.tests.factory import make_record

pytestmark = pytest.mark.django_db


def page(number: int, text: str = "", **changes):
    record = make_record(nct_id=f"NCT{number:08}", **changes)
    return make_page(record, text or f"Page {number}.")


def take(*pages, leave=()):
    """The results of a batch of the pages."""
    batch = Batch(list(pages), act())
    batch.check()
    return [item and item.result.value for item in batch.store(leave)]


def test_pages_of_one_trial_in_a_batch_are_as_one_after_the_other():
    results = take(page(1), page(1), page(2), page(1, "Other."), page(2, "Other."))

    assert results == ["created", "unchanged", "created", "pending", "pending"]
    assert SourceDocument.objects.filter(status="current").count() == 2


def test_the_same_file_twice_is_stored_once():
    one = page(1)

    assert take(one, one) == ["created", "unchanged"]


def test_known_pages_are_told_without_a_query_each(django_assert_num_queries):
    pages = [page(number) for number in range(1, 30)]
    take(*pages)

    with django_assert_num_queries(1):
        assert set(take(*pages)) == {"unchanged"}


def test_a_trial_that_is_to_be_left_is_left():
    seed_trial()

    assert take(page(1), page(2), page(1), leave={"NCT00000001"}) == [
        None,
        "created",
        None,
    ]
    assert not Trial.objects.filter(nct_id="NCT00000001").exists()


def test_a_batch_that_the_database_refuses_goes_in_page_by_page(caplog):
    """No database holds so large a number; a reader gives none, but a fault might."""
    bad = page(2, enrollment_count=2**70)

    with caplog.at_level(logging.ERROR, import_batches.__name__):
        results = take(page(1), bad, page(3))

    assert results == ["created", "refused", "created"]
    assert "A batch could not be stored; page by page from here." in caplog.text
    assert "page.txt could not be stored" in caplog.text
    assert Trial.objects.count() == 2


def test_page_by_page_leaves_the_words_that_the_batch_would_have_left(monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("The connection is gone.")

    with monkeypatch.context() as patch:
        patch.setattr(bulk_tables, "add", refuse)
        assert take(page(1)) == ["created"]
    by_page = stored()["curation_wordcount"]
    WordCount.objects.all().delete()

    assert take(page(2)) == ["created"]
    assert stored()["curation_wordcount"] == by_page != []


def test_a_trial_that_came_meanwhile_is_taken_page_by_page():
    batch = Batch([page(1), page(2)], act())
    batch.check()
    workflow.import_page(page(1, "Other."), act=act())

    assert [item.result for item in batch.store()] == [Result.PENDING, Result.CREATED]


def test_words_count_when_the_import_is_through():
    pages = [page(n, brief_title="Ganciclovir") for n in (1, 2, 3)]
    take(*pages)
    assert word_counts.known_words().count("ganciclovir") == 0

    word_counts.add_all_ahead()

    assert word_counts.known_words().count("ganciclovir") == 3
    total = WordCount.objects.get(word="").count
    assert not WordCount.objects.filter(word__startswith=" ").exists()
    word_counts.add_all_ahead()
    assert WordCount.objects.get(word="").count == total


def test_batches_are_bounded_by_pages_and_by_text(monkeypatch):
    monkeypatch.setattr(import_batches, "CHARACTERS", 20)
    texts = ["a", "b", "c", "d", "x" * 30, "e"]

    groups = in_batches(enumerate(page(1, text) for text in texts), together=3)

    assert [[number for number, _ in group] for group in groups] == [
        [0, 1, 2],
        [3, 4],
        [5],
    ]
