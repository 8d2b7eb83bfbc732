"""An import in several processes ends as one in a single process does."""

import pytest

from curation.imports import import_pages
from curation.tests.check_history import check
from curation.tests.factory import SNAPSHOT, act
from curation.workflow import Result
from trials import importer
from trials.models import ChangeSet, Trial

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
