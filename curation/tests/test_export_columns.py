"""Exports with chosen columns."""

import csv

import pytest

from curation import exports
from curation.export_columns import CHOICE, ColumnError, chosen, ticked
from curation.exports import Order, export
from curation.models import AccountEvent, Release
from curation.releases import ReleaseError
from curation.tests.factory import make_trial

pytestmark = pytest.mark.django_db


def silent(count):
    """Progress that nobody watches."""


def rows(folder, table):
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_chosen_columns_leave_alone_and_are_logged(tmp_path):
    make_trial(acronym="IL7")
    columns = {"trials": ["acronym"], "arms": []}
    order = Order("dataset", tmp_path / "out", columns=columns)

    export(order, by=None, progress=silent)

    assert rows(tmp_path / "out", "trials") == [
        {"nct_id": "NCT00000001", "acronym": "IL7"}
    ]
    assert list(rows(tmp_path / "out", "arms")[0]) == ["nct_id", "key"]
    assert not (tmp_path / "out" / "reviews.csv").exists()
    assert "Columns: trials (acronym), arms (key)." in AccountEvent.objects.get().new
    assert exports.CHOSEN_COLUMNS in (tmp_path / "out" / "README.md").read_text()


@pytest.mark.parametrize(
    ("format", "columns", "complaint"),
    [
        ("dataset", {"arms": ["colour"]}, "no column colour in arms"),
        ("csv", {"arms": []}, "no table arms in csv"),
        ("aact", {"arms": []}, "aact has no choice"),
    ],
)
def test_columns_that_are_not_there_are_refused(tmp_path, format, columns, complaint):
    with pytest.raises(ColumnError, match=complaint):
        export(
            Order(format, tmp_path / "out", columns=columns), by=None, progress=silent
        )


def test_a_new_release_has_all_columns(tmp_path):
    order = Order("csv", tmp_path / "out", release="a", columns={"trials": []})

    with pytest.raises(ReleaseError, match="all columns"):
        export(order, by=None, progress=silent)

    assert not Release.objects.exists()


@pytest.mark.parametrize(
    "columns", [{"trials": []}, {"trials": ["acronym", "phases"], "arms": ["label"]}]
)
def test_ticks_say_the_same_as_the_choice(columns):
    tables = CHOICE["dataset"]

    assert chosen(tables, ticked(tables, columns)) == columns


def test_all_ticks_are_no_choice_and_a_column_takes_its_table_with_it():
    tables = CHOICE["csv"]

    assert chosen(tables, ticked(tables, {})) == {}
    assert chosen(tables, ["criteria.text"]) == {"trials": [], "criteria": ["text"]}
