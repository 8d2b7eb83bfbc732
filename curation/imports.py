"""Bringing many pages in: batch by batch, an outcome for each page."""

from collections.abc import Callable
from contextlib import closing
from itertools import chain

from curation import word_counts, workflow
from curation.acts import Act
from curation.import_batches import PAGES, Item, import_in_turn, item_of
from curation.import_workers import import_in_processes
from curation.workflow import Result
from trials import importer
from trials.importer import Container, PageFile
from trials.models import Trial


def import_pages(
    containers: list[Container],
    *,
    act: Act,
    dry_run: bool,
    progress: Callable[[int, Item], None],
    jobs: int = 1,
    together: int = PAGES,
) -> None:
    """Read and store the pages of `containers`; `progress(n, item)` tells of each.

    With more than one of `jobs`, so many processes share the work; not in a dry run.
    One process alone stores so many pages `together`, and tells of them then.

    A page that fails stops no other. A dry run says what would become of each page and
    stores nothing. What `progress` raises ends the import; it is called where no
    transaction is open, and what was told of stays. An import that is broken off leaves
    whole trials; the same pages again go on from there, and end as if it had not been.
    """
    if dry_run:
        preview = _Preview()
        pages = chain.from_iterable(map(importer.read, containers))
        items = (item_of(page, preview.take) for page in pages)
    elif jobs > 1:
        items = import_in_processes(containers, act=act, jobs=jobs)
    else:
        pages = importer.read_some(containers, lambda number: True)
        items = import_in_turn(pages, act, together)
    with closing(items):  # Processes end with it, also where `progress` breaks off.
        for number, item in enumerate(items, start=1):
            progress(number, item)
    if not dry_run:
        word_counts.add_all_ahead()


class _Preview:
    """Says what an import would do, pages earlier in the same run included."""

    def __init__(self):
        self._seen: dict[str, set[str]] = {}
        self._withdrawn: dict[str, Trial] = {}

    def take(self, page: PageFile) -> Result:
        """The result that `page` would have."""
        nct_id = page.reading.record.nct_id
        if nct_id not in self._seen:
            trial = Trial.objects.filter(nct_id=nct_id).first()
            if trial:
                stored = trial.sources.values_list("sha256", flat=True)
                self._seen[nct_id] = set(stored)
                if trial.withdrawn:
                    self._withdrawn[nct_id] = trial
        trial = self._withdrawn.get(nct_id)
        if trial and workflow.made_by(trial, page.sha256):
            del self._withdrawn[nct_id]
            return Result.CREATED
        if nct_id not in self._seen:
            self._seen[nct_id] = {page.sha256}
            return Result.CREATED
        if page.sha256 in self._seen[nct_id]:
            return Result.UNCHANGED
        self._seen[nct_id].add(page.sha256)
        return Result.PENDING
