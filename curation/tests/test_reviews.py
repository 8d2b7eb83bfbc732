import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from curation import findings, fixes, review_events, reviews, workflow
from curation.acts import Act
from curation.locks import StaleVersion
from curation.models import Review, ReviewEvent
from curation.reviews import APPROVE, KEEP, REOPEN, RETURN, SUBMIT, Refused
from curation.tests.factory import act, edit, make_page, make_trial, make_user
from trials.models import ChangeSet, Trial
from trials.tests.factory import make_record

pytestmark = pytest.mark.django_db

State = Review.State


@pytest.fixture
def trial(settings):
    """A trial without a finding."""
    trial = make_trial()
    trial.findings.all().delete()
    return trial


@pytest.fixture
def ana(django_user_model):
    return make_user(username="ana")


@pytest.fixture
def rita(django_user_model):
    return make_user(username="rita")


def take(trial, step, by, note="", version=None):
    trial.refresh_from_db()
    one = Act(ChangeSet.Kind.TRANSITION, by=by, note=note)
    return reviews.take(trial.pk, step, version=version or trial.version, act=one)


def edit_as(trial, by, **changes):
    edit(trial, act(ChangeSet.Kind.EDIT, by, reason="typo"), **changes)


def review_of(trial):
    return Review.objects.select_related("trial", "assignee", "holder").get(pk=trial.pk)


def steps(trial):
    """(from, to) of every change of state."""
    events = trial.review_events.filter(kind=ReviewEvent.Kind.STATE).order_by("number")
    return list(events.values_list("old", "new"))


def without_findings(trial):
    trial.findings.all().delete()


# The way to approval


def test_a_record_goes_from_import_to_approval_and_back(trial, ana, rita):
    edit_as(trial, ana, acronym="IL7")
    without_findings(trial)
    take(trial, SUBMIT, ana)
    take(trial, RETURN, rita, note="The acronym is IL-7.")
    edit_as(trial, ana, acronym="IL-7")
    without_findings(trial)
    take(trial, SUBMIT, ana)
    take(trial, APPROVE, rita)
    take(trial, REOPEN, rita, note="The sponsor moved.")

    assert steps(trial) == [
        ("imported", "in_review"),
        ("in_review", "submitted"),
        ("submitted", "returned"),
        ("returned", "in_review"),
        ("in_review", "submitted"),
        ("submitted", "approved"),
        ("approved", "reopened"),
    ]


def test_submitting_at_once_passes_through_the_review(trial, ana):
    take(trial, SUBMIT, ana)

    assert steps(trial) == [("imported", "in_review"), ("in_review", "submitted")]


def test_approval_keeps_who_when_and_which_version(trial, ana, rita):
    edit_as(trial, ana, acronym="IL7")
    without_findings(trial)
    take(trial, SUBMIT, ana)
    take(trial, APPROVE, rita)

    review = review_of(trial)
    event = trial.review_events.first()
    assert (review.approved_by, review.approved_version) == (rita, 2)
    assert review.approved_at == review.state_since == event.change_set.at
    assert event.change_set.kind == ChangeSet.Kind.TRANSITION
    assert (event.change_set.actor, event.version) == (rita, 2)


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        (State.IMPORTED, {SUBMIT}),
        (State.IN_REVIEW, {SUBMIT}),
        (State.SUBMITTED, {APPROVE, RETURN}),
        (State.RETURNED, {SUBMIT}),
        (State.APPROVED, {REOPEN, KEEP}),
        (State.REOPENED, {SUBMIT}),
    ],
)
def test_from_each_state_only_some_steps_lead_on(trial, rita, state, allowed):
    Review.objects.filter(pk=trial.pk).update(state=state)

    for step in reviews.TRANSITIONS.values():
        assert (not reviews.why_not(review_of(trial), step, rita)) == (step in allowed)
        if step not in allowed:
            with pytest.raises(Refused, match="by now"):
                take(trial, step, rita, note="Why not?")
    assert review_of(trial).state == state
    assert not trial.review_events.exists()


@pytest.mark.parametrize("step", [RETURN, REOPEN])
@pytest.mark.parametrize("note", ["", " \n"])
def test_returning_and_reopening_need_words(trial, rita, step, note):
    state = next(iter(step.sources))
    Review.objects.filter(pk=trial.pk).update(state=state)

    with pytest.raises(Refused, match=f"why you {step.name}"):
        take(trial, step, rita, note=note)

    assert review_of(trial).state == state


def test_a_withdrawn_trial_goes_nowhere(trial, ana):
    edit(trial, withdrawn=True)

    with pytest.raises(Refused, match="is withdrawn"):
        take(trial, SUBMIT, ana)


def test_a_step_counts_only_for_the_version_that_the_person_saw(trial, ana, rita):
    take(trial, SUBMIT, ana)
    edit_as(trial, ana, acronym="IL7")

    with pytest.raises(StaleVersion, match="version 2 by now"):
        take(trial, APPROVE, rita, version=1)

    assert review_of(trial).state == State.SUBMITTED


# Guards


def test_open_errors_stand_in_the_way_until_they_are_waived(ana, rita):
    trial = make_trial(brief_title="", official_title="")
    errors = trial.findings.filter(severity=1)
    assert review_of(trial).open_errors == len(errors) > 0

    with pytest.raises(Refused, match="open on NCT.*: fix or waive"):
        take(trial, SUBMIT, ana)
    for finding in errors:
        fixes.waive(finding, "The page says so.", ana)
    take(trial, SUBMIT, ana)

    assert review_of(trial).open_errors == 0
    assert review_of(trial).state == State.SUBMITTED


def test_an_error_that_came_after_submission_stands_in_the_way_of_approval(ana, rita):
    trial = make_trial()
    trial.findings.all().delete()
    take(trial, SUBMIT, ana)
    edit_as(trial, ana, brief_title="", official_title="")

    with pytest.raises(Refused, match="open on NCT"):
        take(trial, APPROVE, rita)


def test_who_changed_the_record_cannot_approve_it(trial, ana, rita):
    edit_as(trial, rita, acronym="IL7")
    without_findings(trial)
    take(trial, SUBMIT, ana)

    with pytest.raises(Refused, match="Another person"):
        take(trial, APPROVE, rita)


def test_who_submitted_the_record_cannot_approve_it(trial, rita):
    take(trial, SUBMIT, rita)

    with pytest.raises(Refused, match="Another person"):
        take(trial, APPROVE, rita)


def test_a_superuser_needs_another_person_too(trial, django_user_model):
    boss = django_user_model.objects.create_superuser("boss")
    take(trial, SUBMIT, boss)

    with pytest.raises(Refused, match="Another person"):
        take(trial, APPROVE, boss)


def test_a_fix_and_a_revert_are_changes_too(trial, ana, rita):
    for kind in (ChangeSet.Kind.FIX, ChangeSet.Kind.REVERT, ChangeSet.Kind.BULK_EDIT):
        other = make_user(username=kind)
        edit(trial, act(kind, other), acronym=kind)

    review = review_of(trial)
    names = {"fix", "revert", "bulk_edit"}
    users = type(ana).objects.filter(pk__in=reviews.authors(review))
    assert {user.username for user in users} == names


def test_what_was_changed_before_the_last_approval_does_not_count(trial, ana, rita):
    edit_as(trial, rita, acronym="IL7")
    without_findings(trial)
    take(trial, SUBMIT, ana)
    take(trial, APPROVE, make_user(username="omar"))
    take(trial, REOPEN, ana, note="A typo.")
    edit_as(trial, ana, acronym="IL-7")
    without_findings(trial)
    take(trial, SUBMIT, ana)

    assert take(trial, APPROVE, rita).state == State.APPROVED


def test_who_imported_the_page_did_not_change_the_record(rita, ana):
    page = make_page(make_record())
    workflow.import_page(page, act=act(by=rita))
    trial = Trial.objects.get()
    trial.findings.all().delete()
    take(trial, SUBMIT, ana)

    assert take(trial, APPROVE, rita).state == State.APPROVED


def test_a_team_of_one_turns_the_four_eyes_off(trial, rita, settings):
    settings.FOUR_EYES = False
    take(trial, SUBMIT, rita)

    assert take(trial, APPROVE, rita).state == State.APPROVED


# Read-only when approved


@pytest.fixture
def approved(trial, ana, rita):
    take(trial, SUBMIT, ana)
    take(trial, APPROVE, rita)
    return trial


@pytest.mark.parametrize(
    "kind", [k for k in ChangeSet.Kind if k not in ("transition", "review")]
)
def test_no_act_changes_an_approved_record(approved, ana, kind):
    with pytest.raises(Refused, match="approved, and so read-only"):
        edit(approved, act(kind, ana), acronym="IL7")

    approved.refresh_from_db()
    assert (approved.version, approved.acronym) == (1, "")


def test_a_reopened_record_can_be_changed(approved, ana, rita):
    take(approved, REOPEN, rita, note="A typo.")
    edit_as(approved, ana, acronym="IL7")

    review = review_of(approved)
    assert review.state == State.IN_REVIEW
    assert review.approved_version == 1


# Another look


def looks():
    return Review.objects.filter(reviews.needs_another_look())


def test_nothing_new_needs_no_look(approved):
    assert not looks().exists()


def test_another_page_of_an_approved_trial_asks_for_a_look(approved, rita):
    workflow.import_page(make_page(make_record(), text="Another page."), act=act())

    assert looks().get().state == State.APPROVED
    take(approved, KEEP, rita)
    assert not looks().exists()
    assert approved.review_events.first().kind == ReviewEvent.Kind.KEPT


@pytest.mark.parametrize(("severity", "count"), [(1, 1), (2, 1), (3, 0)])
def test_a_rule_that_newly_fires_asks_for_a_look_unless_it_is_a_note(
    approved, severity, count
):
    approved.findings.create(
        rule="x.new", severity=severity, message="New.", opened_at=timezone.now()
    )
    findings.note(approved.review, findings.tally(approved.findings.all()))
    reviews.save(approved.review)

    assert looks().count() == count


def test_a_finding_from_before_the_approval_asks_for_nothing(trial, ana, rita):
    trial.findings.create(
        rule="x.old", severity=2, message="Old.", opened_at=timezone.now()
    )
    take(trial, SUBMIT, ana)
    take(trial, APPROVE, rita)

    assert not looks().exists()


def test_a_record_in_review_needs_no_further_look(trial, ana):
    edit_as(trial, ana, acronym="IL7")
    workflow.import_page(make_page(make_record(), text="Another page."), act=act())

    assert not looks().exists()


# Who works on it


def test_the_first_change_by_hand_makes_the_trial_mine(trial, ana):
    edit_as(trial, ana, acronym="IL7")

    review = review_of(trial)
    assert (review.assignee, review.holder) == (ana, ana)
    assert review.held_until > timezone.now()


def test_a_change_by_another_leaves_the_trial_with_its_curator(trial, ana, rita):
    edit_as(trial, ana, acronym="IL7")
    edit_as(trial, rita, acronym="IL-7")

    review = review_of(trial)
    assert (review.assignee, review.holder) == (ana, ana)


@pytest.mark.parametrize("kind", [ChangeSet.Kind.FIX, ChangeSet.Kind.BULK_EDIT])
def test_a_fix_of_many_trials_makes_none_of_them_mine(trial, ana, kind):
    edit(trial, act(kind, ana), acronym="IL7")

    review = review_of(trial)
    assert (review.state, review.assignee) == (State.IMPORTED, None)


def test_the_command_line_reviews_nothing(trial):
    edit(trial, act(ChangeSet.Kind.EDIT, None), acronym="IL7")

    assert review_of(trial).state == State.IMPORTED
    assert not trial.review_events.exists()


def test_submitting_lets_go_of_the_trial_and_keeps_whose_it_is(trial, ana):
    edit_as(trial, ana, acronym="IL7")
    without_findings(trial)
    take(trial, SUBMIT, ana)

    review = review_of(trial)
    assert (review.assignee, review.holder, review.held_until) == (ana, None, None)


# The chain


def test_events_are_numbered_and_chained(trial, ana, rita):
    take(trial, SUBMIT, ana)
    take(trial, APPROVE, rita)

    events = list(trial.review_events.order_by("number"))
    hashes = [event.hash for event in events]
    assert [event.number for event in events] == [1, 2, 3, 4]
    assert [event.previous_hash for event in events] == ["", *hashes[:-1]]
    assert [review_events.digest(event) for event in events] == hashes
    assert (review_of(trial).events, review_of(trial).events_hash) == (4, hashes[-1])


def test_an_event_keeps_the_role_of_the_moment(trial, ana):
    ana.groups.add(Group.objects.get(name="curator"))

    take(trial, SUBMIT, ana)

    assert trial.review_events.first().change_set.actor_role == "curator"
