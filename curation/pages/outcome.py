"""What an act did, told to a script, which leaves the page and its typing in place."""

from django.contrib import messages
from django.http import HttpRequest, JsonResponse


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, and not a form of the page."""
    wanted = request.get_preferred_type(["text/html", "application/json"])
    return wanted == "application/json"


def told(request: HttpRequest, *, is_done: bool, **more) -> JsonResponse:
    """The messages of the request, which no page shows then, and `more`.

    409 where nothing was done.
    """
    said = " ".join(str(message) for message in messages.get_messages(request))
    return JsonResponse({"message": said, **more}, status=200 if is_done else 409)
