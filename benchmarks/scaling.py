"""What the pages cost on a small desk and on a large one, side by side in one run."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from itertools import cycle
from random import Random

from django.test.utils import setup_test_environment
from django.urls import reverse

from benchmarks.desk import (
    Step,
    client_of,
    opening,
    posting,
    queries,
    saving,
    timed,
)
from benchmarks.registry_data import Language, make_record
from curation.models import Review
from curation.reviews import WORKING

PASSES = 2
"""Each desk is measured so often, in turns: a busy machine is unfair to none."""
ROUNDS = 9
SEARCHES = 24
"""Different searches a pass."""


def measure() -> None:
    """Print, as JSON, what each page took on the desk of the settings, and how often it
    asked the database."""
    setup_test_environment(debug=False)
    # What an earlier run was given.
    Review.objects.exclude(holder=None).update(holder=None, held_until=None)
    steps = _steps()
    told = {}
    for name, step in steps.items():
        step()()  # The first time also fills caches.
        rounds = SEARCHES if name == "search" else ROUNDS
        # Of searches, the one that asks most: what is found nowhere has no pages.
        asked = max(queries(step()) for _ in range(rounds if name == "search" else 1))
        told[name] = {"seconds": [timed(step()) for _ in range(rounds)], "asked": asked}
    sys.stdout.write(json.dumps(told))


def _steps() -> dict[str, Step]:
    curator, taker = client_of("curator"), client_of("curator")
    trials = reverse("admin:trials_trial_changelist")
    queue = f"{reverse('admin:curation_queue')}?tab=unassigned"
    taker.get(queue)  # "Next" goes on in the tab that was opened last.
    free = Review.objects.filter(state__in=WORKING, holder=None).latest("pk")
    section = reverse("admin:trials_trial_section", args=[free.pk, "eligibility"])
    return {
        "list": opening(curator, trials),
        "list, filtered": opening(curator, f"{trials}?attention=errors&phases=PHASE2"),
        "list, one status": opening(curator, f"{trials}?overall_status=RECRUITING"),
        "list, by title": opening(curator, f"{trials}?o=1"),
        "list, by errors": opening(curator, f"{trials}?o=4"),
        "search": _searching(curator, trials),
        "section": opening(curator, section),
        "save": saving(curator, section),
        "queue": opening(curator, queue),
        "next": posting(taker, reverse("admin:curation_queue_next")),
    }


def _searching(client, trials: str) -> Step:
    """Another search each time."""
    searches = cycle(_searches())
    return lambda: opening(client, f"{trials}?q={next(searches)}")()


def _searches() -> Iterator[str]:
    """What people look for: a word or two that a third of the records have, or a few of
    them, or anything between; a phrase that some record has; a beginning."""
    language = Language()
    random = Random(1)  # noqa: S311 - for measuring, not for secrets

    def word() -> str:
        # As many of the first thousand as of the next ten thousand.
        return language.words[int(10 ** random.uniform(2, 4.5))]

    def phrase() -> str:
        record = make_record(language, random.randint(1, 2_000))
        return " ".join(random.choice(record.outcomes).measure.split()[1:3])

    for number in range(SEARCHES):
        if number % 8 == 5:
            yield f'"{phrase()}"'
        elif number % 8 == 6:
            yield f"{word()[:4]}*"
        elif number % 8 == 7:
            yield f"{word()} -{word()}"
        elif number % 2:
            yield f"{word()} {word()}"
        else:
            yield word()


def report(small: str, large: str) -> None:
    """Print what the pages take on the databases of both addresses, and the ratio."""
    told = [{}, {}]
    for _ in range(PASSES):
        for desk, url in zip(told, (small, large), strict=True):
            for name, page in _measured(url).items():
                kept = desk.setdefault(name, {"seconds": [], "asked": page["asked"]})
                kept["seconds"] += page["seconds"]
    for name in told[0]:
        few, many = (desk[name] for desk in told)
        half = [statistics.median(page["seconds"]) * 1000 for page in (few, many)]
        most = [
            statistics.quantiles(page["seconds"], n=20)[-1] * 1000
            for page in (few, many)
        ]
        sys.stdout.write(
            f"{name:17} median {half[0]:4.0f} -> {half[1]:4.0f} ms "
            f"({half[1] / half[0]:.2f}), 95 % {most[0]:4.0f} -> {most[1]:4.0f} ms "
            f"({most[1] / most[0]:.2f}), {few['asked']} -> {many['asked']} queries\n"
        )


def _measured(url: str) -> dict:
    """What `measure` tells of a database, in a process of its own."""
    done = subprocess.run(  # noqa: S603 - this very module
        [sys.executable, "-m", "benchmarks", "pages"],
        env=os.environ | {"DATABASE_URL": url},
        check=True,
        stdout=subprocess.PIPE,
    )
    return json.loads(done.stdout)
