"""The words of many records in the index of either database: the SQL of both.

All that differs between FTS5 and a tsvector is here.
"""

import json
from collections.abc import Sequence
from typing import Literal

from django.db import connections
from django.db.models import Lookup

from trials.search.query import Term

WEIGHTS = (8, 4, 1)
"""What a word in the title, the topics and the body counts, on SQLite."""
RANK = "ts_rank_cd('{0.1, 0.2, 0.4, 1}', vector, %s::tsquery, 1)"
"""The same on PostgreSQL, whose weights go up to 1. Words count less in long texts."""
PHRASE = "(strpos(title, %s) > 0 OR strpos(topics, %s) > 0 OR strpos(body, %s) > 0)"
"""LIKE takes three times as long."""
LONG = "x1"
"""Stands in the vector of a record that `is_long`. No word of a text can be it."""


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
        """By the vector, which is read once; a record that `is_long` by its texts too
        where words must be next to each other."""
        left, params = self.process_lhs(compiler, connection)
        wanted, unwanted = self.rhs.wanted, self.rhs.unwanted
        if not wanted:
            said, values = _any_said(unwanted)
            return (
                "NOT EXISTS (SELECT FROM trials_searchtext "  # noqa: S608 - columns
                f"WHERE trial_id = {left} AND ({said}))",
                (*params, *values),
            )
        places = [_placed(term) for term in wanted]
        places += [f"!({_placed(term, 'surely')})" for term in unwanted]
        conditions, values = ["vector @@ %s::tsquery"], [" & ".join(places)]
        for term in filter(_is_phrase, wanted):
            conditions.append(f"(NOT is_long OR {PHRASE})")
            values += [_in_text(term)] * 3
        for term in filter(_is_phrase, unwanted):
            conditions.append(f"NOT (is_long AND {PHRASE})")
            values += [_in_text(term)] * 3
        return (
            f"{left} IN (SELECT trial_id FROM trials_searchtext "  # noqa: S608 - columns
            f"WHERE {' AND '.join(conditions)})",
            (*params, *values),
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


def _any_said(terms: Sequence[Term]) -> tuple[str, list[str]]:
    """The condition that a record says one of the terms, each found in the index."""
    conditions, values = [], []
    words = [_placed(term) for term in terms if not _is_phrase(term)]
    if words:
        conditions.append("vector @@ %s::tsquery")
        values.append(" | ".join(words))
    for term in filter(_is_phrase, terms):
        conditions.append(f"vector @@ %s::tsquery AND (NOT is_long OR {PHRASE})")
        values += [_placed(term), *[_in_text(term)] * 3]
    return " OR ".join(conditions), values


def _placed(term: Term, how: Literal["maybe", "surely"] = "maybe") -> str:
    """The term as PostgreSQL takes it, of a phrase the words next to each other:
    `(il <-> 7 | il & 7 & x1)`.

    Of a record that `is_long` the vector cannot tell: there the words are all that is
    asked for, or "surely", it says nothing.
    """
    if not _is_phrase(term):
        return tsquery([term])
    phrase = tsquery([term]).replace("&", "<->")
    if how == "surely":
        return f"{phrase} & !{LONG}"
    return f"({phrase} | {tsquery([term])} & {LONG})"


def _is_phrase(term: Term) -> bool:
    return len(term.words) > 1


def _in_text(term: Term) -> str:
    """What stands in a text that has the term's words next to each other."""
    return f" {' '.join(term.words)}{'' if term.is_beginning else ' '}"
