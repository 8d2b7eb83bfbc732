"""What all tests share: an environment of their own and the browser."""

import os
import shutil

import django
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models.signals import post_migrate
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from trials import history_guard

# Before the settings are loaded, and stronger than the shell and the .env file: the
# tests mean the same on every machine. Only the database may be chosen from outside.
os.environ |= {
    "ALLOWED_HOSTS": "",
    "CLAIM_MINUTES": "",
    "CSRF_TRUSTED_ORIGINS": "",
    "DEBUG": "on",
    "DJANGO_SETTINGS_MODULE": "curation.settings",
    "FOUR_EYES": "",
    "HISTORY_KEY": "for-the-tests-only",
    "HISTORY_KEY_FILE": "",
    "HTTPS": "",
    "JOBS_ROOT": "",
    "JOB_DEAD_SECONDS": "",
    "JOB_FILES_DAYS": "",
    # A commit need not outlive a power cut: PostgreSQL's clients read this.
    "PGOPTIONS": "-c synchronous_commit=off",
    "REASON_REQUIRED": "",
    "SECRET_KEY": "for-the-tests-only",
    "SECRET_KEY_FILE": "",
    "STATIC_ROOT": "",
    # Playwright keeps an event loop running in the thread of the tests, which Django
    # would take for asynchronous code that must not touch the database.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
}
os.environ.setdefault("DATABASE_URL", "")
# Already here, so that a conftest further down can import models.
django.setup()
from django.contrib.auth.models import Group, Permission  # noqa: E402

# Slow on purpose is right for the desk and wrong for tests: a second a password.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_addoption(parser):
    """What `make roles` and the second run of `.ci/run` ask for."""
    parser.addoption(
        "--write-roles", action="store_true", help="write docs/roles.md anew"
    )
    parser.addoption(
        "--with-database-only",
        action="store_true",
        help="leave out the tests that use no database: they say the same on each",
    )


DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}
"""What a test has that uses a database, when it is not marked as one that does."""


def pytest_collection_modifyitems(config, items):
    """Leave out what `--with-database-only` does not ask for."""
    if not config.getoption("--with-database-only"):
        return
    chosen, others = [], []
    for item in items:
        uses_one = (
            item.get_closest_marker("django_db")
            or item.get_closest_marker("browser")
            or DATABASE_FIXTURES & set(item.fixturenames)
        )
        (chosen if uses_one else others).append(item)
    items[:] = chosen
    config.hook.pytest_deselected(items=others)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix, tmp_path_factory
):
    """Keep SQLite's database in a file, as the desk does: connections to one in memory
    fail at once where those to a file wait for each other."""
    if connection.vendor == "sqlite":
        file = tmp_path_factory.mktemp("database") / "test.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(file)
        options = connection.settings_dict["OPTIONS"]
        # As for PostgreSQL above.
        options["init_command"] += "; PRAGMA synchronous=OFF"


KEPT_TABLES = {"django_content_type", "auth_permission"}
"""As the migrations left them: what Django makes again after a flush is there then."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """Empty the tables row by row after a test that commits.

    Django truncates on PostgreSQL, which makes new files for each table and takes ten
    times as long for the few rows of a test. What refers to a row is checked at the end
    of the transaction.
    """

    def sql_flush(style, tables, *, reset_sequences=False, allow_cascade=False):
        quote = connection.ops.quote_name
        names = (name for name in tables if name not in KEPT_TABLES)
        return [f"DELETE FROM {quote(name)};" for name in names]  # noqa: S608

    connection.ops.sql_flush = sql_flush


@pytest.fixture(scope="session", autouse=True)
def jobs_root(tmp_path_factory):
    """Keep the files of jobs, and the cache, apart from those of the desk."""
    settings.JOBS_ROOT = tmp_path_factory.mktemp("jobs")
    # Before anybody asks for the cache.
    settings.CACHES["default"]["LOCATION"] = tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def emptied_after_the_test(request):
    """Let pytest-django empty the tables after a test that commits (`transaction=True`
    or `live_server`), which the guard of the history would refuse.

    Emptying ends in Django's post_migrate, which installs the guard again.
    """
    marker = request.node.get_closest_marker("django_db")
    commits = (marker and marker.kwargs.get("transaction")) or (
        {"transactional_db", "live_server"} & set(request.fixturenames)
    )
    if commits:
        # Set up before this fixture, hence taken down after it.
        request.getfixturevalue("transactional_db")
    yield
    if commits:
        history_guard.remove(connection)


KEPT_ROLES: dict[str, list[tuple[str, str]]] = {}
"""Role -> (app, codename) of its permissions, as the migrations made them."""


def keep_roles(*, using: str, **kwargs) -> None:
    """Receives Django's post_migrate: note the roles that the migrations made, and make
    them again after a test that committed was emptied, with all that it had."""
    groups = Group.objects.using(using)
    if not KEPT_ROLES:
        for group in groups.all():
            rows = group.permissions.values_list("content_type__app_label", "codename")
            KEPT_ROLES[group.name] = list(rows)
    if groups.exists():
        return
    permissions = {
        (permission.content_type.app_label, permission.codename): permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    for name, codes in KEPT_ROLES.items():
        role = groups.create(name=name)
        role.permissions.set(permissions[code] for code in codes)


# The last of our apps: all permissions are there by then.
post_migrate.connect(keep_roles, sender=apps.get_app_config("curation"))

# A busy machine is slow now and then; that is no fault of what is tested.
hypothesis_settings.register_profile(
    "desk",
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("desk")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Start the system's Chromium; Playwright's own is not downloaded."""
    names = ("chromium", "chromium-browser", "google-chrome")
    browser = next(filter(None, map(shutil.which, names)), None)
    if browser is None:
        give_up = pytest.fail if os.environ.get("CI") else pytest.skip
        give_up("This test needs Chromium, and none is installed.")
    return browser_type_launch_args | {
        "executable_path": browser,
        "args": [
            # For root, as whom CI runs, Chromium starts only without its sandbox.
            "--no-sandbox",
            "--disable-gpu",
            # No calls home: a test reaches no host but this one.
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }
