"""What reading, checking, importing, history, the pages and exports cost.

`make bench` runs it.

The readers run in this process; each database in one of its own, since the settings
choose the database when they are loaded. Every database is made for the run and goes
again.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

TRIALS = (2_000, 20_000)
"""How many an export is measured with: its memory must not grow with them."""
FORMATS = ("csv", "dataset", "xlsx", "ctgov", "aact")
POSTGRES = "postgres://postgres@127.0.0.1:5432"


PARTS = (
    *("readers", "rules", "database", "trials", "export", "exports", "desk"),
    *("registry", "pages", "scale"),
)


def main() -> None:
    """Run the parts that are asked for, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("part", nargs="?", choices=PARTS)
    parser.add_argument("--format", choices=FORMATS)
    parser.add_argument("--pages", type=int, default=40, help="pages an import")
    parser.add_argument("--trials", type=int, default=2000, help="trials on the desk")
    parser.add_argument(
        "--databases",
        nargs=2,
        metavar="URL",
        help="for “scale”: two that “registry” filled, the small one first",
    )
    arguments = parser.parse_args()
    os.environ |= {"DEBUG": "on", "DJANGO_SETTINGS_MODULE": "curation.settings"}
    if arguments.part == "readers":
        from benchmarks import reading

        reading.main()
    elif arguments.part == "rules":
        from benchmarks import checking

        checking.main(Path("fixtures/pages"))
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
    elif arguments.part == "desk":
        import django

        django.setup()
        from benchmarks import desk

        desk.main(arguments.trials)
    elif arguments.part in ("registry", "pages", "scale"):
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
        _exports()
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/bench.sqlite3"
            _on_database(arguments, url)
        if _answers("127.0.0.1", 5432):
            url = f"{POSTGRES}/bench_{os.getpid()}"
            _on_database(arguments, url)
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


def _run(*arguments: str, url: str = "") -> None:
    """One part in a process of its own, so that its memory is its own too."""
    subprocess.run(  # noqa: S603 - this very module
        [sys.executable, "-m", "benchmarks", *arguments],
        env=os.environ | ({"DATABASE_URL": url} if url else {}),
        check=True,
    )


def _answers(host: str, port: int) -> bool:
    with socket.socket() as connection:
        connection.settimeout(1)
        return connection.connect_ex((host, port)) == 0


if __name__ == "__main__":
    main()
