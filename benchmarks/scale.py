"""A desk of many trials: how fast it fills, how large it gets, what its pages cost.

Each measure makes databases of its own, and runs what it measures in processes of
their own.
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
COMPARED = 3_000
"""Pages that one process and two import, at most."""
JOBS = 2
FEW = 2_000
"""Trials of the small desk."""


def main(pages: int, vendors: list[str]) -> None:
    """Print all measures on each kind of database."""
    for vendor in vendors:
        say(f"\n{vendor}, {pages:,} pages")
        for measure in MEASURES:
            for line in measure(pages, vendor):
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


def by_jobs(pages: int, vendor: str) -> Iterator[str]:
    """One process against two, on few pages, and the same pages again."""
    seconds = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_pages(folder, min(pages, COMPARED))
        for jobs in (1, 2):
            with databases.fresh(vendor) as url:
                migrated(url)
                done = expect(run(url, *importing(folder, jobs)))
                seconds[jobs] = done.seconds
                yield f"import of {min(pages, COMPARED):,} pages, {told(done, jobs)}"
                again = expect(run(url, *importing(folder, jobs)))
                yield f"the same pages again, {told(again, jobs)}"
    yield f"--jobs 2 is {seconds[1] / seconds[2]:.2f} times as fast as --jobs 1"


def full_desk(pages: int, vendor: str) -> Iterator[str]:
    """All pages, and then, on what they fill, the writing against the bare writing, the
    whole against its parts, and an export."""
    with databases.fresh(vendor) as url, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_pages(folder, pages)
        migrated(url)
        done = expect(run(url, *importing(folder, JOBS)))
        yield f"import: {pages / done.seconds:.0f} pages/s, {told(done, JOBS)}"
        size = databases.size(url)
        each = size / pages / 1024
        yield f"database: {size / 1024**2:,.0f} MiB, {each:.1f} KiB a trial"
        yield from part(url, "history")
        yield from part(url, "writing", "--pages", f"{pages}")
        yield from part(url, "export", "--format", "csv")


def few_and_many(pages: int, vendor: str) -> Iterator[str]:
    """The pages, and exports against the bare database, with few trials and with as
    many as there were pages."""
    with databases.fresh(vendor) as small, databases.fresh(vendor) as large:
        for url, trials in ((small, FEW), (large, pages)):
            part(url, "registry", "--trials", f"{trials}")
        yield from part(large, "compare", "--databases", small, large)
        for url in (small, large):
            yield from part(url, "bare")


def part(url: str, *arguments: str) -> list[str]:
    """The lines that a part of the benchmarks tells of a database."""
    return expect(
        run(url, sys.executable, "-m", "benchmarks", *arguments)
    ).output.splitlines()


def told(done: Run, jobs: int) -> str:
    """What an import took."""
    return (
        f"--jobs {jobs}: {done.seconds:.1f} s, at most {done.memory:.0f} MiB a process"
    )


MEASURES = (by_jobs, full_desk, few_and_many)


def stored(url: str) -> dict[str, str]:
    """Table -> hash of what it holds, ids and times aside."""
    done = expect(run(url, sys.executable, "-m", "benchmarks", "stored"))
    return json.loads(done.output)
