import runpy

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from trials import history_guard

# The module closes the connection, and with it a transaction around the test.
pytestmark = pytest.mark.django_db(transaction=True)


def test_the_desk_serves_a_guarded_history():
    assert callable(runpy.run_module("curation.wsgi")["application"])


def test_the_desk_does_not_serve_without_a_trigger():
    history_guard.remove(connection)

    with pytest.raises(
        ImproperlyConfigured, match="trials_revision.*manage.py migrate"
    ):
        runpy.run_module("curation.wsgi")


def test_no_connection_is_left_open_for_workers_to_share():
    runpy.run_module("curation.wsgi")

    assert connection.connection is None
