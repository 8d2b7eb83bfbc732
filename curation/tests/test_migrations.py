from collections import Counter

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader


@pytest.mark.django_db
def test_the_models_have_no_change_without_a_migration():
    call_command("makemigrations", "--check", "--dry-run", verbosity=1)


def test_no_two_migrations_of_an_app_have_the_same_number():
    migrations = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    numbers = Counter(
        (app, name.split("_")[0])
        for app, name in migrations
        if app in ("trials", "curation")
    )

    assert [twins for twins, count in numbers.items() if count > 1] == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "again"])
def test_the_roles_are_there_after_a_test_that_committed(time):
    roles = Group.objects.filter(permissions__isnull=False).distinct()

    assert {role.name for role in roles} >= {"curator", "reviewer", "auditor"}
