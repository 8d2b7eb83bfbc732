"""Copies of trials with all that belongs to them, made by the database itself."""

from django.db import connection, models

from curation.models import Finding, Review
from trials import tables
from trials.models import (
    ArmIntervention,
    FieldChange,
    Revision,
    SearchText,
    SourceDocument,
    Trial,
)

COPIED = 5_000
"""Trials that are copied at once."""
OWN_IDS = (SourceDocument, Revision, FieldChange, Finding)
FURTHER = (*OWN_IDS, Review, SearchText)


def last_id(model: type[models.Model]) -> int:
    """The highest id in use."""
    return model.objects.aggregate(last=models.Max("pk"))["last"] or 0


def copy(count: int) -> None:
    """Copy the first `count` trials with all that belongs to them.

    Whatever has an id of its own gets it raised by what the table has so far.
    """
    models_ = (Trial, *tables.MODELS.values(), ArmIntervention, *FURTHER)
    up = {model: last_id(model) for model in models_}
    with connection.cursor() as cursor:
        for model in models_:
            columns = {f.column: _copied(f, up) for f in model._meta.concrete_fields}
            if model is Trial:
                columns["nct_id"] = _number(up[Trial])
            if model is Revision:
                own, new = _number(0, "trial_id"), _number(up[Trial], "trial_id")
                columns["snapshot"] = f"replace(snapshot, {own}, {new})"
            condition = f"trial_id <= {count}"
            if model is Trial:
                condition = f"id <= {count}"
            if model is ArmIntervention:
                arms = f"SELECT id FROM trials_arm WHERE {condition}"  # noqa: S608
                condition = f"arm_id IN ({arms})"
            names = ", ".join(f'"{name}"' for name in columns)
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({names}) "  # noqa: S608 - names
                f"SELECT {', '.join(columns.values())} "
                f"FROM {model._meta.db_table} WHERE {condition}"
            )


def _copied(field: models.Field, up: dict[type[models.Model], int]) -> str:
    """What a copy has in the column."""
    points_at = field.remote_field and field.remote_field.model
    if points_at in up:
        return f'"{field.column}" + {up[points_at]}'
    if field.primary_key:
        return f'"{field.column}" + {up[field.model]}'
    return f'"{field.column}"'


def _number(more: int, column: str = "id") -> str:
    """The NCT number of the trial with the id in `column` and so much more."""
    return f"'NCT' || substr(cast(100000000 + {column} + {more} AS text), 2)"
