"""An import that is killed and started again ends as one that was not."""

import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection, transaction

from benchmarks.pages import LAYOUTS, make_pages
from curation.imports import import_pages
from curation.tests.check_history import check
from curation.tests.factory import act
from curation.tests.stored import stored
from trials import importer
from trials.models import Trial

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = 40


def undisturbed(folder):
    """What the import leaves in one go, in one process; then undone."""
    with transaction.atomic():
        containers, _ = importer.find([folder])
        import_pages(
            containers, act=act(), dry_run=False, progress=lambda number, item: None
        )
        told = stored()
        transaction.set_rollback(True)
    return told


def start(folder) -> subprocess.Popen:
    """`import_trials --jobs 2` on the database of the tests, in a process group."""
    database = connection.settings_dict
    url = f"sqlite:///{database['NAME']}"
    if connection.vendor == "postgresql":
        address = f"{database['HOST']}:{database['PORT']}"
        url = f"postgres://{database['USER']}@{address}/{database['NAME']}"
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "manage.py", "import_trials", folder, "--jobs", "2"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for(process, page):
    """Return when so many pages are done."""
    for line in process.stderr:
        if line.startswith(f"[{page}/"):
            return
    raise AssertionError(f"It ended before page {page}.")


def test_killed_twice_and_resumed_it_ends_as_if_it_had_not_been(tmp_path):
    for layout, first in zip(LAYOUTS, (1, 1001), strict=True):
        for name, data in make_pages(layout, PAGES // 2, first):
            (tmp_path / name).write_bytes(data)
    expected = undisturbed(tmp_path)

    first = start(tmp_path)
    wait_for(first, 10)
    first.kill()  # Its two processes are left to find out.
    first.communicate()
    second = start(tmp_path)
    wait_for(second, 25)
    os.killpg(second.pid, signal.SIGKILL)
    second.communicate()
    between = Trial.objects.count()
    faults = check()
    last = start(tmp_path)
    out, err = last.communicate()

    assert last.returncode == 0, err
    assert 0 < between < PAGES
    assert faults[0] == 0, faults
    assert out.startswith(f"{PAGES} pages: ")
    assert stored() == expected
    assert check()[0] == 0


def test_ctrl_c_leaves_whole_trials_and_ends_with_a_summary(tmp_path):
    for name, data in make_pages(LAYOUTS[0], PAGES):
        (tmp_path / name).write_bytes(data)

    process = start(tmp_path)
    wait_for(process, 5)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate()

    assert process.returncode == 130
    assert "Broken off. The same command goes on" in err
    assert "Traceback" not in err
    assert " created, " in out
    assert 0 < Trial.objects.count() < PAGES
    assert check()[0] == 0
