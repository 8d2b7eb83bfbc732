"""Pages that are stored together: looked up, checked, and written at once.

A batch leaves what its pages would leave one after the other. What it cannot do at
once goes through the door page by page: pages of trials that are there already, and all
of it where the database refuses the batch, so that the page at fault is named.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from django.db import transaction

from curation import findings, word_counts, workflow
from curation.acts import Act
from curation.workflow import NewTrial, Result
from trials.importer import PageFile
from trials.models import Trial

logger = logging.getLogger(__name__)

PAGES = 500
"""Pages of a batch, at most. More are hardly faster, and hold up others for longer."""
CHARACTERS = 8_000_000
"""Characters of their texts, but for the last page: a bound for the memory."""


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


def item_of(page: PageFile, take: Callable[[PageFile], Result]) -> Item:
    """What becomes of a page: refused with the reason, or as `take` says."""
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


Numbered = tuple[int, PageFile]
"""A page and its number in the import."""


def import_in_turn(
    pages: Iterable[Numbered], act: Act, together: int = PAGES
) -> Iterator[Item]:
    """Store the pages, so many together; what became of each."""
    for group in in_batches(pages, together):
        batch = Batch([page for _, page in group], act)
        batch.check()
        yield from batch.store()


def in_batches(
    pages: Iterable[Numbered], together: int = PAGES
) -> Iterator[list[Numbered]]:
    """The pages, so many at a time, or fewer where they are long."""
    batch: list[Numbered] = []
    size = 0
    for number, page in pages:
        batch.append((number, page))
        size += len(page.text)
        if len(batch) == together or size >= CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


class Batch:
    """Pages to store together: looked up when it is made, then `check`, then `store`.

    Nothing is locked before `store`, and that asks again who is there.
    """

    def __init__(self, pages: list[PageFile], act: Act):
        self.pages = pages
        self.act = act
        there = _sources([nct_id_of(page) for page in pages if page.reading])
        self._unchanged: set[int] = set()
        self._first: dict[str, int] = {}
        for place, page in enumerate(pages):
            if page.reading is None:
                continue
            if (nct_id := nct_id_of(page)) not in there:
                self._first.setdefault(nct_id, place)
            elif page.sha256 in there[nct_id]:
                self._unchanged.add(place)
        self._new: dict[str, NewTrial] = {}
        self._words: dict[str, Counter[str]] = {}

    def numbers(self) -> set[str]:
        """The NCT numbers of the pages that may change what is stored."""
        return {
            nct_id_of(page)
            for place, page in enumerate(self.pages)
            if page.reading and place not in self._unchanged
        }

    def check(self) -> None:
        """Run the rules over the first page of each trial that is not there yet."""
        words = findings.lazy_words()
        for nct_id, place in self._first.items():
            page = self.pages[place]
            try:
                self._new[nct_id] = workflow.check_new(page, words, act=self.act)
                # While the rules still have its words at hand.
                self._words[nct_id] = word_counts.count([page.reading.record])
            except Exception:  # `store` tries it by itself, and names it.
                logger.exception("%s could not be checked.", page.name)
                self._new.pop(nct_id, None)

    def store(self, leave: Collection[str] = ()) -> list[Item | None]:
        """What became of each page; None for those of the trials to `leave`."""
        created = self._store_new(leave)
        items: list[Item | None] = []
        for place, page in enumerate(self.pages):
            if place in self._unchanged:
                items.append(item_of(page, lambda page: Result.UNCHANGED))
            elif page.reading and nct_id_of(page) in leave:
                items.append(None)
            elif place in created:
                items.append(item_of(page, lambda page: Result.CREATED))
            else:
                items.append(item_of(page, partial(_store_one, act=self.act)))
        return items

    def _store_new(self, leave: Collection[str]) -> set[int]:
        """Store the trials that were checked; the places of the pages that made one."""
        new = [trial for nct_id, trial in self._new.items() if nct_id not in leave]
        if not new:
            return set()
        words: Counter[str] = Counter()
        try:
            with transaction.atomic():
                stored = workflow.import_new(new, act=self.act)
                created = [trial.record.nct_id for trial in stored]
                for nct_id in created:
                    words.update(self._words[nct_id])
                word_counts.add_ahead(words)
        except Exception:  # As in `item_of`.
            logger.exception("A batch could not be stored; page by page from here.")
            return set()
        return {self._first[nct_id] for nct_id in created}


def nct_id_of(page: PageFile) -> str:
    """The NCT number of a page that was read."""
    return page.reading.record.nct_id


def _sources(nct_ids: list[str]) -> dict[str, set[str]]:
    """Number of each trial that is there -> hashes of its pages that change nothing."""
    rows = Trial.objects.filter(nct_id__in=nct_ids)
    hashes = defaultdict(set)
    for nct_id, is_withdrawn, sha256 in rows.values_list(
        "nct_id", "withdrawn", "sources__sha256"
    ):
        # A withdrawn trial comes back with a page of its own.
        hashes[nct_id] |= set() if is_withdrawn else {sha256}
    return hashes


@transaction.atomic
def _store_one(page: PageFile, act: Act) -> Result:
    """Store one page, and count the words of a trial that it makes."""
    result = workflow.import_page(page, act=act)
    if result == Result.CREATED:
        word_counts.add_ahead(word_counts.count([page.reading.record]))
    return result
