"""Operations on many trials: prepared, applied, taken back."""

import pytest

from curation import operations, reviews, workflow
from curation.acts import Act
from curation.bulk.operation import (
    Merge,
    MergeGroup,
    OperationError,
    Replace,
    SetValue,
    Step,
)
from curation.chosen_trials import ChosenTrials
from curation.models import BulkOperation, Review
from curation.reverts import revert_change_set
from curation.tests.factory import edit, make_trial, make_user
from trials import revisions
from trials.models import ChangeSet, Revision, Trial
from trials.record.shape import SponsorRecord

pytestmark = pytest.mark.django_db(transaction=True)

REPLACE = Replace(("brief_title", "criteria.text"), "pts", "patients")
TITLE = "Sepsis in pts"


@pytest.fixture
def rita():
    return make_user(
        "change_trial",
        "bulk_change",
        "submit_review",
        "approve_review",
        username="rita",
    )


@pytest.fixture
def trials():
    """Four trials that the replacement changes, and one that it does not."""
    made = [
        make_trial(nct_id=f"NCT{number:08}", brief_title=TITLE)
        for number in range(1, 5)
    ]
    return [*made, make_trial(nct_id="NCT00000005")]


def record(trial):
    trial.refresh_from_db()
    return revisions.record_at(trial, trial.version)


def apply(bulk, by, **how):
    act = Act(operations.kind_of(operations.operation_of(bulk)), by=by, reason="typo")
    return operations.apply(bulk, act, **how)


def test_one_revision_a_changed_trial_in_one_change_set(trials, rita):
    bulk = operations.prepare(REPLACE, ChosenTrials(), by=rita)
    assert bulk.looked_at == 5
    assert [row[1:] for row in bulk.trials] == [[1, 1]] * 4
    assert bulk.counts == {"brief_title": 4}
    told = []

    apply(bulk, rita, progress=lambda *done: told.append(done))

    assert told == [(n, f"NCT{n:08}", "") for n in range(1, 5)]
    assert (bulk.state, bulk.changed, bulk.skipped) == ("applied", 4, [])
    assert {record(trial).brief_title for trial in trials[:4]} == {"Sepsis in patients"}
    made = Revision.objects.filter(change_set=bulk.change_set)
    assert [revision.number for revision in made] == [2, 2, 2, 2]
    assert bulk.change_set.kind == ChangeSet.Kind.BULK_EDIT
    assert (bulk.change_set.actor, bulk.change_set.reason) == (rita, "typo")
    assert trials[4].revisions.count() == 1


def test_reverting_it_alone_restores_every_value(trials, rita):
    before = [record(trial) for trial in trials]
    bulk = operations.prepare(REPLACE, ChosenTrials(), by=rita)
    apply(bulk, rita)

    revert_change_set(bulk.change_set, by=rita, reason="other", note="Wrong.")

    assert [record(trial) for trial in trials] == before


def test_what_changed_since_or_is_approved_is_skipped_and_named(trials, rita):
    bulk = operations.prepare(REPLACE, ChosenTrials(), by=rita)
    edit(trials[0], acronym="NEW")
    Review.objects.filter(pk=trials[1].pk).update(state=Review.State.APPROVED)

    apply(bulk, rita)

    assert bulk.changed == 2
    (changed, why), (approved, read_only) = bulk.skipped
    assert changed == "NCT00000001" and "it is at version 2" in why
    assert approved == "NCT00000002" and "read-only" in read_only
    assert record(trials[0]).brief_title == TITLE


def test_unticked_hits_stay_and_a_trial_without_any_left_is_no_skipped_one(
    trials, rita
):
    edit(trials[1], brief_title="pts and pts")
    bulk = operations.prepare(REPLACE, ChosenTrials(), by=rita)
    one, other = trials[:2]
    bulk.left_out = [f"{one.pk}:brief_title:0", f"{other.pk}:brief_title:1"]

    apply(bulk, rita)

    assert (bulk.changed, bulk.skipped) == (3, [])
    assert record(one).brief_title == TITLE
    assert record(other).brief_title == "patients and pts"


def test_a_record_that_would_be_spoiled_is_named_with_the_field(trials, rita):
    breaks = Replace(("brief_title",), "( in )", r"\n", is_regex=True)
    bulk = operations.prepare(breaks, ChosenTrials.of([trials[0].pk]), by=rita)

    apply(bulk, rita)

    ((nct_id, why),) = bulk.skipped
    assert (nct_id, bulk.changed, bulk.change_set) == ("NCT00000001", 0, None)
    assert "brief_title is one line" in why


def test_what_breaks_off_is_counted_and_leaves_the_rest_untouched(
    trials, rita, monkeypatch
):
    monkeypatch.setattr(workflow, "TOGETHER", 2)
    bulk = operations.prepare(REPLACE, ChosenTrials(), by=rita)

    def progress(count, nct_id, why):
        if count == 2:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        apply(bulk, rita, progress=progress)

    bulk.refresh_from_db()
    assert (bulk.state, bulk.changed, bulk.ended_at) == ("running", 2, None)
    assert bulk.change_set.revisions.count() == 2
    assert [record(trial).brief_title == TITLE for trial in trials[:4]] == [
        *(False, False),
        *(True, True),
    ]


def test_nothing_is_applied_twice(trials, rita):
    bulk = operations.prepare(REPLACE, ChosenTrials(), by=rita)
    again = BulkOperation.objects.get(pk=bulk.pk)
    apply(bulk, rita)

    with pytest.raises(reviews.Refused, match="before"):
        apply(again, rita)


def test_it_is_replayed_on_what_came_in_since(trials, rita):
    bulk = operations.prepare(REPLACE, ChosenTrials(), by=rita)
    apply(bulk, rita)
    new = make_trial(nct_id="NCT00000009", brief_title="More pts")

    since = ChosenTrials.imported_since(bulk.prepared_at)
    again = operations.prepare(
        operations.operation_of(bulk), since, by=rita, repeats=bulk
    )
    apply(again, rita)

    assert (again.looked_at, again.changed) == (1, 1)
    assert record(new).brief_title == "More patients"


def test_spellings_of_a_name_become_one(rita):
    spelled = ("M.D. Anderson Cancer Center", "MD Anderson cancer center", "Mayo")
    made = [
        make_trial(
            nct_id=f"NCT{number:08}",
            sponsors=(SponsorRecord(key="s2", name=name, role="LEAD"),),
        )
        for number, name in enumerate(spelled, start=1)
    ]
    group = MergeGroup(spelled[:2], "MD Anderson Cancer Center")
    bulk = operations.prepare(Merge("sponsors.name", (group,)), ChosenTrials(), by=rita)

    apply(bulk, rita)

    names = [record(trial).sponsors[0].name for trial in made]
    assert names == ["MD Anderson Cancer Center"] * 2 + ["Mayo"]
    assert bulk.changed == 2


def test_a_field_is_set_where_it_is_otherwise(trials, rita):
    edit(trials[0], phases=("PHASE3",))
    bulk = operations.prepare(SetValue("phases", "PHASE3"), ChosenTrials(), by=rita)

    apply(bulk, rita)

    assert (bulk.looked_at, bulk.changed) == (5, 4)
    assert {record(trial).phases for trial in trials} == {("PHASE3",)}


def test_steps_are_refused_with_the_same_words_as_one_by_one(trials, rita):
    for trial in trials[1:]:
        trial.findings.all().delete()
    Review.objects.filter(pk=trials[4].pk).update(state=Review.State.SUBMITTED)
    bulk = operations.prepare(Step("submit"), ChosenTrials(), by=rita)

    apply(bulk, rita)

    assert bulk.changed == 3
    refused = dict(bulk.skipped)
    assert refused["NCT00000005"] == "NCT00000005 is submitted by now."
    assert set(refused) - {"NCT00000005"} <= {"NCT00000001"}
    assert bulk.change_set.kind == ChangeSet.Kind.TRANSITION
    approve = operations.prepare(Step("approve"), ChosenTrials(), by=rita)
    apply(approve, rita)
    assert "Another person has to approve it" in dict(approve.skipped)["NCT00000002"]


def test_trials_are_given_to_one_who_may_submit(trials, rita):
    ana = make_user("submit_review", username="ana")
    ids = ChosenTrials.of([trial.pk for trial in trials[:3]])
    bulk = operations.prepare(Step("assign", "ana"), ids, by=rita)
    bulk.left_out = [f"{trials[2].pk}:"]
    apply(bulk, rita)
    given = Review.objects.filter(assignee=ana).values_list("pk", flat=True)
    assert set(given) == {trials[0].pk, trials[1].pk}

    wrong = operations.prepare(Step("assign", "bob"), ids, by=rita)
    apply(wrong, rita)
    assert len(wrong.skipped) == 3
    assert {why for _, why in wrong.skipped} == {"There is no account “bob” any more."}


@pytest.mark.parametrize(
    ("operation", "query", "said"),
    [
        (Replace(("nct_id",), "a"), "", "no field"),
        (Replace(("brief_title",), "(", is_regex=True), "", "no regular expression"),
        (Replace(("brief_title",), "a"), "colour=red", "There is no filter colour"),
        (Replace(("brief_title",), "a"), "ids=1;2", "no list of numbers"),
        (Replace(("brief_title",), "a"), "since=today", "no time"),
        (SetValue("start_date", "May 2020"), "", "Write the date as"),
        (SetValue("enrollment_count", "99999999999"), "", "less than or equal"),
        (SetValue("brief_title", "a\nb"), "", "one line"),
        (SetValue("sex", "X"), "", "no code of sex"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_kept(
    trials, rita, operation, query, said
):
    with pytest.raises(OperationError, match=said):
        operations.prepare(operation, ChosenTrials(query), by=rita)
    assert not BulkOperation.objects.exists()


def test_withdrawn_trials_and_those_the_filter_leaves_out_are_not_looked_at(
    trials, rita
):
    Trial.objects.filter(pk=trials[0].pk).update(withdrawn=True)
    query = "q=NCT00000001"

    assert operations.prepare(REPLACE, ChosenTrials(query), by=rita).looked_at == 0
    everything = f"{query}&withdrawn=all"
    assert operations.prepare(REPLACE, ChosenTrials(everything), by=rita).looked_at == 1
