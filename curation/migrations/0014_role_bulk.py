"""Reviewers may change many trials at once: they may revert that too."""

from django.contrib.auth.management import create_permissions
from django.db import migrations


def _reviewer_and_permission(apps):
    reviewer = apps.get_model("auth", "Group").objects.get(name="reviewer")
    permission = apps.get_model("auth", "Permission").objects.get(
        content_type__app_label="curation", codename="bulk_change"
    )
    return reviewer, permission


def give(apps, schema_editor):
    """Add it to the role."""
    # Django makes permissions only after the last migration, and we need it now.
    config = apps.get_app_config("curation")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    reviewer, permission = _reviewer_and_permission(apps)
    reviewer.permissions.add(permission)


def take(apps, schema_editor):
    """Remove it from the role."""
    reviewer, permission = _reviewer_and_permission(apps)
    reviewer.permissions.remove(permission)


class Migration(migrations.Migration):
    dependencies = [("curation", "0013_bulk")]
    operations = [migrations.RunPython(give, take)]
