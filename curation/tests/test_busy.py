"""What is told while another holds SQLite's lock for longer than a save waits."""

import sqlite3
from contextlib import contextmanager

import pytest
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import OperationalError, connection
from django.test import RequestFactory
from django.urls import reverse

from curation import busy
from curation.models import NotSame
from curation.tests.factory import make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite has one writer."),
]

VALUES = {"column": "sponsors.name", "method": "nearest"}
APART = VALUES | {"go": "apart-0", "value-0": ["<b>\nBonn</b> ", "Born"]}


@pytest.fixture
def site(client):
    """A browser that takes an error for a page, as others do."""
    client.raise_request_exception = False
    client.force_login(make_user("change_trial", "bulk_change", "view_trial"))
    return client


@contextmanager
def locked():
    """Another process writes, and ours waits for a moment only."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 20")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()
        connection.close()


def send(site, **how):
    return site.post(reverse("admin:curation_bulk_clusters"), APART, **how)


def test_who_cannot_save_is_told_so_and_sends_the_same_again(site):
    with locked():
        page = send(site)

    assert page.status_code == 503
    assert page.headers["Retry-After"]
    text = page.content.decode()
    assert "was not saved" in text
    assert not NotSame.objects.exists()
    # The first line break of a text area is no part of its value.
    assert (
        '<textarea name="value-0" hidden>\n&lt;b&gt;\nBonn&lt;/b&gt; </textarea>'
        in text
    )
    assert 'name="csrfmiddlewaretoken"' in text
    assert text.count("csrfmiddlewaretoken") == 1

    send(site)
    assert NotSame.objects.exists()


def test_a_script_is_told_in_its_own_words(site):
    with locked():
        answer = send(site, headers={"accept": "application/json"})

    assert (answer.status_code, answer.json()) == (503, {"message": busy.NOT_SAVED})


def test_a_session_that_cannot_be_saved_is_told_too(site):
    # To open a tab of the queue begins a new pass, which the session remembers.
    make = ("view_trial", "view_review", "submit_review")
    site.force_login(make_user(*make, username="other"))
    with locked():
        page = site.get(reverse("admin:curation_queue"))

    assert page.status_code == 503
    assert b">Open the page again</a>" in page.content
    assert b"not saved" not in page.content


def test_a_session_that_was_ended_elsewhere_is_no_busy_desk():
    error = SessionInterrupted("It was deleted.")

    assert busy.bad_request(RequestFactory().get("/"), error).status_code == 400


def test_no_password_is_sent_back(site):
    with locked():
        page = site.post(
            reverse("admin:login"), {"username": "nobody", "password": "hush"}
        )

    assert page.status_code == 503
    assert b"hush" not in page.content
    assert b"Go back in your browser" in page.content


def test_other_errors_stay_errors(site, monkeypatch):
    def broken(*args):
        raise OperationalError("no such table: trials")

    monkeypatch.setattr("curation.not_same.remember", broken)

    assert send(site).status_code == 500
