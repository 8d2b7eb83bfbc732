"""Files as spreadsheets and strangers make them."""

import csv

import pytest

from trials.record.cells import LONGEST
from trials.sheets import Unreadable
from trials.sheets.text import MOST_COLUMNS, rows_of

PLAIN = [(1, ["nct_id", "acronym"]), (2, ["NCT00000001", "IL-7"])]


def refused(content):
    with pytest.raises(Unreadable) as error:
        list(rows_of("trials.csv", content))
    return error.value.problem


@pytest.mark.parametrize(
    "content",
    [
        b"nct_id,acronym\nNCT00000001,IL-7\n",
        b"nct_id,acronym\r\nNCT00000001,IL-7\r\n",
        b"\xef\xbb\xbfnct_id,acronym\nNCT00000001,IL-7",
        b"nct_id;acronym\r\nNCT00000001;IL-7\r\n",
        b"nct_id\tacronym\nNCT00000001\tIL-7\n",
        b'"nct_id","acronym"\n"NCT00000001","IL-7"\n',
    ],
)
def test_all_that_spreadsheets_write_is_read_alike(content):
    assert list(rows_of("trials.csv", content)) == PLAIN


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    content = b'nct_id,text\nNCT00000001,"one\r\ntwo"\n\n,\nNCT00000002,b\n'

    assert list(rows_of("x.csv", content))[1:] == [
        (2, ["NCT00000001", "one\r\ntwo"]),
        (5, ["NCT00000002", "b"]),
    ]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("nct_id,acronym\nNCT00000001,≥µ".encode("utf-16"), "in UTF-16"),
        ("nct_id,acronym\nNCT00000001,µ".encode("cp1252"), "0xb5 in line 2"),
        (b"PK\x03\x04\x14\x00", "a workbook, not CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a workbook, not CSV"),
        (b"nct_id,acronym\nNCT00000001,\0", "NUL character in line 2"),
        (bytes(range(256)), "not UTF-8"),
    ],
)
def test_what_is_no_utf_8_text_is_refused_with_what_to_do(content, what):
    problem = refused(content)

    assert what in problem.what
    assert problem.at.file == "trials.csv"


def test_a_quote_that_is_never_closed_does_not_swallow_the_rest():
    problem = refused(b'nct_id,acronym\nNCT00000001,"IL-7\nNCT00000002,b\n')

    assert "cannot be read as CSV" in problem.what
    assert problem.at.row == 2


def test_a_row_of_a_hundred_thousand_columns_is_refused():
    problem = refused(b"nct_id" + b"," * 100_000)

    assert "100001 columns" in problem.what
    assert str(MOST_COLUMNS) in problem.what


def test_a_cell_may_be_huge_but_not_endless():
    long = b"a" * 1_000_000

    assert list(rows_of("x.csv", b"nct_id\n" + long)) == [
        (1, ["nct_id"]),
        (2, [long.decode()]),
    ]
    assert csv.field_size_limit() == LONGEST
    assert "field larger" in refused(b"nct_id\n" + b"a" * (LONGEST + 1)).what
