"""Typing that a browser keeps until it is saved: which copies it may drop.

The copies are the browser's own (static/curation/draft.js), one name for each page that
was typed on. The session remembers the names of those that were saved last, and each
page says them: the first page after a save may be left before its scripts have run.
"""

from django.http import HttpRequest

MOST_CHARACTERS = 40
"""Of a draft's name."""

MOST_DRAFTS = 10
"""As many as are saved, in all windows, before one section stands there whole."""


def note_saved(request: HttpRequest, draft: str) -> None:
    """The typing of the draft of this name is in the record; "" for none."""
    if draft:
        names = [*saved_drafts(request), draft[:MOST_CHARACTERS]]
        request.session["saved_drafts"] = names[-MOST_DRAFTS:]


def saved_drafts(request: HttpRequest) -> list[str]:
    """The drafts that were saved last, the newest at the end."""
    return request.session.get("saved_drafts", [])
