"""Pages that something happened to: still read, or refused, with every line told."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trials import readers
from trials.readers import ReadError
from trials.tests.accounts import check

PAGES = sorted((Path(__file__).parents[2] / "fixtures" / "pages").glob("*.txt"))
LINES = {path.stem: path.read_text("utf-8").split("\n") for path in PAGES}

places = st.integers(0, 400)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def drop(lines, at, other, text):
    return lines[:at] + lines[at + 1 + other % 8 :]


def double(lines, at, other, text):
    return lines[: at + 1 + other % 30] + lines[at:]


def swap(lines, at, other, text):
    lines = list(lines)
    other %= len(lines)
    lines[at], lines[other] = lines[other], lines[at]
    return lines


def cut(lines, at, other, text):
    length = other % (len(lines[at]) + 1)
    return [*lines[:at], lines[at][:length], *lines[at + 1 :]]


def split(lines, at, other, text):
    length = other % (len(lines[at]) + 1)
    return [*lines[:at], lines[at][:length], lines[at][length:], *lines[at + 1 :]]


def insert(lines, at, other, text):
    return [*lines[:at], *text.split("\n"), *lines[at:]]


def move(lines, at, other, text):
    """A line of the page stands where another kind of line is expected."""
    return [*lines[:at], lines[other % len(lines)], *lines[at:]]


def truncate(lines, at, other, text):
    return lines[: at + 1]


mutations = st.lists(
    st.tuples(
        st.sampled_from([drop, double, swap, cut, split, insert, move, truncate]),
        places,
        places,
        words,
    ),
    min_size=1,
    max_size=8,
)


def mutated(lines, steps):
    """The page after all that happened to it."""
    for step, at, other, text in steps:
        lines = step(lines, at % len(lines), other, text) or [""]
    return "\n".join(lines)


@pytest.mark.parametrize("name", LINES)
@settings(max_examples=300)
@given(steps=mutations)
def test_a_damaged_page_is_read_or_refused_and_every_line_accounted_for(name, steps):
    text = mutated(LINES[name], steps)

    try:
        reading = readers.read(text)
    except ReadError as error:
        assert error.what
        assert 0 <= error.line <= text.count("\n") + text.count("\r") + 1
    else:
        check(text, reading)


@pytest.mark.parametrize("name", LINES)
def test_every_line_of_a_whole_page_is_accounted_for(name):
    text = "\n".join(LINES[name])

    reading = readers.read(text)

    check(text, reading)
    assert reading.unplaced == ()


@settings(max_examples=200)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_other_text_is_refused(text):
    with pytest.raises(ReadError):
        readers.read(text)
