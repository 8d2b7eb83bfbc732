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
        """The list as an array."""
        left, params = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", (*params, self.rhs)
