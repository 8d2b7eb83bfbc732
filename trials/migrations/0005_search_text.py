"""The table of what full-text search reads."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("trials", "0004_long_text_lz4"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "trial",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_text",
                        serialize=False,
                        to="trials.trial",
                    ),
                ),
                ("title", models.TextField()),
                ("topics", models.TextField()),
                ("body", models.TextField()),
                ("is_long", models.BooleanField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
    ]
