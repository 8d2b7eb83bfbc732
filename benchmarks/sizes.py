"""The room that tables take, with their indexes."""

from collections.abc import Iterable

from django.db import OperationalError, connection, models

from trials.models import ChangeSet, FieldChange, Revision, Trial

HISTORY = (ChangeSet, Revision, FieldChange)


def bytes_of(tables: Iterable[type[models.Model]]) -> int | None:
    """Bytes of the tables; None where SQLite was built without `dbstat`."""
    names = [model._meta.db_table for model in tables]
    query = "SELECT sum(pg_total_relation_size(t::regclass)) FROM unnest(%s::text[]) t"
    arguments = [names]
    if connection.vendor == "sqlite":
        marks = ", ".join(["%s"] * len(names))
        query = (
            "SELECT sum(pgsize) FROM dbstat WHERE aggregate AND name IN "  # noqa: S608
            f"(SELECT name FROM sqlite_master WHERE tbl_name IN ({marks}))"
        )
        arguments = names
    try:
        with connection.cursor() as cursor:
            cursor.execute(query, arguments)
            return cursor.fetchone()[0]
    except OperationalError:
        return None


def a_trial(tables: Iterable[type[models.Model]], trials: int | None = None) -> str:
    """The room that a trial takes in the tables, on average, in words."""
    if (size := bytes_of(tables)) is None:
        return "not known: this SQLite cannot tell the size of a table"
    count = Trial.objects.count() if trials is None else trials
    return f"{size / count / 1024:.1f} KiB on average"
