"""Many new trials at once leave what the same pages leave one by one."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation import findings, workflow
from curation.models import Finding, Review
from curation.tests.check_history import check
from curation.tests.factory import FULL, SNAPSHOT, act, make_page, make_user
from curation.tests.stored import stored
from curation.workflow import Result
from trials import importer, tables
from trials.models import ChangeSet, Revision, Trial
from trials.tests.factory import make_record
from trials.tests.strategies import records

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 3, 2, 1, 654321, tzinfo=UTC)


def seeds() -> list[importer.PageFile]:
    return [
        importer.read_bytes(path.name, path.read_bytes()) for path in (SNAPSHOT, FULL)
    ]


def small(number: int, **changes) -> importer.PageFile:
    record = make_record(nct_id=f"NCT{number:08}", **changes)
    return make_page(record, f"Page {number}.")


def one_by_one(pages, by_act):
    for page in pages:
        assert workflow.import_page(page, act=by_act) == Result.CREATED


def check_all(pages, by_act):
    words = findings.lazy_words()
    return [workflow.check_new(page, words, act=by_act) for page in pages]


def at_once(pages, by_act):
    new = check_all(pages, by_act)
    assert workflow.import_new(new, act=by_act) == new


def left_by(how, pages, **who):
    """What storing the pages leaves, at a time that stands still; then undone."""
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(timezone, "now", lambda: NOW)
        how(pages, act(**who))
        # The database's own clock does not stand still.
        told = stored(leave_out={"state_since"})
        transaction.set_rollback(True)
    return told


def test_the_rows_are_those_that_single_imports_leave():
    pages = [*seeds(), small(1), small(2, brief_title="Größe 𝛼", enrollment_count=0)]
    who = {"by": make_user(), "note": "May batch"}

    expected = left_by(one_by_one, pages, **who)
    found = left_by(at_once, pages, **who)

    assert expected.keys() == found.keys()
    for table, rows in expected.items():
        assert found[table] == rows, table
    # What is compared is there, and holds all columns.
    assert len(found["trials_trial"]) == len(pages)
    assert all(found[model._meta.db_table] for model in (Finding, Review, Revision))
    assert "created_at" in found["trials_trial"][0]


@settings(suppress_health_check=list(HealthCheck), max_examples=20)
@given(st.lists(records(), min_size=1, max_size=3, unique_by=lambda r: r.nct_id))
def test_any_records_leave_the_rows_that_single_imports_leave(records):
    pages = [make_page(record) for record in records]

    assert left_by(at_once, pages) == left_by(one_by_one, pages)


def test_the_history_is_whole_and_the_rows_are_what_it_says():
    at_once([*seeds(), small(1)], act())

    status, lines = check()

    assert (status, len(lines)) == (0, 1)
    assert lines[0].startswith("3 trials, 3 revisions")


def test_all_of_it_is_one_act():
    at_once(seeds(), act())

    assert ChangeSet.objects.count() == 1
    assert ChangeSet.objects.get().revisions.count() == 2


def test_the_next_ids_are_free():
    at_once(seeds(), act())

    one_by_one([small(1)], act())
    at_once([small(2)], act())

    trials = list(Trial.objects.order_by("id"))
    assert [trial.nct_id for trial in trials[2:]] == ["NCT00000001", "NCT00000002"]
    assert tables.load(trials[3]) == small(2).reading.record


def test_a_review_is_imported_from_now_on():
    at_once([small(1)], act())

    review = Review.objects.get()
    assert review.state == Review.State.IMPORTED
    assert abs(timezone.now() - review.state_since) < timedelta(minutes=1)


def test_a_trial_that_came_from_elsewhere_meanwhile_is_left_out():
    pages = [small(1), small(2)]
    new = check_all(pages, act())
    one_by_one(pages[:1], act())

    assert workflow.import_new(new, act=act()) == new[1:]
    assert Trial.objects.count() == 2
    assert workflow.import_new(new, act=act()) == []


def test_one_trial_that_the_database_refuses_leaves_none_of_the_batch():
    twins = check_all([small(1), small(2), small(1)], act())

    with pytest.raises(IntegrityError):
        workflow.import_new(twins, act=act())

    assert not Trial.objects.exists()
    assert not ChangeSet.objects.exists()


def test_a_batch_takes_a_fixed_number_of_statements(django_assert_max_num_queries):
    new = check_all([small(n) for n in range(1, 41)], act())

    # PostgreSQL names each COPY too. The rest: savepoint, who is there, the act, ids.
    with django_assert_max_num_queries(50):
        workflow.import_new(new, act=act())


def test_the_guard_of_the_history_stands_for_what_a_batch_wrote():
    at_once([small(1)], act())

    with pytest.raises(IntegrityError, match="append-only"):
        Revision.objects.update(number=2)
