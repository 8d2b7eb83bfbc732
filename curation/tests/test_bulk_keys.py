"""Keys of values, worked out by hand from the definitions that OpenRefine publishes."""

import doctest

import pytest

from curation.bulk import clusters, keys


@pytest.mark.parametrize("module", [keys, clusters])
def test_the_examples_of_the_docstrings_hold(module):
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed


@pytest.mark.parametrize(
    ("text", "key"),
    [
        # Trim, lower case, no punctuation: "md anderson cancer center". Then sorted.
        ("M.D. Anderson Cancer Center", "anderson cancer center md"),
        ("MD Anderson cancer center", "anderson cancer center md"),
        ("  Cancer Center,\tMD Anderson ", "anderson cancer center md"),
        # A word twice counts once.
        ("Sun Yat-sen Sun", "sun yatsen"),
        # Punctuation goes without leaving a space: "StMary" is one word.
        ("St.Mary's", "stmarys"),
        ("Hôpital de la Pitié-Salpêtrière", "de hopital la pitiesalpetriere"),
        ("Universitätsklinikum Köln", "koln universitatsklinikum"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Århus", "arhus"),
        ("Sørlandet", "soerlandet"),
        # "e" with a mark of its own is "é".
        ("Poincare\u0301", "poincare"),
        # Signs are no punctuation, controls are dropped, "fi" in one letter is two.
        ("A+B", "a+b"),
        ("a\x00b\x7fc", "abc"),
        ("o\ufb01ce", "ofice"),
        # A space that does not break is a space; a curly quote is punctuation.
        ("Children\u2019s\u00a0Hospital", "childrens hospital"),
        ("?!", ""),
    ],
)
def test_a_fingerprint_is_what_the_definition_gives(text, key):
    assert keys.fingerprint(text) == key


@pytest.mark.parametrize(
    ("text", "size", "key"),
    [
        # pa ar ri is -> ar is pa ri
        ("Paris", 2, "arispari"),
        ("Paris", 1, "aiprs"),
        # go od de el -> de el go od, marks and case gone before
        ("Gödel", 2, "deelgood"),
        ("GODEL!", 2, "deelgood"),
        # ev vi ia an -> an ev ia vi
        ("Évian", 2, "aneviavi"),
        # Spaces go: ab bc cd, and "ab" once only in "ab ab": ab ba ab
        ("a b-c d", 2, "abbccd"),
        ("ab ab", 2, "abba"),
        ("Krzysztof", 1, "fkorstyz"),
        ("Kryzysztof", 1, "fkorstyz"),
        ("x", 2, ""),
    ],
)
def test_an_ngram_fingerprint_is_what_the_definition_gives(text, size, key):
    assert keys.ngram_fingerprint(text, size) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [("Smith", "Smyth"), ("Catherine", "Katherine"), ("Philips", "Filips")],
)
def test_names_that_sound_alike_have_one_key(one, other):
    assert keys.phonetic(one) == keys.phonetic(other)


def test_numbers_and_other_alphabets_stand_as_they_are_in_a_phonetic_key():
    assert keys.phonetic("Site 1") != keys.phonetic("Site 2")
    assert keys.phonetic("東京") == "東京"
