"""Two browsers at one trial see each other."""

import pytest
from playwright.sync_api import expect

from curation.models import Presence
from curation.tests.browsing import log_in, open_section, wait_until
from curation.tests.factory import make_trial

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def wait_until_alone(page):
    """Come back to the window, which asks anew, until nobody else is there."""
    wait_until(
        page,
        """() => {
          document.dispatchEvent(new Event("visibilitychange"));
          return document.getElementById("presence").textContent === "";
        }""",
    )


def test_two_browsers_see_each_other_until_one_leaves(
    page, context, browser, live_server
):
    trial = make_trial()
    log_in(context, live_server, "ana")
    open_section(page, live_server, trial)
    with browser.new_context() as elsewhere:
        log_in(elsewhere, live_server, "ben")
        other = open_section(elsewhere.new_page(), live_server, trial, "design")
        expect(other.locator("#presence")).to_have_text("Also open: ana (0 min)")

        page.reload()
        expect(page.locator("#presence")).to_have_text("Also open: ben (0 min)")

        other.goto(f"{live_server.url}/admin/")
        wait_until_alone(page)

    assert [there.user.username for there in Presence.objects.all()] == ["ana"]
