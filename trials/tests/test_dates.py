import pytest

from trials.readers.dates import read_date


@pytest.mark.parametrize(
    ("printed", "iso", "date_type"),
    [
        ("2020-12-20", "2020-12-20", ""),
        ("2020-12", "2020-12", ""),
        ("2020", "2020", ""),
        ("April 11, 2024", "2024-04-11", ""),
        ("May 2, 2024", "2024-05-02", ""),
        ("Dec 2020", "2020-12", ""),
        ("February 1, 2020 (Anticipated)", "2020-02-01", "ESTIMATED"),
        ("2020-12 (Actual)", "2020-12", "ACTUAL"),
    ],
)
def test_a_date_keeps_its_precision_and_type(printed, iso, date_type):
    assert read_date(printed) == (iso, date_type)


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "soon",
        "2020-13",
        "2021-02-29",
        "0000-01",
        "Brumaire 1800",
        "2020-12 (Perhaps)",
        "2020-12 and more",
        "٢٠٢٠",
        "April " * 20,
    ],
)
def test_what_is_no_real_date_is_none(printed):
    assert read_date(printed) is None
