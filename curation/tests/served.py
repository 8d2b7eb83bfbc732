"""The desk as people get it: gunicorn, production settings, compressed static files."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

from django.conf import settings

START_SECONDS = 60


class Served(NamedTuple):
    """A running desk: where, what is in it, and the session of each account."""

    url: str
    numbers: dict[str, object]
    sessions: dict[str, str]


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """A desk of its own in `folder`, for as long as the block lasts."""
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder}/desk.sqlite3",
        "DEBUG": "off",
        # The browser speaks to gunicorn itself: no proxy, hence no HTTPS.
        "HTTPS": "off",
        "JOBS_ROOT": str(folder / "jobs"),
        "SECRET_KEY": secrets.token_urlsafe(48),
        "STATIC_ROOT": str(folder / "static"),
    }

    def manage(*arguments: str) -> str:
        return subprocess.run(  # noqa: S603 - our own commands
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    manage("migrate", "--verbosity", "0")
    manage("collectstatic", "--no-input", "--verbosity", "0")
    world = "from curation.tests import desk_world; desk_world.main()"
    found = json.loads(manage("shell", "--verbosity", "0", "--command", world))
    port = _free_port()
    with open(folder / "gunicorn.log", "wb") as log:
        server = subprocess.Popen(  # noqa: S603 - our own desk
            [
                *(sys.executable, "-m", "gunicorn", "curation.wsgi"),
                *("--bind", f"127.0.0.1:{port}", "--threads", "4"),
            ],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, server, folder / "gunicorn.log")
        yield Served(url, **found)
    finally:
        server.terminate()
        server.wait()


def _free_port() -> int:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _wait(url: str, server: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(f"{url}/admin/login/"):  # noqa: S310 - a desk of our own
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"The desk does not answer:\n{log.read_text()}")
