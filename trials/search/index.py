"""The words of many records in the index of either database: the SQL of both.

All that differs between FTS5 and a tsvector is here.
"""

import json
from collections.abc import Sequence

from django.db import connections
from django.db.models import Lookup

from trials.search.query import Term

WEIGHTS = (8, 4, 1)
"""What a word in the title, the topics and the body counts, on SQLite."""
RANK = "ts_rank_cd('{0.1, 0.2, 0.4, 1}', vector, %s::tsquery, 1)"
"""The same on PostgreSQL, whose weights go up to 1. Words count less in long texts."""
PHRASE = "(strpos(title, %s) > 0 OR strpos(topics, %s) > 0 OR strpos(body, %s) > 0)"
"""LIKE takes three times as long."""


class Says(Lookup):
    """That the record of the trial with an id says what a query wants, and nothing that
    it does not want: `filter(Says(F("id"), query))`.
    """

    prepare_rhs = False

    def as_sqlite(self, compiler, connection):
        """By FTS5, which knows phrases."""
        left, params = self.process_lhs(compiler, connection)
        wanted, unwanted = self.rhs.wanted, self.rhs.unwanted
        # It has no query of what is not said alone.
        way = "IN" if wanted else "NOT IN"
        return (
            f"{left} {way} (SELECT rowid FROM trials_searchindex "  # noqa: S608 - column
            "WHERE trials_searchindex MATCH %s)",
            (*params, fts5(wanted, unwanted)),
        )

    def as_postgresql(self, compiler, connection):
        """By the words, and where they must be next to each other by the text itself:
        a tsvector forgets places of words that come often or late."""
        left, params = self.process_lhs(compiler, connection)
        conditions, more = ["vector @@ %s::tsquery"], [tsquery(self.rhs.wanted)]
        if not self.rhs.wanted:
            conditions, more = [], []
        for term in filter(_is_phrase, self.rhs.wanted):
            conditions.append(PHRASE)
            more += [_in_text(term)] * 3
        for term in self.rhs.unwanted:
            said, values = "vector @@ %s::tsquery", [tsquery([term])]
            if _is_phrase(term):
                said, values = f"{said} AND {PHRASE}", values + [_in_text(term)] * 3
            conditions.append(f"NOT ({said})")
            more += values
        return (
            f"{left} IN (SELECT trial_id FROM trials_searchtext "  # noqa: S608 - columns
            f"WHERE {' AND '.join(conditions)})",
            (*params, *more),
        )


def ranked(ids: Sequence[int], terms: Sequence[Term], using: str) -> list[int]:
    """Those of the trials with `ids` that say all of the terms, the best first."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT trial_id FROM trials_searchtext "  # noqa: S608 - a constant
                f"WHERE trial_id = ANY(%s) ORDER BY {RANK} DESC, trial_id DESC",
                [list(ids), tsquery(terms)],
            )
        else:
            # The plus: FTS5 would otherwise look up each id by a search of its own.
            weights = ", ".join(map(str, WEIGHTS))
            cursor.execute(
                "SELECT rowid FROM trials_searchindex "  # noqa: S608 - a constant
                "WHERE trials_searchindex MATCH %s "
                "AND +rowid IN (SELECT value FROM json_each(%s)) "
                f"ORDER BY bm25(trials_searchindex, {weights}), rowid DESC",
                [fts5(terms), json.dumps(list(ids))],
            )
        return [pk for (pk,) in cursor]


def fts5(wanted: Sequence[Term], unwanted: Sequence[Term] = ()) -> str:
    """The terms as FTS5 takes them: `("il 7" AND "sep" *) NOT ("shock")`; those that
    are not wanted, one or the other, where none is wanted. Words need no escape."""
    without = " OR ".join(map(_phrase, unwanted))
    if not wanted:
        return without
    said = " AND ".join(map(_phrase, wanted))
    return f"({said}) NOT ({without})" if unwanted else said


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.words)}"{" *" if term.is_beginning else ""}'


def tsquery(terms: Sequence[Term]) -> str:
    """The words of all terms as PostgreSQL takes them: `il & 7 & sep:*`."""
    return " & ".join(
        word + (":*" if term.is_beginning and word is term.words[-1] else "")
        for term in terms
        for word in term.words
    )


def _is_phrase(term: Term) -> bool:
    return len(term.words) > 1


def _in_text(term: Term) -> str:
    """What stands in a text that has the term's words next to each other."""
    return f" {' '.join(term.words)}{'' if term.is_beginning else ' '}"
