"""What the rules cost, each alone and all together, against reading the same page."""

import datetime
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from curation.rules import RULES
from curation.rules.rule import Context, Source
from curation.words import KnownWords
from trials import readers

ROUNDS = 30
SHOWN = 12


def main(folder: Path) -> None:
    """Print the medians for each page of `folder`, in CPU milliseconds."""
    words = KnownWords({})
    for path in sorted(folder.glob("*.txt")):
        text = path.read_text("utf-8")
        reading = readers.read(text)
        source = Source(
            layout=reading.layout,
            text=tuple(readers.split_lines(text)),
            lines=reading.lines,
            reader_version=reading.reader_version,
            repeats=reading.repeats,
            headings=reading.headings,
            boilerplate=reading.boilerplate,
            unplaced=reading.unplaced,
        )
        context = Context(datetime.datetime.now(datetime.UTC).date(), words, source)
        _report(path.name, text, reading.record, context)


def _report(name: str, text: str, record, context: Context) -> None:
    # In turn, so that a machine that slows down slows both.
    reading, checking = [], []
    other = replace(record, nct_id="NCT00000000", criteria=(), outcomes=())
    for _ in range(ROUNDS):
        _check_all(other, context)  # So that nothing is remembered of the record.
        reading.append(_milliseconds(lambda: readers.read(text)))
        checking.append(_milliseconds(lambda: _check_all(record, context)))
    read, check = statistics.median(reading), statistics.median(checking)
    sys.stdout.write(
        f"{name}: {len(RULES)} rules {check:.2f} ms, reading {read:.2f} ms, "
        f"ratio {check / read:.1f}\n"
    )
    each = {
        rule.id: statistics.median(
            _milliseconds(lambda rule=rule: list(rule.check(record, context)))
            for _ in range(ROUNDS)
        )
        for rule in RULES
    }
    slowest = sorted(each.items(), key=lambda item: -item[1])
    for rule_id, milliseconds in slowest[:SHOWN]:
        sys.stdout.write(f"  {milliseconds:6.3f} ms {rule_id}\n")
    rest = sum(milliseconds for _, milliseconds in slowest[SHOWN:])
    sys.stdout.write(f"  {rest:6.3f} ms all {len(slowest) - SHOWN} others together\n")


def _check_all(record, context: Context) -> None:
    for rule in RULES:
        for _ in rule.check(record, context):
            pass


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000
