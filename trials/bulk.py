"""Many rows at once, as fast as the database takes them.

PostgreSQL takes a binary COPY, SQLite `executemany` on its own connection; updates are
`executemany` on both, which psycopg sends in one go. The rows go past the models: who
writes them gives every value, in the form that the driver takes (`ready`). Constraints,
triggers and identity columns are those of any other insert. All of this runs inside the
caller's transaction.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

import msgspec
from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from django.db.models.fields import NOT_PROVIDED
from psycopg.types.json import Jsonb

from trials.models.fields import ListField

Model = type[models.Model]
Row = Sequence[Any]


def allocate(counts: Mapping[Model, int]) -> dict[Model, list[int]]:
    """Model -> so many new ids, in ascending order, that nothing else will be given."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            return _from_sequences(cursor, counts)
        return {
            model: _from_sqlite(cursor, model, count) for model, count in counts.items()
        }


def _from_sequences(
    cursor: CursorWrapper, counts: Mapping[Model, int]
) -> dict[Model, list[int]]:
    """All of them in one statement."""
    array = (
        "ARRAY(SELECT nextval(pg_get_serial_sequence(%s, 'id')) "
        "FROM generate_series(1, %s))"
    )
    values = [v for model, count in counts.items() for v in (_table(model), count)]
    cursor.execute(f"SELECT {', '.join([array] * len(counts))}", values)
    return dict(zip(counts, cursor.fetchone(), strict=True))


def _from_sqlite(cursor: CursorWrapper, model: Model, count: int) -> list[int]:
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


def insert(model: Model, names: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert `rows`: the values of the fields `names`, as `ready` makes them.

    A field that is not named has the default of its column. Raises django.db.Error, as
    any insert does.
    """
    with connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            with (
                connection.cursor() as cursor,
                cursor.copy(insertion(model, names)) as copy,
            ):
                copy.set_types(types_of(model, names))
                for row in rows:
                    copy.write_row(row)
        else:
            connection.ensure_connection()
            connection.connection.executemany(insertion(model, names), rows)


def insertion(model: Model, names: Sequence[str]) -> str:
    """The statement that takes the rows."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(model._meta.get_field(name).column) for name in names)
    if connection.vendor == "postgresql":
        return f"COPY {_table(model)} ({columns}) FROM STDIN (FORMAT BINARY)"
    marks = ", ".join("?" * len(names))
    table = _table(model)
    return f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - names


def update(model: Model, names: Sequence[str], rows: Iterable[Row]) -> None:
    """Set the fields `names` of rows: their values, as `ready` makes them, and the id.

    `bulk_update` says it all in one statement, which takes Django longer to write than
    the database to carry out. Raises django.db.Error.
    """
    quote = connection.ops.quote_name
    meta = model._meta
    values = ", ".join(f"{quote(meta.get_field(name).column)} = %s" for name in names)
    own = f"{quote(meta.pk.column)} = %s"
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {_table(model)} SET {values} WHERE {own}",  # noqa: S608 - names
            rows,
        )


def types_of(model: Model, names: Sequence[str]) -> list[str]:
    """PostgreSQL's types of the fields: a binary COPY casts nothing."""
    types = [model._meta.get_field(name).db_type(connection) for name in names]
    # A length ("varchar(11)") is no part of the type's name.
    return [name.partition("(")[0] for name in types]


def _table(model: Model) -> str:
    return connection.ops.quote_name(model._meta.db_table)


# Values


def columns_of(model: Model, without: Iterable[str] = ()) -> tuple[str, ...]:
    """The fields that a new row must be given, but for the id and those named."""
    left_out = {model._meta.auto_field and model._meta.auto_field.attname, *without}
    return tuple(
        field.attname
        for field in model._meta.concrete_fields
        if field.db_default is NOT_PROVIDED and field.attname not in left_out
    )


def rows_of(names: Sequence[str], objects: Iterable[models.Model]) -> Iterator[Row]:
    """The fields `names` (two at least) of instances of one model, ready to insert.

    Times that a save fills in (`auto_now_add`) must be there.
    """
    objects = list(objects)
    if not objects:
        return iter(())
    rows = map(attrgetter(*names), objects)
    return iter(ready(type(objects[0]), names, rows))


def ready(model: Model, names: Sequence[str], rows: Iterable[Row]) -> Iterable[Row]:
    """Rows of the values that the models hold -> as the driver takes them."""
    fields = [model._meta.get_field(name) for name in names]
    converters = [
        (place, convert)
        for place, field in enumerate(fields)
        if (convert := _converter(field))
    ]
    return _converted(converters, rows) if converters else rows


def _converted(
    converters: list[tuple[int, Callable[[Any], Any]]], rows: Iterable[Row]
) -> Iterator[Row]:
    for row in rows:
        values = list(row)
        for place, convert in converters:
            values[place] = convert(values[place])
        yield values


def _converter(field: models.Field) -> Callable[[Any], Any] | None:
    """What makes a value of the field one for the driver; None: it is one already.

    The fields could do it themselves (`get_db_prep_save`), and would take longer than
    the database.
    """
    is_postgresql = connection.vendor == "postgresql"
    if isinstance(field, ListField):
        return field.get_prep_value
    if isinstance(field, models.JSONField):
        return _jsonb if is_postgresql else json.dumps
    if isinstance(field, models.DateTimeField) and not is_postgresql:
        return connection.ops.adapt_datetimefield_value
    return None


def _jsonb(value: Any) -> Jsonb:
    return Jsonb(msgspec.json.encode(value), dumps=bytes)
