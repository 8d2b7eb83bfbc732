import datetime

import pytest
from django.http import QueryDict
from django.utils import timezone

from curation import reviews
from curation.models import Comment, Review, ReviewEvent
from curation.queue import ORDERS, TABS, Queue, claim_next, release
from curation.review_events import append
from curation.tests.factory import act, edit, make_trial, make_user
from trials import search
from trials.models import ChangeSet, Trial
from trials.tests.factory import make_record

pytestmark = pytest.mark.django_db

State = Review.State
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def ana(db):
    return make_user(username="ana")


@pytest.fixture
def rita(db):
    return make_user(username="rita")


def put(number, **changes):
    """Trial NCT…`number` with these columns of its review, and no finding."""
    trial = make_trial(nct_id=f"NCT{number:08}")
    trial.findings.all().delete()
    values = {"open_errors": 0, "open_warnings": 0, "found_at": None} | changes
    Review.objects.filter(pk=trial.pk).update(**values)
    return trial


def held(by, *, ends_in=HOUR):
    return {"holder": by, "held_until": timezone.now() + ends_in}


def queue(query=""):
    return Queue.of(QueryDict(query))


def numbers(user, query=""):
    """The numbers of the trials that the queue holds, in its order."""
    found = queue(query).reviews(user)
    assert queue(query).counts(user)[queue(query).tab.name] == len(found)
    return [int(review.trial.nct_id[3:]) for review in found]


def claimed(user, query="tab=unassigned", skip=()):
    trial = claim_next(queue(query), user, skip)
    return trial and int(trial.nct_id[3:])


def review_of(trial):
    return Review.objects.get(pk=trial.pk)


# Tabs


@pytest.mark.parametrize(
    ("state", "is_in_work"),
    [
        (State.IMPORTED, True),
        (State.IN_REVIEW, True),
        (State.RETURNED, True),
        (State.REOPENED, True),
        (State.SUBMITTED, False),
        (State.APPROVED, False),
    ],
)
def test_mine_is_what_is_mine_and_in_work(ana, rita, state, is_in_work):
    put(1, state=state, assignee=ana)
    put(2, state=state, assignee=rita)
    put(3, state=state)

    assert numbers(ana) == ([1] if is_in_work else [])
    assert numbers(ana, "tab=unassigned") == ([3] if is_in_work else [])
    assert numbers(ana, "tab=working") == ([1, 2, 3] if is_in_work else [])


def test_what_i_hold_is_mine_until_the_hold_ends(ana):
    put(1, **held(ana))
    put(2, **held(ana, ends_in=-HOUR))

    assert numbers(ana) == [1]


def test_what_another_holds_is_not_unassigned_until_the_hold_ends(ana, rita):
    put(1, **held(rita))
    put(2, **held(rita, ends_in=-HOUR))
    put(3, **held(ana))

    assert numbers(ana, "tab=unassigned") == [2, 3]


@pytest.mark.parametrize("state", ["returned", "submitted"])
def test_a_tab_has_the_trials_of_its_state_whoever_they_are_of(ana, rita, state):
    put(1, state=state, assignee=rita)
    put(2, state=state)
    put(3, state=State.IN_REVIEW)

    assert numbers(ana, f"tab={state}") == [1, 2]


def test_an_approved_trial_with_something_new_wants_another_look(ana):
    now = timezone.now()
    put(1, state=State.APPROVED, looked_at=now - HOUR, found_at=now)
    put(2, state=State.APPROVED, looked_at=now, found_at=now - HOUR)

    assert numbers(ana, "tab=another-look") == [1]


def comment_on(trial, mentioned, **values):
    review = Review.objects.select_related("trial").get(pk=trial.pk)
    change_set = act(ChangeSet.Kind.REVIEW).change_set()
    event = append(review, ReviewEvent.Kind.COMMENTED, change_set, version=1, new="?")
    reviews.save(review)
    comment = Comment.objects.create(first=event, trial=trial, **values)
    comment.mentions.add(mentioned)


def test_mentions_are_trials_with_an_open_comment_that_calls_me(ana, rita):
    trial = put(1, state=State.APPROVED)
    comment_on(trial, ana)
    comment_on(trial, ana)
    comment_on(put(2), rita)
    comment_on(put(3), ana, is_open=False)

    assert numbers(ana, "tab=mentions") == [1]


@pytest.mark.parametrize("tab", TABS)
def test_withdrawn_trials_are_in_no_tab(ana, tab):
    for number, state in enumerate(State, start=1):
        now = timezone.now()
        trial = put(number, state=state, looked_at=now - HOUR, found_at=now)
        comment_on(trial, ana)
    Review.objects.filter(state=State.IN_REVIEW).update(assignee=ana)
    assert numbers(ana, f"tab={tab}")

    Trial.objects.update(withdrawn=True)

    assert numbers(ana, f"tab={tab}") == []
    assert claimed(ana, f"tab={tab}") is None


# Orders


@pytest.mark.parametrize(
    ("order", "expected"),
    [("errors", [3, 4, 2, 1]), ("age", [1, 2, 4, 3]), ("priority", [2, 3, 4, 1])],
)
def test_the_order_is_by_errors_age_or_priority(ana, order, expected):
    now = timezone.now()
    put(1, open_errors=0, priority=1, state_since=now - 4 * HOUR)
    put(2, open_errors=2, priority=3, state_since=now - 3 * HOUR)
    put(3, open_errors=5, priority=2, state_since=now - 1 * HOUR)
    put(4, open_errors=5, priority=1, state_since=now - 2 * HOUR)

    assert numbers(ana, f"tab=working&order={order}") == expected


@pytest.mark.parametrize("order", ORDERS)
def test_trials_that_are_alike_come_in_the_order_of_their_import(ana, order):
    since = timezone.now()
    for number in (3, 1, 2):
        put(number, state_since=since)

    assert numbers(ana, f"tab=working&order={order}") == [3, 1, 2]


def test_among_as_many_errors_the_priority_decides_and_then_the_age(ana):
    now = timezone.now()
    put(1, state_since=now)
    put(2, state_since=now - HOUR)
    put(3, state_since=now, priority=3)

    assert numbers(ana, "tab=working") == [3, 2, 1]
    assert numbers(ana, "tab=working&order=priority") == [3, 2, 1]


# Filters


def test_a_rule_leaves_the_trials_with_an_open_finding_of_it(ana):
    for number, (rule, state) in enumerate(
        [("x.one", "open"), ("x.one", "fixed"), ("x.two", "open")], start=1
    ):
        values = {"severity": 1, "message": "!", "opened_at": timezone.now()}
        put(number).findings.create(rule=rule, state=state, **values)

    assert numbers(ana, "tab=working&rule=x.one") == [1]


def test_an_assignee_is_asked_for_where_trials_are_of_many(ana, rita):
    put(1, assignee=rita)
    put(2, assignee=ana)

    assert numbers(ana, "tab=working&assignee=rita") == [1]
    assert numbers(ana, "tab=working&assignee=nobody") == []
    assert numbers(ana, "tab=mine&assignee=rita") == [2]


def test_words_are_those_of_the_trial_list(ana):
    put(1)
    search.update({put(12).pk: make_record(brief_title="Vitamin D")})

    assert numbers(ana, "tab=working&q=nct0000001") == [12]
    assert numbers(ana, "tab=working&q=nct00000012") == [12]
    assert numbers(ana, "tab=working&q=d++vitamin") == [12]


# The query string


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("", ""),
        ("tab=mine&order=errors&rule=&q=+", ""),
        ("tab=nonsense&order=%00&page=2", ""),
        ("q=a++b&tab=working", "tab=working&q=a+b"),
        ("assignee=ana&tab=working&rule=x.y", "tab=working&rule=x.y&assignee=ana"),
        ("assignee=ana&tab=mine", ""),
        ("q=%26tab%3Dworking", "q=%26tab%3Dworking"),
    ],
)
def test_a_queue_has_one_query_string(asked, canonical):
    assert queue(asked).query == canonical
    assert queue(canonical) == queue(asked)


# Claims


def test_a_claim_gives_the_first_and_keeps_it_from_others(ana, rita):
    put(1, open_errors=1)
    put(2, open_errors=2)

    assert claimed(ana) == 2
    assert claimed(rita) == 1
    assert claimed(make_user(username="omar")) is None


def test_a_claim_is_an_event_with_its_act(ana, settings):
    settings.CLAIM_MINUTES = 30
    trial = put(1)
    before = timezone.now()

    claimed(ana)

    event = trial.review_events.get()
    review = review_of(trial)
    assert (event.kind, event.old, event.new, event.path) == ("claimed", "", "ana", "")
    assert (event.version, event.change_set.kind) == (1, ChangeSet.Kind.REVIEW)
    assert event.change_set.actor == ana
    assert (review.holder, review.assignee, review.events) == (ana, None, 1)
    half_hour = datetime.timedelta(minutes=30)
    assert before + half_hour <= review.held_until <= timezone.now() + half_hour


def test_what_i_hold_is_given_to_me_again_without_a_trace(ana):
    trial = put(1, **held(ana, ends_in=HOUR / 60))
    before = review_of(trial).held_until

    assert claimed(ana) == 1

    assert review_of(trial).held_until > before
    assert not trial.review_events.exists()
    assert not ChangeSet.objects.filter(kind=ChangeSet.Kind.REVIEW).exists()


def test_a_claim_that_has_expired_goes_to_the_next_who_asks(ana, rita):
    trial = put(1)
    claimed(ana)
    assert claimed(rita) is None

    Review.objects.update(held_until=timezone.now())
    assert claimed(rita) == 1

    assert review_of(trial).holder == rita
    assert trial.review_events.count() == 2


def test_taking_it_again_after_it_expired_is_another_claim(ana):
    trial = put(1)
    claimed(ana)
    Review.objects.update(held_until=timezone.now())

    assert claimed(ana) == 1
    assert trial.review_events.count() == 2


@pytest.mark.parametrize("tab", ["returned", "working"])
def test_nobody_is_given_what_another_answers_for(ana, rita, tab):
    put(1, state=State.RETURNED, assignee=rita, open_errors=9)
    put(2, state=State.RETURNED, assignee=ana)
    put(3, state=State.RETURNED)

    given = [claimed(ana, f"tab={tab}", skip=skip) for skip in ((), skip_of(2))]
    assert given == [2, 3]


def skip_of(*numbers):
    trials = Trial.objects.filter(nct_id__in=[f"NCT{n:08}" for n in numbers])
    return list(trials.values_list("pk", flat=True))


def test_mine_that_another_has_open_is_not_given_to_me(ana, rita):
    put(1, assignee=ana, **held(rita))

    assert numbers(ana) == [1]
    assert claimed(ana, "") is None


def test_what_was_seen_is_skipped(ana):
    put(1)
    put(2)

    assert claimed(ana, skip=skip_of(1)) == 2
    assert claimed(ana, skip=skip_of(1, 2)) is None


def test_a_claim_keeps_the_filter(ana):
    put(1, open_errors=5)
    put(2)

    assert claimed(ana, "tab=unassigned&q=NCT00000002") == 2


@pytest.mark.parametrize("four_eyes", [True, False])
def test_a_reviewer_is_given_only_what_they_could_approve(
    ana, rita, settings, four_eyes
):
    settings.FOUR_EYES = four_eyes
    edit(put(1), act(ChangeSet.Kind.EDIT, rita, reason="typo"), acronym="IL7")
    put(2)
    put(3)
    make_ready = {"state": State.SUBMITTED, "holder": None, "held_until": None}
    Review.objects.update(**make_ready, submitted_by=ana, open_errors=0)
    Review.objects.filter(trial__nct_id="NCT00000002").update(submitted_by=rita)

    mine = [claimed(rita, "tab=submitted", skip_of(*seen)) for seen in ([], [3], [1])]

    assert mine == ([3, None, 3] if four_eyes else [1, 1, 2])
    assert numbers(rita, "tab=submitted") == [1, 2, 3]


def test_authors_are_the_same_in_python_and_in_sql(ana, rita):
    omar = make_user(username="omar")
    trial = put(1)
    for by in (ana, rita):
        edit(trial, act(ChangeSet.Kind.FIX, by), acronym=by.username)
    edit(trial, act(ChangeSet.Kind.IMPORT, omar), acronym="omar")
    for approved, submitted_by in [(None, None), (2, None), (3, None), (3, omar)]:
        Review.objects.update(approved_version=approved, submitted_by=submitted_by)
        named = {
            user.pk
            for user in (ana, rita, omar)
            if Review.objects.filter(reviews.authored_by(user)).exists()
        }
        assert named == reviews.authors(review_of(trial))
        assert Review.objects.exclude(reviews.authored_by(ana)).exists() == (
            ana.pk not in named
        )


def test_i_let_go_of_what_i_hold_and_keep_what_is_mine(ana, rita):
    trial = put(1, assignee=ana, **held(ana))

    assert not release(trial.pk, rita)
    assert review_of(trial).holder == ana
    assert release(trial.pk, ana)

    review = review_of(trial)
    assert (review.holder, review.held_until, review.assignee) == (None, None, ana)
