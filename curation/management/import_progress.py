"""What `import_trials` says while it runs: a line a page, or how fast it goes."""

import time
from collections import Counter
from collections.abc import Callable

from curation.import_batches import Item
from curation.workflow import Result

FEW = 1_000
"""Up to so many pages have a line each; of more, only those that are refused."""
EVERY = 500
"""Pages between two lines that tell the rate."""


class Progress:
    """Counts the results, and says what becomes of the pages.

    `say(text, is_trouble)` writes a line; `verbosity` is that of the command: 0 is
    silent, 2 has a line for each page however many they are. `would` stands before each
    result.
    """

    def __init__(
        self,
        total: int,
        *,
        verbosity: int,
        would: str,
        say: Callable[[str, bool], None],
    ):
        self.total = total
        self.would = would
        self.results: Counter[Result] = Counter()
        self._say = say
        self._verbosity = verbosity
        self._has_lines = verbosity > 1 or total <= FEW
        self._started = time.monotonic()

    def show(self, number: int, item: Item) -> None:
        """One more page; `number` counts them."""
        self.results[item.result] += 1
        if not self._verbosity:
            return
        text = f"[{number}/{self.total}] {item.file}: {self.would}{item.result}"
        if item.result == Result.REFUSED:
            where = f"line {item.line}: " if item.line else ""
            self._say(f"{text}: {where}{item.reason}", True)
        elif self._has_lines:
            trouble = len(item.unplaced) + len(item.warnings)
            more = f", {trouble} lines to look at" if trouble else ""
            self._say(f"{text} {item.nct_id}{more}", False)
        if not self._has_lines and number % EVERY == 0:
            self._say(self._rate(number), False)

    def _rate(self, number: int) -> str:
        rate = number / max(time.monotonic() - self._started, 0.001)
        left = (self.total - number) / rate
        time_left = f"{left / 60:.0f} min" if left > 90 else f"{left:.0f} s"
        return f"[{number}/{self.total}] {rate:.0f} pages a second, {time_left} left"

    def summary(self, passed_over: int) -> str:
        """One line: how many pages, how many of each result."""
        counts = [f"{self.results[result]} {self.would}{result}" for result in Result]
        if passed_over:
            counts.append(f"{passed_over} files that are no pages passed over")
        return f"{self.results.total()} pages: {', '.join(counts)}."
