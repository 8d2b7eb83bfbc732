import datetime

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trials.formats import Export, ExportError, Item, xlsx
from trials.record.cells import unguarded
from trials.tests.factory import make_record
from trials.tests.strategies import texts


def write(path, *found, **how):
    xlsx.write(Export([Item(record) for record in found], **how), path)
    return openpyxl.load_workbook(path)


def first_trial(book):
    head, row, *_ = book["trials"].iter_rows(values_only=True)
    return dict(zip(head, row, strict=True))


def test_a_table_is_a_sheet_with_typed_cells(tmp_path):
    record = make_record(start_date="2020-02-01", completion_date="2021-03")
    book = write(tmp_path / "out.xlsx", record)

    row = first_trial(book)
    assert row["enrollment_count"] == 40
    assert row["has_results"] is False
    assert row["is_ppsd"] is None
    assert row["start_date"] == datetime.datetime(2020, 2, 1)
    assert row["completion_date"] == "2021-03"
    assert row["phases"] == "PHASE1 | PHASE2"
    assert [r[1] for r in book["criteria"].iter_rows(values_only=True)] == [
        *("key", "c7", "c8", "c9")
    ]
    assert book.sheetnames[-2:] == ["continued", "about"]


def test_a_date_before_excel_s_own_stays_text(tmp_path):
    row = first_trial(write(tmp_path / "x.xlsx", make_record(start_date="1899-02-01")))

    assert row["start_date"] == "1899-02-01"


def test_a_formula_is_text(tmp_path):
    book = write(tmp_path / "out.xlsx", make_record(acronym="=1+1"))

    head = [cell.value for cell in book["trials"][1]]
    cell = book["trials"][2][head.index("acronym")]
    assert (cell.data_type, cell.value) == ("s", "'=1+1")


_long = st.builds(
    lambda text, times: (text * times)[:50_000],
    st.text("aé😀=\n", min_size=1, max_size=5),
    st.integers(1, 20_000),
)


@given(texts | _long)
@settings(max_examples=30)
def test_any_text_comes_back_whole(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("xlsx") / "out.xlsx"
    book = write(path, make_record(brief_summary=text))

    first = unescaped(first_trial(book)["brief_summary"] or "")
    more = [
        unescaped(row[5])
        for row in book["continued"].iter_rows(min_row=2, values_only=True)
        if row[:4] == ("NCT00000001", "trials", "NCT00000001", "brief_summary")
    ]
    assert "".join(map(unguarded, [first, *more])) == text


def unescaped(text):
    """The text of a cell: openpyxl leaves the escapes of Office Open XML in place."""
    return openpyxl.utils.escape.unescape(text)


def test_line_breaks_come_back_in_pandas(tmp_path):
    path = tmp_path / "out.xlsx"
    write(path, make_record(brief_summary="a\nb"))

    assert pd.read_excel(path, "trials")["brief_summary"][0] == "a\nb"


def test_more_rows_than_a_sheet_has_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)

    with pytest.raises(ExportError, match="“criteria” has more rows than the 3"):
        write(tmp_path / "out.xlsx", make_record())

    assert list(tmp_path.iterdir()) == []


def test_a_nul_character_is_refused(tmp_path):
    with pytest.raises(ExportError, match="NCT00000001: “acronym” in trials has a NUL"):
        write(tmp_path / "out.xlsx", make_record(acronym="\0"))


def test_the_same_export_is_the_same_bytes(tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        write(tmp_path / name, make_record(), created="2026-05-04T12:00:00Z")

    one, two = ((tmp_path / name).read_bytes() for name in ("one.xlsx", "two.xlsx"))
    assert one == two


def test_the_last_sheet_tells_what_is_there(tmp_path):
    book = write(tmp_path / "out.xlsx", make_record(), chosen="Trials: all.")

    rows = list(book["about"].iter_rows(values_only=True))
    assert rows[0][:2] == ("Chosen", "Trials: all.")
    assert ("criteria", "One line of the eligibility list.", 3) in rows
