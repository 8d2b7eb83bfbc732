"""Every address of the desk, visited by everyone who may come.

The addresses are those that the resolver knows: a new page is walked by itself. What
its address names, `walk_desk.Desk.values` must know; what its form asks for, `POSTS`
may say.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve, reverse

from curation.tests.walk_desk import VISITORS, Desk

YES, NO, LOGIN, NONE = "yes", "no", "login", "–"
"""The page comes; 403 or 404; the login comes instead; no such method (405)."""
ANSWERS = {200: YES, 409: YES, 403: NO, 404: NO, 405: NONE}
"""Status -> answer. 409 shows what another changed meanwhile: a page like any other."""

QUERIES = {
    "admin:autocomplete": {
        "app_label": "curation",
        "model_name": "review",
        "field_name": "assignee",
    },
    "admin:trials_trial_fieldhistory": {"path": "brief_title"},
    "admin:trials_trial_goto": {"path": "brief_title"},
    "admin:trials_trial_revert": {"to": "1"},
}
"""Name of an address -> what it must be asked for to make sense."""

VERSION = {"version": "1"}
POSTS = {
    "admin:curation_comment_add": {"text": "Is this right?"},
    "admin:curation_comment_answer": {"text": "It is."},
    "admin:curation_finding_waive": {"reason": "The page says so."},
    "admin:curation_keptfilter_keep": {
        "page": "trials",
        "query": "review=submitted",
        "name": "Submitted",
    },
    "admin:curation_presence": {"section": "eligibility"},
    "admin:curation_review_step": VERSION | {"note": "See the page."},
    "admin:curation_review_tick": VERSION,
    "admin:trials_trial_export": {"format": "ctgov"},
    "admin:trials_trial_section": VERSION,
}
"""Name of an address -> the form that it is sent; others are sent an empty one."""


class Address(NamedTuple):
    """`url` is one to visit, `shown` the same with the names of the arguments.

    Of an argument that has several values, `shown` has the value too.
    """

    name: str
    url: str
    shown: str


class Row(NamedTuple):
    """What a method of an address answers each of `VISITORS`.

    `wrote` names those who were refused and yet had something written.
    """

    address: str
    name: str
    method: str
    answers: tuple[str, ...]
    wrote: tuple[str, ...]


def walk(desk: Desk) -> list[Row]:
    """A row for each address and method that answers anybody with yes or no."""
    rows = [
        _row(desk, address, method)
        for address in addresses(desk)
        for method in ("GET", "POST")
    ]
    return [row for row in rows if {YES, NO} & set(row.answers)]


def addresses(desk: Desk) -> list[Address]:
    """All that can be reached."""
    return [
        Address(name, url, shown)
        for route, name, view in _routes(get_resolver().url_patterns)
        for url, shown in _filled(desk, route)
        # Another one that comes first may take all that this one would.
        if resolve(url).func is view
    ]


def _routes(patterns, before="", namespace="") -> Iterator[tuple[str, str, Callable]]:
    """Route, name and view of each pattern, those of the included ones too."""
    for pattern in patterns:
        route = before + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLPattern):
            name = f"{namespace}{pattern.name}" if pattern.name else ""
            yield route, name, pattern.callback
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _routes(pattern.url_patterns, route, namespace + inner)


ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
"""An argument of a route: `<int:trial_id>`, or `(?P<url>.*)`."""


def _filled(desk: Desk, route: str) -> Iterator[tuple[str, str]]:
    """The address for each value of the route's arguments, and how to show it."""
    ways = [("/" + route.removesuffix("$"),) * 2]
    for match in ARGUMENT.finditer(route):
        argument = match[1] or match[2]
        values = desk.values(argument, route)
        ways = [
            (
                url.replace(match[0], str(value), 1),
                shown.replace(
                    match[0], f"<{argument}>" if len(values) == 1 else value, 1
                ),
            )
            for url, shown in ways
            for value in values
        ]
    yield from ways


def _row(desk: Desk, address: Address, method: str) -> Row:
    answers, wrote = [], []
    for visitor in VISITORS:
        with undone(), _writes() as writes:
            answer = _visit(desk.sessions.get(visitor), address, method)
        answers.append(answer)
        if answer != YES and writes:
            wrote.append(visitor)
    return Row(address.shown, address.name, method, tuple(answers), tuple(wrote))


def _visit(session: str | None, address: Address, method: str) -> str:
    """The answer, at the end of all redirects."""
    client = Client()
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    query = QUERIES.get(address.name, {})
    if method == "GET":
        response = client.get(address.url, query_params=query)
    else:
        form = POSTS.get(address.name, {})
        response = client.post(address.url, form, query_params=query)
    while response.status_code in (301, 302):
        if urlsplit(response.url).path == reverse("admin:login"):
            return LOGIN
        response = client.get(response.url)
    if response.streaming:
        b"".join(response.streaming_content)
    if response.status_code not in ANSWERS:
        raise ValueError(f"{method} {address.url} gave {response.status_code}.")
    return ANSWERS[response.status_code]


@contextmanager
def undone() -> Iterator[None]:
    """Leave the database as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def _writes() -> Iterator[list[str]]:
    """The statements that write to anything but the session of who asks."""
    found = []

    def note(execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found
    found[:] = [sql for sql in found if "django_session" not in sql]
