"""What must hold on every page of the desk, as it is served, in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.urls import URLPattern, get_resolver

from curation.tests.desk_pages import NO_PAGES, PAGES
from curation.tests.served import served

on_every_page = pytest.mark.parametrize("desk_page", PAGES, ids=str)
once = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="The desk is served with SQLite either way."
)

MOST_BYTES = 300_000
"""What a page may weigh with all that it loads, as it comes over the wire."""
WCAG_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NOT_OURS = [
    # Django's SelectFilter2.js names a span by aria-label in the forms of accounts. The
    # label around it says what the field is for.
    ".help-tooltip",
]
"""Markup that axe-core rightly blames and that the desk cannot change."""
ZOOMED = {"width": 700, "height": 450}
"""What is left of a window of 1,400 by 900 at 200 %, in CSS pixels."""


@pytest.fixture(scope="session")
def served_desk(tmp_path_factory):
    with served(tmp_path_factory.mktemp("served")) as desk:
        yield desk


@pytest.fixture
def visit(served_desk, page, context):
    """Opens a page as the one who may, and does there what is to be done."""

    def visit(desk_page):
        if desk_page.role:
            key = served_desk.sessions[desk_page.role]
            context.add_cookies(
                [{"name": "sessionid", "value": key, "url": served_desk.url}]
            )
        url = served_desk.url + desk_page.path(served_desk.numbers)
        response = page.goto(url, wait_until="networkidle")
        assert (response.status, page.url) == (200, url)
        if desk_page.act:
            desk_page.act(page)
        return page

    return visit


@pytest.fixture
def complaints(page):
    """What the browser has to say: refused by the policy, not found, or broken."""
    found = []

    def on_message(message):
        if message.type in ("error", "warning"):
            found.append(message.text)

    page.on("console", on_message)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def transfers(page, context):
    """(address, bytes over the wire) of all that the page loads."""
    addresses, sizes = {}, []
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.on(
        "Network.requestWillBeSent",
        lambda event: addresses.update({event["requestId"]: event["request"]["url"]}),
    )
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.append(
            (addresses[event["requestId"]], event["encodedDataLength"])
        ),
    )
    return sizes


def views(patterns, namespace=""):
    """The names of all addresses."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}" if pattern.name else ""
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else namespace
            yield from views(pattern.url_patterns, inner)


def violations(page):
    """What axe-core finds: (rule, element, what to do)."""
    context = {"exclude": [[selector] for selector in NOT_OURS]}
    found = Axe().run(page, context=context, options={"runOnly": WCAG_AA})
    return [
        (violation["id"], node["html"], node["failureSummary"])
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


def test_every_address_is_visited_or_has_a_reason_not_to_be():
    named = set(filter(None, views(get_resolver().url_patterns)))

    assert named == {page.view for page in PAGES} | NO_PAGES.keys()


@pytest.mark.browser
@once
@on_every_page
def test_a_page_obeys_the_policy_is_light_and_can_be_used_by_everyone(
    visit, page, served_desk, complaints, transfers, desk_page
):
    # A colour on its way from one to another has no contrast to measure.
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    visit(desk_page)

    assert complaints == []
    own = (f"{served_desk.url}/", "data:")
    assert [url for url, _ in transfers if not url.startswith(own)] == []
    if not desk_page.act:  # It may have loaded another page.
        assert len(transfers) > 1
        weight = sum(size for _, size in transfers)
        assert weight <= MOST_BYTES, sorted(transfers, key=lambda item: -item[1])

    assert violations(page) == []
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert violations(page) == []

    # At 200 % it scrolls in one direction only.
    page.set_viewport_size(ZOOMED)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == ZOOMED["width"]
