import pytest
from django.db import connection, transaction
from django.utils import timezone

from curation.tests.check_history import (
    OTHER_ID,
    behind_the_door,
    check,
    delete,
    faults,
    make_edited,
    revision,
)
from curation.tests.factory import edit, make_trial
from trials import history_guard, verification
from trials.models import (
    ArmIntervention,
    ChangeSet,
    Criterion,
    FieldChange,
    Intervention,
    Revision,
    Trial,
)
from trials.record.plain import to_plain
from trials.tests.factory import NCT_ID, make_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def trial(db):
    return make_edited()


# Nothing wrong


def test_a_history_through_the_door_has_no_fault(trial):
    make_trial(nct_id=OTHER_ID)

    assert check() == (0, ["2 trials, 5 revisions, 0 review events: 0 faults."])


def test_the_number_of_queries_does_not_grow_with_the_trials(
    trial, django_assert_max_num_queries
):
    for number in range(2, 22):
        make_trial(nct_id=f"NCT{number:08}")

    with django_assert_max_num_queries(36):
        assert check()[0] == 0


def test_a_save_while_the_trial_is_verified_is_no_fault(trial):
    done = []

    def save_before_the_revisions_are_read(execute, sql, params, many, context):
        if "trials_revision" in sql and not done:
            done.append(True)
            edit(trial, brief_title="Meanwhile")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(save_before_the_revisions_are_read):
        found = list(verification.verify(Trial.objects.all(), lambda count: None))

    assert done
    assert found == []


# The history


def test_an_edited_snapshot_is_found(trial):
    snapshot = to_plain(make_record(brief_title="Forged")).decode()

    with behind_the_door():
        revision(2).update(snapshot=snapshot)

    assert f"{NCT_ID}, revision 2: Its hash does not fit what it says." in faults()


def test_a_snapshot_that_is_no_record_is_found(trial):
    with behind_the_door():
        revision(2).update(snapshot="{")

    assert faults() == [
        f"{NCT_ID}, revision 2: Its hash does not fit what it says.",
        f"{NCT_ID}, revision 2: Its snapshot is no record that this version of the "
        "desk can read.",
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "fix"),
        ("at", timezone.now()),
        ("actor_name", "someone else"),
        ("actor_role", "superuser"),
        ("reason", "typo"),
        ("note", "Never said."),
        ("rule", "spelling.phrase"),
        ("app_version", "9"),
    ],
)
def test_an_edited_act_is_found(trial, field, value):
    with behind_the_door():
        ChangeSet.objects.filter(revisions__in=revision(3)).update(**{field: value})

    assert faults() == [f"{NCT_ID}, revision 3: Its hash does not fit what it says."]


def test_an_edited_field_change_is_found(trial):
    with behind_the_door():
        FieldChange.objects.filter(revision__in=revision(2)).update(old="Never so")

    assert faults() == [
        f"{NCT_ID}, revision 2: Its hash does not fit what it says.",
        f"{NCT_ID}, revision 2: Its changes are not what its snapshot changed, in "
        "brief_title.",
    ]


def test_a_deleted_field_change_is_found(trial):
    with behind_the_door():
        delete(FieldChange.objects.filter(revision__in=revision(1)))

    assert faults() == [
        f"{NCT_ID}, revision 1: Its hash does not fit what it says.",
        f"{NCT_ID}, revision 1: Its changes are not what its snapshot changed, in the "
        "trial.",
    ]


def test_a_field_change_moved_to_another_trial_is_found(trial):
    other = make_trial(nct_id=OTHER_ID)

    with behind_the_door():
        FieldChange.objects.filter(revision__in=revision(2)).update(trial=other)

    assert faults() == [
        f"{NCT_ID}, revision 2: A change of it stands under another trial."
    ]


def cut_off_the_tail(trial):
    """Take the last revision away as if it had never been, rows included."""
    last = revision(4)
    with behind_the_door():
        Trial.objects.update(version=3, brief_title="Second")
        act_id = last.get().change_set_id
        delete(FieldChange.objects.filter(revision__in=last))
        delete(last)
    return ChangeSet.objects.filter(pk=act_id)


def test_a_deleted_tail_is_missed_by_its_trial(trial):
    cut_off_the_tail(trial)
    Trial.objects.update(version=4)

    assert f"{NCT_ID}: Revision 4 is missing." in faults()


def test_a_tail_cut_off_with_version_and_rows_is_missed_by_its_act(trial):
    act = cut_off_the_tail(trial).get()

    assert faults() == [f"Nothing is left of act {act.pk} ({act})."]


def test_a_tail_cut_off_without_a_trace_is_missed_by_the_heads_noted_before(
    trial, tmp_path
):
    note = tmp_path / "heads.txt"
    check(heads=note)
    lost = revision(4).get()
    tail = cut_off_the_tail(trial)
    with behind_the_door():
        delete(tail)

    assert check() == (0, ["1 trials, 3 revisions, 0 review events: 0 faults."])
    status, lines = check(against=note)

    assert status == 1
    assert lines[0] == (
        f"{NCT_ID}, revision 4: The history does not hold it as noted, with hash "
        f"{lost.hash}."
    )


def test_a_deleted_middle_revision_is_found(trial):
    act = ChangeSet.objects.get(revisions__in=revision(2))

    with behind_the_door():
        delete(FieldChange.objects.filter(revision__in=revision(2)))
        delete(revision(2))

    assert faults() == [
        f"{NCT_ID}: Revision 2 is missing.",
        f"Nothing is left of act {act.pk} ({act}).",
    ]


def test_revisions_closed_up_over_a_deleted_one_are_found(trial):
    with behind_the_door():
        delete(FieldChange.objects.filter(revision__in=revision(2)))
        delete(revision(2))
        revision(3).update(number=2)
        revision(4).update(number=3)
        Trial.objects.update(version=3)

    assert (
        f"{NCT_ID}, revision 2: It does not continue the revision before it: that one "
        "has another hash."
    ) in faults()


def test_a_revision_with_a_made_up_hash_is_found(trial):
    last = revision(4).get()
    Trial.objects.update(version=5)

    Revision.objects.create(
        trial=trial,
        number=5,
        change_set=last.change_set,
        snapshot=last.snapshot,
        previous_hash=last.hash,
        hash="0" * 64,
    )

    assert faults() == [f"{NCT_ID}, revision 5: Its hash does not fit what it says."]


def test_a_revision_above_the_trials_version_is_found(trial):
    Trial.objects.update(version=3)

    assert faults() == [
        f"{NCT_ID}, revision 4: The trial says that it is at version 3."
    ]


def test_another_key_makes_every_revision_a_fault(trial, settings):
    settings.HISTORY_KEY = "another"

    assert faults() == [
        f"{NCT_ID}, revision {number}: Its hash does not fit what it says."
        for number in (1, 2, 3, 4)
    ]


def test_a_trial_without_history_is_found():
    Trial.objects.create(nct_id=NCT_ID)

    assert faults() == [
        f"{NCT_ID}: It has no history.",
        f"{NCT_ID}: It has no review.",
    ]


def test_history_of_what_is_not_there_is_found(trial):
    change_set = ChangeSet.objects.first()
    inside = transaction.savepoint()
    stray = Revision.objects.create(
        trial_id=7777, number=3, change_set=change_set, snapshot="", hash=""
    )
    FieldChange.objects.create(trial=trial, revision_id=stray.pk + 1, operation="move")

    found = faults()

    # The databases check at the end of the transaction, which the test must not reach.
    transaction.savepoint_rollback(inside)
    assert found[0] == "revision 3: It belongs to a trial 7777 that is not there."
    assert found[1].endswith("belongs to no revision.")


# The guard


def test_a_dropped_trigger_is_found(trial):
    connection.check_constraints()
    history_guard.remove(connection)

    found = faults()

    assert len(found) >= 3
    assert all("trigger" in line for line in found)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Only PostgreSQL can.")
def test_a_disabled_trigger_is_found(trial):
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE trials_revision DISABLE TRIGGER ALL")

    assert faults() == [
        "The trigger trials_revision_append_only is missing or altered."
    ]


# The rows


def drift(what):
    return [f"{NCT_ID}, revision 4: The trial's rows say something else in {what}."]


def test_a_title_written_behind_the_door_is_found(trial):
    Trial.objects.update(brief_title="Forged")

    assert faults() == drift("brief_title")


def test_a_criterion_written_behind_the_door_is_found(trial):
    Criterion.objects.update(text="Forged.")

    assert faults() == drift("criteria[c7].text")


def test_a_row_added_behind_the_door_is_found(trial):
    Criterion.objects.create(trial=trial, key="c99", position=9, text="Forged.")

    assert faults() == drift("criteria[c99]")


def test_rows_deleted_behind_the_door_are_found(trial):
    trial.arms.all().delete()
    trial.conditions.all().delete()
    Criterion.objects.all().delete()

    assert faults() == drift("conditions[cd1], arms[a3], arms[a4] and 1 more")


def test_rows_that_are_no_record_are_found_and_hide_no_other_fault(trial):
    other = make_trial(nct_id=OTHER_ID)
    stranger = Intervention.objects.create(trial=other, key="i99", position=9)
    link = ArmIntervention.objects.filter(arm__trial=trial).first()
    ArmIntervention.objects.filter(pk=link.pk).update(intervention=stranger)

    assert faults() == [
        f"{NCT_ID}: The trial's rows are no record: {NCT_ID}: arms[{link.arm.key}] "
        "names an intervention that the record does not have.",
        f"{OTHER_ID}, revision 1: The trial's rows say something else in "
        "interventions[i99].",
    ]
