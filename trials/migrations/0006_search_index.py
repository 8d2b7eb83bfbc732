"""The index of what full-text search reads, which the database keeps by itself."""

from django.db import migrations

# The words are a-z or 0-9 alone: no tokenizer has anything to decide about them.
SQLITE = (
    """
    CREATE VIRTUAL TABLE trials_searchindex USING fts5(
        title, topics, body,
        content='trials_searchtext', content_rowid='trial_id',
        tokenize='ascii', prefix='1 2 3'
    )
    """,
    """
    CREATE TRIGGER trials_searchtext_insert AFTER INSERT ON trials_searchtext BEGIN
        INSERT INTO trials_searchindex (rowid, title, topics, body)
        VALUES (new.trial_id, new.title, new.topics, new.body);
    END
    """,
    """
    CREATE TRIGGER trials_searchtext_delete AFTER DELETE ON trials_searchtext BEGIN
        INSERT INTO trials_searchindex
            (trials_searchindex, rowid, title, topics, body)
        VALUES ('delete', old.trial_id, old.title, old.topics, old.body);
    END
    """,
    # Most edits leave these texts as they are.
    """
    CREATE TRIGGER trials_searchtext_update AFTER UPDATE ON trials_searchtext
    WHEN old.title <> new.title OR old.topics <> new.topics OR old.body <> new.body
    BEGIN
        INSERT INTO trials_searchindex
            (trials_searchindex, rowid, title, topics, body)
        VALUES ('delete', old.trial_id, old.title, old.topics, old.body);
        INSERT INTO trials_searchindex (rowid, title, topics, body)
        VALUES (new.trial_id, new.title, new.topics, new.body);
    END
    """,
)
SQLITE_BACK = (
    "DROP TRIGGER trials_searchtext_insert",
    "DROP TRIGGER trials_searchtext_delete",
    "DROP TRIGGER trials_searchtext_update",
    "DROP TABLE trials_searchindex",
)
# x0 keeps a phrase from reaching from one text into the next; x1 tells that the places
# of some words are missing. Neither can be a word of a text.
POSTGRESQL = (
    """
    ALTER TABLE trials_searchtext ADD COLUMN vector tsvector
    GENERATED ALWAYS AS (
        setweight(to_tsvector('pg_catalog.simple'::regconfig, title), 'A')
        || 'x0:1'::tsvector
        || setweight(to_tsvector('pg_catalog.simple'::regconfig, topics), 'B')
        || 'x0:1'::tsvector
        || to_tsvector('pg_catalog.simple'::regconfig, body)
        || CASE WHEN is_long THEN 'x1:1'::tsvector ELSE ''::tsvector END
    ) STORED
    """,
    # It hardly gets smaller by compression, which takes longer than making it.
    "ALTER TABLE trials_searchtext ALTER COLUMN vector SET STORAGE EXTERNAL",
    "CREATE INDEX trials_searchtext_vector ON trials_searchtext USING gin (vector)",
)
POSTGRESQL_BACK = ("ALTER TABLE trials_searchtext DROP COLUMN vector",)


def make(apps, schema_editor):
    """Make what the database needs to keep its index."""
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRESQL if is_postgresql else SQLITE:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    """The way back."""
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRESQL_BACK if is_postgresql else SQLITE_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("trials", "0005_search_text")]
    operations = [migrations.RunPython(make, drop)]
