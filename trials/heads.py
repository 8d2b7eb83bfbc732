"""A note of each trial's last revision, for an auditor to keep elsewhere.

Who has the database can cut the end off a trial's history and set its rows back, and
what is left is whole. The note tells: a line a trial, "NCT04426201 7 <hash>".
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.db.models import F, QuerySet

from trials.models import Revision, Trial
from trials.tables import BATCH
from trials.verification import Fault

_LINE = re.compile(r"(NCT\d{8}) ([1-9]\d*) ([0-9a-f]{64})")


class HeadsError(ValueError):
    """A file that is no such note; says where and why."""


class Head(NamedTuple):
    """The last revision of a trial, when it was noted."""

    nct_id: str
    number: int
    hash: str


def write(trials: QuerySet[Trial], output: Path) -> None:
    """Note the heads of `trials`. The file appears under its name only when it is
    whole. Raises OSError."""
    last = Revision.objects.filter(trial__in=trials, number=F("trial__version"))
    rows = last.order_by("trial__nct_id").values_list("trial__nct_id", "number", "hash")
    part = output.with_name(f"{output.name}.part")
    with part.open("w", encoding="ascii") as file:
        for row in rows.iterator():
            file.write("{} {} {}\n".format(*row))
    part.replace(output)


def read(note: Path) -> list[Head]:
    """The heads that were noted. Raises HeadsError, or OSError."""
    heads = []
    text = note.read_text(encoding="ascii", errors="replace")
    for number, line in enumerate(text.splitlines(), start=1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise HeadsError(
                f"{note}, line {number}: not an NCT number, a number and a hash."
            )
        heads.append(Head(match[1], int(match[2]), match[3]))
    return heads


def lost(noted: list[Head]) -> Iterator[Fault]:
    """A fault for each head that its trial's history does not hold any more."""
    for start in range(0, len(noted), BATCH):
        batch = noted[start : start + BATCH]
        rows = Revision.objects.filter(
            trial__nct_id__in={head.nct_id for head in batch}
        )
        there = set(rows.values_list("trial__nct_id", "number", "hash"))
        for head in batch:
            if head not in there:
                what = f"The history does not hold it as noted, with hash {head.hash}."
                yield Fault(head.nct_id, head.number, what)
