import csv
import json

import pytest

from trials import tables
from trials.exporter import export_csv, export_ctgov
from trials.models import SourceDocument, Trial
from trials.record import flat
from trials.record.registry import to_registry
from trials.tests.factory import criterion, make_record

pytestmark = pytest.mark.django_db


def silent(count):
    """Progress that nobody watches."""


def save(nct_id, **changes):
    return tables.save(make_record(nct_id=nct_id, **changes))


def add_source(trial, status, lines):
    SourceDocument.objects.create(
        trial=trial,
        status=status,
        file_name="page.txt",
        sha256=status,
        layout="full",
        reader_version=1,
        lines=lines,
    )


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_the_json_holds_every_trial_in_the_order_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "BATCH", 2)
    for number in (3, 1, 2):
        save(f"NCT0000000{number}")
    counts = []

    count = export_ctgov(
        Trial.objects.order_by("nct_id"), tmp_path / "out.json", counts.append
    )

    studies = json.loads((tmp_path / "out.json").read_bytes())["studies"]
    assert studies == [
        to_registry(make_record(nct_id=f"NCT0000000{number}")) for number in (1, 2, 3)
    ]
    assert count == 3
    assert counts == [2, 3]


def test_no_trials_are_still_json(tmp_path):
    assert export_ctgov(Trial.objects.all(), tmp_path / "out.json", silent) == 0

    assert json.loads((tmp_path / "out.json").read_bytes()) == {"studies": []}


def test_the_tables_hold_a_row_a_trial_and_a_row_a_criterion(tmp_path):
    save("NCT00000001")
    save("NCT00000002", criteria=(criterion("c1", "OTHER", 'Say "yes",\nor no.'),))

    count = export_csv(Trial.objects.order_by("nct_id"), tmp_path / "out", silent)

    trials = read_csv(tmp_path / "out" / "trials.csv")
    criteria = read_csv(tmp_path / "out" / "criteria.csv")
    assert count == 2
    assert trials[0] == list(flat.TRIAL_COLUMNS)
    assert [row[0] for row in trials[1:]] == ["NCT00000001", "NCT00000002"]
    assert criteria[0] == list(flat.CRITERION_COLUMNS)
    assert [row[1] for row in criteria[1:]] == ["c7", "c8", "c9", "c1"]
    assert criteria[4][6] == 'Say "yes",\nor no.'


def test_lines_of_the_tables_end_as_the_standard_says(tmp_path):
    export_csv(Trial.objects.all(), tmp_path, silent)

    written = (tmp_path / "criteria.csv").read_bytes()
    assert written == ",".join(flat.CRITERION_COLUMNS).encode() + b"\r\n"


def test_a_criterion_tells_its_lines_in_the_current_page(tmp_path):
    trial = save("NCT00000001")
    add_source(trial, "current", {"criteria[c8].text": [40, 42]})
    add_source(trial, "pending", {"criteria[c8].text": [1, 1]})

    export_csv(Trial.objects.all(), tmp_path, silent)

    rows = read_csv(tmp_path / "criteria.csv")
    assert [row[-2:] for row in rows[1:]] == [["", ""], ["40", "42"], ["", ""]]


def test_a_file_that_was_there_stays_until_the_new_one_is_whole(tmp_path):
    output = tmp_path / "out.json"
    output.write_text("old")
    save("NCT00000001")

    def interrupt(count):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_ctgov(Trial.objects.all(), output, interrupt)

    assert output.read_text() == "old"


def test_the_queries_do_not_grow_with_the_trials(
    tmp_path, django_assert_max_num_queries
):
    for number in range(1, 6):
        save(f"NCT0000000{number}")

    with django_assert_max_num_queries(22):
        export_csv(Trial.objects.order_by("nct_id"), tmp_path, silent)
