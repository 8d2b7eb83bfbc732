"""Bringing many pages in: one transaction a page, an outcome for each."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from curation import word_counts, workflow
from curation.acts import Act
from curation.workflow import Result
from trials import importer
from trials.importer import Container, PageFile
from trials.models import Trial

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Item:
    """One page of an import, as the report shows it. `line` 0: the whole page."""

    file: str
    result: Result
    nct_id: str = ""
    layout: str = ""
    line: int = 0
    reason: str = ""
    unplaced: list[int] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def import_pages(
    containers: list[Container],
    *,
    act: Act,
    dry_run: bool,
    progress: Callable[[int, Item], None],
) -> list[Item]:
    """Read and store the pages of `containers`; `progress(n, item)` after each.

    A page that fails stops no other. A dry run says what would become of each page and
    stores nothing. What `progress` raises ends the import; the pages until then stay.
    """
    take = _Preview().take if dry_run else partial(workflow.import_page, act=act)
    items = []
    words: Counter[str] = Counter()
    try:
        for page in _pages(containers):
            item = _import_page(page, take)
            items.append(item)
            if item.result == Result.CREATED:
                words += word_counts.count([page.reading.record])
            progress(len(items), item)
    finally:
        if not dry_run:
            word_counts.add(words)
    return items


def _pages(containers: list[Container]) -> Iterator[PageFile]:
    for container in containers:
        yield from importer.read(container)


def _import_page(page: PageFile, take: Callable[[PageFile], Result]) -> Item:
    if page.error:
        return Item(
            page.name, Result.REFUSED, line=page.error.line, reason=page.error.what
        )
    reading = page.reading
    try:
        result, reason = take(page), ""
    except Exception:  # One page must not stop the others; the log has the whole story.
        logger.exception("%s could not be stored.", page.name)
        result = Result.REFUSED
        reason = "It could not be stored; nothing of it was. The log says why."
    return Item(
        page.name,
        result,
        nct_id=reading.record.nct_id,
        layout=reading.layout,
        reason=reason,
        unplaced=list(reading.unplaced),
        warnings=[f"line {w.line}: {w.message}" for w in reading.warnings],
    )


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
