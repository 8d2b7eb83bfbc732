"""Many curators at once, over HTTP: `python -m benchmarks.load`.

Makes a database and its trials, serves them with gunicorn on a free port of this
machine, and lets every curator take the next trial of the queue, change a value and
submit, until none is left. Then the database must tell the same story as the answers:
no trial given twice, no change lost, no error page. Ends with status 1 if it does not.
The database goes again.
"""

import argparse
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from benchmarks import databases
from benchmarks.curator import Curator

MOST = {"curators": 50, "trials": 2_000, "seconds": 1_800, "workers": 8}
ROOT = Path(__file__).parent.parent


def main() -> None:
    """Run the load that is asked for, and judge it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load")
    parser.add_argument("database", choices=["postgresql", "sqlite"])
    parser.add_argument("--curators", type=int, default=20)
    parser.add_argument("--trials", type=int, default=400)
    parser.add_argument("--seconds", type=int, default=900, help="longest run")
    parser.add_argument("--workers", type=int, default=4, help="of gunicorn")
    arguments = parser.parse_args()
    for name, most in MOST.items():
        if not 1 <= getattr(arguments, name) <= most:
            parser.error(f"--{name} must be from 1 to {most}.")
    with databases.fresh(arguments.database) as url:
        _set_environment(url)
        # Not at the top: the settings read the environment when they are loaded.
        import django

        django.setup()
        from benchmarks import load_data

        people = load_data.make(arguments.trials, arguments.curators)
        with _server(arguments.workers) as site:
            curators = [Curator(site, *person) for person in people]
            seconds = _work(curators, arguments.seconds)
        _report(curators, seconds)
        faults = [f"{c.name}: {error}" for c in curators for error in c.errors]
        faults += load_data.compare(curators, arguments.trials)
    for fault in faults[:20]:
        _say(f"FAULT {fault}")
    _say(f"{len(faults)} faults")
    sys.exit(bool(faults))


def _work(curators: list[Curator], limit: int) -> float:
    """Let all work at once until no trial is left; the seconds that it took."""
    started = time.monotonic()
    with ThreadPoolExecutor(len(curators)) as pool:
        for done in [pool.submit(c.work, started + limit) for c in curators]:
            done.result()
    return time.monotonic() - started


def _report(curators: list[Curator], seconds: float) -> None:
    """How many, how fast."""
    submitted = sum(len(curator.submitted) for curator in curators)
    _say(f"{len(curators)} curators submitted {submitted} trials in {seconds:.0f} s")
    times: dict[str, list[float]] = {}
    for curator in curators:
        for what, taken in curator.seconds.items():
            times.setdefault(what, []).extend(taken)
    for what, taken in times.items():
        middle = statistics.median(taken) * 1000
        most = statistics.quantiles(taken, n=20)[-1] * 1000 if len(taken) > 1 else 0
        _say(f"{what}: {len(taken)} times, median {middle:.0f} ms, 95 % {most:.0f} ms")
    shares = Counter(len(curator.submitted) for curator in curators)
    _say(f"trials a curator: {min(shares)} to {max(shares)}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _set_environment(url: str) -> None:
    """As in production, but without HTTPS."""
    os.environ |= {
        "ALLOWED_HOSTS": "127.0.0.1",
        "CSRF_TRUSTED_ORIGINS": "",
        "DATABASE_URL": url,
        "DEBUG": "off",
        "DJANGO_SETTINGS_MODULE": "curation.settings",
        "HISTORY_KEY": secrets.token_urlsafe(48),
        "HTTPS": "off",
        "SECRET_KEY": secrets.token_urlsafe(48),
    }


@contextmanager
def _server(workers: int) -> Iterator[str]:
    """The address at which gunicorn serves the desk."""
    manage = [sys.executable, "manage.py"]
    subprocess.run(  # noqa: S603 - our own command
        [*manage, "collectstatic", "--no-input", "--verbosity", "0"],
        check=True,
        cwd=ROOT,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    command = [
        *(sys.executable, "-m", "gunicorn", "curation.wsgi"),
        *("--bind", host, "--workers", str(workers), "--preload"),
        *("--timeout", "120", "--log-level", "warning"),
    ]
    server = subprocess.Popen(command, cwd=ROOT)  # noqa: S603
    try:
        _await(f"http://{host}/admin/login/", server)
        yield f"http://{host}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _await(address: str, server: subprocess.Popen) -> None:
    """Return when the address answers. Raises RuntimeError if it never does."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urlopen(address, timeout=5).close()  # noqa: S310 - this machine
        except OSError:  # Refused, or no answer yet: it is still starting.
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("gunicorn does not answer.")


if __name__ == "__main__":
    main()
