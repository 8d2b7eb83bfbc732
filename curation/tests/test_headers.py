import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def response(client):
    return client.get(reverse("admin:login"), headers={"accept-encoding": "gzip"})


def test_nothing_runs_or_loads_but_what_the_desk_serves(response):
    policy = dict(
        directive.split(" ", 1)
        for directive in response["Content-Security-Policy"].split("; ")
    )

    assert policy.pop("img-src") == "'self' data:"
    for name in ("default-src", "object-src", "base-uri", "frame-ancestors"):
        assert policy.pop(name) == "'none'"
    for name in ("script-src", "style-src", "font-src", "connect-src", "form-action"):
        assert policy.pop(name) == "'self'"
    assert policy == {}


def test_pages_are_compressed(response):
    assert response["Content-Encoding"] == "gzip"
