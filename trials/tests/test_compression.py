"""Long texts are compressed by the method that an import is fastest with."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from trials.models import Criterion, Revision, SourceDocument

migration = import_module("trials.migrations.0004_long_text_lz4")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite compresses nothing."
    ),
]


def compression(model) -> dict[str, str]:
    """Column -> its method; "" is the server's default."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, attcompression FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attnum > 0",
            [model._meta.db_table],
        )
        return {name: method.strip() for name, method in cursor}


def test_long_texts_use_lz4():
    with connection.cursor() as cursor:
        method = "l" if migration.has_lz4(cursor) else ""

    assert compression(Revision)["snapshot"] == method
    assert compression(SourceDocument)["text"] == method
    assert compression(SourceDocument)["lines"] == method
    assert compression(Criterion)["text"] == method
    assert compression(Criterion)["label"] == ""


def test_it_can_be_taken_back():
    with connection.schema_editor(atomic=False) as editor:
        migration.use_default(apps, editor)

    assert compression(Revision)["snapshot"] == ""


def test_a_server_without_lz4_keeps_its_default(monkeypatch):
    with connection.schema_editor(atomic=False) as editor:
        migration.use_default(apps, editor)
        monkeypatch.setattr(migration, "has_lz4", lambda cursor: False)
        migration.use_lz4(apps, editor)

    assert compression(Revision)["snapshot"] == ""
