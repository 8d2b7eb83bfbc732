"""What the desk's pages cost where it holds many trials."""

import gc
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models.functions import Length
from django.http import HttpResponse
from django.test import Client
from django.test.utils import (
    CaptureQueriesContext,
    override_settings,
    setup_databases,
    setup_test_environment,
    teardown_databases,
)
from django.urls import reverse

from benchmarks.many import make_large, make_many
from curation.models import Finding
from curation.tests.submission import submission
from trials.models import Trial

ROUNDS = 21


def main(trials: int) -> None:
    """Print all figures for the database of the settings."""
    setup_test_environment(debug=False)
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        started = time.perf_counter()
        small, large = make_large(40), make_large(400)
        make_many(trials)
        seconds = time.perf_counter() - started
        say(
            f"\n{connection.vendor}, {Trial.objects.count():,} trials and "
            f"{Finding.objects.count():,} findings, made in {seconds:.0f} s"
        )
        # What a section costs depends on how much the rules find as well.
        for trial, parts in ((small, 40), (large, 400)):
            say(f"the trial of {parts} parts has {trial.findings.count()} findings")
        # As the served desk does, see curation/wsgi.py.
        gc.collect()
        gc.freeze()
        with override_settings(ROOT_URLCONF="benchmarks.stock"):
            for line in reports(small, large):
                say(line)
    finally:
        teardown_databases(databases, verbosity=0)


def say(line: str) -> None:
    """One figure."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def reports(small: Trial, large: Trial) -> Iterator[str]:
    """A line a page, and two ratios. All pages are timed in turns: a busy machine is
    unfair to none."""
    curator, taker, admin = client_of("curator"), client_of("curator"), client_of("")
    trials = reverse("admin:trials_trial_changelist")
    queue = f"{reverse('admin:curation_queue')}?tab=unassigned"
    taker.get(queue)  # "Next" goes on in the tab that was opened last.
    steps = {
        "dashboard": opening(curator, reverse("admin:index")),
        "list": opening(curator, trials),
        "list, filtered": opening(curator, f"{trials}?attention=errors&phases=PHASE2"),
        "list, words": opening(curator, f"{trials}?q=sepsis"),
        "queue": opening(curator, queue),
        "next": posting(taker, reverse("admin:curation_queue_next")),
        "section, 40 parts": opening(curator, _section(small)),
        "section, 400 parts": opening(curator, _section(large)),
        "preview of a fix, 400 parts": opening(curator, _preview(large)),
        "save, 40 parts": saving(curator, _section(small)),
        "save, 400 parts": saving(curator, _section(large)),
        "stock form, 40 parts": opening(admin, reverse("stock_trial", args=[small.pk])),
    }
    # The first time also counts what is kept from then on, such as templates.
    counts = {name: queries(step()) for name, step in steps.items()}
    times = {name: [] for name in steps}
    for _ in range(ROUNDS):
        for name, step in steps.items():
            times[name].append(timed(step()))
    middle = {name: statistics.median(seconds) for name, seconds in times.items()}
    for name, seconds in times.items():
        most = statistics.quantiles(seconds, n=20)[-1]
        yield (
            f"{name}: median {middle[name] * 1000:.0f} ms, "
            f"95 % {most * 1000:.0f} ms, {counts[name]} queries"
        )
    section = middle["section, 40 parts"]
    stock, more = middle["stock form, 40 parts"], middle["section, 400 parts"]
    yield f"a section of 40 parts takes {section / stock:.2f} of the stock form"
    yield f"a section of 400 parts takes {more / section:.2f} times one of 40"


def client_of(role: str) -> Client:
    """A session of someone in that role; "": of a superuser, who may use any form."""
    account, is_new = get_user_model().objects.get_or_create(
        username=role or "admin", is_staff=True, is_superuser=not role
    )
    if role and is_new:
        account.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(account)
    return client


def _section(trial: Trial) -> str:
    return reverse("admin:trials_trial_section", args=[trial.pk, "eligibility"])


def _preview(trial: Trial) -> str:
    """What a section asks for when one comes to a finding that is not among the first:
    here that of the longest text."""
    fixable = trial.findings.exclude(before="").order_by(Length("before").desc())
    return reverse("admin:curation_finding_preview", args=[fixable[0].pk])


Request = Callable[[], HttpResponse]
Step = Callable[[], Request]
"""Gets ready, and returns what is to be timed."""


def opening(client: Client, url: str) -> Step:
    """Shows the page."""
    return lambda: partial(client.get, url)


def posting(client: Client, url: str) -> Step:
    """Presses the button."""
    return lambda: partial(client.post, url)


def saving(client: Client, url: str) -> Step:
    """Saves the section with another first criterion."""

    def get_ready() -> Request:
        data = submission(client.get(url).content.decode(), "section-form")
        (text,) = data["criteria-0-text"]
        return partial(
            client.post,
            url,
            data | {"criteria-0-text": f"{text} again", "reason": "typo"},
        )

    return get_ready


def timed(request: Request) -> float:
    """The seconds that the answer takes."""
    started = time.perf_counter()
    response = request()
    seconds = time.perf_counter() - started
    wanted = 302 if response.request["REQUEST_METHOD"] == "POST" else 200
    if response.status_code != wanted:
        raise AssertionError(f"{response.request['PATH_INFO']} was not answered.")
    return seconds


def queries(request: Request) -> int:
    """How often the answer asks the database."""
    with CaptureQueriesContext(connection) as asked:
        request()
    return len(asked)
