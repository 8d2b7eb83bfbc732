"""Let the dashboard count open findings by rule from the index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("curation", "0006_role_imports"),
        ("trials", "0003_indexes_to_count"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="finding",
            name="curation_finding_state",
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                fields=["state", "severity", "rule"], name="curation_finding_state"
            ),
        ),
    ]
