"""Who reads the lists keeps filters of them: curators, reviewers and auditors."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = ("curator", "reviewer", "auditor")
FILTERS = [f"{act}_keptfilter" for act in ("add", "view", "change", "delete")]


def _roles_and_permissions(apps):
    groups = apps.get_model("auth", "Group").objects
    permissions = apps.get_model("auth", "Permission").objects
    return groups.filter(name__in=ROLES), permissions.filter(
        content_type__app_label="curation", codename__in=FILTERS
    )


def give(apps, schema_editor):
    """Add them to the roles."""
    # Django makes permissions only after the last migration, and we need them now.
    config = apps.get_app_config("curation")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    roles, permissions = _roles_and_permissions(apps)
    for role in roles:
        role.permissions.add(*permissions)


def take(apps, schema_editor):
    """Remove them from the roles."""
    roles, permissions = _roles_and_permissions(apps)
    for role in roles:
        role.permissions.remove(*permissions)


class Migration(migrations.Migration):
    dependencies = [("curation", "0017_kept_filter")]
    operations = [migrations.RunPython(give, take)]
