"""The pages of jobs: who sees what, and what one can do there."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.db.models.functions import Now
from django.urls import reverse

from curation import jobs, workflow
from curation.chosen_findings import ChosenFindings
from curation.jobs import files
from curation.models import AccountEvent, Finding, Job
from curation.pages import finding_fix
from curation.tests.factory import make_trial, make_user
from curation.tests.job_factory import make_export, make_import, page, run
from trials.tests.factory import criterion

pytestmark = pytest.mark.django_db

State = Job.State


@pytest.fixture
def by(client):
    user = make_user("add_trial", "view_trial", username="importer")
    client.force_login(user)
    return user


@pytest.fixture
def job(by):
    return run(make_import({"a.txt": page(1), "b<i>.txt": b"a\n\0"}, by))


def url(job, name=""):
    return reverse(f"admin:curation_job{name}", args=[job.pk])


def text(client, address, **headers):
    return client.get(address, headers=headers).content.decode()


def put(job, **values):
    Job.objects.filter(pk=job.pk).update(**values)


def log_in(client, *permissions):
    user = make_user(*permissions, username="other")
    client.force_login(user)
    return user


def test_the_list_has_the_jobs_of_ones_own(client, job, by):
    assert url(job) in text(client, reverse("admin:curation_jobs"))

    log_in(client, "add_trial")

    html = text(client, reverse("admin:curation_jobs"))
    assert url(job) not in html
    assert "You have started no job yet." in html


def test_administrators_have_the_jobs_of_all(client, job):
    log_in(client, "manage_jobs")

    html = text(client, reverse("admin:curation_jobs"))

    assert url(job) in html
    assert "importer" in html


def test_the_list_costs_the_same_for_many_jobs(
    client, by, django_assert_max_num_queries
):
    for number in range(20):
        Job.objects.create(kind="import", title=f"Import {number}", by=by)

    with django_assert_max_num_queries(10):
        client.get(reverse("admin:curation_jobs"))


def test_the_page_shows_how_it_ended_and_what_was_left_out(client, job):
    html = text(client, url(job))

    assert "2 pages: 1 created" in html
    assert "b&lt;i&gt;.txt" in html
    assert url(job, "_refused") in html
    assert "data-over" in html


@pytest.mark.parametrize("name", ["", "_refused", "_output"])
def test_the_job_of_another_is_not_there(client, job, name):
    log_in(client, "add_trial", "view_trial")

    assert client.get(url(job, name)).status_code == 404


@pytest.mark.parametrize("name", ["_cancel", "_resume"])
def test_the_job_of_another_is_not_touched(client, by, name):
    waiting = make_import({"a.txt": page(1)}, by)
    log_in(client, "add_trial", "view_trial")

    assert client.post(url(waiting, name)).status_code == 404
    waiting.refresh_from_db()
    assert (waiting.state, waiting.is_cancel_asked) == (State.QUEUED, False)


def test_a_running_job_tells_its_rate_and_the_time_left(client, job):
    began = Now() - timedelta(seconds=20)
    put(job, state=State.RUNNING, run_started=began, heartbeat=Now(), finished=None)
    put(job, done=40, total=1000)

    html = text(client, url(job), X_Requested_With="fetch")

    assert "<strong>40</strong> of 1000" in html
    assert "2.0 a second" in html
    assert "about 8 min left" in html
    assert 'value="4"' in html
    assert "data-over" not in html
    assert "<html" not in html


def test_a_job_whose_worker_is_silent_is_said_to_be(client, job):
    put(job, state=State.RUNNING, heartbeat=Now() - timedelta(hours=1), finished=None)

    assert "gave no sign of life" in text(client, url(job))


def test_one_cancels_and_resumes_ones_own(client, by):
    waiting = make_import({"a.txt": page(1)}, by)

    html = client.post(url(waiting, "_cancel"), follow=True).content.decode()
    assert "Cancelled" in html
    assert "Resume" in html

    client.post(url(waiting, "_resume"))
    assert run(waiting).state == State.DONE


def test_administrators_stop_the_jobs_of_others_and_cannot_start_them_again(client, by):
    waiting = make_import({"a.txt": page(1)}, by)
    log_in(client, "manage_jobs")

    client.post(url(waiting, "_cancel"))
    html = text(client, url(waiting))

    waiting.refresh_from_db()
    assert waiting.state == State.CANCELLED
    assert "Resume" not in html
    assert client.post(url(waiting, "_resume")).status_code == 403


def test_the_file_of_an_export_is_fetched_and_that_is_logged(client, by):
    make_trial()
    job = make_export(by)

    response = client.get(url(job, "_output"))

    file = b"".join(response)
    assert file[:2] == b"PK"
    assert 'filename="trials.zip"' in response.headers["Content-Disposition"]
    events = AccountEvent.objects.filter(kind=AccountEvent.Kind.RECORDS_EXPORTED)
    logged = set(events.values_list("actor", "new"))
    said = f"file of job {job.pk}: Export all trials"
    hashed = f"sha256 {sha256(file).hexdigest()} trials.zip"
    assert (by.pk, f"{said}\n{hashed}") in logged


def test_who_may_not_see_trials_any_more_gets_no_file(client, by):
    job = make_export(by)
    by.user_permissions.clear()

    assert client.get(url(job, "_output")).status_code == 403
    assert "Download" not in text(client, url(job))


def test_a_file_past_its_time_is_gone(client, by):
    job = make_export(by)
    put(job, finished=Now() - timedelta(days=15))

    assert client.get(url(job, "_output")).status_code == 404
    assert files.folder(job).exists()
    assert "is not here any more" in text(client, url(job))


def test_all_trials_are_checked_again_by_a_job(client, by):
    trial = make_trial(criteria=(criterion("c1", "INCLUSION", "Adults ."),))
    trial.findings.all().delete()

    response = client.post(reverse("admin:curation_job_recheck"))

    job = run(Job.objects.get())
    assert response.url == url(job)
    assert (job.state, job.done) == (State.DONE, 1)
    assert trial.findings.filter(state=Finding.State.OPEN).exists()


def test_a_rule_that_is_not_there_ends_the_check(client, by):
    client.post(reverse("admin:curation_job_recheck"), {"rule": "no.rule"})

    job = run(Job.objects.get())

    assert (job.state, "no.rule" in job.message) == (State.FAILED, True)


def test_a_check_goes_on_behind_the_last_trial_that_was_checked(by):
    trials = [
        make_trial(
            nct_id=f"NCT0000000{n}", criteria=(criterion("c1", "INCLUSION", "Men ."),)
        )
        for n in (1, 2, 3)
    ]
    Finding.objects.all().delete()
    job = jobs.start_recheck(by=by)
    put(job, position="NCT00000002")

    job = run(job)

    assert (job.done, job.total, job.first) == (3, 3, 2)
    assert {f.trial_id for f in Finding.objects.all()} == {trials[2].pk}


def alike(count):
    """Trials that need the same fix."""
    return [
        make_trial(
            nct_id=f"NCT0000000{n}", criteria=(criterion("c1", "INCLUSION", "Men ."),)
        )
        for n in range(1, count + 1)
    ]


def test_a_fix_of_more_than_a_page_can_do_is_the_work_of_a_job(client, monkeypatch):
    monkeypatch.setattr(finding_fix, "MOST_AT_ONCE", 2)
    trials = alike(3)
    client.force_login(make_user("change_trial", "view_trial"))
    finding = trials[0].findings.filter(after="Men.").first()
    address = reverse("admin:curation_finding_similar", args=[finding.pk])
    assert "Fix all 3" in text(client, address)

    client.post(address, {"all": ""})

    job = run(Job.objects.get())
    assert (job.state, job.done, job.total) == (State.DONE, 3, 3)
    assert {t.criteria.get().text for t in trials} == {"Men."}


@pytest.mark.django_db(transaction=True)
def test_a_stopped_fix_goes_on_as_the_same_act(monkeypatch):
    monkeypatch.setattr(workflow, "TOGETHER", 1)
    by = make_user("change_trial")
    trials = alike(3)
    finding = trials[0].findings.filter(after="Men.").first()
    job = jobs.start_fix(ChosenFindings.like(finding.pk), by=by)
    with monkeypatch.context() as patch:
        patch.setattr("curation.jobs.attempt.shutting_down.is_set", lambda: stop())
        steps = []

        def stop():
            steps.append(1)
            return len(steps) > 1

        job = run(job)
    assert (job.state, job.change_set.revisions.count()) == (State.QUEUED, 1)

    job = run(job)

    assert (job.state, job.done, job.total, job.first) == (State.DONE, 3, 3, 1)
    assert job.message == "3 findings fixed, 0 skipped."
    assert job.change_set.revisions.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_stopped_revert_goes_on_with_what_is_left(monkeypatch):
    monkeypatch.setattr(workflow, "TOGETHER", 1)
    by = make_user("change_trial", "revert_changeset", "add_trial")
    done = run(make_import({f"{n}.txt": page(n) for n in (1, 2, 3)}, by))
    job = jobs.start_revert(done.change_set, by=by, reason="typo", note="")
    with monkeypatch.context() as patch:
        steps = []

        def stop():
            steps.append(1)
            return len(steps) > 2

        patch.setattr("curation.jobs.attempt.shutting_down.is_set", stop)
        job = run(job)
    assert job.change_set.revisions.count() == 2

    job = run(job)

    assert job.message == "3 trials put back, 0 left as they are."
    assert not job.log.exists()
    assert job.change_set.revisions.count() == 3
    assert job.change_set.reverts == done.change_set
