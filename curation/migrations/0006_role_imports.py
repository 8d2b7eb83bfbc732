"""Reviewers may import pages: they answer for what comes into the desk."""

from django.db import migrations


def _reviewer_and_permission(apps):
    reviewer = apps.get_model("auth", "Group").objects.get(name="reviewer")
    permission = apps.get_model("auth", "Permission").objects.get(
        content_type__app_label="trials", codename="add_trial"
    )
    return reviewer, permission


def give(apps, schema_editor):
    """Add it to the role."""
    reviewer, permission = _reviewer_and_permission(apps)
    reviewer.permissions.add(permission)


def take(apps, schema_editor):
    """Remove it from the role."""
    reviewer, permission = _reviewer_and_permission(apps)
    reviewer.permissions.remove(permission)


class Migration(migrations.Migration):
    dependencies = [("curation", "0005_records_exported")]
    operations = [migrations.RunPython(give, take)]
