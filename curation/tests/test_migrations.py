from collections import Counter

import pytest
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
