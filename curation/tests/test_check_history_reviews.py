import pytest
from django.db import connection, transaction

from curation import review_events, review_verification
from curation.models import AccountEvent, Comment, Review, ReviewEvent
from curation.tests.check_history import behind_the_door, check, delete, faults
from curation.tests.factory import make_trial, make_user
from curation.tests.reviewed import happen, make_reviewed
from trials import history_guard
from trials.models import ChangeSet, Revision, Trial
from trials.tests.factory import NCT_ID

pytestmark = pytest.mark.django_db

OTHER_ID = "NCT00000002"
CHANGED = "Its hash does not fit what it says."


@pytest.fixture
def trial(db):
    return make_reviewed()


def event(number):
    return ReviewEvent.objects.filter(trial__nct_id=NCT_ID, number=number)


def of_event(number, *whats):
    return [f"{NCT_ID}, review event {number}: {what}" for what in whats]


def test_a_review_through_the_door_has_no_fault(trial):
    make_trial(nct_id=OTHER_ID)

    assert check() == (0, ["2 trials, 4 revisions, 14 review events: 0 faults."])


def test_the_number_of_queries_does_not_grow_with_the_reviews(
    trial, django_assert_num_queries
):
    def verify():
        assert not list(review_verification.verify(Trial.objects.all(), lambda n: None))

    # Trials with their reviews, comments, events.
    with django_assert_num_queries(3):
        verify()
    for number in range(2, 12):
        other = make_trial(nct_id=f"NCT{number:08}")
        happen(other, None, ReviewEvent.Kind.COMMENTED, new="Look.")
    with django_assert_num_queries(3):
        verify()


# The events


@pytest.mark.parametrize(
    "changes",
    [
        {"new": "Never mind."},
        {"old": "x"},
        {"path": "brief_title"},
        {"kind": "resolved"},
        {"version": 1},
        {"about_id": None},
    ],
)
def test_what_is_changed_in_an_event_is_found(trial, changes):
    with behind_the_door():
        event(7).update(**changes)

    assert of_event(7, CHANGED)[0] in faults()


def test_a_changed_note_of_a_return_is_found(trial):
    with behind_the_door():
        ChangeSet.objects.filter(review_events__in=event(6)).update(note="Well done.")

    assert faults() == of_event(6, CHANGED)


def test_an_approval_put_on_another_person_is_found(trial):
    ana = make_user(username="otto")
    with behind_the_door():
        act = ChangeSet.objects.get(review_events__in=event(13))
        ChangeSet.objects.filter(pk=act.pk).update(actor=ana, actor_name="otto")
        Review.objects.update(approved_by=ana)

    assert faults() == of_event(13, CHANGED)


def test_an_event_deleted_from_the_middle_is_found(trial):
    act = ChangeSet.objects.get(review_events__in=event(4))

    with behind_the_door():
        delete(event(4))

    assert faults() == [
        f"{NCT_ID}: Review event 4 is missing.",
        f"Nothing is left of act {act.pk} ({act}).",
    ]


def test_events_closed_up_over_a_deleted_one_are_found(trial):
    with behind_the_door():
        delete(event(13))
        event(14).update(number=13)

    assert (
        of_event(
            13, "It does not continue the event before it: that one has another hash."
        )[0]
        in faults()
    )


def cut_off_the_tail():
    """Take the last two events away, and set the review back to what they found."""
    acts = ChangeSet.objects.filter(review_events__number__in=(13, 14))
    acts = ChangeSet.objects.filter(pk__in=list(acts.values_list("pk", flat=True)))
    last = event(12).get()
    with behind_the_door():
        delete(event(14))
        delete(event(13))
        Review.objects.update(
            state="submitted",
            state_since=last.change_set.at,
            approved_by=None,
            approved_at=None,
            approved_version=None,
            looked_at=None,
            events=12,
            events_hash=last.hash,
        )
    return acts


def test_a_deleted_tail_is_missed_by_its_review(trial):
    with behind_the_door():
        delete(event(14))
        delete(event(13))

    assert f"{NCT_ID}: Review events 13 to 14 are missing." in faults()


def test_a_tail_cut_off_with_what_it_left_in_the_review_is_missed_by_its_acts(trial):
    acts = cut_off_the_tail()

    assert faults() == [f"Nothing is left of act {act.pk} ({act})." for act in acts]


def test_a_tail_cut_off_without_a_trace_is_missed_by_the_heads_noted_before(
    trial, tmp_path
):
    note = tmp_path / "heads.txt"
    check(heads=note)
    lost = event(14).get()
    acts = cut_off_the_tail()
    with behind_the_door():
        delete(acts)

    assert check()[0] == 0
    status, lines = check(against=note)

    assert status == 1
    what = f"The history does not hold it as noted, with hash {lost.hash}."
    assert lines[:-1] == of_event(14, what)


def test_the_heads_name_the_last_revision_and_the_last_event(trial, tmp_path):
    note = tmp_path / "heads.txt"

    check(heads=note)

    revision = Revision.objects.get(trial=trial, number=3)
    assert note.read_text().splitlines() == [
        f"{NCT_ID} 3 {revision.hash}",
        f"{NCT_ID} review event 14 {event(14).get().hash}",
    ]
    assert check(against=note)[0] == 0


def test_heads_noted_before_there_were_reviews_still_hold(trial, tmp_path):
    note = tmp_path / "heads.txt"
    check(heads=note)
    note.write_text(note.read_text().splitlines()[0])

    assert check(against=note)[0] == 0


def test_an_approval_forged_without_the_key_is_found(trial, settings):
    otto, review = make_user(username="otto"), Review.objects.get()
    act = ChangeSet.objects.create(
        kind="transition", at=review.approved_at, actor=otto, actor_name="otto"
    )
    settings.HISTORY_KEY = "guessed"
    review_events.append(
        review, ReviewEvent.Kind.STATE, act, version=3, old="approved", new="reopened"
    )
    review.state = "reopened"
    review.save()
    settings.HISTORY_KEY = "for-the-tests-only"

    assert faults() == of_event(15, CHANGED)


def test_an_event_of_a_trial_that_is_not_there_is_found(trial):
    stray = event(14).get()
    stray.pk, stray.trial_id = None, 7777
    inside = transaction.savepoint()
    stray.save(force_insert=True)

    found = faults()

    # The databases check at the end of the transaction, which the test must not reach.
    transaction.savepoint_rollback(inside)
    assert found == ["review event 14: It belongs to a trial 7777 that is not there."]


# The rows


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"state": "submitted"}, "The review is submitted; its events say approved."),
        (
            {"state_since": "2026-01-01T00:00Z"},
            "The review is in its state since another time than its events say.",
        ),
        ({"priority": 1}, "The priority is 1; its events say 3."),
        ({"assignee": None}, "It is assigned to nobody; the events say ana."),
        (
            {"approved_version": 2},
            "The review's “approved version” is not what its events say.",
        ),
        (
            {"approved_at": "2026-01-01T00:00Z"},
            "The review's “approved at” is not what its events say.",
        ),
        (
            {"approved_by": None},
            "The review's “approved by” is not what its events say.",
        ),
        (
            {"submitted_by": None},
            "The review's “submitted by” is not what its events say.",
        ),
        (
            {"looked_at": "2030-01-01T00:00Z"},
            "The review's “looked at” is not what its events say.",
        ),
    ],
)
def test_a_review_written_behind_the_door_is_found(trial, changes, what):
    Review.objects.update(**changes)

    assert faults() == [f"{NCT_ID}: {what}"]


def test_a_trial_approved_by_sql_alone_is_found():
    trial = make_trial()

    Review.objects.filter(trial=trial).update(state="approved", approved_version=1)

    assert faults() == [
        f"{NCT_ID}: The review is approved; its events say imported.",
        f"{NCT_ID}: The review's “approved version” is not what its events say.",
    ]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"events": 13}, "The review says that it has 13 events."),
        (
            {"events_hash": "0" * 64},
            "The review has noted another hash for its last event.",
        ),
    ],
)
def test_a_review_that_counts_otherwise_than_its_events_is_found(trial, changes, what):
    Review.objects.update(**changes)

    assert faults() == of_event(14, what)


def test_a_review_assigned_to_someone_else_behind_the_door_is_found(trial):
    Review.objects.update(assignee=make_user(username="otto"))

    assert faults() == [f"{NCT_ID}: It is assigned to otto; the events say ana."]


def test_a_renamed_account_still_has_what_it_was_assigned(trial, django_user_model):
    ana = django_user_model.objects.get(username="ana")
    ana.username = "anna"
    ana.save()
    AccountEvent.objects.create(
        at="2026-05-06T00:00Z", kind="renamed", account=ana, old="ana", new="anna"
    )

    assert check()[0] == 0


def test_a_comment_opened_behind_the_door_is_found(trial):
    Comment.objects.update(is_open=True)

    assert faults() == of_event(3, "Its comment is open; the events say resolved.")


def test_a_comment_moved_behind_the_door_is_found(trial):
    Comment.objects.update(path="brief_title")

    assert faults() == of_event(3, "Its comment stands at another place.")


def test_a_comment_deleted_behind_the_door_is_found(trial):
    Comment.objects.all().delete()

    assert faults() == of_event(3, "Its comment is missing.")


def test_a_comment_without_an_event_that_begins_it_is_found(trial):
    answer = event(7).get()
    Comment.objects.create(first=answer, trial=trial)

    what = f"Comment {answer.pk} has no event that begins it."
    assert faults() == [f"{NCT_ID}: {what}"]


def test_a_review_deleted_behind_the_door_is_found():
    make_trial()
    Review.objects.all().delete()

    assert faults() == [f"{NCT_ID}: It has no review."]


# The guard, and who is at work meanwhile


def test_a_dropped_trigger_of_the_events_is_found(trial):
    connection.check_constraints()
    history_guard.remove(connection)

    table = ReviewEvent._meta.db_table
    assert any(table in line and "missing or altered" in line for line in faults())


def test_a_step_taken_while_the_review_is_verified_is_no_fault(trial):
    done = []

    def raise_priority_before_the_events_are_read(execute, sql, params, many, context):
        if ReviewEvent._meta.db_table in sql and not done:
            done.append(True)
            happen(trial, None, ReviewEvent.Kind.PRIORITY, old="3", new="1")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(raise_priority_before_the_events_are_read):
        found = list(review_verification.verify(Trial.objects.all(), lambda n: None))

    assert done
    assert found == []
