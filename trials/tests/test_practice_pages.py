"""The pages of the folder that PRACTICE_PAGES names, `pages/` and `damaged/` below it.

They are not part of this repository.
"""

import os
from pathlib import Path

import pytest

from trials import importer, tables
from trials.models import Trial
from trials.tests.accounts import check

FOLDER = Path(os.environ.get("PRACTICE_PAGES") or "/nowhere")
CLEAN = sorted(FOLDER.glob("pages/*/*.txt"))
DAMAGED = sorted(FOLDER.glob("damaged/*/*.txt"))
CUT = [page for page in DAMAGED if page.parent.name.startswith("truncated-")]
WHOLE = [page for page in CLEAN + DAMAGED if page not in CUT]
BYTES = [page for page in DAMAGED if page.parent.name.startswith("bytes-")]

pytestmark = pytest.mark.skipif(
    not os.environ.get("PRACTICE_PAGES"),
    reason="PRACTICE_PAGES names no folder with practice pages.",
)


def name(page):
    """`full/NCT00000001`, for the list of tests."""
    return f"{page.parent.name}/{page.stem}"


def read(page):
    """The page of that file; it must not be refused."""
    found = importer.read_bytes(str(page), page.read_bytes())
    assert found.error is None
    return found


def test_there_are_practice_pages():
    assert CLEAN
    assert DAMAGED
    assert BYTES


@pytest.mark.parametrize("path", WHOLE, ids=name)
def test_every_line_of_a_practice_page_is_accounted_for(path):
    found = read(path)

    check(found.text, found.reading)


@pytest.mark.parametrize("path", CUT, ids=name)
def test_a_page_that_stops_early_is_read_unless_its_number_is_missing(path):
    found = importer.read_bytes(str(path), path.read_bytes())

    if found.error:
        assert found.error.what == "The page does not say its own NCT id."
        assert path.stem not in path.read_text("utf-8")
    else:
        check(found.text, found.reading)


@pytest.mark.parametrize("path", BYTES, ids=name)
def test_a_page_with_other_bytes_reads_as_the_clean_one(path):
    layout = path.parent.name.removeprefix("bytes-")

    clean = read(FOLDER / "pages" / layout / path.name)

    assert read(path).reading.record == clean.reading.record


@pytest.mark.django_db
def test_every_record_comes_back_from_its_rows():
    for page in WHOLE:
        Trial.objects.all().delete()
        record = read(page).reading.record
        trial = tables.save(record)

        assert tables.load(Trial.objects.get(pk=trial.pk)) == record, page
