"""How many pages a second each reader handles, on one core."""

import resource
import sys
import time

from benchmarks.pages import LAYOUTS, make_pages
from trials import importer

PAGES = 500


def main() -> None:
    """Print pages a second for each layout, and the most memory that it took."""
    for layout in LAYOUTS:
        pages = list(make_pages(layout, PAGES))
        size = sum(len(data) for _, data in pages) / PAGES / 1024
        started = time.process_time()
        for name, data in pages:
            found = importer.read_bytes(name, data)
            if found.error:
                raise AssertionError(f"{name}: {found.error}")
        seconds = time.process_time() - started
        sys.stdout.write(
            f"{layout} reader: {PAGES / seconds:,.0f} pages/s ({size:.1f} KiB each)\n"
        )
    sys.stdout.write(f"readers' peak memory: {peak_memory():.0f} MiB\n")


def peak_memory() -> float:
    """The most memory that this process ever held, in MiB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024**2 if sys.platform == "darwin" else 1024)
