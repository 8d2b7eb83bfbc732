from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from curation import workflow
from curation.reverts import RevertError, put_back, revert_change_set, undo
from curation.tests.factory import act, edit, make_page, make_trial, make_user
from curation.workflow import Result
from trials import revisions, tables
from trials.models import ChangeSet, Revision, Trial
from trials.record.diff import Change, Operation, compare
from trials.record.shape import SponsorRecord
from trials.tests.factory import criterion, make_record
from trials.tests.strategies import records

BEFORE = make_record()


def keys(record, name):
    return [part.key for part in getattr(record, name)]


# Record -> record


def test_a_value_goes_back_and_the_others_stay():
    now = replace(BEFORE, brief_title="Other", acronym="NEW")

    assert put_back(now, BEFORE, "brief_title") == replace(BEFORE, acronym="NEW")


def test_a_value_of_a_part_goes_back_and_its_others_stay():
    changed = replace(BEFORE.criteria[1], text="Other.", type="EXCLUSION")
    now = replace(BEFORE, criteria=(BEFORE.criteria[0], changed, BEFORE.criteria[2]))

    found = put_back(now, BEFORE, "criteria[c8].text")

    assert found.criteria[1] == replace(BEFORE.criteria[1], type="EXCLUSION")


def test_a_deleted_part_comes_back_with_its_key_behind_its_old_neighbour():
    first, second, third = BEFORE.criteria
    new = criterion("c20", "INCLUSION", "New.")
    now = replace(BEFORE, criteria=(third, first, new))

    found = put_back(now, BEFORE, "criteria[c8]")

    assert found.criteria == (third, first, second, new)


def test_an_added_part_goes_again_and_what_points_at_it_goes_too():
    before = replace(BEFORE, locations=BEFORE.locations[1:], contacts=())

    found = put_back(BEFORE, before, "locations[l10]")

    assert keys(found, "locations") == ["l11"]
    assert keys(found, "contacts") == ["cp12"]


def test_a_part_goes_back_whole():
    changed = replace(BEFORE.criteria[0], text="Other.", type="EXCLUSION")
    now = replace(BEFORE, criteria=(*BEFORE.criteria[1:], changed))

    assert put_back(now, BEFORE, "criteria[c7]") == BEFORE


def test_everything_goes_back():
    assert put_back(make_record(brief_title="Other"), BEFORE, "") == BEFORE


def test_a_value_of_a_part_that_is_gone_is_refused():
    now = replace(BEFORE, criteria=BEFORE.criteria[1:])

    with pytest.raises(RevertError, match="not in both versions"):
        put_back(now, BEFORE, "criteria[c7].text")


@pytest.mark.parametrize("path", ["arms[a4]", "arms[a4].interventions"])
def test_a_part_that_names_a_missing_one_is_refused(path):
    arm = replace(BEFORE.arms[1], interventions=("i5",))
    now = replace(
        BEFORE, interventions=BEFORE.interventions[:1], arms=(BEFORE.arms[0], arm)
    )

    with pytest.raises(RevertError, match="an intervention that the record does not"):
        put_back(now, BEFORE, path)


@pytest.mark.parametrize("path", ["colour", "criteria[c7].colour", "colours[c7]", "[["])
def test_what_no_record_has_is_refused(path):
    with pytest.raises(RevertError, match="There is no value"):
        put_back(BEFORE, BEFORE, path)


def test_undoing_a_move_moves_back_and_keeps_the_new_text():
    first, second, third = BEFORE.criteria
    changed = replace(third, text="Other.")
    now = replace(BEFORE, criteria=(changed, first, second))
    move = Change("criteria[c9]", Operation.MOVE, "3", "1")

    assert undo(now, BEFORE, move).criteria == (first, second, changed)


def test_undoing_the_creation_withdraws():
    assert undo(BEFORE, None, Change("", Operation.CREATE)).withdrawn


@given(records(), records())
def test_undoing_every_change_one_by_one_gives_all_values_back(before, after):
    # What was deleted first, since values name it; what was created last.
    steps = (Operation.DELETE, Operation.CHANGE, Operation.CREATE)
    points = ("arms", "contacts")
    changes = sorted(
        (c for c in compare(before, after) if c.operation in steps),
        key=lambda c: (steps.index(c.operation), c.path.startswith(points)),
    )

    now = after
    for change in changes:
        now = undo(now, before, change)

    assert all(c.operation == Operation.MOVE for c in compare(now, before))


# One trial, through the door


@pytest.mark.django_db
def test_a_part_that_comes_back_leaves_no_key_to_be_used_twice():
    trial = make_trial()
    edit(trial, criteria=BEFORE.criteria[:2])
    highest = trial.last_key

    now = revisions.record_at(trial, 2)
    edit(trial, criteria=put_back(now, BEFORE, "criteria[c9]").criteria)

    assert trial.last_key == highest
    assert tables.load(trial) == BEFORE


@pytest.mark.django_db
def test_going_back_to_what_is_there_leaves_no_trace():
    trial = make_trial()

    saved = workflow.save_record(
        trial.pk,
        put_back(BEFORE, revisions.record_at(trial, 1), ""),
        version=1,
        act=act(ChangeSet.Kind.REVERT),
    )

    assert saved is None
    assert (Revision.objects.count(), ChangeSet.objects.count()) == (1, 1)


numbers = count(1)


@pytest.mark.django_db
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_going_back_to_a_revision_gives_exactly_its_record(data):
    nct_id = f"NCT{next(numbers):08}"
    history = data.draw(st.lists(records(nct_id=nct_id), min_size=2, max_size=4))
    trial = make_trial(make_page(history[0]))
    for record in history[1:]:
        trial.refresh_from_db()
        workflow.save_record(trial.pk, record, version=trial.version, act=act())
    trial.refresh_from_db()
    number = data.draw(st.integers(1, trial.version))
    now, then = (revisions.record_at(trial, n) for n in (trial.version, number))

    workflow.save_record(
        trial.pk, put_back(now, then, ""), version=trial.version, act=act()
    )

    trial.refresh_from_db()
    assert tables.load(trial) == then
    assert revisions.record_at(trial, trial.version) == then


# All that an act did


@pytest.fixture
def three(transactional_db):
    """Three trials and the act that changed their titles together."""
    trials = [make_trial(nct_id=f"NCT0000000{n}") for n in (1, 2, 3)]
    bulk = act(ChangeSet.Kind.BULK_EDIT, reason="typo")
    for trial in trials:
        edit(trial, bulk, brief_title="Together")
    return trials, ChangeSet.objects.get(kind=ChangeSet.Kind.BULK_EDIT)


def titles(trials):
    for trial in trials:
        trial.refresh_from_db()
    return [trial.brief_title for trial in trials]


def revert_all(change_set, by=None):
    return revert_change_set(change_set, by=by, reason="other", note="Wrong file.")


def test_an_act_is_reverted_over_all_its_trials_as_one_act(three):
    trials, bulk = three
    by = make_user()

    outcome = revert_all(bulk, by)

    revert = ChangeSet.objects.get(kind=ChangeSet.Kind.REVERT)
    assert titles(trials) == [BEFORE.brief_title] * 3
    assert outcome.skipped == []
    assert revert.revisions.count() == 3
    assert (revert.reverts, revert.actor, revert.reason, revert.note) == (
        bulk,
        by,
        "other",
        "Wrong file.",
    )


def test_trials_that_changed_since_are_left_alone_and_named(three):
    trials, bulk = three
    edit(trials[1], acronym="LATER")

    outcome = revert_all(bulk)

    assert titles(trials) == [BEFORE.brief_title, "Together", BEFORE.brief_title]
    assert [(skipped.trial, skipped.why) for skipped in outcome.skipped] == [
        (trials[1], "It was changed since: it is at version 3.")
    ]
    assert trials[1].version == 3


def test_a_trial_that_changes_while_the_revert_runs_is_left_alone(three, monkeypatch):
    trials, bulk = three
    snapshots_at = revisions.snapshots_at

    def someone_is_quicker(versions):
        snapshots = snapshots_at(versions)
        monkeypatch.setattr(revisions, "snapshots_at", snapshots_at)
        edit(trials[0], acronym="QUICK")
        return snapshots

    monkeypatch.setattr(revisions, "snapshots_at", someone_is_quicker)

    outcome = revert_all(bulk)

    assert titles(trials) == ["Together", BEFORE.brief_title, BEFORE.brief_title]
    assert outcome.skipped[0].why == "It was changed meanwhile."


def test_another_hand_between_two_changes_of_an_act_is_not_overwritten(three):
    (trial, *_), _ = three
    twice = act(ChangeSet.Kind.CSV_IMPORT)
    edit(trial, twice, acronym="A")
    edit(trial, acronym="B")
    edit(trial, twice, acronym="C")

    outcome = revert_all(ChangeSet.objects.get(kind=ChangeSet.Kind.CSV_IMPORT))

    assert outcome.skipped[0].why == "Others changed it while the act went on."
    assert trial.version == 5


def test_a_trial_whose_rows_were_altered_behind_the_door_is_left_alone(three):
    trials, bulk = three
    Trial.objects.filter(pk=trials[2].pk).update(acronym="Behind")

    outcome = revert_all(bulk)

    assert [skipped.trial for skipped in outcome.skipped] == [trials[2]]
    assert "differ from its history" in outcome.skipped[0].why


def test_a_revert_can_be_reverted(three):
    trials, bulk = three
    revert_all(bulk)

    revert_all(ChangeSet.objects.get(reverts=bulk))

    assert titles(trials) == ["Together"] * 3


def test_reverting_an_import_withdraws_what_it_created(transactional_db):
    trial = make_trial()

    revert_all(ChangeSet.objects.get())

    trial.refresh_from_db()
    assert trial.withdrawn
    assert trial.version == 2
    assert tables.load(trial) == replace(BEFORE, withdrawn=True)


def test_the_same_page_brings_a_withdrawn_trial_back(transactional_db):
    page = make_page(BEFORE)
    trial = make_trial(page)
    edit(trial, sponsors=(SponsorRecord(key="s99", name="New"),))
    edit(trial, withdrawn=True)

    result = workflow.import_page(page, act=act())

    trial.refresh_from_db()
    revision = trial.revisions.get(number=4)
    assert result == Result.CREATED
    assert tables.load(trial) == BEFORE
    assert revision.source == trial.sources.get()
    assert revision.change_set.kind == ChangeSet.Kind.IMPORT
    assert trial.last_key == 99


def test_another_page_of_a_withdrawn_trial_is_pending(transactional_db):
    trial = make_trial()
    edit(trial, withdrawn=True)

    result = workflow.import_page(make_page(BEFORE, "Another page."), act=act())

    trial.refresh_from_db()
    assert result == Result.PENDING
    assert trial.withdrawn
