"""A curator who works through the queue over HTTP, and remembers every answer."""

import re
import time
from http.cookiejar import CookieJar
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

from curation.tests.submission import submission

QUEUE = "/admin/curation/review/queue/"
SECTION = re.compile(r"/admin/trials/trial/(\d+)/section/identification/")


class Curator:
    """`saved` is trial -> the acronym that was saved; `errors` are answers that no
    curator should see; `seconds` the times by kind of request."""

    def __init__(self, site: str, name: str, password: str):
        self.site, self.name, self.password = site, name, password
        self.claimed: list[int] = []
        self.saved: dict[int, str] = {}
        self.submitted: list[int] = []
        self.errors: list[str] = []
        self.seconds: dict[str, list[float]] = {}
        self._open = build_opener(HTTPCookieProcessor(CookieJar())).open
        self._page = self._path = ""

    def work(self, deadline: float) -> None:
        """Log in, then take, change and submit until no trial is left."""
        try:
            self._get("log in", "/admin/login/")
            data = {"username": self.name, "password": self.password, "next": QUEUE}
            self._post("log in", "/admin/login/", data)
            while time.monotonic() < deadline and (trial := self._take()):
                self._change(trial)
                self._submit(trial)
        except (URLError, TimeoutError, KeyError) as error:
            self.errors.append(f"{self._path}: {error!r}")

    def _take(self) -> int:
        """The next trial of those that are nobody's; 0 where there is none."""
        self._get("queue", f"{QUEUE}?tab=unassigned")
        self._post("take", f"{QUEUE}next/", {})
        found = SECTION.fullmatch(self._path)
        if not found:
            return 0
        self.claimed.append(int(found[1]))
        return self.claimed[-1]

    def _change(self, trial: int) -> None:
        value = f"{self.name}-{trial}"
        form = submission(self._page, "section-form")
        self._post("save", self._path, form | {"acronym": value, "reason": "typo"})
        if "Saved as version" in self._page:
            self.saved[trial] = value
        else:
            self.errors.append(f"{self._path}: not saved")

    def _submit(self, trial: int) -> None:
        version = submission(self._page, "section-form")["version"]
        path = f"/admin/trials/trial/{trial}/step/submit/"
        self._post("submit", path, {"version": version})
        self.submitted.append(trial)

    def _get(self, what: str, path: str) -> None:
        self._load(what, Request(self.site + path))  # noqa: S310 - this machine

    def _post(self, what: str, path: str, data: dict) -> None:
        """Send a form, with the token of the page at hand."""
        token = submission(self._page)["csrfmiddlewaretoken"][0]
        body = urlencode(data | {"csrfmiddlewaretoken": token}, doseq=True).encode()
        headers = {"Referer": self.site + self._path}
        self._load(what, Request(self.site + path, body, headers))  # noqa: S310

    def _load(self, what: str, request: Request) -> None:
        started = time.perf_counter()
        self._path = urlsplit(request.full_url).path
        with self._open(request, timeout=120) as answer:
            self._page = answer.read().decode()
            self._path = urlsplit(answer.url).path
        taken = time.perf_counter() - started
        self.seconds.setdefault(what, []).append(taken)
