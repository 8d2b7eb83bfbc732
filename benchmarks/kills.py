"""Imports that are killed at random moments, resumed, and compared with one that was
not: `python -m benchmarks kills`.

In turns, what is killed (SIGKILL) is the command alone, one of its processes, or all.
"""

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from random import Random

from benchmarks import databases
from benchmarks.scale import (
    MANAGE,
    ROOT,
    environment,
    expect,
    importing,
    migrated,
    run,
    say,
    stored,
    write_pages,
)

JOBS = 2
SEED = 20260504


def main(pages: int, kills: int, vendors: list[str]) -> None:
    """Raise AssertionError where a resumed import ends otherwise."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_pages(folder, pages)
        for vendor in vendors:
            with databases.fresh(vendor) as url:
                migrated(url)
                seconds = expect(run(url, *importing(folder, JOBS))).seconds
                expected = stored(url)
            say(f"\n{vendor}, {pages:,} pages, undisturbed: {seconds:.0f} s")
            with databases.fresh(vendor) as url:
                migrated(url)
                killed(url, folder, kills, seconds)
                found = stored(url)
                history = expect(run(url, *MANAGE, "check_history"))
            if differing := [t for t in expected if found[t] != expected[t]]:
                raise AssertionError(f"{vendor}: another end in {differing}")
            say(f"equal to the undisturbed run in all {len(expected)} tables")
            say(history.output.splitlines()[-1])


def killed(url: str, folder: Path, kills: int, seconds: float) -> None:
    """Import the pages in so many runs that are killed and a last one that is not."""
    random = Random(SEED)  # noqa: S311 - moments, no secrets
    done = 0
    while done < kills:
        # All runs together, with their starts, come to about half of the pages.
        moment = 1 + random.uniform(0, seconds / kills)
        process = subprocess.Popen(  # noqa: S603 - our own command
            importing(folder, JOBS),
            cwd=ROOT,
            env=environment(url),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(moment)
        if process.poll() is not None:
            say(f"through before it could be killed, after {done} kills")
            break
        what = ("the command", "one process", "all")[done % 3]
        kill(process.pid, what)
        process.wait()
        done += 1
        say(f"kill {done} after {moment:.1f} s: {what}")
    last = expect(run(url, *importing(folder, JOBS)))
    say(f"resumed to the end: {last.output.splitlines()[-1]}")


def kill(pid: int, what: str) -> None:
    """Kill the command, the first of its processes, or all of them, without warning."""
    if what == "all":
        os.killpg(pid, signal.SIGKILL)
        return
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    # It may not have started any yet.
    target = int(children[0]) if what == "one process" and children else pid
    os.kill(target, signal.SIGKILL)
