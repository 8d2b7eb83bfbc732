"""How fast and how well values are put into groups of near spellings."""

import sys
import time
from collections import Counter
from collections.abc import Iterable

from benchmarks.names import make_names
from benchmarks.reading import peak_memory
from curation.bulk.clusters import METHODS

NAMES = 100_000


def main() -> None:
    """Print the time of each method for made-up names, and how often it is right.

    Recall is the share of the pairs of one thing that stand in one group, precision
    the share of the pairs of a group that are one thing.
    """
    names = make_names(NAMES)
    known = _pairs(Counter(names.values()).values())
    values = dict.fromkeys(names, 1)
    for method, group in METHODS.items():
        started, cpu_started = time.perf_counter(), time.process_time()
        groups = group(values, frozenset())
        seconds = time.perf_counter() - started
        cpu_seconds = time.process_time() - cpu_started
        said = _pairs(len(found.values) for found in groups)
        right = sum(
            _pairs(Counter(names[value] for value in found.values).values())
            for found in groups
        )
        sys.stdout.write(
            f"clusters by {method}, {NAMES:,} names: {seconds:.1f} s "
            f"({cpu_seconds:.1f} s of the processor), recall {right / known:.3f}, "
            f"precision {right / said:.3f}, {len(groups):,} groups\n"
        )
    sys.stdout.write(f"clusters' peak memory: {peak_memory():.0f} MiB\n")


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)
