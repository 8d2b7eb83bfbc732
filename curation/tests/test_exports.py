import csv
import datetime
import itertools
import json

import pytest
from django.utils import timezone

from curation import export_rows, exports, reviews
from curation.acts import Act
from curation.exports import Order, export
from curation.facets import UnknownFilter
from curation.models import Finding, Release, Review
from curation.pins import Selection
from curation.releases import ReleaseError, compare
from curation.reviews import APPROVE, REOPEN, SUBMIT
from curation.tests.factory import act, edit, make_trial, make_user, seed_trial
from trials.formats import dataset
from trials.models import ChangeSet, Trial
from trials.record.registry import to_registry
from trials.revisions import record_at
from trials.tests.factory import criterion, make_record

pytestmark = pytest.mark.django_db


def silent(count):
    """Progress that nobody watches."""


def take(trial, step, by, note=""):
    trial.refresh_from_db()
    one = Act(ChangeSet.Kind.TRANSITION, by=by, note=note)
    reviews.take(trial.pk, step, version=trial.version, act=one)


@pytest.fixture
def people():
    return make_user(username="ana"), make_user(username="rita")


@pytest.fixture
def approve(people):
    def approve(trial):
        trial.findings.all().delete()
        take(trial, SUBMIT, people[0])
        take(trial, APPROVE, people[1])

    return approve


@pytest.fixture
def clock(monkeypatch):
    """The acts' clock, a day on with each act."""
    days = itertools.count()
    start = datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC)
    monkeypatch.setattr(
        timezone, "now", lambda: start + datetime.timedelta(days=next(days))
    )


def write(path, format="dataset", release="", **selection):
    order = Order(format, path, Selection(**selection), release)
    return export(order, by=None, progress=silent)


def rows(folder, table):
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def numbers(path, **selection):
    write(path, "ctgov", **selection)
    studies = json.loads(path.read_bytes())["studies"]
    return [s["protocolSection"]["identificationModule"]["nctId"] for s in studies]


def test_a_dataset_tells_which_rows_a_person_approved(tmp_path, approve):
    approved = make_trial()
    other = make_trial(nct_id="NCT00000002")
    approve(approved)

    write(tmp_path)

    first, second = rows(tmp_path, "reviews")
    approved.refresh_from_db()
    assert first["review_status"] == "approved"
    assert first["approved_by"] == "rita"
    assert first["approved_at"] == exports.told(approved.review.approved_at)
    assert (first["version"], first["open_errors"]) == (
        *("1", str(approved.review.open_errors)),
    )
    assert first["source_sha256"] == approved.sources.get().sha256
    assert second["review_status"] == "imported"
    assert (second["approved_by"], second["approved_at"]) == ("", "")
    assert second["open_warnings"] == str(other.review.open_warnings)


def test_an_approval_that_was_taken_back_is_told_no_more(tmp_path, approve, people):
    trial = make_trial()
    approve(trial)
    take(trial, REOPEN, people[1], note="Look again.")

    write(tmp_path)

    (row,) = rows(tmp_path, "reviews")
    assert (row["review_status"], row["approved_by"]) == ("reopened", "")


def test_findings_changes_and_pages_are_tables_of_their_own(tmp_path):
    trial = seed_trial()
    edit(trial, acronym="=NEW", by_act=act(ChangeSet.Kind.EDIT, reason="typo"))

    write(tmp_path)

    findings = rows(tmp_path, "findings")
    assert len(findings) == trial.findings.count()
    assert {row["severity"] for row in findings} <= {"error", "warning", "note"}
    created, changed = rows(tmp_path, "changes")
    assert (created["key"], created["operation"]) == ("1.1", "create")
    assert changed["key"] == "2.1"
    assert (changed["path"], changed["new"]) == ("acronym", "=NEW")
    assert (changed["changed_by"], changed["reason"]) == ("command line", "typo")
    (source,) = rows(tmp_path, "sources")
    assert source["sha256"] == trial.sources.get().sha256
    assert source["is_current"] == "true"


def test_the_tables_and_the_json_are_what_the_history_says(tmp_path):
    trial = seed_trial()
    write(tmp_path / "tables")
    write(tmp_path / "trials.json", "ctgov")

    record = record_at(trial, trial.version)
    (study,) = json.loads((tmp_path / "trials.json").read_bytes())["studies"]
    review = study["curationSection"].pop("reviews")
    assert list(dataset.read(tmp_path / "tables")) == [record]
    assert study == to_registry(record)
    assert review["reviewStatus"] == "imported"


def test_trials_are_chosen_by_number_status_filter_and_withdrawal(tmp_path, approve):
    for number in (3, 1, 2):
        make_trial(nct_id=f"NCT0000000{number}", acronym=f"A{number}")
    gone = make_trial(nct_id="NCT00000004", overall_status="TERMINATED")
    edit(gone, withdrawn=True)
    approve(make_trial(nct_id="NCT00000005"))
    path = tmp_path / "trials.json"

    first, second, third, fourth, fifth = (f"NCT0000000{n}" for n in range(1, 6))
    assert numbers(path) == [first, second, third, fifth]
    assert numbers(path, with_withdrawn=True) == [first, second, third, fourth, fifth]
    assert numbers(path, nct_ids=(third, first)) == [first, third]
    assert numbers(path, statuses=("approved",)) == [fifth]
    assert numbers(path, statuses=("approved", "imported"), nct_ids=(first, fifth)) == [
        *(first, fifth)
    ]
    assert numbers(path, query="q=A2") == [second]
    assert numbers(path, query="q=NCT00000002") == [second]
    assert numbers(path, query="withdrawn=yes&overall_status=TERMINATED") == [fourth]


@pytest.mark.parametrize("query", ["colour=red", "overall_status=DONE", "reached=x:y"])
def test_a_filter_that_the_list_does_not_have_is_refused(tmp_path, query):
    with pytest.raises(UnknownFilter):
        write(tmp_path / "out", query=query)


def moment(day):
    return datetime.datetime(2026, 5, day, tzinfo=datetime.UTC)


def test_an_export_as_of_a_day_is_what_there_was_then(tmp_path, clock, approve, people):
    trial = make_trial()
    (imported,) = (event.at for event in ChangeSet.objects.all())
    approve(trial)
    approved = ChangeSet.objects.latest("at").at
    take(trial, REOPEN, people[1], note="Look again.")
    edit(trial, acronym="NEW")
    after = datetime.timedelta(seconds=1)

    before = write(tmp_path / "before", as_of=imported)
    write(tmp_path / "imported", as_of=imported + after)
    write(tmp_path / "approved", as_of=approved + after)
    write(tmp_path / "now")

    assert before.trials == 0
    told = {
        name: (
            rows(tmp_path / name, "reviews")[0]["review_status"],
            rows(tmp_path / name, "trials")[0]["acronym"],
            len(rows(tmp_path / name, "changes")),
        )
        for name in ("imported", "approved", "now")
    }
    assert told == {
        "imported": ("imported", "", 1),
        "approved": ("approved", "", 1),
        "now": ("reopened", "NEW", 2),
    }
    assert rows(tmp_path / "approved", "reviews")[0]["approved_by"] == "rita"
    assert rows(tmp_path / "approved", "reviews")[0]["open_errors"] == ""
    assert not (tmp_path / "approved" / "findings.csv").exists()
    path = tmp_path / "trials.json"
    assert numbers(path, statuses=("approved",), as_of=approved + after) == [
        trial.nct_id
    ]
    assert numbers(path, statuses=("approved",)) == []


def test_a_trial_that_was_not_yet_withdrawn_is_there_as_of_then(tmp_path, clock):
    trial = make_trial()
    edit(trial, withdrawn=True)
    withdrawn = ChangeSet.objects.latest("at").at
    after = datetime.timedelta(seconds=1)
    path = tmp_path / "trials.json"

    assert numbers(path, as_of=withdrawn) == [trial.nct_id]
    assert numbers(path, as_of=withdrawn + after) == []
    assert numbers(path, as_of=withdrawn + after, with_withdrawn=True) == [trial.nct_id]


@pytest.mark.parametrize("format", ["csv", "dataset", "xlsx", "ctgov", "aact"])
def test_a_release_comes_out_byte_for_byte_whatever_happened_since(
    tmp_path, format, approve, people
):
    trial, other = seed_trial(), make_trial(nct_id="NCT00000002")
    approve(other)
    first, second = tmp_path / "first", tmp_path / "second"
    write(first, format, release="2026-05")
    take(other, REOPEN, people[1], note="Look again.")
    edit(trial, acronym="NEW")
    make_trial(nct_id="NCT00000003")
    Finding.objects.all().delete()

    write(second, format, release="2026-05")

    if first.is_file():
        assert first.read_bytes() == second.read_bytes()
        return
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in second.iterdir())
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_a_release_that_does_not_come_out_as_it_was_is_told(tmp_path, monkeypatch):
    make_trial()
    write(tmp_path / "one", release="2026-05")
    monkeypatch.setattr(dataset, "_readme", lambda *args: "Another text.")

    with pytest.raises(ReleaseError, match="README.md is not what it was"):
        write(tmp_path / "two", release="2026-05")


def test_a_release_keeps_what_makes_it_again(tmp_path):
    make_trial()

    written = write(tmp_path / "out", release="2026-05", statuses=("imported",))

    release = Release.objects.get()
    files = json.loads(release.files)
    assert (release.name, release.format, release.trials) == ("2026-05", "dataset", 1)
    assert "review imported" in release.chosen
    assert [file["sha256"] for file in files] == [f.sha256 for f in written.files]


def test_two_releases_differ_in_trials_and_values(tmp_path):
    kept, changed = make_trial(), make_trial(nct_id="NCT00000002")
    gone = make_trial(nct_id="NCT00000003")
    write(tmp_path / "a", release="a")
    edit(gone, withdrawn=True)
    edit(
        changed,
        acronym="NEW",
        criteria=(*make_record().criteria[1:], criterion("c20", "OTHER", "Consent.")),
    )
    make_trial(nct_id="NCT00000004")
    write(tmp_path / "b", release="b")

    a, b = Release.objects.order_by("id")
    found = [(d.nct_id, d.what, d.path) for d in compare(a, b)]
    assert found == [
        ("NCT00000002", "changed", "acronym"),
        ("NCT00000002", "removed", "criteria[c7]"),
        ("NCT00000002", "added", "criteria[c20]"),
        ("NCT00000003", "removed", ""),
        ("NCT00000004", "added", ""),
    ]
    assert list(compare(a, a)) == []
    assert kept.nct_id not in {nct_id for nct_id, *_ in found}


def test_an_approved_record_leaves_as_it_was_approved(tmp_path, approve, people):
    trial, reopened, gone = (make_trial(nct_id=f"NCT0000000{n}") for n in (1, 2, 3))
    make_trial(nct_id="NCT00000004")
    edit(trial, acronym="BEHIND")
    for each in (trial, reopened, gone):
        approve(each)
    take(reopened, REOPEN, people[1], note="The sponsor moved.")
    Trial.objects.filter(pk=gone.pk).update(withdrawn=True)
    # As if something had changed it past its approval.
    Review.objects.filter(pk=trial.pk).update(approved_version=1)

    write(tmp_path, as_approved=True)

    (record,) = dataset.read(tmp_path)
    assert record == record_at(trial, 1)
    assert [row["version"] for row in rows(tmp_path, "reviews")] == ["1"]
    for table in ("findings", "changes", "sources"):
        assert not (tmp_path / f"{table}.csv").exists()


def test_a_page_that_is_only_pending_is_not_the_current_one(tmp_path):
    trial = seed_trial()
    trial.sources.create(
        status="pending",
        file_name="x",
        sha256="f" * 64,
        layout="full",
        reader_version=1,
    )

    write(tmp_path)

    assert [row["is_current"] for row in rows(tmp_path, "sources")] == ["true", "false"]


def test_a_criterion_tells_its_lines_in_the_page_of_its_version(tmp_path):
    trial = seed_trial()
    source = trial.sources.get()

    write(tmp_path, "csv")

    for row in rows(tmp_path, "criteria"):
        first, last = source.lines[f"criteria[{row['key']}].text"]
        assert (row["first_line"], row["last_line"]) == (str(first), str(last))


def test_a_batch_of_trials_is_held_at_a_time(monkeypatch):
    monkeypatch.setattr(export_rows, "BATCH", 2)
    for number in range(1, 6):
        make_trial(nct_id=f"NCT0000000{number}")
    taken = []

    def pins():
        for pin in Selection().pins():
            taken.append(pin.nct_id)
            yield pin

    held = [len(taken) for _ in export_rows.items(pins(), (), silent)]

    assert held == [2, 2, 4, 4, 5]


def test_the_queries_do_not_grow_with_the_trials(
    tmp_path, django_assert_max_num_queries
):
    for number in range(1, 6):
        make_trial(nct_id=f"NCT0000000{number}")

    with django_assert_max_num_queries(15):
        write(tmp_path)
