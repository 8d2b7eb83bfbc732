"""The search on the database of the settings; both must find the same."""

from string import ascii_lowercase as LETTERS

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trials import search, tables
from trials.models import SearchText, Trial
from trials.record.shape import (
    ConditionRecord,
    CriterionRecord,
    InterventionRecord,
    OutcomeRecord,
    SponsorRecord,
)
from trials.tests.factory import make_record

pytestmark = pytest.mark.django_db


def put(number, **changes):
    record = make_record(nct_id=f"NCT{number:08}", **NOTHING | changes)
    trial = tables.save(record)
    search.update({trial.pk: record})
    return trial


NOTHING = {
    "brief_title": "",
    "official_title": "",
    "acronym": "",
    "org_study_id": "",
    "secondary_ids": (),
    "conditions": (),
    "keywords": (),
    "interventions": (),
    "arms": (),
    "sponsors": (),
    "outcomes": (),
    "criteria": (),
}


@pytest.fixture
def trials(db):
    put(
        1,
        brief_title="Interleukin-7 (IL-7) in Septic Shock",
        acronym="EILSA",
        conditions=(ConditionRecord(key="cd1", name="Septic shock"),),
        sponsors=(SponsorRecord(key="s1", name="Universität Göttingen"),),
    )
    put(
        2,
        brief_title="Vasopressin against shock",
        interventions=(
            InterventionRecord(key="i1", name="Vasopressin", description="TNF-α"),
        ),
        criteria=(
            CriterionRecord(key="c1", text="Adults with septic"),
            CriterionRecord(key="c2", text="shock of any kind, IL-70"),
        ),
    )
    put(
        3,
        brief_title="Pediatric sepsis",
        outcomes=(OutcomeRecord(key="o1", measure="Death", time_frame="10 days"),),
        criteria=(CriterionRecord(key="c1", text="no septic shock; 50% x0"),),
    )
    put(12, brief_title="敗血症", secondary_ids=())


def found(text):
    return [
        int(nct_id[3:])
        for nct_id in search.matching(Trial.objects.order_by("pk"), text).values_list(
            "nct_id", flat=True
        )
    ]


QUERIES = [
    ("", [1, 2, 3, 12]),
    ("shock", [1, 2, 3]),
    ("SHOCK septic", [1, 2, 3]),
    ('"septic shock"', [1, 3]),
    ('"shock septic"', []),
    ('"septic sh"*', [1, 3]),
    ('septic -"septic shock"', [2]),
    ("il-7", [1]),
    ("IL7", [1]),
    ("il-7*", [1, 2]),
    ("eilsa", [1]),
    ("vaso*", [2]),
    ("vaso", []),
    ("gottingen", [1]),
    ("Göttingen", [1]),
    ("TNF-alpha", [2]),
    ("tnf-α", [2]),
    ("death 10 days", [3]),
    ("敗血症", [12]),
    ("敗*", [12]),
    ("-shock", [12]),
    ("-shock -敗血症", []),
    ("-pediatric", [1, 2, 12]),
    ("NCT0000000", [1, 2, 3]),
    ("NCT0000000 shock -NCT00000002", [1, 3]),
    ("NCT00000012", [12]),
    ("NCT000000123", []),
    ("x0", [3]),
    ("%", []),
    ("*", []),
    ("-", []),
    ('"', []),
    ("shock %", [1, 2, 3]),
    ("a OR b NOT (c", []),
    ("shock AND septic", []),
    ("title:shock", []),
    ("{shock} NEAR(septic)", []),
    ("shock\0", [1, 2, 3]),
    ("shock'; DROP TABLE trials_trial", []),
    ("shock & !septic | :*", [1, 2, 3]),
]


@pytest.mark.parametrize(("text", "numbers"), QUERIES)
def test_a_search_finds_what_it_asks_for(trials, text, numbers):
    assert found(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "word " * 5_000,
        " ".join(f"w{n}" for n in range(150)),
        " ".join(f'"phrase {n}"' for n in range(150)),
        " ".join(f"-NCT{n:08}" for n in range(5_000)),
        " ".join(f"-w{n}" for n in range(5_000)),
        "x" * 100_000,
        '"' + "long phrase " * 3_000,
        '"' + "long phrase " * 100,
        '-"' + "long phrase " * 100,
        " ".join(f'"phrase {n}"' for n in range(100)),
        " ".join(f'-"phrase {n}"' for n in range(100)),
        " ".join(f'shock -"phrase {n}"' for n in range(60)),
    ],
)
def test_a_long_search_is_no_error(trials, text):
    assert set(found(text)) <= {1, 2, 3, 12}


def test_any_search_is_no_error(trials):
    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(st.text(alphabet="ab1 \"'*-+:^(){}&|!<>\\%_;\0é敗NCT"))
    def check(text):
        assert set(found(text)) <= {1, 2, 3, 12}

    check()


def test_a_changed_record_is_found_by_what_it_says_now(trials):
    trial = Trial.objects.get(nct_id="NCT00000003")
    search.update({trial.pk: make_record(brief_title="Rickets")})

    assert found("rickets") == [3]
    assert found("pediatric") == []


@pytest.mark.parametrize(
    "before",
    [
        " ".join(map(str, range(17_000))),
        " ".join(map(str, range(16_379))),  # "Rare" has the last place but one.
        "rare filler ending " * 300,
    ],
)
def test_a_phrase_is_found_however_long_the_text_before_it(before):
    """A tsvector forgets the places of words that come often, and puts all that come
    late on its last place."""
    for number, end in ((20, "very rare ending"), (21, "rare and ending")):
        criterion = CriterionRecord(key="c1", text=f"{before} {end}")
        put(number, criteria=(criterion,))
    assert SearchText.objects.filter(is_long=True).count() == 2

    assert found('"rare ending"') == [20]
    assert found('"rare endi"*') == [20]
    assert found('"ending and"') == []
    assert found('"very rare ending"') == [20]
    assert found('-"rare ending"') == [21]
    assert found('ending -"rare ending"') == [21]
    assert found("ending -very") == [21]


@pytest.mark.parametrize("text", ['"one two"', '"two three"', '"two thr"*'])
def test_no_phrase_reaches_from_one_text_into_the_next(text):
    put(
        20,
        brief_title="one",
        conditions=(ConditionRecord(key="cd1", name="two"),),
        criteria=(CriterionRecord(key="c1", text="three"),),
    )

    assert found(text) == []
    assert found(f"-{text}") == [20]
    assert found(f"one -{text}") == [20]


def test_a_record_too_long_for_an_index_is_stored_and_found(trials):
    """PostgreSQL takes no index entry above a megabyte."""
    text = " ".join(f"{n} {LETTERS[n % 26]}" for n in range(90_000))
    put(21, brief_title="Longest", criteria=(CriterionRecord(key="c1", text=text),))

    assert found("longest") == [21]


# Order


def ordered(text):
    rows = search.listed(Trial.objects.all(), text)
    return [int(trial.nct_id[3:]) for trial in rows]


def test_what_says_it_in_the_title_comes_first(trials):
    put(30, criteria=(CriterionRecord(key="c1", text="vasopressin"),))

    assert ordered("vasopressin") == [2, 30]


def test_the_newest_come_first_where_too_many_are_found_to_rank(trials, monkeypatch):
    put(30, criteria=(CriterionRecord(key="c1", text="vasopressin"),))
    monkeypatch.setattr(search, "RANKED", 1)

    assert ordered("vasopressin") == [30, 2]


def test_a_search_without_words_is_in_the_order_of_arrival(trials):
    assert ordered("NCT0000000") == [3, 2, 1]
    assert ordered("-sepsis") == [12, 2, 1]


def test_ranking_takes_two_queries(trials, django_assert_num_queries):
    with django_assert_num_queries(2):
        search.listed(Trial.objects.all(), "shock")


def test_many_trials_are_known_to_be_more_than_are_ranked(trials, monkeypatch):
    monkeypatch.setattr(search, "RANKED", 2)

    for best_first in (True, False):
        many = search.listed(Trial.objects.all(), "shock", best_first=best_first)
        assert many.at_least == many.count() == 3


# The index as a whole


def test_the_command_brings_the_index_up_to_date(trials, capsys):
    Trial.objects.filter(nct_id="NCT00000003").update(brief_title="Rickets")
    SearchText.objects.filter(trial__nct_id="NCT00000001").delete()
    assert found("eilsa") == []

    call_command("rebuild_search")

    assert found("eilsa") == [1]
    assert found("rickets") == [3]
    assert "The search knows 4 trials." in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_a_database_that_was_emptied_finds_nothing_old():
    put(1, brief_title="Sepsis")
    SearchText.objects.all().delete()
    Trial.objects.all().delete()
    put(2, brief_title="Rickets")

    assert found("sepsis") == []
    assert found("rickets") == [2]
