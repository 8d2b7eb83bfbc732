"""What the start page counts."""

import datetime

import pytest
from django.utils import timezone

from curation import dashboard, fixes
from curation.dashboard import RuleCount
from curation.models import Finding, Review
from curation.reviews import APPROVE, REOPEN, RETURN, SUBMIT, WORKING
from curation.rules.rule import Severity
from curation.tests.desk import make_desk, mention
from curation.tests.factory import act, edit, make_page, make_trial, make_user
from curation.tests.test_reviews import take
from trials.models import ChangeSet, Trial
from trials.tests.factory import criterion, make_record

pytestmark = pytest.mark.django_db

State = Review.State
BLANK = "text.space-before-punctuation"


@pytest.fixture
def ana():
    return make_user(username="ana")


@pytest.fixture
def rita():
    return make_user(username="rita")


@pytest.fixture
def at(monkeypatch):
    """Sets the clock: `at("2026-05-04 12:00")`, in UTC."""

    def at(text):
        moment = datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return at


def trial_number(number, *, criteria=(), **reading):
    record = make_record(nct_id=f"NCT{number:08}", criteria=criteria)
    return make_trial(make_page(record, f"Page {number}.", **reading))


def without_errors(trial, by):
    for finding in trial.findings.filter(severity=1, state=Finding.State.OPEN):
        fixes.waive(finding, "As printed.", by)


def submit(trial, by):
    without_errors(trial, by)
    take(trial, SUBMIT, by)


def withdraw(trial):
    edit(trial, act(ChangeSet.Kind.EDIT, reason="other"), withdrawn=True)


# Where the trials stand


def test_every_trial_counts_in_its_state_and_a_withdrawn_one_apart(
    monkeypatch, ana, rita
):
    make_desk(monkeypatch, 20, ana, rita)

    standing = dashboard.standing()

    for count in standing.states:
        in_state = Trial.objects.filter(review__state=count.state, withdrawn=False)
        assert count.trials == in_state.count() > 0, count.state
    assert standing.withdrawn == Trial.objects.filter(withdrawn=True).count() > 0
    assert standing.total + standing.withdrawn == 20
    assert standing.another_look == 1


def test_an_empty_desk_counts_nothing():
    standing = dashboard.standing()

    assert [count.trials for count in standing.states] == [0] * len(State)
    assert (standing.total, standing.withdrawn) == (0, 0)
    assert dashboard.time_to_approval() is None
    assert dashboard.rules() == dashboard.readers() == ()
    assert [p.imported for p in dashboard.progress().periods] == [0]


# Mine


def test_mine_is_what_i_answer_for_or_hold_and_have_to_bring_on(ana, rita):
    numbers = ("answered", "held", "expired", "hers", "submitted", "withdrawn")
    trials = {name: trial_number(n) for n, name in enumerate(numbers, 1)}
    withdraw(trials["withdrawn"])
    now = timezone.now()
    hour = datetime.timedelta(hours=1)

    def review(name, **values):
        Review.objects.filter(pk=trials[name].pk).update(**values)

    review("answered", assignee=ana)
    review("held", holder=ana, held_until=now + hour)
    review("expired", holder=ana, held_until=now - hour)
    review("hers", assignee=rita)
    review("submitted", assignee=ana, state=State.SUBMITTED)
    review("withdrawn", assignee=ana)

    mine = dashboard.mine(ana)

    ids = {review.pk for review in mine.first}
    assert ids == {trials["answered"].pk, trials["held"].pk}
    assert mine.total == 2


def test_the_urgent_come_first_and_ten_of_mine_are_shown(ana):
    for number in range(1, 13):
        trial_number(number)
    Review.objects.update(assignee=ana, open_errors=0)
    urgent, wrong = Review.objects.order_by("-pk")[:2]
    Review.objects.filter(pk=urgent.pk).update(priority=Review.Priority.HIGH)
    Review.objects.filter(pk=wrong.pk).update(open_errors=3)

    mine = dashboard.mine(ana)

    assert [review.pk for review in mine.first[:2]] == [urgent.pk, wrong.pk]
    assert (mine.total, len(mine.first)) == (12, 10)
    assert all(review.state in WORKING for review in mine.first)


def test_open_comments_that_call_me_are_shown_newest_first(ana, rita):
    trial = trial_number(1)
    first = mention(trial, rita, ana, "First, @ana.")
    second = mention(trial, rita, ana, "Second, @ana.")
    mention(trial, ana, rita, "For @rita.")
    done = mention(trial, rita, ana, "Done, @ana.")
    type(done).objects.filter(pk=done.pk).update(is_open=False)

    assert dashboard.mentions(ana) == (second, first)


# What was found


def test_rules_are_counted_by_severity_while_their_findings_are_open(ana):
    spoilt = (criterion("c7", "INCLUSION", "Adults ."),)
    trials = [trial_number(n, criteria=spoilt) for n in (1, 2, 3)]
    fixes.waive(trials[0].findings.get(rule=BLANK), "As printed.", ana)
    # They would be among the first ten, too.
    Finding.objects.exclude(rule=BLANK).delete()
    found = Finding.objects.filter(rule=BLANK)
    found.update(severity=Finding.SEVERITIES[Severity.WARNING])
    assert dashboard.rules() == (RuleCount(BLANK, errors=0, warnings=2),)
    error = Finding.SEVERITIES[Severity.ERROR]
    found.filter(trial=trials[2]).update(severity=error)

    assert dashboard.rules() == (RuleCount(BLANK, errors=1, warnings=1),)


def test_rules_with_the_most_errors_come_first():
    for number in (1, 2):
        trial_number(number, criteria=(criterion("c7", "INCLUSION", "Adults ."),))

    counts = [(row.errors, row.warnings) for row in dashboard.rules()]

    assert counts == sorted(counts, reverse=True)
    assert (0, 0) not in counts


def test_readers_are_counted_by_layout_and_version(ana):
    trial_number(1, layout="snapshot", unplaced=(3,))
    trial_number(2, layout="snapshot")
    withdraw(trial_number(3, layout="snapshot", unplaced=(3,)))
    later = trial_number(4, layout="snapshot", reader_version=2)
    trial_number(5, layout="full")
    Review.objects.update(open_errors=0, open_warnings=0)
    Review.objects.filter(pk=later.pk).update(open_errors=2, open_warnings=1)

    rows = {(r.layout, r.reader_version): r for r in dashboard.readers()}

    assert list(rows) == [("full", 1), ("snapshot", 1), ("snapshot", 2)]
    first, second = rows["snapshot", 1], rows["snapshot", 2]
    assert (first.trials, first.doubtful, first.with_errors) == (2, 1, 0)
    assert (second.trials, second.doubtful) == (1, 0)
    assert (second.with_errors, second.with_warnings) == (1, 1)


# How it goes


def test_a_young_desk_is_told_day_by_day(at, ana, rita):
    at("2026-05-04 23:59")
    first, second = trial_number(1), trial_number(2)
    at("2026-05-05 00:00")
    submit(first, ana)
    submit(second, ana)
    at("2026-05-06 10:00")
    take(first, APPROVE, rita)

    progress = dashboard.progress()

    assert not progress.by_week
    days = [
        (p.since.day, p.imported, p.submitted, p.approved) for p in progress.periods
    ]
    assert days == [(4, 2, 0, 0), (5, 0, 2, 0), (6, 0, 0, 1)]


def test_an_older_desk_is_told_by_weeks_from_monday_on(at, ana, rita):
    at("2026-05-06 12:00")  # a Wednesday
    trial = trial_number(1)
    at("2026-05-17 23:59")  # a Sunday
    submit(trial, ana)
    at("2026-05-18 00:00")
    take(trial, APPROVE, rita)
    at("2026-05-29 12:00")

    progress = dashboard.progress()

    assert progress.by_week
    weeks = [
        (f"{p.since:%m-%d}", p.imported, p.submitted, p.approved)
        for p in progress.periods
    ]
    assert weeks == [
        ("05-04", 1, 0, 0),
        ("05-11", 0, 1, 0),
        ("05-18", 0, 0, 1),
        ("05-25", 0, 0, 0),
    ]


def test_progress_ends_twelve_weeks_back(at):
    at("2026-01-01 12:00")
    trial_number(1)
    at("2026-12-31 12:00")
    trial_number(2)

    periods = dashboard.progress().periods

    assert len(periods) == dashboard.WEEKS
    assert periods[0].since == datetime.date(2026, 10, 12)
    assert sum(period.imported for period in periods) == 1
    assert periods[-1].imported == 1


def test_a_trial_submitted_twice_on_a_day_counts_once(at, ana, rita):
    at("2026-05-04 12:00")
    trial = trial_number(1)
    submit(trial, ana)
    take(trial, RETURN, rita, note="The acronym is IL-7.")
    submit(trial, ana)

    (day,) = dashboard.progress().periods

    assert day.submitted == 1


def test_a_withdrawn_trial_is_no_progress(at, ana):
    at("2026-05-04 12:00")
    trial = trial_number(1)
    submit(trial, ana)
    withdraw(trial)

    (day,) = dashboard.progress().periods

    assert (day.imported, day.submitted) == (0, 0)


def test_the_time_to_approval_is_that_of_half_and_of_nine_in_ten(at, ana, rita):
    trials = []
    for number in range(1, 11):
        at("2026-05-04 12:00")
        trials.append(trial_number(number))
        submit(trials[-1], ana)
    for day, trial in enumerate(trials, 5):
        at(f"2026-05-{day:02} 12:00")
        take(trial, APPROVE, rita)

    took = dashboard.time_to_approval()

    assert took.trials == 10
    assert took.median == datetime.timedelta(days=5.5)
    assert took.ninetieth == datetime.timedelta(days=9)


def test_another_approval_does_not_make_a_trial_slow(at, ana, rita):
    at("2026-05-04 12:00")
    trial = trial_number(1)
    submit(trial, ana)
    at("2026-05-05 12:00")
    take(trial, APPROVE, rita)
    at("2026-06-05 12:00")
    take(trial, REOPEN, rita, note="The sponsor moved.")
    submit(trial, ana)
    take(trial, APPROVE, rita)

    took = dashboard.time_to_approval()

    assert (took.trials, took.median) == (1, datetime.timedelta(days=1))


def test_old_approvals_do_not_count(at, ana, rita):
    at("2026-01-04 12:00")
    trial = trial_number(1)
    submit(trial, ana)
    take(trial, APPROVE, rita)
    at("2026-05-04 12:00")

    assert dashboard.time_to_approval() is None


def test_of_many_approvals_the_latest_count(at, ana, rita, monkeypatch):
    monkeypatch.setattr(dashboard, "MOST_APPROVALS", 1)
    at("2026-05-04 12:00")
    trials = [trial_number(1), trial_number(2)]
    for trial in trials:
        submit(trial, ana)
    take(trials[0], APPROVE, rita)
    at("2026-05-06 12:00")
    take(trials[1], APPROVE, rita)

    took = dashboard.time_to_approval()

    assert (took.trials, took.is_cut) == (1, True)
    assert took.median == datetime.timedelta(days=2)
