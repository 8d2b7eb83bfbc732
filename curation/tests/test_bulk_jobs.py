"""Operations on more trials than a page changes: applied by a job."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from curation import jobs, operations, reviews, workflow
from curation.bulk.operation import Replace, Step
from curation.chosen_trials import ChosenTrials
from curation.jobs import attempt
from curation.models import BulkOperation, Job, Review, ReviewEvent
from curation.pages import bulk_operation
from curation.reviews import Refused
from curation.tests.factory import edit, make_trial, make_user
from curation.tests.job_factory import run
from trials.models import ChangeSet, Revision, Trial

# Committed, or each trial would be a change set of its own.
pytestmark = pytest.mark.django_db(transaction=True)

REPLACE = Replace(("brief_title",), "pts", "patients")
State = Job.State


@pytest.fixture
def reviewer(client):
    """A reviewer who is logged in."""
    user = make_user(username="rita")
    user.groups.add(Group.objects.get(name="reviewer"))
    client.force_login(user)
    return user


@pytest.fixture
def trials():
    """Four trials that the replacement changes."""
    numbers = [f"NCT{number:08}" for number in range(1, 5)]
    return [make_trial(nct_id=number, brief_title="For pts") for number in numbers]


@pytest.fixture
def bulk(reviewer, trials):
    """What is prepared for all of them."""
    return operations.prepare(REPLACE, ChosenTrials(), by=reviewer)


@pytest.fixture
def one_by_one(monkeypatch):
    """No two trials in one transaction, so that work can be stopped between them."""
    monkeypatch.setattr(workflow, "TOGETHER", 1)


def page_of(bulk):
    return reverse("admin:curation_bulk_operation", args=[bulk.pk])


def titles():
    return list(Trial.objects.order_by("nct_id").values_list("brief_title", flat=True))


def stop_after(monkeypatch, count, act):
    """Do `act` with the attempt once so many trials are through."""
    step = attempt.Run.step

    def stepped(self, done, position=None):
        if done == count:
            act(self)
        step(self, done, position)

    monkeypatch.setattr(attempt.Run, "step", stepped)


def hear(self):
    """Let the attempt hear now that the job was cancelled."""
    jobs.cancel(self.job)
    self._tell()


def die(self):
    """End the worker in the middle of its work."""
    raise KeyboardInterrupt


def given_up(job):
    """Let the job of a worker that died go on."""
    Job.objects.filter(pk=job.pk).update(state=State.QUEUED, run="")


def test_more_than_a_page_changes_is_the_work_of_a_job(
    client, bulk, trials, reviewer, monkeypatch
):
    monkeypatch.setattr(bulk_operation, "MOST_AT_ONCE", 3)
    edit(trials[1], acronym="NEW")
    assert "a job applies it" in client.get(page_of(bulk)).content.decode()
    chosen = [f"{trial.pk}:brief_title:0" for trial in trials]
    form = {"shown": 1, "chosen": chosen, "go": "apply", "reason": "typo"}

    response = client.post(page_of(bulk), form | {"note": "As agreed."})

    job = Job.objects.get()
    assert response.url == reverse("admin:curation_job", args=[job.pk])
    assert titles() == ["For pts"] * 4
    job = run(job)
    bulk.refresh_from_db()
    assert (job.state, job.done, job.total) == (State.DONE, 4, 4)
    assert job.message == "3 trials changed, 1 skipped."
    assert [row.item for row in job.log.all()] == ["NCT00000002"]
    assert titles() == ["For patients", "For pts", "For patients", "For patients"]
    assert (bulk.state, bulk.changed, bulk.by) == ("applied", 3, reviewer)
    assert [nct_id for nct_id, _ in bulk.skipped] == ["NCT00000002"]
    act = ChangeSet.objects.get(kind=ChangeSet.Kind.BULK_EDIT)
    assert bulk.change_set == job.change_set == act
    assert (act.reason, act.note, act.actor) == ("typo", "As agreed.", reviewer)
    assert page_of(bulk) in client.get(response.url).content.decode()
    assert response.url in client.get(page_of(bulk)).content.decode()


def test_what_is_unticked_does_not_count(client, bulk, trials, monkeypatch):
    monkeypatch.setattr(bulk_operation, "MOST_AT_ONCE", 3)
    chosen = [f"{trial.pk}:brief_title:0" for trial in trials[:3]]
    form = {"shown": 1, "chosen": chosen, "go": "apply", "reason": "typo"}

    client.post(page_of(bulk), form)

    assert not Job.objects.exists()
    assert titles() == ["For patients"] * 3 + ["For pts"]


def test_nothing_is_given_to_two_jobs(bulk, reviewer):
    jobs.start_bulk(bulk, by=reviewer)

    with pytest.raises(Refused, match="before"):
        jobs.start_bulk(BulkOperation.objects.get(pk=bulk.pk), by=reviewer)
    assert Job.objects.count() == 1


@pytest.mark.usefixtures("one_by_one")
def test_a_cancelled_one_leaves_the_rest_and_is_resumed(
    client, bulk, trials, reviewer, monkeypatch
):
    edit(trials[0], acronym="NEW")
    job = jobs.start_bulk(bulk, by=reviewer, reason="typo")
    with monkeypatch.context() as patch:
        stop_after(patch, 2, hear)
        job = run(job)
    bulk.refresh_from_db()
    assert job.state == State.CANCELLED
    assert (bulk.state, bulk.changed, len(bulk.skipped)) == ("running", 1, 1)
    assert titles() == ["For pts", "For patients", "For pts", "For pts"]
    text = client.get(page_of(bulk)).content.decode()
    assert ">Cancelled</span> <strong>1 trial changed</strong>, 1 skipped" in text
    assert "the other trials are untouched" in text
    listed = client.get(reverse("admin:curation_bulk")).content.decode()
    assert '<span class="chip">Cancelled</span>' in listed

    jobs.resume(job)
    job = run(job)

    bulk.refresh_from_db()
    assert (job.state, job.done, job.first, job.total) == (State.DONE, 4, 1, 4)
    assert (bulk.state, bulk.changed, len(bulk.skipped)) == ("applied", 3, 1)
    assert job.log.count() == 1
    assert bulk.change_set.revisions.count() == 3
    assert bulk.change_set == job.change_set


@pytest.mark.usefixtures("one_by_one")
def test_one_whose_worker_died_goes_on_as_the_same_act(
    client, bulk, reviewer, monkeypatch
):
    job = jobs.start_bulk(bulk, by=reviewer, reason="typo")
    with monkeypatch.context() as patch:
        # As by kill -9: not even the counts are kept.
        patch.setattr(operations, "_keep_outcome", lambda bulk: None)
        stop_after(patch, 2, die)
        with pytest.raises(KeyboardInterrupt):
            run(job)
    bulk.refresh_from_db()
    assert (bulk.changed, bulk.change_set.revisions.count()) == (0, 2)
    text = client.get(page_of(bulk)).content.decode()
    assert "<strong>2 trials changed so far</strong>" in text

    given_up(job)
    job = run(job)

    bulk.refresh_from_db()
    assert job.message == "4 trials changed, 0 skipped."
    assert (bulk.state, bulk.changed, bulk.skipped) == ("applied", 4, [])
    assert bulk.change_set.revisions.count() == 4
    assert set(Revision.objects.values_list("trial__version", flat=True)) == {2}


@pytest.mark.usefixtures("one_by_one")
def test_a_step_of_the_review_goes_on_likewise(trials, reviewer, monkeypatch):
    Review.objects.filter(pk=trials[3].pk).update(state=Review.State.SUBMITTED)
    for trial in trials:
        trial.findings.all().delete()
    bulk = operations.prepare(Step("submit"), ChosenTrials(), by=reviewer)
    job = jobs.start_bulk(bulk, by=reviewer, note="All read.")
    with monkeypatch.context() as patch:
        stop_after(patch, 1, die)
        with pytest.raises(KeyboardInterrupt):
            run(job)
    given_up(job)

    job = run(job)

    bulk.refresh_from_db()
    assert (bulk.state, bulk.changed) == ("applied", 3)
    assert [nct_id for nct_id, _ in bulk.skipped] == ["NCT00000004"]
    events = ReviewEvent.objects.filter(change_set=bulk.change_set)
    assert events.values("trial").distinct().count() == 3
    assert bulk.change_set.note == "All read."


def test_a_batch_is_done_whole_or_not_at_all(bulk, reviewer, trials, monkeypatch):
    """A worker dies in the middle of the second batch, which another one does."""
    monkeypatch.setattr(workflow, "TOGETHER", 2)
    job = jobs.start_bulk(bulk, by=reviewer, reason="typo")
    save_all = reviews.save_all

    def die_at_the_second(held):
        save_all(held)
        if Revision.objects.filter(number=2).count() > 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(reviews, "save_all", die_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            run(job)
    assert titles() == ["For patients"] * 2 + ["For pts"] * 2
    given_up(job)

    job = run(job)

    bulk.refresh_from_db()
    assert job.message == "4 trials changed, 0 skipped."
    assert (job.first, job.done, bulk.change_set.revisions.count()) == (2, 4, 4)
    assert ChangeSet.objects.filter(kind=ChangeSet.Kind.BULK_EDIT).count() == 1


def test_a_batch_that_was_begun_is_told_of_whole(bulk, reviewer, trials, monkeypatch):
    """Whoever cancels meanwhile finds all of it counted, and what it skipped named."""
    monkeypatch.setattr(workflow, "TOGETHER", 3)
    edit(trials[2], acronym="NEW")
    job = jobs.start_bulk(bulk, by=reviewer, reason="typo")
    with monkeypatch.context() as patch:
        stop_after(patch, 3, hear)
        job = run(job)

    bulk.refresh_from_db()
    assert (job.state, job.done, bulk.changed) == (State.CANCELLED, 3, 2)
    assert [row.item for row in job.log.all()] == ["NCT00000003"]
    assert titles() == ["For patients", "For patients", "For pts", "For pts"]


def test_who_may_not_any_more_changes_nothing(bulk, reviewer):
    job = jobs.start_bulk(bulk, by=reviewer, reason="typo")
    reviewer.groups.set([Group.objects.get(name="curator")])

    job = run(job)

    assert job.state == State.FAILED
    assert "rita may not do this any more" in job.message
    assert titles() == ["For pts"] * 4
