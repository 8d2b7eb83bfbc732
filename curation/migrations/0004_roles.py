"""The roles: groups of accounts, and what their members may do.

`docs/roles.md` shows what follows from that, address by address. Roles are changed by
a further migration.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations

READER = [
    "trials.view_trial",
    "curation.view_finding",
    "curation.view_review",
    "curation.view_comment",
]
CURATOR = [
    *READER,
    "trials.change_trial",
    "curation.waive_finding",
    "curation.submit_review",
    "curation.add_comment",
]
ROLES = {
    "curator": CURATOR,
    "reviewer": [
        *CURATOR,
        "trials.revert_changeset",
        "curation.approve_review",
        "curation.assign_review",
        "curation.export_approved",
    ],
    "auditor": [*READER, "trials.view_audit", "curation.review_audit"],
    "data user": ["curation.export_approved"],
    "administrator": [
        "auth.view_user",
        "auth.add_user",
        "auth.change_user",
        "auth.view_group",
    ],
}
NAMES_BEFORE = {"curator": "Curators", "auditor": "Auditors"}


def make_roles(apps, schema_editor):
    """Make the groups. Those of an earlier demo keep their members."""
    # Django makes permissions only after the last migration, and we need them now.
    for label in ("auth", "trials", "curation"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    every = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in permission_model.objects.select_related("content_type")
    }
    for name, codes in ROLES.items():
        if before := NAMES_BEFORE.get(name):
            group_model.objects.filter(name=before).update(name=name)
        group, _ = group_model.objects.get_or_create(name=name)
        group.permissions.set([every[code] for code in codes])


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("curation", "0003_counts"),
    ]
    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
