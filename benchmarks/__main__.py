"""What reading, checking, importing, history, the pages, exports and bulk acts cost.

`make bench` runs it.

The readers run in this process; each database in one of its own, since the settings
choose the database when they are loaded. Every database is made for the run and goes
again.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import databases, kills, scale

TRIALS = (2_000, 20_000)
"""How many an export is measured with: its memory must not grow with them."""
FORMATS = ("csv", "dataset", "xlsx", "ctgov", "aact")


PARTS = (
    *("readers", "rules", "clusters", "database", "trials", "export", "exports"),
    *("desk", "bulk", "workers"),
    # Not part of all: they take as long as one likes.
    *("scale", "writing", "history", "kills", "stored"),
    *("registry", "pages", "compare", "bare"),
)


def main() -> None:
    """Run the parts that are asked for, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("part", nargs="?", choices=PARTS)
    parser.add_argument("--format", choices=FORMATS)
    parser.add_argument("--pages", type=int, default=40, help="pages an import")
    parser.add_argument("--kills", type=int, default=10, help="of an import")
    parser.add_argument("--on", choices=databases.VENDORS, help="this database alone")
    parser.add_argument("--jobs", type=int, default=200, help="jobs that wait")
    parser.add_argument("--rounds", type=int, default=3, help="of “bare”")
    parser.add_argument("--trials", type=int, default=2000, help="trials on the desk")
    parser.add_argument(
        "--databases",
        nargs=2,
        metavar="URL",
        help="for “compare”: two that “registry” filled, the small one first",
    )
    arguments = parser.parse_args()
    vendors = [arguments.on] if arguments.on else databases.there()
    os.environ |= {"DEBUG": "on", "DJANGO_SETTINGS_MODULE": "curation.settings"}
    if arguments.part == "readers":
        from benchmarks import reading

        reading.main()
    elif arguments.part == "rules":
        from benchmarks import checking

        checking.main(Path("fixtures/pages"))
    elif arguments.part == "clusters":
        from benchmarks import clustering

        clustering.main()
    elif arguments.part == "database":
        import django

        django.setup()
        from benchmarks import importing

        importing.main(arguments.pages)
    elif arguments.part in ("trials", "export"):
        import django

        django.setup()
        from benchmarks import exporting

        if arguments.part == "trials":
            exporting.fill(arguments.trials)
        else:
            exporting.measure(arguments.format)
    elif arguments.part == "exports":
        _exports()
    elif arguments.part == "scale":
        scale.main(arguments.pages, vendors)
    elif arguments.part == "kills":
        kills.main(arguments.pages, arguments.kills, vendors)
    elif arguments.part in ("writing", "stored"):
        import django

        django.setup()
        from benchmarks import writing
        from curation.tests.stored import digests

        if arguments.part == "writing":
            writing.main(arguments.pages)
        else:
            sys.stdout.write(json.dumps(digests()))
    elif arguments.part == "history":
        import django

        django.setup()
        from benchmarks import sizes

        sys.stdout.write(f"history of a trial: {sizes.a_trial(sizes.HISTORY)}\n")
    elif arguments.part == "desk":
        import django

        django.setup()
        from benchmarks import desk

        desk.main(arguments.trials)
    elif arguments.part == "workers":
        import django

        django.setup()
        from benchmarks import working

        sys.exit(bool(working.main(arguments.jobs, arguments.pages // 10)))
    elif arguments.part == "bulk":
        import django

        django.setup()
        from benchmarks import bulk

        bulk.main(arguments.trials)
    elif arguments.part == "bare":
        import django

        django.setup()
        from benchmarks import bare_export

        bare_export.main(arguments.rounds)
    elif arguments.part in ("registry", "pages", "compare"):
        import django

        django.setup()
        from benchmarks import registry_data, scaling

        if arguments.part == "registry":
            registry_data.fill(arguments.trials)
        elif arguments.part == "pages":
            scaling.measure()
        else:
            scaling.report(*arguments.databases)
    else:
        _run("readers")
        _run("rules")
        _run("clusters")
        _exports()
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/bench.sqlite3"
            _on_database(arguments, url)
        if "postgresql" in databases.there():
            url = f"{databases.POSTGRES}/bench_{os.getpid()}"
            _on_database(arguments, url)
            _run("workers", "--jobs", str(arguments.jobs), url=url)
        else:
            sys.stdout.write("PostgreSQL does not answer at 127.0.0.1:5432.\n")


def _exports() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite3"
        for count in TRIALS:
            _run("trials", "--trials", str(count), url=url)
            for name in FORMATS:
                _run("export", "--format", name, url=url)


def _on_database(arguments: argparse.Namespace, url: str) -> None:
    _run("database", "--pages", str(arguments.pages), url=url)
    _run("desk", "--trials", str(arguments.trials), url=url)
    _run("bulk", "--trials", str(arguments.trials), url=url)


def _run(*arguments: str, url: str = "") -> None:
    """One part in a process of its own, so that its memory is its own too."""
    subprocess.run(  # noqa: S603 - this very module
        [sys.executable, "-m", "benchmarks", *arguments],
        env=os.environ | ({"DATABASE_URL": url} if url else {}),
        check=True,
    )


if __name__ == "__main__":
    main()
