"""What is known of words: English, the installation's lists, the desk's own records."""

import pytest

from curation.words import KnownWords, listed


def test_english_knows_medicine_but_not_its_typos():
    words = KnownWords({})

    assert words.is_known("pleiotropic")
    assert words.is_known("ganciclovir")
    assert not words.is_known("pleotropic")


def test_a_usual_word_is_more_frequent_than_a_rare_one():
    words = KnownWords({})

    assert words.frequency("the") > 10_000
    assert 0 < words.frequency("pleiotropic") < 1
    assert words.frequency("pleotropic") == 0


def test_the_neighbours_of_a_word_are_known_words_one_edit_away():
    words = KnownWords({"xylofix": 9, "xylofox": 8})

    assert words.neighbours("pleotropic") == {"pleiotropic"}
    assert words.neighbours("xylofux") == {"xylofix"}


def test_a_word_is_known_once_the_records_use_it_nine_times():
    words = KnownWords({"nilutamidex": 9, "nilutamidey": 8})

    assert words.is_known("nilutamidex")
    assert not words.is_known("nilutamidey")
    assert words.count("nilutamidey") == 8
    assert words.count("never") == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            b"3\nhematopathy/SM\nVon Willebrand\npo:x\n",
            "hematopathy von willebrand po x",
        ),
        (b"# ours\nEndocrinopathy\n\n", "endocrinopathy"),
        ("\ufeffGuérin\r\nSjögren\tpo:noun".encode(), "guérin sjögren"),
        ("Sjögren\n".encode("latin-1"), "sjögren"),
        (b"", ""),
    ],
)
def test_a_list_of_words_is_read_as_hunspell_or_plain(tmp_path, content, words):
    path = tmp_path / "words.dic"
    path.write_bytes(content)

    assert listed(path) == set(words.split())
    assert all(map(KnownWords({}, [path]).is_known, words.split()))


def test_a_list_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="missing.dic"):
        KnownWords({}, [tmp_path / "missing.dic"])
