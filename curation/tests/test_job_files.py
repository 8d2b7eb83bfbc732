"""How long the files of jobs are kept."""

import os
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from curation import jobs
from curation.jobs import files
from curation.models import Job
from curation.tests.factory import make_user
from curation.tests.job_factory import make_import, page, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(settings, tmp_path):
    settings.JOBS_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def job(root):
    by = make_user("add_trial", username="importer")
    return run(make_import({"a.txt": page(1)}, by))


def make_old(job):
    Job.objects.filter(pk=job.pk).update(
        finished=timezone.now() - timedelta(days=15), state=job.state
    )


def test_the_files_of_a_job_that_is_long_over_go_and_its_row_stays(job, capsys):
    make_old(job)

    call_command("purge_job_files")

    assert not files.folder(job).exists()
    assert Job.objects.filter(pk=job.pk).exists()
    assert capsys.readouterr().out == "1 folders removed.\n"


def test_a_dry_run_says_would_and_removes_nothing(job, capsys):
    make_old(job)

    call_command("purge_job_files", dry_run=True)

    assert files.folder(job).exists()
    assert capsys.readouterr().out == "1 folders would be removed.\n"


def test_the_files_of_other_jobs_stay(job):
    waiting = make_import({"b.txt": page(2)}, job.by)

    call_command("purge_job_files", verbosity=0)

    assert files.folder(job).exists()
    assert files.folder(waiting).exists()


def test_an_upload_that_broke_goes_after_a_day(root):
    for name, hours in (("broken", 25), ("going-on", 1)):
        (root / name).mkdir()
        then = timezone.now().timestamp() - hours * 3600
        os.utime(root / name, (then, then))

    call_command("purge_job_files", verbosity=0)

    assert [path.name for path in root.iterdir()] == ["going-on"]


def test_the_cache_is_no_upload_that_broke(root):
    cache = root / files.CACHE
    cache.mkdir()
    then = timezone.now().timestamp() - 25 * 3600
    os.utime(cache, (then, then))

    call_command("purge_job_files", verbosity=0)

    assert cache.is_dir()


def test_no_folder_at_all_is_no_trouble(settings, tmp_path, capsys):
    settings.JOBS_ROOT = tmp_path / "none"

    call_command("purge_job_files")

    assert capsys.readouterr().out == "0 folders removed.\n"


def test_a_file_is_not_handed_out_past_its_time(job):
    job.output = "trials.csv"
    (files.folder(job) / "output").mkdir()
    (files.folder(job) / "output" / "trials.csv").write_text("nct_id")
    assert files.output(job)

    job.finished -= timedelta(days=15)

    assert files.output(job) is None


def test_nothing_is_handed_out_of_a_job_that_goes_on(job):
    jobs.cancel(job)
    job.state, job.output = Job.State.RUNNING, "trials.csv"

    assert files.output(job) is None
