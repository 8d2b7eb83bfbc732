"""Who is logged in, and the small history, for the tests of the pages."""

import pytest
from playwright.sync_api import expect

from curation.tests import trail as trails
from curation.tests.factory import make_user

MOST_PATIENCE = 15_000
"""Milliseconds that a page has for one thing: more than it needs on a busy machine."""

expect.set_options(timeout=MOST_PATIENCE)


@pytest.fixture
def curator(client, db):
    user = make_user("view_trial", "change_trial")
    client.force_login(user)
    return user


@pytest.fixture
def context(context):
    """Be patient, and fail a test whose pages disobey the Content-Security-Policy."""
    refused = []

    def on_message(message):
        if "Content Security Policy" in message.text:
            refused.append(message.text)

    context.on("console", on_message)
    context.set_default_timeout(MOST_PATIENCE)
    yield context
    assert refused == []


@pytest.fixture
def viewer(client, db):
    user = make_user("view_trial", username="viewer")
    client.force_login(user)
    return user


@pytest.fixture
def trail(monkeypatch, django_user_model):
    trails.make_trail(monkeypatch, django_user_model)


@pytest.fixture
def auditor(client, django_user_model):
    user = trails.make_user(
        django_user_model,
        "una",
        "trials.view_audit",
        "curation.review_audit",
        role="auditor",
    )
    client.force_login(user)
    return user
