"""What all tests share: an environment of their own and the browser."""

import os
import shutil

import django
import pytest
from django.conf import settings

# Before the settings are loaded, and stronger than the shell and the .env file: the
# tests mean the same on every machine. Only the database may be chosen from outside.
os.environ |= {
    "ALLOWED_HOSTS": "",
    "CSRF_TRUSTED_ORIGINS": "",
    "DEBUG": "on",
    "DJANGO_SETTINGS_MODULE": "curation.settings",
    "HISTORY_KEY": "for-the-tests-only",
    "HISTORY_KEY_FILE": "",
    "HTTPS": "",
    "REASON_REQUIRED": "",
    "SECRET_KEY": "for-the-tests-only",
    "SECRET_KEY_FILE": "",
    # Playwright keeps an event loop running in the thread of the tests, which Django
    # would take for asynchronous code that must not touch the database.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
}
os.environ.setdefault("DATABASE_URL", "")
# Already here, so that a conftest further down can import models.
django.setup()
# Slow on purpose is right for the desk and wrong for tests: a second a password.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


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
