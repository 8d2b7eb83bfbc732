"""The files of jobs: what came with them, what they made, and when both go."""

import json
import shutil
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from curation.models import Job

CACHE = "cache"
"""The one folder that is no job's, and lasts."""
LEFT_OVER = timedelta(days=1)
"""A folder that no job has is one of an upload that goes on, or of one that broke."""


def folder(job: Job) -> Path:
    """Where the job's files are; nothing says that it is there."""
    return settings.JOBS_ROOT / job.folder


def pages(job: Job) -> Path:
    """Where the uploaded files are, under names of our own."""
    return folder(job) / "pages"


def output(job: Job) -> Path | None:
    """The file that can be fetched; None where there is none, or none any more."""
    if not job.output or (until := kept_until(job)) is None or until < timezone.now():
        return None
    path = folder(job) / "output" / job.output
    return path if path.is_file() else None


def kept_until(job: Job):
    """When the files of a job that is over go; None while it is not."""
    days = timedelta(days=settings.JOB_FILES_DAYS)
    return job.finished + days if job.is_over and job.finished else None


def write_names(root: Path, names: dict[str, str]) -> None:
    """Keep beside the uploaded files what they were called: our name -> theirs."""
    text = json.dumps(names, ensure_ascii=False)
    (root / "names.json").write_text(text, encoding="utf-8", errors="replace")


def read_names(job: Job) -> dict[str, str]:
    """What the uploaded files were called. Raises OSError."""
    return json.loads((folder(job) / "names.json").read_text(encoding="utf-8"))


def purge(*, dry_run: bool) -> Iterable[str]:
    """Remove the files that nobody needs any more; yields the name of each folder.

    They are those of jobs that have been over for JOB_FILES_DAYS, and those that no job
    has, once they are a day old.
    """
    if not settings.JOBS_ROOT.is_dir():
        return
    jobs = {job.folder: job for job in Job.objects.defer("arguments", "message")}
    for path in sorted(settings.JOBS_ROOT.iterdir()):
        if (
            path.name == CACHE
            or not path.is_dir()
            or not _is_old(path, jobs.get(path.name))
        ):
            continue
        if not dry_run:
            shutil.rmtree(path)
        yield path.name


def _is_old(path: Path, job: Job | None) -> bool:
    if job is None:
        age = timezone.now().timestamp() - path.stat().st_mtime
        return age > LEFT_OVER.total_seconds()
    until = kept_until(job)
    return until is not None and until < timezone.now()
