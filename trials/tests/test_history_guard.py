import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from trials import history_guard, revisions, tables
from trials.models import ChangeSet, FieldChange, Revision
from trials.tests.factory import make_record

pytestmark = pytest.mark.django_db

GUARDED = (ChangeSet, Revision, FieldChange)
TABLES = [model._meta.db_table for model in GUARDED]

on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="Only PostgreSQL has this."
)
on_sqlite = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="Only SQLite has this."
)


@pytest.fixture
def revision(db):
    """The first revision of a trial; deferred checks are done, so that the tables may
    be altered."""
    record = make_record()
    trial = tables.save(record)
    trial.version = 1
    change_set = ChangeSet.objects.create(
        kind=ChangeSet.Kind.IMPORT, at=timezone.now(), actor_name="ada", app_version="1"
    )
    new = revisions.New(trial, record, revisions.CREATED)
    (revision,) = revisions.append([new], change_set)
    connection.check_constraints()
    return revision


def run(statement, table=""):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table=table))


@pytest.mark.parametrize("model", GUARDED)
def test_the_models_cannot_change_or_delete_history(revision, model):
    row = model.objects.get()

    for attempt in (
        row.save,
        lambda: model.objects.update(id=row.pk),
        lambda: model.objects.bulk_update([row], [model._meta.fields[-1].name]),
        lambda: model.objects.all()._raw_delete(connection.alias),
    ):
        with (
            pytest.raises(IntegrityError, match=history_guard.REFUSAL),
            transaction.atomic(),
        ):
            attempt()
    with pytest.raises(IntegrityError), transaction.atomic():
        FieldChange.objects.all().delete()

    assert model.objects.get() == row


@pytest.mark.parametrize("table", TABLES)
def test_sql_cannot_change_or_delete_history(revision, table):
    for statement in (
        "UPDATE {table} SET id = id",
        "UPDATE {table} SET id = 7 WHERE id > 0",
        "DELETE FROM {table}",
        "DELETE FROM {table} WHERE id > 0",
    ):
        with pytest.raises(IntegrityError, match=history_guard.REFUSAL):
            run(statement, table)


@on_postgresql
@pytest.mark.parametrize("table", TABLES)
def test_sql_cannot_empty_history(revision, table):
    with pytest.raises(IntegrityError, match=history_guard.REFUSAL):
        run("TRUNCATE {table} CASCADE", table)


@on_postgresql
def test_sql_cannot_change_history_as_a_replica(revision):
    with pytest.raises(IntegrityError, match=history_guard.REFUSAL):
        run("SET LOCAL session_replication_role = replica; DELETE FROM trials_revision")


@on_sqlite
@pytest.mark.parametrize("table", TABLES)
def test_sql_cannot_replace_a_row_of_history(revision, table):
    with pytest.raises(IntegrityError, match=history_guard.REFUSAL):
        run("INSERT OR REPLACE INTO {table} SELECT * FROM {table}", table)


@on_postgresql
@pytest.mark.parametrize("table", TABLES)
def test_sql_cannot_change_a_row_by_way_of_an_insert(revision, table):
    with pytest.raises(IntegrityError, match=history_guard.REFUSAL):
        run(
            "INSERT INTO {table} SELECT * FROM {table} "
            "ON CONFLICT (id) DO UPDATE SET id = excluded.id",
            table,
        )


def test_a_database_after_migrate_misses_no_trigger():
    assert history_guard.missing(connection) == []
    history_guard.require(connection)
    assert history_guard.check(databases=["default"]) == []


def test_every_dropped_trigger_is_missed_and_comes_back_with_migrate(revision):
    history_guard.remove(connection)

    names = history_guard.missing(connection)

    assert len(names) >= len(TABLES)
    assert all(any(name.startswith(table) for name in names) for table in TABLES)
    with pytest.raises(ImproperlyConfigured, match=f"{names[0]}.*manage.py migrate"):
        history_guard.require(connection)
    call_command("migrate", verbosity=0)
    assert history_guard.missing(connection) == []


def test_the_check_of_the_database_warns_of_a_dropped_trigger():
    history_guard.remove(connection)

    (warning,) = history_guard.check(databases=["default"])

    assert "trials_revision" in warning.msg
    assert history_guard.check(databases=None) == []


def altered_trigger():
    """SQL that makes the first trigger of the revisions harmless, under its name."""
    if connection.vendor == "postgresql":
        return (
            "DROP TRIGGER trials_revision_append_only ON trials_revision;"
            "CREATE TRIGGER trials_revision_append_only BEFORE UPDATE OR DELETE OR "
            "TRUNCATE ON trials_revision FOR EACH STATEMENT WHEN (1 = 0) "
            "EXECUTE FUNCTION trials_history_guard();"
            "ALTER TABLE trials_revision ENABLE ALWAYS TRIGGER "
            "trials_revision_append_only"
        )
    return (
        "CREATE TRIGGER trials_revision_no_update BEFORE UPDATE ON trials_revision "
        "BEGIN SELECT 1; END"
    )


def test_a_trigger_with_another_definition_is_missing(revision):
    if connection.vendor == "sqlite":
        run("DROP TRIGGER trials_revision_no_update")

    run(altered_trigger())

    (name,) = history_guard.missing(connection)
    assert name.startswith("trials_revision_")


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_triggers_that_a_rebuilt_table_lost_come_back_with_migrate():
    field = Revision._meta.get_field("hash")
    nullable = field.clone()
    nullable.set_attributes_from_name("hash")
    nullable.null = True

    with connection.schema_editor() as editor:
        editor.alter_field(Revision, field, nullable)
        editor.alter_field(Revision, nullable, field)

    assert history_guard.missing(connection) == [
        "trials_revision_no_update",
        "trials_revision_no_delete",
    ]
    call_command("migrate", verbosity=0)
    assert history_guard.missing(connection) == []


@on_postgresql
@pytest.mark.parametrize("how", ["DISABLE", "ENABLE", "ENABLE REPLICA"])
def test_a_trigger_that_is_switched_off_is_missing(revision, how):
    run(f"ALTER TABLE trials_revision {how} TRIGGER trials_revision_append_only")

    assert history_guard.missing(connection) == ["trials_revision_append_only"]
    history_guard.install(connection)
    assert history_guard.missing(connection) == []


@on_postgresql
def test_a_guard_whose_function_lets_through_is_missing(revision):
    run(
        "CREATE OR REPLACE FUNCTION trials_history_guard() RETURNS trigger "
        "LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
    )

    assert {f"{table}_append_only" for table in TABLES} <= set(
        history_guard.missing(connection)
    )
    history_guard.install(connection)
    assert history_guard.missing(connection) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_the_guard_stands_again_after_a_test_that_commits(revision, time):
    assert Revision.objects.get() == revision
    assert history_guard.missing(connection) == []
