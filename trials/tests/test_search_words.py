import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from trials.record.shape import CriterionRecord, OutcomeRecord
from trials.search.query import Numbers, Query, Term, parse
from trials.search.words import LONGEST, MOST, SEARCHED, texts, words
from trials.tests.factory import make_record
from trials.tests.strategies import records


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Septic Shock", "septic shock"),
        ("IL-7", "il 7"),
        ("IL7", "il 7"),
        ("COVID‑19", "covid 19"),
        ("10mg/kg", "10 mg kg"),
        ("Sjögren's", "sjogren s"),
        ("Ménière", "meniere"),
        ("Großhadern, København, Łódź", "grosshadern kobenhavn lodz"),
        ("TNF-α", "tnf alpha"),
        ("ς Σ", "sigma sigma"),
        ("µg", "mu g"),
        ("CD4⁺ ＦＵＬＬ ﬁbrosis", "cd 4 full fibrosis"),
        ("snake_case", "snake case"),
        ("…%–'; --", ""),
    ],
)
def test_words_are_the_same_however_they_are_written(text, said):
    assert " ".join(words(text)) == said


@given(st.text())
def test_a_database_gets_nothing_but_letters_or_digits_of_ascii(text):
    for word in words(text):
        assert word.isascii()
        assert word.isalpha() and word.islower() or word.isdecimal()
        assert len(word) <= LONGEST


@given(st.text(), st.text())
def test_words_of_a_text_do_not_depend_on_what_stands_beside_it(one, other):
    assert words(f"{one} {other}") == words(one) + words(other)


def test_words_of_another_script_are_kept_apart():
    assert len(set(words("сепсис сепсиса 敗血症"))) == 3


def test_a_record_is_searched_in_its_titles_topics_and_lists():
    record = make_record(
        brief_title="Seven",
        criteria=(CriterionRecord(key="c1", text="No shock"),),
        outcomes=(OutcomeRecord(key="o1", measure="Death", time_frame="day 28"),),
    )

    found = texts(record)

    assert " seven " in found.title
    assert " death x0 day 28 x0 no shock " in found.body


@given(records(), records())
def test_records_that_say_the_same_where_it_is_searched_have_the_same_texts(one, two):
    same = {name: getattr(one, name) for name in SEARCHED}
    # What an arm or a contact of the other points at went with its parts.
    other = replace(two, arms=(), contacts=(), **same)

    assert texts(other) == texts(one)


def test_no_text_is_too_long_for_an_index():
    many = tuple(
        CriterionRecord(key=f"c{n}", text=f"criterion {n} " * 50)
        for n in range(1, 2_000)
    )

    found = texts(make_record(criteria=many))

    assert sum(map(len, found[:3])) <= MOST
    assert found.body.startswith(" ")
    assert found.body.endswith(" ")


@pytest.mark.parametrize(
    ("text", "is_long"),
    [
        ("rare " * 250, False),
        ("rare " * 251, True),
        (" ".join(map(str, range(15_000))), False),
        (" ".join(map(str, range(16_001))), True),
    ],
)
def test_a_text_is_long_where_postgresql_loses_places_of_its_words(text, is_long):
    criterion = CriterionRecord(key="c1", text=text)

    assert texts(make_record(criteria=(criterion,))).is_long is is_long


def test_many_texts_do_not_make_a_record_long():
    criteria = tuple(CriterionRecord(key=f"c{n}", text="%") for n in range(300))

    assert not texts(make_record(criteria=criteria)).is_long


# Queries


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", Query(is_blank=True)),
        ("  ", Query(is_blank=True)),
        ("%", Query()),
        ("sepsis", Query((Term(("sepsis",)),))),
        ("il-7 il-7", Query((Term(("il", "7")),))),
        ('"septic shock"', Query((Term(("septic", "shock")),))),
        ("“septic shock”", Query((Term(("septic", "shock")),))),
        ('"septic shock', Query((Term(("septic", "shock")),))),
        ("vaso*", Query((Term(("vaso",), True),))),
        ('"septic sho"*', Query((Term(("septic", "sho"), True),))),
        ("-shock", Query((), (Term(("shock",)),))),
        ('-"septic shock"', Query((), (Term(("septic", "shock")),))),
        ("nct0422", Query((), (), (Numbers("NCT04220000", "NCT04229999"),))),
        ("-NCT04225780", Query(not_numbers=(Numbers(*["NCT04225780"] * 2),))),
        ("NCT042257801", Query((Term(("nct", "042257801")),))),
    ],
)
def test_a_query_says_what_it_looks_like(text, query):
    assert parse(text) == query


@pytest.mark.parametrize(
    ("text", "finds_nothing"),
    [
        ("%", True),
        ("nct0422", False),
        (" ".join(f"w{n}" for n in range(100)), False),
        (" ".join(f"w{n}" for n in range(101)), True),
        (f'"{"long phrase " * 100}"', False),
        (f'"{"long phrase " * 100} of many words"', True),
    ],
)
def test_a_query_of_no_words_or_too_many_finds_nothing(text, finds_nothing):
    assert parse(text).finds_nothing is finds_nothing


@given(st.text())
def test_any_text_is_a_query(text):
    query = parse(text)

    assert query.is_blank == (not text.strip())
