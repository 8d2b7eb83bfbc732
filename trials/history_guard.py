"""The guard of the history: triggers that let its tables grow, and nothing else.

A model with `append_only = True` is guarded, in whichever app it is. The database then
refuses UPDATE, DELETE and TRUNCATE on its table (django.db.IntegrityError), whoever
asks. The triggers are made anew after every migrate, since SQLite loses them when a
migration rebuilds a table; the desk does not serve without them (`require`).
"""

from django.apps import apps
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

REFUSAL = "The history is append-only."

# INSERT OR REPLACE deletes too, which fires the trigger only while the connection has
# recursive_triggers on: see the settings.
SQLITE_TRIGGER = """\
CREATE TRIGGER {name} BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, '{refusal}'); END"""

# Code 23001 makes it an IntegrityError, as on SQLite.
POSTGRESQL_FUNCTION = "trials_history_guard"
POSTGRESQL_BODY = f"BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '23001'; END"
# ALWAYS: it fires for a session that plays the replica, too.
POSTGRESQL_TRIGGER = """\
CREATE TRIGGER {name} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION {function}();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"""
# 58: before (2) delete (8), update (16) or truncate (32), once for the statement.
POSTGRESQL_INTACT = """\
SELECT pg_trigger.tgname
FROM pg_trigger
JOIN pg_class ON pg_class.oid = pg_trigger.tgrelid
JOIN pg_proc ON pg_proc.oid = pg_trigger.tgfoid
WHERE pg_table_is_visible(pg_class.oid)
  AND pg_trigger.tgname = pg_class.relname || '_append_only'
  AND pg_trigger.tgtype = 58
  AND pg_trigger.tgattr::text = ''
  AND pg_trigger.tgqual IS NULL
  AND pg_trigger.tgenabled = 'A'
  AND pg_proc.prosrc = %s"""


def install(connection: BaseDatabaseWrapper) -> None:
    """Make every trigger that is missing or is not as it was made."""
    triggers = _triggers(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name in missing(connection):
            table, statement = triggers[name]
            _drop(cursor, name, table)
            if connection.vendor == "postgresql":
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {POSTGRESQL_FUNCTION}() "
                    f"RETURNS trigger LANGUAGE plpgsql AS $${POSTGRESQL_BODY}$$"
                )
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop every trigger. For a migration that must write to old history: the guard
    comes back by itself when the migrate command ends."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name, (table, _) in _triggers(connection).items():
            _drop(cursor, name, table)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of the triggers that are not there, are switched off, or do not say
    what `install` made them say. A table that is not there yet needs none."""
    triggers = _triggers(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_INTACT, [POSTGRESQL_BODY])
            intact = {name for (name,) in cursor}
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            intact = {
                name for name, sql in cursor if sql == triggers.get(name, ("", ""))[1]
            }
    return [name for name in triggers if name not in intact]


def require(connection: BaseDatabaseWrapper) -> None:
    """Raise ImproperlyConfigured, which names the triggers, if one is missing."""
    if names := missing(connection):
        raise ImproperlyConfigured(_complaint(names))


def check(*, databases: list[str] | None = None, **kwargs) -> list[checks.Warning]:
    """The same as a system check of the databases.

    A warning, not an error, which would stop the very command that mends it.
    """
    return [
        checks.Warning(_complaint(names), id="trials.W001")
        for alias in databases or ()
        if (names := missing(connections[alias]))
    ]


def install_after_migrate(*, using: str, **kwargs) -> None:
    """Receives Django's post_migrate."""
    install(connections[using])


def _complaint(names: list[str]) -> str:
    return (
        "The database does not guard the history: missing or altered triggers: "
        f"{', '.join(names)}. “manage.py migrate” installs them anew. Then run "
        "“manage.py check_history”: someone may have changed the history meanwhile."
    )


def _triggers(connection: BaseDatabaseWrapper) -> dict[str, tuple[str, str]]:
    """Name -> table and statement of every trigger that the database must have."""
    there = set(connection.introspection.table_names())
    tables = [
        model._meta.db_table
        for model in apps.get_models()
        if getattr(model, "append_only", False) and model._meta.db_table in there
    ]
    triggers = {}
    for table in tables:
        if connection.vendor == "postgresql":
            name = f"{table}_append_only"
            triggers[name] = (
                table,
                POSTGRESQL_TRIGGER.format(
                    name=name, table=table, function=POSTGRESQL_FUNCTION
                ),
            )
            continue
        for event in ("UPDATE", "DELETE"):
            name = f"{table}_no_{event.lower()}"
            triggers[name] = (
                table,
                SQLITE_TRIGGER.format(
                    name=name, event=event, table=table, refusal=REFUSAL
                ),
            )
    return triggers


def _drop(cursor: CursorWrapper, name: str, table: str) -> None:
    on_table = f" ON {table}" if cursor.db.vendor == "postgresql" else ""
    cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")
