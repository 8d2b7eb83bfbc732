"""Many rows at once, as fast as the database takes them.

PostgreSQL takes a binary COPY, SQLite `executemany` on its own connection. The rows go
past the models: who writes them gives every value, in the form that the models hold.
Constraints, triggers and the identity columns of the tables are those of any other
insert. All of this runs inside the caller's transaction.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import Any

from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from django.db.models.fields import NOT_PROVIDED

from trials.models.fields import ListField

_CONVERTED = (ListField, models.JSONField, models.DateTimeField)
"""Fields whose values a database driver does not take as the models hold them."""


def allocate(counts: Mapping[type[models.Model], int]) -> dict[Any, list[int]]:
    """Model -> so many new ids, in ascending order, that nothing else will be given."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            return _from_sequences(cursor, counts)
        return {
            model: _from_sqlite(cursor, model, count) for model, count in counts.items()
        }


def _from_sequences(
    cursor: CursorWrapper, counts: Mapping[type[models.Model], int]
) -> dict[Any, list[int]]:
    """All of them in one statement."""
    array = (
        "ARRAY(SELECT nextval(pg_get_serial_sequence(%s, 'id')) "
        "FROM generate_series(1, %s))"
    )
    values = [v for model, count in counts.items() for v in (_table(model), count)]
    cursor.execute(f"SELECT {', '.join([array] * len(counts))}", values)
    return dict(zip(counts, cursor.fetchone(), strict=True))


def _from_sqlite(
    cursor: CursorWrapper, model: type[models.Model], count: int
) -> list[int]:
    """From SQLite's own note of the highest id that each table ever had."""
    table = model._meta.db_table
    cursor.execute(
        "UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table]
    )
    if not cursor.rowcount:  # No row was ever inserted.
        cursor.execute("INSERT INTO sqlite_sequence VALUES (%s, %s)", [table, count])
    cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    (last,) = cursor.fetchone()
    return list(range(last - count + 1, last + 1))


def insert(
    model: type[models.Model], names: Sequence[str], rows: Iterable[tuple]
) -> None:
    """Insert `rows`: tuples of the values of the fields `names`.

    A field that is not named has the default of its column. Raises django.db.Error, as
    any insert does.
    """
    fields = [model._meta.get_field(name) for name in names]
    columns = ", ".join(connection.ops.quote_name(f.column) for f in fields)
    rows = _converted(fields, rows)
    with connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            _copy(f"COPY {_table(model)} ({columns})", fields, rows)
        else:
            marks = ", ".join("?" * len(fields))
            connection.ensure_connection()
            connection.connection.executemany(
                f"INSERT INTO {_table(model)} ({columns}) "  # noqa: S608 - names
                f"VALUES ({marks})",
                rows,
            )


def insert_objects(model: type[models.Model], objects: Sequence[Any]) -> None:
    """Insert instances of `model`. They stay as they are; either all have an id, or the
    database gives them one. Times that a save fills in (`auto_now_add`) must be there.
    """
    if not objects:
        return
    with_id = objects[0].pk is not None
    names = [
        field.attname
        for field in model._meta.concrete_fields
        if field.db_default is NOT_PROVIDED and (with_id or not field.primary_key)
    ]
    insert(model, names, map(attrgetter(*names), objects))


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _copy(
    statement: str, fields: Sequence[models.Field], rows: Iterable[tuple]
) -> None:
    # A length ("varchar(11)") is no part of the type's name.
    types = [field.db_type(connection) for field in fields]
    with (
        connection.cursor() as cursor,
        cursor.copy(f"{statement} FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types([name.partition("(")[0] for name in types])
        for row in rows:
            copy.write_row(row)


def _converted(
    fields: Sequence[models.Field], rows: Iterable[tuple]
) -> Iterable[tuple]:
    """The rows as the driver takes them."""
    converters = [
        (place, partial(field.get_db_prep_save, connection=connection))
        for place, field in enumerate(fields)
        if isinstance(field, _CONVERTED)
    ]
    return _with(converters, rows) if converters else rows


def _with(
    converters: list[tuple[int, Callable[[Any], Any]]], rows: Iterable[tuple]
) -> Iterator[list]:
    for row in rows:
        values = list(row)
        for place, convert in converters:
            values[place] = convert(values[place])
        yield values
