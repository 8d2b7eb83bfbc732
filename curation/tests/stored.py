"""All rows of a desk in a form that two desks can be compared by.

Ids differ from desk to desk: a row is named by what it is instead (a trial by its
number, a part by its trial and key), and rows stand in no order. Which act a revision
belongs to is left out, since an import that was broken off and resumed is two.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django.db import connection
from django.db.models import Model

from curation.models import Finding, Review, ReviewEvent, WordCount
from trials.models import (
    ArmIntervention,
    ChangeSet,
    FieldChange,
    Revision,
    SearchText,
    SourceDocument,
    Trial,
)
from trials.tables import MODELS

TIMES = {
    *("created_at", "changed_at", "imported_at"),
    *("opened_at", "found_at", "state_since"),
}
"""Columns that hold when something was done."""

_NAMED_BY: dict[type[Model], tuple[str, ...]] = {
    Trial: ("nct_id",),
    **dict.fromkeys(MODELS.values(), ("trial_id", "key")),
    SourceDocument: ("trial_id", "sha256"),
    ChangeSet: ("kind",),
    Revision: ("trial_id", "number"),
}
"""What names the rows that others point at; those come before the others."""

_COMPARED = (
    *_NAMED_BY,
    ArmIntervention,
    FieldChange,
    Review,
    ReviewEvent,
    Finding,
    WordCount,
    SearchText,
)


def stored(leave_out: Iterable[str] = TIMES) -> dict[str, list[str]]:
    """Table -> its rows as text, sorted, but for ids, hashes and what is left out.

    A hash covers ids: `check_history` is who verifies it. Of the acts there are
    only those that revisions belong to, each once.
    """
    left_out = {"id", "hash", *leave_out}
    named: dict[type[Model], dict[int, Any]] = {}
    told = {}
    for model in _COMPARED:
        names = named[model] = {}
        lines = []
        for row in _rows(model):
            for field in model._meta.concrete_fields:
                if field.related_model in _NAMED_BY and row[field.column] is not None:
                    row[field.column] = named[field.related_model][row[field.column]]
            if model in _NAMED_BY:
                names[row["id"]] = tuple(row[name] for name in _NAMED_BY[model])
            lines.append(repr({n: v for n, v in row.items() if n not in left_out}))
        if model is not ChangeSet:
            told[model._meta.db_table] = sorted(lines)
    return told


def digests() -> dict[str, str]:
    """Table -> a hash of its rows."""
    return {
        table: sha256("\n".join(rows).encode()).hexdigest()
        for table, rows in stored().items()
    }


def _rows(model: type[Model]) -> list[dict[str, Any]]:
    """The rows as the database gives them, past the models."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {model._meta.db_table}")  # noqa: S608 - a name
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor]
