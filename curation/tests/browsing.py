"""Sections in a real browser, opened as somebody."""

import time
from contextlib import contextmanager

from django.test import Client
from django.urls import reverse

from curation.tests.factory import make_user


def log_in(context, live_server, username="curator"):
    """Give a browser context a session of a new curator.

    The permissions are the account's own: these tests flush the groups.
    """
    client = Client()
    may = ("view_trial", "change_trial", "view_finding", "waive_finding")
    user = make_user(*may, username=username, password="secret")
    client.force_login(user)
    session = client.cookies["sessionid"].value
    context.add_cookies(
        [{"name": "sessionid", "value": session, "url": live_server.url}]
    )


def open_section(page, live_server, trial, slug="eligibility"):
    """Open a section of a trial in a window of a common size."""
    page.set_viewport_size({"width": 1400, "height": 900})
    url = reverse("admin:trials_trial_section", args=[trial.pk, slug])
    page.goto(f"{live_server.url}{url}")
    return page


def field(page, path):
    """The control of a value of the record."""
    return page.locator(f"#section-form [data-path='{path}']")


@contextmanager
def arrival(page):
    """What is done in the block leads to another page: wait for it and its scripts.

    Its address and its text are there before them, and a key that is pressed between is
    nobody's.
    """
    with page.expect_event("load"):
        yield


def wait_until(page, expression):
    """Wait until a JavaScript expression is true.

    Playwright's own way of waiting evaluates it in the page, which the page's policy
    forbids.
    """
    deadline = time.monotonic() + 10
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"It never became true: {expression}"
        page.wait_for_timeout(50)


def keep_draft(page):
    """Wait until the browser has kept what was typed."""
    wait_until(
        page, "Object.keys(localStorage).some((key) => key.startsWith('draft:'))"
    )
