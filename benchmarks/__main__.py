"""What reading, checking, importing, history and the pages cost: `make bench`.

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

POSTGRES = "postgres://postgres@127.0.0.1:5432"


def main() -> None:
    """Run the parts that are asked for, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument(
        "part", nargs="?", choices=["readers", "rules", "database", "desk"]
    )
    parser.add_argument("--pages", type=int, default=40, help="pages an import")
    parser.add_argument("--trials", type=int, default=2000, help="trials on the desk")
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
    elif arguments.part == "desk":
        import django

        django.setup()
        from benchmarks import desk

        desk.main(arguments.trials)
    else:
        _run("readers")
        _run("rules")
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/bench.sqlite3"
            _on_database(arguments, url)
        if _answers("127.0.0.1", 5432):
            url = f"{POSTGRES}/bench_{os.getpid()}"
            _on_database(arguments, url)
        else:
            sys.stdout.write("PostgreSQL does not answer at 127.0.0.1:5432.\n")


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
