import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.worddiff import PATIENCE, Mark, Op, marks, shortened


def old_of(all_marks):
    return "".join(mark.text for mark in all_marks if mark.op != Op.INSERTED)


def new_of(all_marks):
    return "".join(mark.text for mark in all_marks if mark.op != Op.DELETED)


def test_it_marks_whole_words():
    assert marks("Adults over 18 years.", "Adults over 21 years.") == [
        Mark(Op.SAME, "Adults over "),
        Mark(Op.DELETED, "18"),
        Mark(Op.INSERTED, "21"),
        Mark(Op.SAME, " years."),
    ]


def test_a_word_never_changes_by_a_part_of_it():
    assert [mark.text for mark in marks("inclusion", "exclusion")] == [
        "inclusion",
        "exclusion",
    ]


def test_neighbouring_changes_are_one():
    assert marks("a red big dog ran", "a blue small dog ran")[1:3] == [
        Mark(Op.DELETED, "red big"),
        Mark(Op.INSERTED, "blue small"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "ops"),
    [
        ("", "", []),
        ("same", "same", [Op.SAME]),
        ("", "new", [Op.INSERTED]),
        ("old", "", [Op.DELETED]),
    ],
)
def test_it_takes_empty_and_equal_texts(old, new, ops):
    assert [mark.op for mark in marks(old, new)] == ops


words = st.lists(
    st.sampled_from(["a", "b", "18", " ", "\n", "≥", "<b>", "\r\n", "é", "e\u0301"]),
    max_size=30,
).map("".join)


@given(words, words)
def test_the_marks_hold_both_texts_whole(old, new):
    found = marks(old, new)

    assert (old_of(found), new_of(found)) == (old, new)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_survives(old, new):
    found = marks(old, new)

    assert (old_of(found), new_of(found)) == (old, new)


def long_texts():
    """Pairs of 2,000 words, the worst for comparing among them."""
    chance = random.Random(1)  # noqa: S311 - The same words each time.
    rare, common = [f"w{n}" for n in range(400)], ["the", "of", "and", "a"] * 60
    text = chance.choices(rare + common, k=2000)
    few = list(text)
    for place in chance.sample(range(2000), 30):
        few[place] = "changed"
    return {
        "a few words": (text, few),
        "other words in another order": (text, chance.choices(rare + common, k=2000)),
        "shuffled": (text, chance.sample(text, 2000)),
        "no word in common": (text, [word.upper() + "x" for word in text]),
        "two words only": (["a", "b"] * 1000, ["b", "a", "a"] * 666),
    }


@pytest.mark.parametrize("name", long_texts())
def test_two_thousand_words_take_less_than_a_tenth_of_a_second(name):
    old, new = map(" ".join, long_texts()[name])

    started = time.process_time()
    found = marks(old, new)
    took = time.process_time() - started

    assert (old_of(found), new_of(found)) == (old, new)
    assert took < 2 * PATIENCE


def test_a_few_words_of_a_long_text_are_marked_alone():
    old, new = map(" ".join, long_texts()["a few words"])

    found = marks(old, new)

    assert sum(mark.op == Op.INSERTED for mark in found) >= 25
    assert {m.text for m in found if m.op == Op.INSERTED} == {"changed"}


def test_a_shortened_text_keeps_what_stands_beside_a_change():
    long = "x" * 500

    found = shortened(marks(f"{long} 18 {long}", f"{long} 21 {long}"), context=100)

    assert [mark.op for mark in found] == [
        Op.LEFT_OUT,
        Op.SAME,
        Op.DELETED,
        Op.INSERTED,
        Op.SAME,
        Op.LEFT_OUT,
    ]
    assert old_of(found) == f"{long} 18 {long}"


def test_a_short_text_is_not_shortened():
    found = marks("one two", "one three")

    assert shortened(found) == found
