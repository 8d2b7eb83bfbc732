"""Export profiles, and who keeps them: all that export. Reviewers freeze releases."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

PROFILES = [f"{act}_exportprofile" for act in ("add", "view", "change", "delete")]
GIVEN = {
    "curator": PROFILES,
    "reviewer": [*PROFILES, "add_release"],
    "auditor": PROFILES,
    "data user": PROFILES,
}
"""Role -> permissions of `curation`."""


def _roles_and_permissions(apps):
    # Django makes permissions only after the last migration, and we need them now.
    config = apps.get_app_config("curation")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects
    for name, codes in GIVEN.items():
        role = apps.get_model("auth", "Group").objects.get(name=name)
        yield (
            role,
            permissions.filter(content_type__app_label="curation", codename__in=codes),
        )


def give(apps, schema_editor):
    """Add them to the roles."""
    for role, permissions in _roles_and_permissions(apps):
        role.permissions.add(*permissions)


def take(apps, schema_editor):
    """Remove them from the roles."""
    for role, permissions in _roles_and_permissions(apps):
        role.permissions.remove(*permissions)


class Migration(migrations.Migration):
    dependencies = [
        ("curation", "0009_presence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="release",
            options={"default_permissions": ("add",), "ordering": ["-id"]},
        ),
        migrations.CreateModel(
            name="ExportProfile",
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
                (
                    "name",
                    models.CharField(
                        max_length=100,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[^\\x00-\\x1f\\x7f]+\\Z",
                                "Write the name on one line.",
                            )
                        ],
                    ),
                ),
                (
                    "is_shared",
                    models.BooleanField(
                        default=False,
                        help_text="Everyone who exports may use it.",
                        verbose_name="shared",
                    ),
                ),
                ("format", models.CharField(max_length=20)),
                ("columns", models.JSONField(blank=True, default=dict)),
                (
                    "bom",
                    models.BooleanField(default=False, verbose_name="byte order mark"),
                ),
                (
                    "lines",
                    models.BooleanField(default=False, verbose_name="JSON lines"),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="export_profiles",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.RunPython(give, take),
    ]
