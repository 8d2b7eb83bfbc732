import logging

import pytest

from curation import import_batches, sources
from curation.imports import import_pages
from curation.tests.factory import SNAPSHOT, act, seed_trial
from curation.workflow import Result
from trials import importer
from trials.models import SourceDocument, Trial

pytestmark = pytest.mark.django_db

PAGE = SNAPSHOT.read_bytes()
OTHER = PAGE.replace(b"NCT04426201", b"NCT00000002")


def run(folder, *, dry_run=False, **pages):
    """Import pages written as name -> bytes; gives the items and the progress."""
    for name, data in pages.items():
        (folder / f"{name}.txt").write_bytes(data)
    containers, _ = importer.find([folder])
    seen = []
    import_pages(
        containers,
        act=act(),
        dry_run=dry_run,
        progress=lambda number, item: seen.append((number, item)),
    )
    numbers, items = zip(*seen, strict=True)
    assert numbers == tuple(range(1, len(items) + 1))
    return list(items)


def results(items):
    return [item.result for item in items]


def test_every_page_has_its_outcome(tmp_path):
    first, second = run(tmp_path, a=PAGE, b=OTHER)

    assert (first.result, first.nct_id, first.layout) == (
        Result.CREATED,
        "NCT04426201",
        "snapshot",
    )
    assert first.file == str(tmp_path / "a.txt")
    assert second.nct_id == "NCT00000002"


def test_a_page_that_cannot_be_read_stops_no_other(tmp_path):
    bad, good = run(tmp_path, a=b"a\n\0", b=PAGE)

    assert (bad.result, bad.line) == (Result.REFUSED, 2)
    assert "0x00" in bad.reason
    assert good.result == Result.CREATED


def test_a_page_that_cannot_be_stored_stops_no_other(tmp_path, monkeypatch, caplog):
    make = sources.row_of

    def fail_once(page, *rest):
        if page.name.endswith("a.txt"):
            raise RuntimeError("The disk is full.")
        return make(page, *rest)

    monkeypatch.setattr(sources, "row_of", fail_once)

    with caplog.at_level(logging.ERROR, import_batches.__name__):
        bad, good = run(tmp_path, a=PAGE, b=OTHER)

    assert (bad.result, bad.nct_id) == (Result.REFUSED, "NCT04426201")
    assert "nothing of it was" in bad.reason
    assert "a.txt could not be stored" in caplog.text
    assert "The disk is full." in caplog.text
    assert good.result == Result.CREATED
    assert Trial.objects.get().nct_id == "NCT00000002"


def test_lines_to_look_at_are_in_the_outcome(tmp_path):
    (item,) = run(tmp_path, a=PAGE.replace(b"QUADRUPLE", b"FIVEFOLD"))

    assert item.warnings == ["line 40: “FIVEFOLD” is not a known Masking."]
    assert item.unplaced == []


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_dry_run_says_what_the_import_then_does(tmp_path, dry_run):
    seed_trial()
    pages = {
        "a": PAGE,
        "b": PAGE + b"\n",
        "c": PAGE + b"\n",
        "d": OTHER,
        "e": OTHER,
        "f": OTHER + b"\n",
        "g": b"",
    }

    items = run(tmp_path, dry_run=dry_run, **pages)

    assert results(items) == [
        Result.UNCHANGED,
        Result.PENDING,
        Result.UNCHANGED,
        Result.CREATED,
        Result.UNCHANGED,
        Result.PENDING,
        Result.REFUSED,
    ]
    assert SourceDocument.objects.count() == (1 if dry_run else 4)
    assert Trial.objects.count() == (1 if dry_run else 2)


def test_a_second_run_changes_nothing(tmp_path):
    run(tmp_path, a=PAGE, b=OTHER)

    assert results(run(tmp_path)) == [Result.UNCHANGED, Result.UNCHANGED]
