"""Conditions that Django does not have."""

import json

from django.db.models import Lookup


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
