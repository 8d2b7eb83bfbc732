"""What a person is told when the database lets nobody write for too long.

SQLite lets one write at a time, and a save waits for its turn for 20 seconds
(`timeout` in the settings). After that it is no error of the desk: it is to be tried
again, with what was typed.
"""

import logging
import sqlite3
from http import HTTPStatus

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.defaults import bad_request as plain_bad_request

logger = logging.getLogger(__name__)

NOT_SAVED = (
    "Others are writing, and it was not your turn in time. Your change was not saved; "
    "of an act on many trials, what was done before stays. Try again in a minute."
)
AFTERWARDS = (
    "Others are writing, and your session did not get its turn in time. What you sent "
    "before that is saved: look at the page again before you send it once more."
)
SECONDS = 30
"""When a program may try again."""
NEVER_SENT_BACK = "password"
"""What no field has in its name that the browser is given again."""


class BusyDatabase:
    """The middleware that answers 503 where the database was locked for too long."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        """The page to try again; None where it is any other error."""
        return _page(request, NOT_SAVED) if is_busy(error) else None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400, which is told of a session that could not be saved.

    It is saved after the view, so what the view did stays. Django says that the session
    was deleted, whatever the reason.
    """
    error: BaseException | None = exception
    while isinstance(error, SessionInterrupted | UpdateError):
        error = error.__context__
    if is_busy(error):
        return _page(request, AFTERWARDS)
    return plain_bad_request(request, exception)


def is_busy(error: BaseException | None) -> bool:
    """Whether SQLite gave up waiting for its turn to write."""
    code = getattr(error.__cause__, "sqlite_errorcode", 0) if error else 0
    # The lower byte is the kind, the others say more about it.
    return isinstance(error, OperationalError) and code & 0xFF == sqlite3.SQLITE_BUSY


def _page(request: HttpRequest, message: str) -> HttpResponse:
    logger.warning("%s %s: the database was locked.", request.method, request.path)
    status = HTTPStatus.SERVICE_UNAVAILABLE
    if "application/json" in request.headers.get("Accept", ""):
        response = JsonResponse({"message": message}, status=status)
    else:
        is_lost = request.method == "POST" and message == NOT_SAVED
        context = {"message": message, "is_lost": is_lost, "sent": _sent(request)}
        response = render(request, "curation/busy.html", context, status=status)
    response.headers["Retry-After"] = str(SECONDS)
    return response


def _sent(request: HttpRequest) -> list[tuple[str, str]] | None:
    """What the form has sent, to be sent again by a button; None where the person has
    to go back to it: for its files, or a password."""
    if request.FILES or any(NEVER_SENT_BACK in name for name in request.POST):
        return None
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
