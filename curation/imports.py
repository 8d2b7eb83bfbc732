"""Bringing many pages in: batch by batch, an outcome for each page."""

from collections.abc import Callable, Iterator

from curation import word_counts, workflow
from curation.acts import Act
from curation.import_batches import Batch, Item, in_batches, item_of
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
) -> None:
    """Read and store the pages of `containers`; `progress(n, item)` tells of each.

    A page that fails stops no other. A dry run says what would become of each page and
    stores nothing. An import that is broken off leaves whole trials; the same pages
    again go on from there, and end as if it had not been.
    """
    pages = _pages(containers)
    if dry_run:
        preview = _Preview()
        items = (item_of(page, preview.take) for page in pages)
    else:
        items = _import_all(pages, act)
    for number, item in enumerate(items, start=1):
        progress(number, item)
    if not dry_run:
        word_counts.add_all_ahead()


def _pages(containers: list[Container]) -> Iterator[PageFile]:
    for container in containers:
        yield from importer.read(container)


def _import_all(pages: Iterator[PageFile], act: Act) -> Iterator[Item]:
    for group in in_batches(pages):
        batch = Batch(group, act)
        batch.check()
        yield from batch.store()


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
