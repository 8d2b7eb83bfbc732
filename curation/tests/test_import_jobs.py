"""An import in several processes ends as one in a single process does."""

import os
import signal
import tarfile
import time

import pytest

from curation.import_batches import Batch
from curation.import_workers import WorkerLost
from curation.imports import import_pages
from curation.tests.check_history import check
from curation.tests.factory import SNAPSHOT, act
from curation.tests.stored import stored
from curation.workflow import Result
from trials import importer
from trials.models import ChangeSet, SourceDocument, Trial

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = SNAPSHOT.read_bytes()


def page(number: int, end: bytes = b"") -> bytes:
    return PAGE.replace(b"NCT04426201", b"NCT%08d" % number) + end


def write(folder, pages: list[bytes]) -> list[importer.Container]:
    folder.mkdir(exist_ok=True)
    for number, data in enumerate(pages):
        (folder / f"{number:03}.txt").write_bytes(data)
    return importer.find([folder])[0]


def run(containers, jobs):
    """What became of the pages, by file name."""
    items = []
    import_pages(
        containers,
        act=act(note="May batch"),
        dry_run=False,
        progress=lambda number, item: items.append((number, item)),
        jobs=jobs,
    )
    assert [number for number, _ in items] == list(range(1, len(items) + 1))
    return {item.file[-7:-4]: item.result for _, item in items}


def test_two_processes_store_what_one_stores_in_one_act(tmp_path):
    containers = write(tmp_path / "pages", [page(n) for n in range(1, 14)])

    results = run(containers, jobs=2)

    assert results == {f"{n:03}": Result.CREATED for n in range(13)}
    assert Trial.objects.count() == 13
    assert ChangeSet.objects.get().revisions.count() == 13
    status, lines = check()
    assert (status, lines[0][:10]) == (0, "13 trials,")


def test_of_two_pages_of_a_trial_the_first_is_its_source_however_they_are_dealt_out(
    tmp_path,
):
    pages = [page(n) for n in range(1, 13)]
    # Twins and further pages, in the same block as the first and far from it.
    pages[1], pages[9], pages[11] = page(1), page(2, b"\n"), page(3)
    pages[4] = page(10, b"\n")
    containers = write(tmp_path / "pages", pages)

    results = run(containers, jobs=3)

    others = {"001": "unchanged", "009": "created", "011": "unchanged"}
    assert results == dict.fromkeys(results, "created") | others
    assert len(results) == 12
    first = SourceDocument.objects.get(trial__nct_id="NCT00000010", status="current")
    assert first.file_name.endswith("004.txt")


def test_a_process_that_is_ahead_leaves_a_trial_to_the_page_that_comes_first(
    tmp_path, monkeypatch
):
    pages = [page(n) for n in range(1, 13)]
    pages[2] = page(1, b"\n")  # In the first block of the other process.
    containers = write(tmp_path / "pages", pages)
    store = Batch.store

    def store_last(batch, leave=()):
        if any(page.name.endswith("000.txt") for page in batch.pages):
            deadline = time.monotonic() + 60
            while not Trial.objects.exists() and time.monotonic() < deadline:
                time.sleep(0.05)
        return store(batch, leave)

    monkeypatch.setattr(Batch, "store", store_last)
    results = run(containers, jobs=2)

    first = SourceDocument.objects.get(trial__nct_id="NCT00000001", status="current")
    assert first.file_name.endswith("000.txt")
    assert (results["000"], results["002"]) == (Result.CREATED, Result.PENDING)


def test_pages_of_one_trial_come_in_in_their_order(tmp_path):
    pages = [page(n % 4 + 1, b"\n" * n) for n in range(12)]
    containers = write(tmp_path / "pages", pages)

    results = run(containers, jobs=2)

    assert [results[f"{n:03}"] for n in range(12)] == 4 * ["created"] + 8 * ["pending"]
    kept = SourceDocument.objects.order_by("trial", "id").values_list("file_name")
    names = [name[-7:-4] for (name,) in kept]
    assert sorted(names[n : n + 3] for n in range(0, 12, 3)) == [
        [f"{n:03}", f"{n + 4:03}", f"{n + 8:03}"] for n in range(4)
    ]


def test_a_second_run_changes_nothing(tmp_path):
    containers = write(tmp_path / "pages", [page(n) for n in range(1, 7)])
    run(containers, jobs=2)
    before = stored(leave_out=())

    assert set(run(containers, jobs=2).values()) == {Result.UNCHANGED}

    assert stored(leave_out=()) == before
    assert ChangeSet.objects.count() == 1


def test_pages_that_cannot_be_read_are_named(tmp_path):
    containers = write(tmp_path / "pages", [page(1), b"a\0", b"", page(2)])

    results = run(containers, jobs=2)

    assert results == {
        "000": Result.CREATED,
        "001": Result.REFUSED,
        "002": Result.REFUSED,
        "003": Result.CREATED,
    }


def test_more_processes_than_pages_are_no_harm(tmp_path):
    containers = write(tmp_path / "pages", [page(1), page(2)])

    assert set(run(containers, jobs=5).values()) == {Result.CREATED}


def test_an_archive_is_shared_too(tmp_path):
    write(tmp_path / "pages", [page(n) for n in range(1, 10)])
    with tarfile.open(tmp_path / "pages.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "pages", "pages")
    containers, _ = importer.find([tmp_path / "pages.tar.gz"])

    assert len(run(containers, jobs=2)) == 9
    assert Trial.objects.count() == 9


def test_a_process_that_is_killed_ends_the_import_with_whole_trials(
    tmp_path, monkeypatch
):
    containers = write(tmp_path / "pages", [page(n) for n in range(1, 14)])
    store = Batch.store

    def store_or_die(batch, leave):
        if any(page.name.endswith("006.txt") for page in batch.pages):
            os.kill(os.getpid(), signal.SIGKILL)
        return store(batch, leave)

    with monkeypatch.context() as patch:
        patch.setattr(Batch, "store", store_or_die)
        with pytest.raises(WorkerLost):
            run(containers, jobs=2)

    assert 0 < Trial.objects.count() < 13
    assert check()[0] == 0
    assert Result.CREATED in run(containers, jobs=2).values()
    assert Trial.objects.count() == 13
    assert check()[0] == 0
