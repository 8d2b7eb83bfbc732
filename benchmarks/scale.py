"""A whole import, many pages large: how fast, with how much memory, how large.

Each measure is a function of the pages and of a database of its own, in processes of
their own; what is to be measured of a full desk can be added to `MEASURES`.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks import databases
from benchmarks.pages import LAYOUTS, make_pages

MANAGE = [sys.executable, "manage.py"]
ROOT = Path(__file__).parent.parent


def main(pages: int, vendors: list[str]) -> None:
    """Print all measures on each kind of database."""
    with tempfile.TemporaryDirectory() as folder:
        write_pages(Path(folder), pages)
        for vendor in vendors:
            say(f"\n{vendor}, {pages:,} pages")
            for measure in MEASURES:
                for line in measure(Path(folder), pages, vendor):
                    say(line)


def say(line: str) -> None:
    """One figure."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def write_pages(folder: Path, count: int) -> None:
    """Pages of both layouts, each of a trial of its own."""
    for number, layout in enumerate(LAYOUTS):
        each = count // len(LAYOUTS)
        for name, data in make_pages(layout, each, 1 + number * each):
            (folder / name).write_bytes(data)


class Run(NamedTuple):
    """What a command took, and the most memory that one of its processes held (MiB)."""

    seconds: float
    memory: float
    status: int
    output: str


def run(url: str, *command: str) -> Run:
    """Run a command on the database to its end."""
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            [*command], cwd=ROOT, env=environment(url), stdout=output, stderr=output
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        output.seek(0)
        told = output.read()
    memory = usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
    return Run(seconds, memory, os.waitstatus_to_exitcode(status), told)


def environment(url: str) -> dict[str, str]:
    """That of a desk on the database."""
    return os.environ | {
        "DATABASE_URL": url,
        "DEBUG": "on",
        "HISTORY_KEY": "for-the-benchmark-only",
    }


def migrated(url: str) -> None:
    """Make the tables."""
    expect(run(url, *MANAGE, "migrate", "--verbosity", "0"))


def expect(done: Run) -> Run:
    """The run, which must have ended well. Raises AssertionError."""
    if done.status:
        raise AssertionError(f"Ended with status {done.status}:\n{done.output[-3000:]}")
    return done


def importing(folder: Path, jobs: int) -> list[str]:
    """The command that imports the pages."""
    return [*MANAGE, "import_trials", str(folder), "--jobs", str(jobs)]


# Measures


def against_parts(folder: Path, pages: int, vendor: str) -> Iterator[str]:
    """The writing against the bare writing, the whole against its parts."""
    with databases.fresh(vendor) as url:
        done = expect(
            run(
                url,
                sys.executable,
                "-m",
                "benchmarks",
                "writing",
                "--pages",
                f"{pages}",
            )
        )
    yield from done.output.splitlines()


def by_jobs(folder: Path, pages: int, vendor: str) -> Iterator[str]:
    """One process against two, the same pages once more, memory and size."""
    seconds = {}
    for jobs in (1, 2):
        with databases.fresh(vendor) as url:
            migrated(url)
            done = expect(run(url, *importing(folder, jobs)))
            seconds[jobs] = done.seconds
            yield (
                f"import --jobs {jobs}: {done.seconds:.1f} s, "
                f"{pages / done.seconds:.0f} trials/s, "
                f"at most {done.memory:.0f} MiB a process"
            )
            again = expect(run(url, *importing(folder, jobs)))
            yield (
                f"the same pages again, --jobs {jobs}: {again.seconds:.1f} s, "
                f"{pages / again.seconds:.0f} pages/s"
            )
            size = databases.size(url)
    yield f"--jobs 2 is {seconds[1] / seconds[2]:.2f} times as fast as --jobs 1"
    yield f"database: {size / 1024**2:,.0f} MiB, {size / pages / 1024:.1f} KiB a trial"


MEASURES = (against_parts, by_jobs)


def stored(url: str) -> dict[str, str]:
    """Table -> hash of what it holds, ids and times aside."""
    done = expect(run(url, sys.executable, "-m", "benchmarks", "stored"))
    return json.loads(done.output)
