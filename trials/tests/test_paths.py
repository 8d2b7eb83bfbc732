import pytest

from trials.record.paths import Path, key_number, parse


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("brief_title", Path("brief_title")),
        ("fdaaa801_violation", Path("fdaaa801_violation")),
        ("criteria[c12]", Path("criteria", "c12")),
        ("criteria[c12].text", Path("criteria", "c12", "text")),
        ("contacts[cp3].phone_ext", Path("contacts", "cp3", "phone_ext")),
    ],
)
def test_a_path_is_taken_apart_and_put_together(text, path):
    assert parse(text) == path
    assert str(path) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "criteria[0]",
        "criteria[c0]",
        "criteria[c012]",
        "criteria[].text",
        "criteria[c12].",
        "criteria[c12].text.more",
        "criteria.text",
        "Criteria",
        "brief_title\n",
        "criteria[c12].text ",
    ],
)
def test_what_is_no_path_is_refused(text):
    with pytest.raises(ValueError, match="Not a path"):
        parse(text)


@pytest.mark.parametrize(("key", "number"), [("c12", 12), ("cp1", 1), ("id10", 10)])
def test_the_number_of_a_key_is_read(key, number):
    assert key_number(key) == number
