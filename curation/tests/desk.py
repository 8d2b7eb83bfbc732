"""A whole desk to test with: trials in all states, over some weeks."""

import datetime

from django.utils import timezone

from curation import fixes, review_events, reviews
from curation.acts import Act
from curation.models import Comment, Finding, Review, ReviewEvent
from curation.reviews import APPROVE, REOPEN, RETURN, SUBMIT
from curation.tests.factory import act, edit, make_page, make_trial
from trials.models import ChangeSet, Trial
from trials.tests.factory import criterion, make_record

WAYS = (
    (),
    ("edit",),
    ("edit", SUBMIT),
    ("edit", SUBMIT, APPROVE),
    ("edit", SUBMIT, RETURN),
    ("edit", SUBMIT, APPROVE, REOPEN),
    ("edit", SUBMIT, APPROVE, "another page"),
    (SUBMIT, APPROVE),
    ("edit", SUBMIT, RETURN, "edit", SUBMIT, APPROVE),
    ("withdraw",),
)
"""What happens to the trials in turn, a step every second day."""


def make_desk(monkeypatch, trials, curator, reviewer, *, days=40) -> None:
    """Make so many trials, imported over `days` that end now, and bring each on its
    way as far as the time allows; the first is mentioned to `curator`.

    The history keeps every time as it was made: the clock is set back meanwhile.
    """
    now = timezone.now()
    start = now - datetime.timedelta(days=days)
    plan = []
    for number in range(trials):
        day = start + datetime.timedelta(days=days) * number / trials
        plan.append((day, number, "import"))
        for step, what in enumerate(WAYS[number % len(WAYS)], 1):
            plan.append((day + datetime.timedelta(days=2 * step), number, what))
    with monkeypatch.context() as clock:
        for at, number, what in sorted(plan, key=lambda step: step[:2]):
            if at < now:
                clock.setattr(timezone, "now", lambda at=at: at)
                _do(number, what, curator, reviewer)
    mention(_trial(0), reviewer, curator, "The age limit, @curator?")


def _trial(number: int) -> Trial:
    return Trial.objects.get(nct_id=f"NCT{number + 1:08}")


def _page(number: int, text: str):
    layout = "snapshot" if number % 3 else "full"
    record = make_record(
        nct_id=f"NCT{number + 1:08}",
        brief_title=f"Interleukin-7 in Sepsis, Study {number + 1}",
        criteria=(criterion("c7", "INCLUSION", "Adults ."),),
    )
    unplaced = (3, 4) if number % 4 == 1 else ()
    return make_page(record, text, layout=layout, unplaced=unplaced)


def _do(number, what, curator, reviewer) -> None:
    if what in ("import", "another page"):
        make_trial(_page(number, f"Page {number}\n{what}\nA stray line.\nAnother."))
        return
    trial = _trial(number)
    if what == "edit":
        acronym = f"IL{number}-{trial.version}"
        edit(trial, act(ChangeSet.Kind.EDIT, curator, reason="typo"), acronym=acronym)
    elif what == "withdraw":
        edit(trial, act(ChangeSet.Kind.EDIT, reviewer, reason="other"), withdrawn=True)
    else:
        _take(trial, what, curator if what is SUBMIT else reviewer)


def _take(trial, step, by) -> None:
    error = Finding.objects.filter(trial=trial, severity=1, state=Finding.State.OPEN)
    for finding in error:
        fixes.waive(finding, "As printed.", by)
    one = Act(ChangeSet.Kind.TRANSITION, by=by, note="Please look again.")
    reviews.take(trial.pk, step, version=trial.version, act=one)


def mention(trial, by, whom, text) -> Comment:
    """A comment on the trial that calls `whom`."""
    review = Review.objects.get(pk=trial.pk)
    event = review_events.append(
        review,
        ReviewEvent.Kind.COMMENTED,
        act(ChangeSet.Kind.REVIEW, by).change_set(),
        version=trial.version,
        new=text,
    )
    reviews.save(review)
    comment = Comment.objects.create(first=event, trial=trial)
    comment.mentions.add(whom)
    return comment
