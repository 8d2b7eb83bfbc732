"""Typing that a browser keeps until it is saved: which copy it may drop.

The copies are the browser's own (static/curation/draft.js); the session remembers the
name of the one that was saved until a page can say so.
"""

from django.http import HttpRequest

MOST_CHARACTERS = 40
"""Of a draft's name."""


def note_saved(request: HttpRequest, draft: str) -> None:
    """The typing of the draft of this name is in the record; "" for none."""
    if draft:
        request.session["saved_draft"] = draft[:MOST_CHARACTERS]


def saved_draft(request: HttpRequest) -> str:
    """The draft that was saved last, told once; "" for none."""
    return request.session.pop("saved_draft", "")
