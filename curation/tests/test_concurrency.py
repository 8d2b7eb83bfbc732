"""What many people do at once, each over a connection of their own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from msgspec.structs import replace

from curation import workflow
from curation.locks import StaleVersion
from curation.tests.factory import FULL, act, make_page, make_trial
from curation.workflow import Result
from trials import importer, revisions, verification
from trials.models import ChangeSet, FieldChange, Revision, SourceDocument, Trial
from trials.record.shape import TrialRecord
from trials.tests.factory import make_record

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 20
# With everyone after the same trial, a writer may lose once to each of the others;
# more than that means that someone won twice, or nobody.
MOST_TRIES = WRITERS


def at_once(work, count):
    """The results of `work(0)` to `work(count - 1)`, all begun at the same moment."""
    start = Barrier(count, timeout=30)

    def run(number):
        try:
            connection.ensure_connection()
            start.wait()
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def save_until_through(trial_id: int, change) -> int:
    """The number of the revision that made `change` of the trial's record."""
    for _ in range(MOST_TRIES):
        trial = Trial.objects.get(pk=trial_id)
        record: TrialRecord = change(revisions.record_at(trial, trial.version))
        try:
            revision = workflow.save_record(
                trial_id, record, version=trial.version, act=act(ChangeSet.Kind.EDIT)
            )
        except StaleVersion:
            continue
        return revision.number
    raise AssertionError(f"Not through after {MOST_TRIES} tries.")


def faults():
    return [
        *verification.verify(Trial.objects.all(), lambda count: None),
        *verification.strays(),
    ]


def test_no_save_of_20_writers_on_one_trial_is_lost():
    trial = make_trial()

    def write(number):
        return save_until_through(
            trial.pk, lambda record: replace(record, brief_title=f"Writer {number}")
        )

    numbers = at_once(write, WRITERS)

    trial.refresh_from_db()
    made = Revision.objects.filter(trial=trial, change_set__kind="edit")
    assert sorted(numbers) == list(range(2, WRITERS + 2))
    assert sorted(made.values_list("number", flat=True)) == sorted(numbers)
    assert trial.version == WRITERS + 1
    titles = FieldChange.objects.filter(path="brief_title").values_list(
        "new", "revision__number"
    )
    assert sorted(titles) == sorted((f"Writer {n}", at) for n, at in enumerate(numbers))
    assert faults() == []


def test_writers_of_one_version_lose_nothing_but_the_race():
    trial = make_trial()
    record = revisions.record_at(trial, 1)

    def write(number):
        try:
            return workflow.save_record(
                trial.pk,
                replace(record, brief_title=f"Writer {number}"),
                version=1,
                act=act(ChangeSet.Kind.EDIT),
            ).number
        except StaleVersion as stale:
            return stale

    results = at_once(write, WRITERS)

    accepted = [n for n, result in enumerate(results) if result == 2]
    stale = [result for result in results if isinstance(result, StaleVersion)]
    trial.refresh_from_db()
    assert len(accepted) == 1
    assert len(stale) == WRITERS - 1
    assert trial.brief_title == f"Writer {accepted[0]}"
    assert trial.version == 2
    assert faults() == []


def test_a_new_page_imported_many_times_at_once_makes_one_trial():
    page = make_page(make_record())

    results = at_once(lambda number: workflow.import_page(page, act=act()), 8)

    assert sorted(results) == [Result.CREATED, *[Result.UNCHANGED] * 7]
    assert Trial.objects.get().version == 1
    assert SourceDocument.objects.count() == 1
    assert Revision.objects.count() == 1
    assert faults() == []


def test_two_pages_of_one_new_trial_imported_at_once_make_one_trial():
    page = FULL.read_bytes()
    pages = [importer.read_bytes("page.txt", page + end) for end in (b"", b"\n")]

    results = at_once(
        lambda number: workflow.import_page(pages[number], act=act()), len(pages)
    )

    assert sorted(results) == [Result.CREATED, Result.PENDING]
    assert Trial.objects.get().version == 1
    assert SourceDocument.objects.count() == 2
    assert faults() == []
