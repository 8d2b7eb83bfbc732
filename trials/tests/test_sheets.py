"""Which files are which tables, and what is refused before any record is looked at."""

import zipfile
from io import BytesIO

import pytest

from trials.sheets import Unreadable, collected, unpacked
from trials.sheets import files as sheet_files
from trials.sheets.sheet import table_of
from trials.tests.edited_sheets import (
    as_csv,
    dataset_rows,
    only,
    sheets_of,
    wide_rows,
)
from trials.tests.factory import NCT_ID, make_record

NAMES = ("arms", "arm_interventions", "interventions", "links")


def problems(*files):
    return [str(problem) for problem in sheets_of(*files).problems]


@pytest.mark.parametrize(
    ("file", "table"),
    [
        ("arms.csv", "arms"),
        ("Arms (1).CSV", "arms"),
        ("arms-2026-05.csv", "arms"),
        ("arms_edited.txt", "arms"),
        ("arm_interventions.csv", "arm_interventions"),
        ("armstrong.csv", None),
        ("arms.xlsx", None),
        ("my arms.csv", None),
    ],
)
def test_a_file_is_named_after_its_table(file, table):
    assert table_of(file, NAMES) == table


def test_a_file_with_another_name_is_refused():
    (said,) = problems(("table.csv", b"nct_id\n"))

    assert "No table is called so" in said
    assert "trials.csv or criteria.csv" in said


@pytest.mark.parametrize(
    ("header", "what"),
    [
        ("nct_id,acronim,brief_titel", "has no column “acronim”, “brief_titel”"),
        ("nct_id,acronym,acronym", "has the column acronym twice"),
        ("acronym", "has no column nct_id"),
        ("", "It is empty"),
    ],
)
def test_a_header_that_is_not_understood_is_refused(header, what):
    found = sheets_of(("trials.csv", header.encode()))

    assert what in found.problems[0].what
    assert found.sheets == []


def test_empty_columns_at_the_end_are_a_spreadsheet_s_own():
    content = f"nct_id;acronym;;\r\n{NCT_ID};IL-7;;\r\n".encode()

    (sheet,) = sheets_of(("trials.csv", content)).sheets

    assert sheet.columns == ("nct_id", "acronym")
    assert list(sheet.rows) == [NCT_ID]


def test_a_row_that_is_there_twice_is_named_with_the_first():
    rows = wide_rows(make_record(), "criteria")

    (said,) = problems(("criteria.csv", as_csv([*rows, rows[2]])))

    assert said.startswith("criteria.csv, row 5, column key: “c8”: Row 3 is about")


def test_rows_without_a_key_are_new_and_may_look_alike():
    new = [NCT_ID, "", "Sepsis"]

    assert not problems(
        ("conditions.csv", as_csv([["nct_id", "key", "name"], new, new]))
    )


def test_a_row_of_no_trial_and_a_row_with_surplus_cells_are_named():
    rows = [["nct_id", "acronym"], ["NCT1", "a"], [NCT_ID, "b", "c"]]

    first, second = problems(("trials.csv", as_csv(rows)))

    assert first.startswith("trials.csv, row 2, column nct_id: “NCT1”: It is no NCT")
    assert second.startswith("trials.csv, row 3: It has 3 cells, the first row 2.")


def test_all_files_are_looked_at_and_all_problems_told():
    assert len(problems(("a.csv", b""), ("trials.csv", b"\xff"))) == 2


def test_one_table_in_two_files_is_refused():
    rows = as_csv(wide_rows(make_record(), "criteria"))

    (said,) = problems(("criteria.csv", rows), ("criteria (1).csv", rows))

    assert "as criteria.csv is" in said


def test_the_version_comes_from_whichever_table_has_it():
    trials = as_csv([["nct_id", "version"], [NCT_ID, "3"]])
    reviews = as_csv([["nct_id", "version"], ["NCT00000002", "7"]])

    found = sheets_of(("trials.csv", trials), ("reviews.csv", reviews))

    assert found.versions == {NCT_ID: 3, "NCT00000002": 7}


@pytest.mark.parametrize("version", ["x", "0", "-1", "2.5"])
def test_a_version_that_is_none_is_refused(version):
    trials = as_csv([["nct_id", "version"], [NCT_ID, version]])

    assert "It is no version" in problems(("trials.csv", trials))[0]


def test_rows_of_two_exports_are_refused():
    trials = as_csv([["nct_id", "version"], [NCT_ID, "3"]])
    criteria = as_csv([["nct_id", "key", "version"], [NCT_ID, "c1", "4"]])

    (said,) = problems(("trials.csv", trials), ("criteria.csv", criteria))

    assert "Another row says version 3" in said


def test_the_cells_of_a_dataset_are_exact_and_those_for_people_are_not():
    record = make_record(acronym="'tis")
    exact = as_csv(dataset_rows(record, "trials"))
    few = as_csv(only(dataset_rows(record, "trials"), "nct_id", "acronym"))
    wide = as_csv(only(wide_rows(record, "trials"), "nct_id", "acronym"))
    package = ("datapackage.json", b"{}")

    def acronym(*files):
        (sheet,) = sheets_of(*files).sheets
        return sheet.text(sheet.rows[NCT_ID][0], "acronym")

    assert acronym(("trials.csv", exact)) == "'tis"
    assert acronym(package, ("trials.csv", few)) == "'tis"
    assert acronym(("trials.csv", wide)) == "'tis"


def test_what_else_is_in_a_dataset_is_passed_over():
    found = sheets_of(
        ("datapackage.json", b"{}"),
        ("README.md", b"#"),
        ("findings.csv", b"x"),
        ("trials.csv", as_csv(dataset_rows(make_record(), "trials"))),
    )

    assert found.problems == []
    assert found.passed_over == ["datapackage.json", "README.md", "findings.csv"]


def zipped(**members):
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return content.getvalue()


def test_an_archive_is_the_files_in_it():
    content = zipped(**{"in/trials.csv": "a", "__MACOSX/in/._trials.csv": "b"})

    assert unpacked([("x.zip", content), ("y.csv", b"c")]) == [
        ("trials.csv", b"a"),
        ("y.csv", b"c"),
    ]


def test_an_archive_that_would_burst_is_refused(monkeypatch):
    monkeypatch.setattr(sheet_files, "MOST_BYTES", 1_000_000)

    with pytest.raises(Unreadable, match="too much at once"):
        unpacked([("x.zip", zipped(a="0" * 2_000_000))])
    with pytest.raises(Unreadable, match="cannot be opened"):
        unpacked([("x.zip", b"PK no archive")])


def test_a_folder_is_the_files_in_it(tmp_path):
    (tmp_path / "trials.csv").write_bytes(b"a")
    (tmp_path / "more").mkdir()

    assert collected([tmp_path]) == [("trials.csv", b"a")]
