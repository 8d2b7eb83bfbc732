"""Frozen exports."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("curation", "0007_findings_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Release",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True)),
                ("at", models.DateTimeField(verbose_name="time (UTC)")),
                ("by_name", models.CharField(max_length=200, verbose_name="who")),
                ("chosen", models.TextField()),
                ("format", models.CharField(max_length=20)),
                ("options", models.CharField(blank=True, max_length=100)),
                (
                    "app_version",
                    models.CharField(max_length=40, verbose_name="version of the desk"),
                ),
                ("trials", models.PositiveIntegerField()),
                ("pins", models.TextField()),
                ("files", models.TextField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "default_permissions": (),
            },
        ),
    ]
