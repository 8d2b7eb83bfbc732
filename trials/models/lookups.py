"""Conditions and columns that Django does not have."""

import json

from django.db import connections
from django.db.models import CharField, Lookup, Model, TextField, Transform


class OneOf(Lookup):
    """That a number is one of a list: `filter(OneOf(F("trial_id"), ids))`.

    Does what `trial_id__in=ids` does. Django prepares and binds each number by itself
    there, which takes longer than the query where there are hundreds; here the list is
    one value.
    """

    prepare_rhs = False

    def as_sqlite(self, compiler, connection):
        """The list as JSON: SQLite has no arrays."""
        left, params = self.process_lhs(compiler, connection)
        right = "(SELECT value FROM json_each(%s))"
        return f"{left} IN {right}", (*params, json.dumps(self.rhs))

    def as_postgresql(self, compiler, connection):
        """The list as an array, which a query unpacks: the planner neither weighs each
        number, which takes as long as reading the rows, nor reads the whole table."""
        left, params = self.process_lhs(compiler, connection)
        right = "ANY(ARRAY(SELECT unnest(%s::bigint[])))"
        # As text: psycopg would look at each number of a list.
        array = ",".join(map(str, self.rhs))
        return f"{left} = {right}", (*params, f"{{{array}}}")


class Head(Transform):
    """The first 200 characters of a text: `order_by("brief_title__head")`.

    That is what indexes hold. Texts have no limit, a reader keeps what a page prints;
    PostgreSQL refuses to store a row whose index entry is longer than 2,700 bytes.
    """

    lookup_name = "head"
    output_field = TextField()
    # A number as it stands: the index is of this very expression.
    template = "LEFT(%(expressions)s, 200)"

    def as_sqlite(self, compiler, connection, **context):
        """SQLite has no LEFT."""
        template = "SUBSTR(%(expressions)s, 1, 200)"
        return self.as_sql(compiler, connection, template=template, **context)


CharField.register_lookup(Head)
TextField.register_lookup(Head)


def heads(model: type[Model], field: str, using: str) -> list[str]:
    """The different heads of a column that has an index of them.

    Steps through the index from one to the next, where DISTINCT would read all of it.
    """
    table, connection = model._meta.db_table, connections[using]
    column = connection.ops.quote_name(model._meta.get_field(field).column)
    call = "SUBSTR({}, 1, 200)" if connection.vendor == "sqlite" else "LEFT({}, 200)"
    head = call.format(column)
    after = f"(SELECT {head} FROM {table} WHERE {head} > known.head"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE known(head) AS ("  # noqa: S608 - names of the model
            f"SELECT * FROM (SELECT {head} FROM {table} ORDER BY {head} LIMIT 1) first "
            f"UNION ALL SELECT {after} ORDER BY {head} LIMIT 1) "
            "FROM known WHERE known.head IS NOT NULL) "
            "SELECT head FROM known WHERE head IS NOT NULL"
        )
        return [value for (value,) in cursor]
