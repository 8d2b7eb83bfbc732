"""Files dropped on the page, their import followed, what was refused fetched."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from curation.models import Job
from curation.tests.factory import make_user
from curation.tests.job_factory import page as make_page
from curation.tests.job_factory import workers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DROP = """async (pages) => {
  const transfer = new DataTransfer();
  for (const [name, text] of pages) transfer.items.add(new File([text], name));
  const drop = document.querySelector("[data-drop]");
  drop.dispatchEvent(new DragEvent("drop", {
    dataTransfer: transfer, bubbles: true, cancelable: true,
  }));
}"""


def log_in(context, live_server):
    client = Client()
    client.force_login(make_user("add_trial", "view_trial", username="importer"))
    key = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])


def test_dropped_files_are_imported_before_ones_eyes(
    page, context, live_server, tmp_path
):
    log_in(context, live_server)
    page.set_default_timeout(20_000)
    page.goto(f"{live_server.url}/admin/curation/job/upload/")
    pages = [(f"{n}.txt", make_page(n).decode()) for n in range(1, 201)]

    page.evaluate(DROP, [*pages, ("bad.txt", "a\n\0")])
    expect(page.locator("[data-chosen]")).to_contain_text("201 files")
    page.get_by_role("button", name="Upload and import").click()
    expect(page.get_by_text("It waits for a worker.")).to_be_visible()
    page.get_by_role("button", name="Cancel").focus()
    with workers(tmp_path, 1, dead_seconds=4) as running:
        values = set()
        deadline = 600
        while page.locator("#job-facts[data-over]").count() == 0 and deadline:
            bar = page.locator("#job-facts progress")
            values.add(bar.get_attribute("value") if bar.count() else None)
            page.wait_for_timeout(100)
            deadline -= 1
        assert deadline, running[0].text

    assert len(values - {None, "0", "100"}) > 1, values
    expect(page.locator("#job-said")).to_have_text("Done")
    expect(page.locator("#job-refused")).to_contain_text("bad.txt")
    expect(page.locator("#job-facts")).to_contain_text("200 created")
    with page.expect_download() as download:
        page.get_by_role("link", name="All 1 as CSV").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[1].startswith("bad.txt,2,")


def test_a_refusal_is_said_on_the_page_before_anything_is_sent(
    page, context, live_server
):
    log_in(context, live_server)
    page.goto(f"{live_server.url}/admin/curation/job/upload/")
    page.evaluate("document.getElementById('upload').dataset.mostFiles = '1'")

    page.evaluate(DROP, [("a.txt", "a"), ("b.txt", "b")])
    page.get_by_role("button", name="Upload and import").click()

    expect(page.get_by_role("alert")).to_contain_text("put them into an archive")
    assert not Job.objects.exists()
