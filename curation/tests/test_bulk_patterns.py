"""Finding and replacing in a text."""

import time

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from curation.bulk.changes import replaced
from curation.bulk.patterns import MOST_HITS, Pattern, PatternError

OPTIONS = {"is_regex": False, "whole_words": False, "match_case": False}


def replace(find, replacement, text, **options):
    pattern = Pattern(find, replacement, **OPTIONS | options)
    return replaced(text, pattern.hits(text))


@pytest.mark.parametrize(
    ("find", "new", "text", "options", "wanted"),
    [
        ("pts", "patients", "Pts and pts.", {}, "patients and patients."),
        ("pts", "patients", "Pts and pts.", {"match_case": True}, "Pts and patients."),
        ("É", "e", "caféÉ", {}, "cafee"),
        # The sign for kelvin, the long s, the large sharp s: one letter in two cases.
        ("kss", "x", "\u212a\u017fs", {}, "x"),
        ("\u1e9e", "x", "aß", {}, "ax"),
        ("a.b", "x", "a.b acb", {}, "x acb"),
        ("cat", "dog", "concat cat_ cat-cat", {"whole_words": True}, None),
        ("ü", "ue", "für ü", {"whole_words": True}, "für ue"),
        ("\\", "/", "a\\b", {}, "a/b"),
        ("(?m)", "-", "a(?m)b", {}, "a-b"),
        (r"\1", r"\2", r"a\1", {}, r"a\2"),
    ],
)
def test_plain_text_stands_for_itself(find, new, text, options, wanted):
    wanted = wanted or "concat cat_ dog-dog"
    assert replace(find, new, text, **options) == wanted


@pytest.mark.parametrize(
    ("find", "new", "text", "wanted"),
    [
        (r"(\d+) mg", r"\1 milligrams", "5 mg, 10 MG", "5 milligrams, 10 milligrams"),
        (r"(a)|(b)", r"<\1\2>", "ab", "<a><b>"),
        (r"^- ", r"* ", "- one\n- two", "* one\n* two"),
        (r"; ", r"\n", "one; two", "one\ntwo"),
        (r"x", r"\\\0", "x", "\\x"),
        (r"\pL+é", "w", "caféx", "wx"),
    ],
)
def test_a_regular_expression_has_groups_and_lines(find, new, text, wanted):
    assert replace(find, new, text, is_regex=True) == wanted


def test_places_are_counted_in_characters():
    (hit,) = Pattern("b", "c", **OPTIONS).hits("äöü\U0001f600b")
    assert (hit.start, hit.end) == (4, 5)


_texts = st.text("abAB. \n\\é\u212a\u017fßs", max_size=12)


@given(_texts.filter(bool), _texts, st.booleans(), st.booleans())
def test_plain_text_is_found_where_the_engine_finds_it(find, text, case, words):
    options = OPTIONS | {"match_case": case, "whole_words": words}
    plain = Pattern(find, "#", **options)
    engine = Pattern(re2.escape(find), "#", **options | {"is_regex": True})

    assert plain.hits(text) == engine.hits(text)


def test_what_would_stay_as_it_is_is_no_hit():
    assert Pattern("Pts", "pts", **OPTIONS).hits("pts Pts") == [(4, 7, "pts")]


@pytest.mark.parametrize(
    ("find", "new", "said"),
    [
        ("(", "", "no regular expression"),
        ("(?=a)", "", "no regular expression"),
        (r"(a)\1", "", "no regular expression"),
        ("x*", "", "nothing at all"),
        ("a", r"\1", "no group 1"),
        ("a", r"\q", "means nothing"),
        ("a", "\\", "means nothing"),
        ("((a{0,99}){0,99}){0,99}b", "", "no regular expression"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(find, new, said):
    with pytest.raises(PatternError, match=said):
        Pattern(find, new, **OPTIONS | {"is_regex": True})


def test_no_pattern_can_hang_the_server():
    text = "a" * 50_000 + "!"
    started = time.process_time()

    assert replace(r"(a+)+$", "", text, is_regex=True) == text
    with pytest.raises(PatternError, match="something longer"):
        replace(r"a.*z|a", "b", text, is_regex=True)

    assert time.process_time() - started < 5


def test_a_pattern_that_finds_nearly_everything_is_refused():
    with pytest.raises(PatternError, match="something longer"):
        replace("a", "b", "a" * (MOST_HITS + 1))
