"""Chosen columns: what is left still tells rows apart, joins, and is valid."""

import csv
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from trials.formats import Export, Item, csv_wide, dataset, xlsx
from trials.formats.columns import cut
from trials.record import tabular
from trials.tests.factory import make_record

FRICTIONLESS = Path(sys.executable).with_name("frictionless")


def head(path):
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def test_without_a_choice_everything_leaves_as_it_is():
    assert [piece.table for piece in cut(tabular.TABLES, {})] == list(tabular.TABLES)


def test_keys_stay_whatever_is_chosen():
    for piece in cut(tabular.TABLES, {t.name: () for t in tabular.TABLES}):
        assert piece.table.header == piece.table.key


def test_rows_have_the_chosen_columns_in_the_order_of_the_table():
    record = make_record(acronym="ILIAD")
    rows = tabular.rows_of(record)
    choice = {"arms": ("label", "position"), "trials": ("phases", "acronym")}

    found = {
        c.table.name: list(c.rows(rows[c.table.name]))
        for c in cut(tabular.TABLES, choice)
    }

    assert found == {
        "trials": [("NCT00000001", "ILIAD", ("PHASE1", "PHASE2"))],
        "arms": [
            ("NCT00000001", "a3", 1, "CYT107"),
            ("NCT00000001", "a4", 2, "Both"),
        ],
    }


CHOICES = [
    {"arm_interventions": ("position",), "interventions": ("name",), "arms": ()},
    {"arm_interventions": (), "interventions": (), "location_contacts": ()},
]


@pytest.mark.parametrize("choice", CHOICES, ids=" ".join)
def test_the_real_tool_finds_nothing_wrong_with_chosen_columns(tmp_path, choice):
    """Links to tables that are left out are left out too."""
    export = Export([Item(make_record())], columns=choice)

    dataset.write(export, tmp_path)

    done = subprocess.run(  # noqa: S603 - the tool that was installed.
        [FRICTIONLESS, "validate", "datapackage.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert {p.stem for p in tmp_path.glob("*.csv")} == {"trials", *choice}


def test_sheets_and_wide_tables_take_a_choice_too(tmp_path):
    choice = {"trials": ("acronym",), "arms": ("label",)}
    xlsx.write(Export([Item(make_record())], columns=choice), tmp_path / "out.xlsx")
    csv_wide.write(Export([Item(make_record())], columns=choice), tmp_path / "csv")

    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert book.sheetnames == ["trials", "arms", "continued", "about"]
    assert [c.value for c in book["arms"][1]] == ["nct_id", "key", "label"]
    assert [c.value for c in book["arms"][3]] == ["NCT00000001", "a4", "Both"]
    assert head(tmp_path / "csv" / "trials.csv") == ["nct_id", "acronym"]
    assert not (tmp_path / "csv" / "criteria.csv").exists()
