"""Databases that are there for one run alone."""

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import psycopg

POSTGRES = "postgres://postgres@127.0.0.1:5432"
VENDORS = ("sqlite", "postgresql")

_numbers = count(1)


@contextmanager
def fresh(vendor: str) -> Iterator[str]:
    """The address of an empty database, which goes again at the end."""
    if vendor == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/bench.sqlite3"
        return
    name = f"bench_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield f"{POSTGRES}/{name}"
    finally:
        with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def there() -> list[str]:
    """The kinds of databases that can be had here."""
    with socket.socket() as connection:
        connection.settimeout(1)
        is_there = connection.connect_ex(("127.0.0.1", 5432)) == 0
    return list(VENDORS) if is_there else ["sqlite"]


def size(url: str) -> int:
    """Bytes that the database takes."""
    if url.startswith("sqlite"):
        return os.path.getsize(url.removeprefix("sqlite:///"))
    with psycopg.connect(url) as connection:
        query = "SELECT pg_database_size(current_database())"
        (found,) = connection.execute(query).fetchone()
    return found
