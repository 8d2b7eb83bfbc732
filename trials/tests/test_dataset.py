import csv
import datetime
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings

from trials import importer
from trials.formats import Export, ExportError, Item, dataset
from trials.record.registry import to_registry
from trials.record.shape import ConditionRecord
from trials.record.tabular import NCT_ID, OF_TRIAL, Column, Table
from trials.tests.factory import criterion, make_record
from trials.tests.strategies import records

FRICTIONLESS = Path(sys.executable).with_name("frictionless")
NOTES = Table(
    "notes",
    (NCT_ID, Column("key"), Column("noted_at", "time"), Column("is_new", "flag")),
    ("nct_id", "key"),
    (OF_TRIAL,),
    description="A note",
)


def write(folder, *found, **about):
    dataset.write(Export([Item(record) for record in found], **about), folder)
    return json.loads((folder / "datapackage.json").read_text("utf-8"))


def validate(folder):
    """What the real tool says of the dataset, and whether it is content."""
    done = subprocess.run(  # noqa: S603 - the tool that was installed.
        [FRICTIONLESS, "validate", "datapackage.json"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0, done.stdout


def read_records(*folders):
    """The records of the pages in the folders, by their numbers."""
    found = {}
    for container in importer.find([Path(folder) for folder in folders])[0]:
        for page in importer.read(container):
            if page.reading:
                found.setdefault(page.reading.record.nct_id, page.reading.record)
    return [found[nct_id] for nct_id in sorted(found)]


def pages():
    """The seed pages, and the practice pages where they are."""
    folders = ["fixtures/pages"]
    if practice := os.environ.get("PRACTICE_PAGES"):
        folders.append(f"{practice}/pages")
    return read_records(*folders)


def test_the_real_tool_finds_nothing_wrong_with_real_pages(tmp_path):
    found = pages()
    write(tmp_path, *found)

    is_valid, said = validate(tmp_path)

    assert is_valid, said
    assert list(dataset.read(tmp_path)) == found


def test_the_real_tool_looks_at_every_kind_of_link(tmp_path):
    write(tmp_path, make_record())
    table = tmp_path / "arm_interventions.csv"
    package = tmp_path / "datapackage.json"
    table.write_bytes(table.read_bytes().replace(b"a3,i5,1", b"a3,i9,1"))
    described = json.loads(package.read_text("utf-8"))
    for resource in described["resources"]:
        del resource["hash"]
    package.write_text(json.dumps(described), "utf-8")

    is_valid, said = validate(tmp_path)

    assert not is_valid
    assert "foreign" in said


def test_a_table_that_was_altered_does_not_pass(tmp_path):
    write(tmp_path, make_record())
    table = tmp_path / "conditions.csv"
    table.write_bytes(table.read_bytes().replace(b"Sepsis", b"Seosis"))

    is_valid, said = validate(tmp_path)

    assert not is_valid
    assert "hash" in said


def test_values_that_are_no_codes_or_dates_are_told_and_pass(tmp_path):
    record = make_record(
        overall_status="Ongoing", start_date="spring 2020", phases=("PHASE9",)
    )
    package = write(tmp_path, record, make_record(nct_id="NCT00000002"))

    trials = package["resources"][0]["schema"]["fields"]
    fields = {field["name"]: field for field in trials}
    for name, value in (
        ("overall_status", "Ongoing"),
        ("start_date", "spring 2020"),
        ("phases", "PHASE9"),
    ):
        assert fields[name]["exceptions"] == [value]
        assert "constraints" not in fields[name]
    assert fields["overall_status"]["codes"]["COMPLETED"] == "Completed"
    assert "COMPLETED" in fields["last_known_status"]["constraints"]["enum"]
    assert validate(tmp_path)[0]


def test_every_column_of_every_table_is_described(tmp_path):
    package = write(tmp_path, make_record())

    for resource in package["resources"]:
        assert resource["description"], resource["name"]
        for field in resource["schema"]["fields"]:
            assert field["description"], (resource["name"], field["name"])


@given(records())
@settings(max_examples=30)
def test_any_record_comes_back_unchanged(tmp_path_factory, record):
    folder = tmp_path_factory.mktemp("dataset")
    write(folder, record)

    assert list(dataset.read(folder)) == [record]


def test_a_text_longer_than_python_s_own_limit_comes_back(tmp_path):
    record = make_record(detailed_description="long " * 40_000)
    write(tmp_path, record)

    assert list(dataset.read(tmp_path)) == [record]


def test_a_dataset_that_is_read_and_written_is_the_same_bytes(tmp_path):
    about = {"created": "2026-05-04T12:00:00Z", "version": "1"}
    first, second = tmp_path / "first", tmp_path / "second"
    write(first, *pages(), **about)

    write(second, *dataset.read(first), **about)

    files = sorted(path.name for path in first.iterdir())
    assert files == sorted(path.name for path in second.iterdir())
    for name in files:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_an_archive_holds_the_same_files_and_is_the_same_bytes_again(tmp_path):
    write(tmp_path / "folder", make_record())
    for name in ("one.zip", "two.zip"):
        dataset.write(Export([Item(make_record())]), tmp_path / name)

    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        for name in archive.namelist():
            assert archive.read(name) == (tmp_path / "folder" / name).read_bytes()
        assert "datapackage.json" in archive.namelist()
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("folder", "one.zip", "two.zip")
    ]


TYPES = {
    "string": "string",
    "integer": "Int64",
    "boolean": "boolean",
    "datetime": "string",
}


def test_pandas_reads_the_declared_types(tmp_path):
    record = make_record(
        allocation="NA",
        official_title='Say "yes",\r\nor\nno\r.',
        acronym="=1+1",
        oversight_has_dmc=True,
    )
    package = write(tmp_path, record, make_record(nct_id="NCT00000002"))

    for resource in package["resources"]:
        types = {f["name"]: TYPES[f["type"]] for f in resource["schema"]["fields"]}
        table = pd.read_csv(
            tmp_path / resource["path"],
            dtype=types,
            keep_default_na=False,
            na_values=[""],
        )
        assert len(table) == resource["rows"]
        if resource["name"] == "trials":
            first = table.iloc[0]
    assert first["enrollment_count"] == 40
    assert not first["has_results"]
    assert first["oversight_has_dmc"]
    assert pd.isna(first["is_ppsd"])
    assert first["allocation"] == "NA"
    assert first["official_title"] == 'Say "yes",\r\nor\nno\r.'
    assert first["acronym"] == "=1+1"


SQL_TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
    "datetime": "TIMESTAMPTZ",
}


def test_duckdb_reads_the_declared_types_and_joins(tmp_path):
    at = datetime.datetime(2026, 5, 4, 12, tzinfo=datetime.UTC)
    rows = {"notes": [("NCT00000001", "n1", "2026-05-04T12:00:00Z", True)]}
    item = Item(make_record(brief_title="a\nb"), rows)
    dataset.write(Export([item], (NOTES,)), tmp_path)
    package = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    base = duckdb.connect()
    for resource in package["resources"]:
        fields = resource["schema"]["fields"]
        columns = {f["name"]: SQL_TYPES[f["type"]] for f in fields}
        base.execute(
            f'CREATE TABLE "{resource["name"]}" AS '  # noqa: S608 - a name of ours.
            "SELECT * FROM read_csv(?, "
            "columns = ?, header = true, delim = ',', quote = '\"', escape = '\"')",
            [str(tmp_path / resource["path"]), columns],
        )

    arms = base.execute(
        "SELECT arms.label, interventions.name FROM trials "
        "JOIN arms USING (nct_id) "
        "JOIN arm_interventions links ON links.nct_id = arms.nct_id "
        "  AND links.arm = arms.key "
        "JOIN interventions ON interventions.nct_id = arms.nct_id "
        "  AND interventions.key = links.intervention "
        "ORDER BY arms.position, links.position"
    ).fetchall()
    trial = base.execute(
        "SELECT brief_title, enrollment_count, has_results, is_ppsd FROM trials"
    ).fetchall()
    note = base.execute("SELECT epoch(noted_at), is_new FROM notes").fetchall()

    assert arms == [("CYT107", "CYT107"), ("Both", "Saline"), ("Both", "CYT107")]
    assert trial == [("a\nb", 40, False, None)]
    assert note == [(at.timestamp(), True)]


def test_the_criteria_are_those_of_the_registry_s_json(tmp_path):
    found = pages()
    write(tmp_path, *found)
    with (tmp_path / "criteria.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    for record in found:
        assert [
            {"type": r["type"].lower(), "label": r["label"] or None, "text": r["text"]}
            for r in rows
            if r["nct_id"] == record.nct_id
        ] == to_registry(record)["curationSection"]["criteria"]


def test_a_nul_character_is_refused_and_no_file_is_left(tmp_path):
    record = make_record(criteria=(criterion("c1", "OTHER", "a\0b"),))

    with pytest.raises(ExportError, match="NCT00000001: “text” in criteria has a NUL"):
        write(tmp_path / "out", record)

    assert list((tmp_path / "out").iterdir()) == []


def test_files_that_were_there_stay_until_the_new_ones_are_whole(tmp_path):
    write(tmp_path, make_record())
    before = (tmp_path / "trials.csv").read_bytes()

    def broken():
        yield Item(make_record(brief_title="Another"))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dataset.write(Export(broken()), tmp_path)

    assert (tmp_path / "trials.csv").read_bytes() == before


def test_the_readme_tells_what_is_there(tmp_path):
    record = make_record(conditions=(ConditionRecord(key="cd1", name="Sepsis"),))
    write(
        tmp_path,
        record,
        chosen="Trials: review approved.",
        created="2026-05-04T12:00:00Z",
        version="1.2.3",
        notes=("No findings.",),
    )

    text = (tmp_path / "README.md").read_text("utf-8")
    for words in (
        "- Trials: 1\n",
        "- Chosen: Trials: review approved.",
        "- Made: 2026-05-04T12:00:00Z",
        "desk 1.2.3",
        "No findings.",
        "| `conditions.csv` | 1 | A disease or condition under study. |",
    ):
        assert words in text


def test_no_trials_are_still_a_dataset(tmp_path):
    write(tmp_path)

    assert validate(tmp_path)[0]
    assert list(dataset.read(tmp_path)) == []
