"""How often the records of the desk use a word."""

from collections import Counter

import pytest
from django.conf import settings

from curation import imports, word_counts
from curation.models import WordCount
from curation.tests.factory import SNAPSHOT, act, edit, make_trial
from trials import importer
from trials.tests.factory import make_record

pytestmark = pytest.mark.django_db


def stored() -> dict[str, int]:
    return dict(WordCount.objects.values_list("word", "count"))


def test_words_are_added_to_those_that_were_counted():
    word_counts.add(Counter({"sepsis": 10, "fever": 1}))

    word_counts.add(Counter({"sepsis": 2, "saline": 4}))

    assert stored() == {"sepsis": 12, "fever": 1, "saline": 4, "": 17}


def test_nothing_to_add_writes_nothing():
    word_counts.add(Counter())

    assert stored() == {}


def test_the_rules_see_a_new_count_at_once():
    word_counts.add(Counter({"ganciclovir": 20}))
    assert word_counts.known_words().count("ganciclovir") == 20

    word_counts.add(Counter({"ganciclovir": 5}))

    assert word_counts.known_words().count("ganciclovir") == 25


def test_counts_that_did_not_change_are_not_read_again(django_assert_num_queries):
    word_counts.add(Counter({"ganciclovir": 21}))
    word_counts.known_words()

    with django_assert_num_queries(1):
        word_counts.known_words()


def test_an_import_counts_the_words_of_new_trials(tmp_path):
    (tmp_path / "a.txt").write_bytes(SNAPSHOT.read_bytes())
    containers, _ = importer.find([tmp_path])
    for _ in range(2):
        imports.import_pages(
            containers, act=act(), dry_run=False, progress=lambda *_: None
        )

    record = importer.read_bytes("a", SNAPSHOT.read_bytes()).reading.record
    assert stored()["lymphopenic"] == word_counts.count([record])["lymphopenic"] > 0


def test_a_dry_run_counts_nothing(tmp_path):
    (tmp_path / "a.txt").write_bytes(SNAPSHOT.read_bytes())
    containers, _ = importer.find([tmp_path])

    imports.import_pages(containers, act=act(), dry_run=True, progress=lambda *_: None)

    assert stored() == {}


def test_counting_again_takes_the_records_as_they_are():
    trial = make_trial(brief_title="Fever")
    withdrawn = make_record(nct_id="NCT00000002", brief_title="Malaria")
    word_counts.add(Counter({"sepsis": 99}))
    edit(trial, brief_title="Malaria malaria")

    word_counts.count_again()

    counts = stored()
    assert counts["malaria"] == 2
    assert counts[""] == sum(n for word, n in counts.items() if word)
    assert "fever" not in counts
    assert word_counts.count([withdrawn])["malaria"] == 1


def test_many_words_take_several_statements(monkeypatch):
    monkeypatch.setattr(word_counts, "BATCH", 2)
    word_counts.add(Counter({"a": 1, "b": 2, "c": 3}))

    word_counts.add(Counter({"a": 1, "b": 1, "c": 1}))

    assert stored() == {"a": 2, "b": 3, "c": 4, "": 9}


def test_a_word_too_long_for_the_table_is_left_out():
    long = "x" * 101

    assert long not in word_counts.count([make_record(brief_title=long)])


def test_lists_of_the_installation_are_known(tmp_path, monkeypatch):
    list_ = tmp_path / "own.txt"
    list_.write_text("zzyzxin\n")
    monkeypatch.setattr(settings, "WORD_LISTS", [list_])
    word_counts.add(Counter({"anything": 7777}))

    assert word_counts.known_words().is_known("zzyzxin")
