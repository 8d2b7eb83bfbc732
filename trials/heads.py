"""A note of where each history ends, for an auditor to keep elsewhere.

Who has the database can cut the end off a trial's history and set its rows back, and
what is left is whole. The note tells: a line a trial, "NCT04426201 7 <hash>", for its
last revision, and one for the end of any other history of it that is numbered and
hashed alike: "NCT04426201 review event 12 <hash>".
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.db.models import F, Model, QuerySet

from trials.models import Revision, Trial
from trials.tables import BATCH
from trials.verification import Fault

REVISION = "revision"
"""Its heads are noted without this name, as they were when there was no other."""

_LINE = re.compile(r"(NCT\d{8}) (?:([a-z ]+) )?([1-9]\d*) ([0-9a-f]{64})")


class HeadsError(ValueError):
    """A file that is no such note; says where and why."""


class Head(NamedTuple):
    """The last revision of a trial, or of what `of` names, when it was noted."""

    nct_id: str
    number: int
    hash: str
    of: str = REVISION


def of_revisions(trials: QuerySet[Trial]) -> Iterator[Head]:
    """The last revision of each of `trials`."""
    last = Revision.objects.filter(trial__in=trials, number=F("trial__version"))
    rows = last.order_by("trial__nct_id").values_list("trial__nct_id", "number", "hash")
    for row in rows.iterator():
        yield Head(*row)


def write(heads: Iterable[Head], output: Path) -> None:
    """Note the heads. The file appears under its name only when it is whole. Raises
    OSError."""
    part = output.with_name(f"{output.name}.part")
    with part.open("w", encoding="ascii") as file:
        for head in heads:
            name = "" if head.of == REVISION else f"{head.of} "
            file.write(f"{head.nct_id} {name}{head.number} {head.hash}\n")
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
        heads.append(Head(match[1], int(match[3]), match[4], match[2] or REVISION))
    return heads


def lost(noted: list[Head], histories: dict[str, type[Model]]) -> Iterator[Fault]:
    """A fault for each head that its trial's history does not hold any more.

    `histories` are the models whose rows are noted, by the name that `Head.of` has.
    """
    for start in range(0, len(noted), BATCH):
        batch = noted[start : start + BATCH]
        numbers = {head.nct_id for head in batch}
        there = set()
        for name, model in histories.items():
            rows = model._default_manager.filter(trial__nct_id__in=numbers)
            found = rows.values_list("trial__nct_id", "number", "hash").iterator()
            there.update(Head(*row, name) for row in found)
        for head in batch:
            if head not in there:
                what = f"The history does not hold it as noted, with hash {head.hash}."
                yield Fault(head.nct_id, head.number, what, head.of)
