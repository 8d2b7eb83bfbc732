"""Groups of values that are probably one thing."""

from collections import Counter

import pytest

from benchmarks.names import make_names
from curation.bulk.clusters import METHODS, Group, by_key, nearest
from curation.bulk.keys import fingerprint


def groups(method, *values, not_same=()):
    pairs = {frozenset(pair) for pair in not_same}
    found = METHODS[method](dict.fromkeys(values, 1), pairs)
    return [set(group.values) for group in found]


def test_the_most_used_form_comes_first_with_the_uses_of_all():
    values = {"MD Anderson": 3, "M.D. Anderson": 5, "Mayo": 9, "md anderson": 3}

    assert by_key(values, fingerprint) == [
        Group(("M.D. Anderson", "MD Anderson", "md anderson"), 11)
    ]


def test_the_largest_group_comes_first():
    values = {"a": 1, "A": 1, "b": 5, "B": 5}

    assert [group.uses for group in by_key(values, fingerprint)] == [10, 2]


def test_values_without_a_key_are_like_no_other():
    assert groups("fingerprint", "?", "-") == []
    assert groups("nearest", "?", "-") == []


def test_each_method_groups_by_its_key():
    values = ("Krzysztof", "Krzysztov", "krzysztof.", "Smith", "Smyth")

    assert groups("fingerprint", *values) == [{"Krzysztof", "krzysztof."}]
    assert groups("ngram", "New York", "NewYork") == [{"New York", "NewYork"}]
    assert groups("phonetic", "Smith", "Smyth") == [{"Smith", "Smyth"}]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mayo Clinic", "Mayo Clinc"),
        ("University Hospital Bonn", "Univeristy Hospitl Bonn"),
        ("Hôpital Général de Lyon", "Lyon, hopital generale de"),
        ("Paris", "Pariss"),
        ("Pxris", "Paris"),
        # Of 19 and of 20 letters, on either side of where blocks change.
        ("Mayo Clinic Roxhest", "Mayo Clinic Rochest"),
        ("Mayo Clinic Rochxst", "Mayo Clinic Rocheste"),
        ("Mayo Clinic Rochestre", "Mayo Clinik Rochester"),
    ],
)
def test_a_few_wrong_letters_are_near(one, other):
    assert groups("nearest", one, other) == [{one, other}]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bonn", "Born"),
        ("Research Site 12", "Research Site 13"),
        ("University Hospital Bonn", "University Hospital Lyon"),
        ("Mayo Clinic", "Mayor Clinics"),
    ],
)
def test_other_names_and_numbers_are_not_near(one, other):
    assert groups("nearest", one, other) == []


def test_what_is_not_the_same_is_kept_apart_by_every_method():
    pair = ("Mayo Clinic", "Mayo clinic")
    for method in METHODS:
        assert groups(method, *pair) == [set(pair)]
        assert groups(method, *pair, not_same=[pair]) == []


def test_a_third_value_joins_one_of_two_that_are_kept_apart():
    values = ("Mayo", "mayo", "MAYO")

    found = groups("fingerprint", *values, not_same=[("mayo", "MAYO")])

    assert found == [{"MAYO", "Mayo"}]


def test_near_groups_are_found_with_hardly_a_wrong_one():
    names = make_names(4000, seed=2)

    found = nearest(dict.fromkeys(names, 1))

    said = _pairs(len(group.values) for group in found)
    right = sum(_pairs(Counter(map(names.get, g.values)).values()) for g in found)
    known = _pairs(Counter(names.values()).values())
    assert right / known >= 0.95
    assert right / said >= 0.95


def _pairs(sizes):
    return sum(size * (size - 1) // 2 for size in sizes)
