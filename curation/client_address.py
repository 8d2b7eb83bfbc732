"""Where a request comes from, also behind proxies."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The address of the client; None where the server is not told it.

    Each proxy adds to X-Forwarded-For who asked it, at the end. What stands before the
    entries of the TRUSTED_PROXIES the client itself has sent. A request with fewer
    entries did not come through all of them: then it is whoever asked the server.

    With one proxy, "10.0.0.1, 198.51.100.7" is from 198.51.100.7.
    """
    if count := settings.TRUSTED_PROXIES:
        told = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(told) >= count and (address := _address(told[-count])):
            return address
    return _address(request.META.get("REMOTE_ADDR", ""))


def _address(text: str) -> str | None:
    """The text as an IP address; None where it is none."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    # The interface of a link-local address is nothing that a database knows.
    return str(address).partition("%")[0]
