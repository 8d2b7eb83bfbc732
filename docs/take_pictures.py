"""Takes the pictures of `docs/pictures` anew: `make pictures`.

Makes a desk in a database of its own (`desk_for_pictures.py`), serves it on a free port
of this machine, and looks at it with the system's Chromium: light in both sizes, dark
in the larger one. Says where a page is wider than its window.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import django
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs/pictures"
LARGE, SMALL = (1400, 900), (1024, 768)
LOOKS = ((LARGE, "light"), (SMALL, "light"), (LARGE, "dark"))


def main() -> None:
    """Make the desk, serve it, and take every picture."""
    browser = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if browser is None:
        sys.exit("Chromium is needed to take the pictures.")
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{folder}/desk.sqlite3",
            "DEBUG": "on",
            "DJANGO_SETTINGS_MODULE": "curation.settings",
            "HTTPS": "off",
        }
        django.setup()
        # Not at the top: the settings read the environment when they are loaded.
        from docs.desk_for_pictures import make_desk

        pages = make_desk()
        with _server() as site, sync_playwright() as playwright:
            # For root, Chromium starts only without its sandbox.
            arguments = ["--no-sandbox", "--disable-gpu"]
            opened = playwright.chromium.launch(executable_path=browser, args=arguments)
            _take_all(opened, site, pages)
            opened.close()


def _take_all(browser: Browser, site: str, pages: dict[str, tuple[str, str]]) -> None:
    """`pages` are name -> path and the session of whoever looks at it."""
    FOLDER.mkdir(exist_ok=True)
    for (width, height), scheme in LOOKS:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        page = context.new_page()
        for name, (path, session) in pages.items():
            cookie = {"name": "sessionid", "value": session, "url": site}
            context.add_cookies([cookie])
            page.goto(f"{site}{path}", wait_until="networkidle")
            dark = "-dark" if scheme == "dark" else ""
            file = f"{name}-{width}{dark}.png"
            page.screenshot(path=FOLDER / file, animations="disabled")
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            wide = f", {over} pixels wider than the window" if over > 0 else ""
            sys.stdout.write(f"{file}{wide}\n")
        context.close()


@contextmanager
def _server() -> Iterator[str]:
    """The address at which the desk is served."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "manage.py", "runserver", "--noreload", host]
    server = subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _await(f"http://{host}/admin/login/", server)
        yield f"http://{host}"
    finally:
        server.terminate()
        server.wait(30)


def _await(address: str, server: subprocess.Popen) -> None:
    """Return when the address answers. Raises RuntimeError if it never does."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urlopen(address, timeout=5).close()  # noqa: S310 - this machine
        except OSError:  # Refused, or no answer yet: it is still starting.
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("The desk does not answer.")


if __name__ == "__main__":
    main()
