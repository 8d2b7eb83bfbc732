import pytest
from django.test import RequestFactory
from django.urls import reverse

from curation.client_address import client_address
from curation.models import AccountEvent
from curation.tests.factory import make_user

PROXY, CLIENT, FORGED = "127.0.0.1", "198.51.100.7", "203.0.113.66"


def address(*forwarded: str, by: str = PROXY) -> str | None:
    """Where a request comes from that has these entries in X-Forwarded-For."""
    header = {"x-forwarded-for": ", ".join(forwarded)} if forwarded else {}
    return client_address(RequestFactory(REMOTE_ADDR=by).get("/", headers=header))


def test_without_proxies_the_header_is_not_believed():
    assert address(FORGED, by=CLIENT) == CLIENT


def test_behind_a_proxy_it_is_whoever_asked_the_proxy(settings):
    settings.TRUSTED_PROXIES = 1

    assert address(CLIENT) == CLIENT
    assert address("2001:db8::7") == "2001:db8::7"


@pytest.mark.parametrize("forged", [(FORGED,), (FORGED, FORGED), ("",), ("no, no",)])
def test_what_the_client_has_sent_is_not_believed(settings, forged):
    settings.TRUSTED_PROXIES = 1

    assert address(*forged, CLIENT) == CLIENT


def test_behind_two_proxies_it_is_whoever_asked_the_first(settings):
    settings.TRUSTED_PROXIES = 2

    assert address(CLIENT, "10.0.0.2") == CLIENT
    assert address(FORGED, CLIENT, "10.0.0.2") == CLIENT


def test_who_passes_a_proxy_by_has_the_address_that_the_server_sees(settings):
    settings.TRUSTED_PROXIES = 2

    assert address(by=CLIENT) == CLIENT
    assert address(FORGED, by=CLIENT) == CLIENT


@pytest.mark.parametrize("word", ["unknown", "1.2.3", "a" * 5000, "1.2.3.4:80", "\0"])
def test_what_is_no_address_is_not_kept(settings, word):
    settings.TRUSTED_PROXIES = 1

    assert address(word) == PROXY


@pytest.mark.parametrize(
    ("seen", "kept"), [("", None), ("unix:", None), ("fe80::1%eth0", "fe80::1")]
)
def test_a_server_on_a_socket_is_told_no_address(seen, kept):
    assert address(by=seen) == kept


@pytest.mark.django_db
def test_the_accounts_log_has_the_client_behind_the_proxy(client, settings):
    settings.TRUSTED_PROXIES = 1
    make_user(username="ana", password="secret", is_staff=True)

    client.post(
        reverse("admin:login"),
        {"username": "ana", "password": "secret"},
        headers={"x-forwarded-for": f"{FORGED}, {CLIENT}"},
    )

    assert AccountEvent.objects.get().address == CLIENT
