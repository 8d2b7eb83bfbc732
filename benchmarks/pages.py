"""Pages for the benchmarks, made from those of the fixtures."""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

FIXTURES = sorted((Path(__file__).parent.parent / "fixtures/pages").glob("*.txt"))
LAYOUTS = tuple(path.name.split(".")[1] for path in FIXTURES)

_OWN_ID = {path: re.search(r"NCT[0-9]{8}", path.name)[0].encode() for path in FIXTURES}
_FREE_TEXT = 60
"""A line longer than this is no heading, code or date."""


def make_pages(layout: str, count: int, first: int = 1) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of `count` pages of trials with numbers from `first`.

    Each has a number, texts and a size of its own, the same in every run.
    """
    path = FIXTURES[LAYOUTS.index(layout)]
    for number in range(first, first + count):
        nct_id = f"NCT{number:08}"
        lines = path.read_bytes().replace(_OWN_ID[path], nct_id.encode()).decode()
        varied = "\n".join(_varied(lines.split("\n"), nct_id))
        yield f"{nct_id}.{layout}.txt", varied.encode()


def _varied(lines: list[str], nct_id: str) -> Iterator[str]:
    """The lines, long ones in other words, and some numbered ones a few times.

    A text that a page prints twice is varied alike both times, as real pages have it.
    """
    for line in lines:
        if len(line) <= _FREE_TEXT:
            yield line
            continue
        mark, *words = line.split(" ")
        is_numbered = re.fullmatch(r"[0-9]+\.", mark)
        text = " ".join(words) if is_numbered else line
        random = Random(f"{nct_id} {text}")  # noqa: S311 - for tests, not for secrets
        for _ in range(random.randrange(3) + 1 if is_numbered else 1):
            random.shuffle(words)
            yield " ".join([mark, *words[: random.randint(8, 200)]])
