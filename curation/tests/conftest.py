"""Who is logged in, and the small history, for the tests of the pages."""

import pytest

from curation.tests import trail as trails
from curation.tests.factory import make_user


@pytest.fixture
def curator(client, db):
    user = make_user("view_trial", "change_trial")
    client.force_login(user)
    return user


@pytest.fixture
def context(context):
    """Fail a test whose pages disobey the Content-Security-Policy."""
    refused = []

    def on_message(message):
        if "Content Security Policy" in message.text:
            refused.append(message.text)

    context.on("console", on_message)
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
