"""Let a search find the trials that are there."""

from itertools import islice

from django.db import migrations
from django.db.models import F

from trials.record.plain import from_plain
from trials.search.words import texts

BATCH = 500


def fill(apps, schema_editor):
    """From the last snapshot of each trial: it outlives any change of the tables."""
    alias = schema_editor.connection.alias
    revision = apps.get_model("trials", "Revision").objects.using(alias)
    search_text = apps.get_model("trials", "SearchText").objects.using(alias)
    rows = revision.filter(number=F("trial__version")).order_by("trial_id")
    snapshots = rows.values_list("trial_id", "snapshot").iterator(chunk_size=BATCH)
    while batch := list(islice(snapshots, BATCH)):
        search_text.bulk_create(
            search_text.model(trial_id=pk, **texts(from_plain(snapshot))._asdict())
            for pk, snapshot in batch
        )


def empty(apps, schema_editor):
    """The way back."""
    alias = schema_editor.connection.alias
    apps.get_model("trials", "SearchText").objects.using(alias).all().delete()


class Migration(migrations.Migration):
    dependencies = [("trials", "0006_search_index")]
    operations = [migrations.RunPython(fill, empty)]
