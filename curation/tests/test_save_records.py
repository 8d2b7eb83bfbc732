"""Many changed trials at once leave what the same changes leave one by one."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from curation import reviews, workflow
from curation.locks import StaleVersion
from curation.models import Finding, Review
from curation.tests.check_history import check
from curation.tests.factory import (
    act,
    edit,
    make_page,
    make_trial,
    make_user,
    seed_trial,
)
from curation.tests.stored import stored
from curation.workflow import Wanted
from trials import revisions, tables, verification
from trials.models import ChangeSet, Revision, Trial
from trials.tests.factory import criterion
from trials.tests.strategies import records

BULK = ChangeSet.Kind.BULK_EDIT
NOW = datetime(2026, 5, 4, 3, 2, 1, 654321, tzinfo=UTC)


def trial(number: int, **changes) -> Trial:
    return make_trial(nct_id=f"NCT{number:08}", **changes)


def now(trial: Trial):
    """What the trial says by its history."""
    trial.refresh_from_db()
    return revisions.record_at(trial, trial.version)


def wanted(trial: Trial, **changes) -> Wanted:
    return Wanted(trial.pk, trial.version, replace(now(trial), **changes))


def at_once(changes, by_act):
    return workflow.save_records(changes, act=by_act)


def one_by_one(changes, by_act):
    return [workflow.save_records([one], act=by_act)[0] for one in changes]


def in_one_act(how, changes, by_act):
    """Save within one act, which has its row already."""
    with by_act.whole():
        return how(changes, by_act)


def left_by(how, changes, by):
    """What saving leaves, at a time that stands still; then undone."""
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(timezone, "now", lambda: NOW)
        saved = in_one_act(how, changes, act(BULK, by, note="All."))
        told = stored(leave_out=())
        transaction.set_rollback(True)
    return [type(one) for one in saved], told


def varied(record):
    """The record with values, parts and links that are new, other, moved and gone."""
    first, *others = record.criteria
    return replace(
        record,
        brief_title=f"{record.brief_title} ,  revised",
        criteria=(
            *others,
            replace(first, text="Adults and and children ."),
            criterion("c990", "INCLUSION", "Größe 𝛼 ."),
        ),
        arms=tuple(replace(arm, interventions=()) for arm in record.arms[:1]),
        interventions=record.interventions[:1],
        locations=record.locations[1:],
        contacts=tuple(replace(c, location=None) for c in record.contacts),
        phases=("PHASE1",),
    )


@pytest.mark.django_db
def test_the_rows_are_those_that_single_saves_leave():
    ana = make_user(username="ana")
    trials = [seed_trial(), *(trial(number) for number in range(1, 7))]
    approved, held, unchanged, later, withdrawn = trials[2:]
    Review.objects.filter(pk=approved.pk).update(state=Review.State.APPROVED)
    Review.objects.filter(pk=held.pk).update(holder=ana, held_until=NOW)
    Trial.objects.filter(pk=later.pk).update(acronym="BEHIND THE DOOR")
    finding = trials[0].findings.filter(state=Finding.State.OPEN).first()
    Finding.objects.filter(pk=finding.pk).update(is_waived=True, state="waived")
    changes = [wanted(one) for one in trials]
    changes = [one._replace(record=varied(one.record)) for one in changes]
    changes[4] = wanted(unchanged)
    changes[6] = wanted(withdrawn, withdrawn=True)
    changes[1] = changes[1]._replace(version=7)

    results, expected = left_by(one_by_one, changes, ana)
    found_results, found = left_by(at_once, changes, ana)

    assert found_results == results
    assert results == [
        Revision,
        StaleVersion,
        reviews.Refused,
        Revision,
        type(None),
        tables.Drift,
        Revision,
    ]
    assert expected.keys() == found.keys()
    for table, rows in expected.items():
        assert found[table] == rows, table
    # What is compared is there.
    states = {
        finding.split("'state': '")[1][:4] for finding in found["curation_finding"]
    }
    assert {"open", "fixe", "gone"} <= states
    assert len(found["trials_revision"]) == len(trials) + 3
    assert found["curation_reviewevent"]


@pytest.mark.django_db
@settings(suppress_health_check=list(HealthCheck), max_examples=15)
@given(st.lists(st.tuples(records(), records()), min_size=2, max_size=3))
def test_any_changes_leave_the_rows_that_single_saves_leave(pairs):
    with transaction.atomic():
        trials = []
        for number, (before, _) in enumerate(pairs, start=1):
            record = replace(before, nct_id=f"NCT{number:08}", withdrawn=False)
            trials.append(make_trial(make_page(record)))
        changes = [
            Wanted(t.pk, t.version, replace(after, nct_id=t.nct_id))
            for t, (_, after) in zip(trials, pairs, strict=True)
        ]

        assert left_by(at_once, changes, None) == left_by(one_by_one, changes, None)

        transaction.set_rollback(True)


@pytest.mark.django_db
def test_all_of_it_is_one_act_and_the_history_is_whole():
    trials = [trial(number) for number in range(1, 4)]
    edit(trials[1], acronym="LATER")

    saved = at_once([wanted(t, brief_title="Same") for t in trials], act(BULK))

    assert [revision.number for revision in saved] == [2, 3, 2]
    assert len({revision.change_set_id for revision in saved}) == 1
    assert {now(t).brief_title for t in trials} == {"Same"}
    status, lines = check()
    assert (status, len(lines)) == (0, 1)


@pytest.mark.django_db
def test_what_changes_nothing_leaves_no_trace():
    trials = [trial(1), trial(2)]
    acts = ChangeSet.objects.count()

    assert at_once([wanted(t) for t in trials], act(BULK)) == [None, None]
    assert ChangeSet.objects.count() == acts


@pytest.mark.django_db
def test_one_that_the_database_refuses_does_not_keep_the_others_from_it(caplog):
    """No database holds so large a number; a form gives none, but a fault might."""
    trials = [trial(number) for number in range(1, 4)]
    changes = [wanted(t, brief_title="New") for t in trials]
    bad = replace(changes[1].record, enrollment_count=2**70)
    changes[1] = changes[1]._replace(record=bad)

    with caplog.at_level(logging.ERROR, workflow.__name__):
        saved = at_once(changes, act(BULK))

    assert [type(one) for one in saved] == [Revision, workflow.Failed, Revision]
    assert "nothing of it was" in str(saved[1])
    assert [now(t).brief_title == "New" for t in trials] == [True, False, True]
    assert "NCT00000002 could not be saved" in caplog.text
    assert trials[1].version == 1


@pytest.mark.django_db
def test_more_trials_take_no_more_statements():
    trials = [trial(number) for number in range(1, 13)]
    asked = []
    for some in (trials[:2], trials[2:]):
        changes = [wanted(t, brief_title="New") for t in some]
        with CaptureQueriesContext(connection) as captured:
            at_once(changes, act(BULK))
        asked.append(len(captured))

    assert asked[0] == asked[1] <= 25


@pytest.mark.django_db(transaction=True)
def test_two_who_change_the_same_trials_in_another_order_do_not_wait_for_ever(caplog):
    trials = [trial(number) for number in range(1, 11)]
    rounds, writers = 3, 2
    start = Barrier(writers, timeout=30)

    def write(number):
        try:
            counts = []
            for each in range(rounds):
                rows = Trial.objects.order_by("pk" if number else "-pk")
                changes = [
                    Wanted(t.pk, t.version, replace(record, acronym=f"{number}-{each}"))
                    for t in rows
                    for record in [revisions.record_at(t, t.version)]
                ]
                start.wait()
                saved = at_once(changes, act(BULK))
                counts.append([type(one) for one in saved].count(Revision))
                start.wait()
            return counts
        finally:
            connection.close()

    with ThreadPoolExecutor(writers) as threads:
        counts = list(threads.map(write, range(writers)))

    # A deadlock would end one of the batches, which then goes trial by trial.
    assert "could not be saved" not in caplog.text
    # Of each trial, each round, one is first, and the other hears of it.
    assert [sum(both) for both in zip(*counts, strict=True)] == [len(trials)] * rounds
    assert not list(verification.verify(Trial.objects.all(), lambda count: None))
    assert set(Trial.objects.values_list("version", flat=True)) == {1 + rounds}
