"""Jobs to test with, and workers in processes of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from curation import jobs
from curation.exports import Order
from curation.jobs import files
from curation.models import Job
from curation.models.job import new_folder
from curation.tests.factory import SNAPSHOT

PAGE = SNAPSHOT.read_bytes()
NUMBER = b"NCT04426201"


def page(number: int) -> bytes:
    """The seed page as that of another trial."""
    return PAGE.replace(NUMBER, f"NCT{number:08}".encode())


def make_import(pages: dict[str, bytes], by, note: str = "") -> Job:
    """A waiting import of uploaded files: name -> bytes."""
    folder = new_folder()
    root = settings.JOBS_ROOT / folder
    (root / "pages").mkdir(parents=True)
    names = {}
    for number, (name, data) in enumerate(pages.items(), start=1):
        ours = f"{number:06}{''.join(Path(name).suffixes[-2:]) or '.txt'}"
        (root / "pages" / ours).write_bytes(data)
        names[ours] = name
    files.write_names(root, names)
    return jobs.start_import(folder, f"Import {len(pages)} files", note, by=by)


def make_export(by) -> Job:
    """A CSV file of all trials, made by a job."""
    order = Order("csv", Path("trials.zip"))
    return run(jobs.start_export(order, "Export all trials", by=by))


def run(job: Job) -> Job:
    """Do the job here and now; the job as it is then."""
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def database_url() -> str:
    """The database of the tests, for another process."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(str(connection.settings_dict['NAME']))}"
    known = connection.settings_dict
    return (
        f"postgres://{known['USER']}:{quote(known['PASSWORD'])}@{known['HOST']}"
        f":{known['PORT']}/{known['NAME']}"
    )


class Worker:
    """`manage.py run_jobs` in a process of its own, and what it says."""

    def __init__(self, log: Path, dead_seconds: int):
        environment = os.environ | {
            "DATABASE_URL": database_url(),
            "JOBS_ROOT": str(settings.JOBS_ROOT),
            "JOB_DEAD_SECONDS": str(dead_seconds),
        }
        self.log = log
        with log.open("wb") as file:
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "manage.py", "run_jobs"],
                cwd=settings.BASE_DIR,
                env=environment,
                stdout=file,
                stderr=file,
            )

    @property
    def text(self) -> str:
        return self.log.read_text(encoding="utf-8")

    @property
    def is_at_work(self) -> bool:
        """Whether it has begun a job that it has not ended."""
        return self.text.count(": begun") > self.text.count(": ended")

    def kill(self) -> None:
        """End it as a machine does that loses its power."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """End it as systemd and `make run` do; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


@contextmanager
def workers(folder: Path, count: int, dead_seconds: int = 60) -> Iterator[list[Worker]]:
    """So many workers, for as long as the block lasts."""
    running = [Worker(folder / f"worker-{n}.log", dead_seconds) for n in range(count)]
    try:
        yield running
    finally:
        for worker in running:
            worker.kill()


def wait_until(is_so: Callable[[], bool], running: list[Worker], seconds: int = 60):
    """Wait for it; what the workers said where it never becomes so."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            said = "\n".join(worker.text for worker in running)
            raise AssertionError(f"It never became so. The workers said:\n{said}")
        time.sleep(0.05)
