"""`manage.py run_jobs`: a worker, which does the jobs that wait."""

import logging
import sys
import time

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections, connection
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import is_locked_database_exception

from curation import jobs
from curation.jobs.attempt import shutting_down

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How often an idle worker looks for a job."""


class JobWorker(Worker):
    """The worker of django-tasks-db, one of many on one queue."""

    def __init__(self):
        super().__init__(
            queue_names=["*"],
            interval=0,
            batch=True,  # It comes back when nothing waits.
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )

    def run_task(self, db_task_result):
        """Do one job, and look for lost ones: while many wait, no worker is idle."""
        super().run_task(db_task_result)
        jobs.take_up_lost()

    def shutdown(self, signum, frame):
        """End, and hand the job that goes on back after the item that it is at.

        However often one asks: ending in the middle would only leave the job to those
        who look for dead workers.
        """
        shutting_down.set()
        self.running = False
        if not self.running_task:
            sys.exit(0)


class Command(BaseCommand):
    """Do the jobs that wait, until SIGTERM or Ctrl-C.

    Any number of workers may run, on any number of machines, if the database is
    PostgreSQL and JOBS_ROOT is a folder that all of them share. A job whose worker died
    is taken up again after JOB_DEAD_SECONDS. Exit status: 0.
    """

    help = "Do the jobs of the desk that wait, one after the other."

    def add_arguments(self, parser):
        parser.add_argument(
            "--batch", action="store_true", help="end as soon as nothing waits"
        )

    def handle(self, *args, **options):
        worker = JobWorker()
        worker.configure_signals()
        logger.info("A worker begins (%s).", connection.vendor)
        while worker.running:
            work(worker)
            if options["batch"]:
                break
            if worker.running:
                time.sleep(LOOK_SECONDS)
        logger.info("The worker ends.")


def work(worker: JobWorker) -> None:
    """Do all jobs that wait, those of dead workers too."""
    close_old_connections()
    try:
        jobs.take_up_lost()
        # Only to look takes no lock; on SQLite, to claim does.
        if DBTaskResult.objects.ready().exists():
            worker.run()
    except OperationalError as error:
        # SQLite has one writer; one that takes very long is no reason to end.
        if not is_locked_database_exception(error):
            raise
        logger.warning("The database is busy; the worker tries again.")
