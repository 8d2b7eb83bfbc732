"""The load in small: gunicorn, a database of its own, curators at once over HTTP."""

import subprocess
import sys

from django.conf import settings
from django.db import connection


def test_curators_at_once_get_no_trial_twice_and_lose_no_change():
    size = ["--curators", "3", "--trials", "6", "--workers", "2", "--seconds", "300"]
    command = [sys.executable, "-m", "benchmarks.load", connection.vendor, *size]

    run = subprocess.run(  # noqa: S603 - our own command
        command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert "3 curators submitted 6 trials" in run.stdout
    assert run.stdout.endswith("0 faults\n")
