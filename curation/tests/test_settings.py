import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from curation import settings as module

VARIABLES = (
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASE_URL",
    "DEBUG",
    "HTTPS",
    "SECRET_KEY",
    "SECRET_KEY_FILE",
    "TRUSTED_PROXIES",
)


@pytest.fixture
def load(monkeypatch):
    """Run the settings anew with these variables and no others."""

    def load(**environment):
        for name in VARIABLES:
            # Empty, not deleted: a .env file in the checkout must not fill it in.
            monkeypatch.setenv(name, environment.get(name, ""))
        return SimpleNamespace(**runpy.run_path(module.__file__))

    return load


def test_debug_is_off_unless_asked(load):
    assert load(SECRET_KEY="s").DEBUG is False
    assert load(DEBUG="on").DEBUG is True


def test_no_proxy_is_trusted_unless_asked(load):
    assert load(DEBUG="on").TRUSTED_PROXIES == 0
    assert load(DEBUG="on", TRUSTED_PROXIES="2").TRUSTED_PROXIES == 2


def test_debug_needs_no_secret(load):
    assert load(DEBUG="on").SECRET_KEY.startswith("django-insecure")


def test_a_secret_may_be_in_a_file(load, tmp_path):
    path = tmp_path / "key"
    path.write_text("from the file\n")

    assert load(SECRET_KEY_FILE=str(path)).SECRET_KEY == "from the file"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", " "),
        ("SECRET_KEY_FILE", "/no/such/file"),
        ("DEBUG", "onn"),
        ("HTTPS", "maybe"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "all"),
        ("DATABASE_URL", "mysql://db/desk"),
        ("DATABASE_URL", "db.sqlite3"),
        ("DATABASE_URL", "postgres://db:port/desk"),
    ],
)
def test_a_bad_value_stops_the_start_and_is_named(load, name, value):
    environment = {"SECRET_KEY": "s", name: value}

    with pytest.raises(ImproperlyConfigured, match=f"^{name}\\b"):
        load(**environment)


def test_the_password_in_a_bad_database_url_is_not_told(load):
    with pytest.raises(ImproperlyConfigured) as caught:
        load(SECRET_KEY="s", DATABASE_URL="mysql://me:hush@db/desk")

    assert "hush" not in str(caught.value)


def test_without_a_database_url_it_is_a_file_beside_the_code(load):
    database = load(DEBUG="on").DATABASES["default"]

    assert database["ENGINE"] == "django.db.backends.sqlite3"
    assert Path(database["NAME"]) == module.BASE_DIR / "db.sqlite3"
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_an_sqlite_url_keeps_the_options(load):
    database = load(DEBUG="on", DATABASE_URL="sqlite:////tmp/x?timeout=5").DATABASES[
        "default"
    ]

    assert database["NAME"] == "/tmp/x"  # noqa: S108 - never opened.
    assert database["OPTIONS"]["timeout"] == 5
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_a_postgres_url_chooses_postgresql(load):
    database = load(
        DEBUG="on", DATABASE_URL="postgres://me@db:5433/desk?sslmode=require"
    ).DATABASES["default"]

    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["HOST"], database["PORT"]) == ("db", 5433)
    assert database["OPTIONS"] == {"sslmode": "require"}
    assert database["CONN_HEALTH_CHECKS"] is True


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="Is about SQLite.")
@pytest.mark.parametrize("pragma", ["foreign_keys", "recursive_triggers"])
def test_sqlite_guards_the_rows(pragma):
    with connection.cursor() as cursor:
        assert cursor.execute(f"PRAGMA {pragma}").fetchone() == (1,)


@pytest.mark.parametrize(
    ("environment", "is_secure"),
    [
        ({"SECRET_KEY": "s"}, True),
        ({"SECRET_KEY": "s", "HTTPS": "off"}, False),
        ({"DEBUG": "on"}, False),
        ({"DEBUG": "on", "HTTPS": "on"}, True),
    ],
)
def test_one_switch_sets_all_of_https(load, environment, is_secure):
    settings = load(**environment)

    assert settings.SESSION_COOKIE_SECURE is is_secure
    assert settings.CSRF_COOKIE_SECURE is is_secure
    assert settings.SECURE_SSL_REDIRECT is is_secure
    assert bool(settings.SECURE_HSTS_SECONDS) is is_secure
    assert bool(settings.SECURE_PROXY_SSL_HEADER) is is_secure


def test_lists_may_have_spaces(load):
    settings = load(
        DEBUG="on",
        ALLOWED_HOSTS="desk.example, desk",
        CSRF_TRUSTED_ORIGINS="https://desk.example",
    )

    assert settings.ALLOWED_HOSTS == ["desk.example", "desk"]
    assert settings.CSRF_TRUSTED_ORIGINS == ["https://desk.example"]
