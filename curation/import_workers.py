"""An import in several processes, each of which reads, checks and writes its share.

The pages are numbered and dealt out in blocks, the same in every run. No page and no
row goes from process to process, only NCT numbers and outcomes. Of each trial, the page
that comes first in the whole import is stored first, however the processes race: a
process tells the numbers of what it has read, and is told which of them stood in
earlier blocks. Pages of those are left to the end, where they come in one by one.
"""

import signal
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait

from django.db import connections

from curation.acts import Act
from curation.import_batches import PAGES, Batch, Item, import_in_turn, in_batches
from trials import importer
from trials.importer import Container, PageFile

ROUNDS = 4
"""Blocks that each process has at least, so that all end at about the same time."""

_processes = get_context("fork")
"""A forked process knows settings and pages as they are here."""


class WorkerLost(Exception):
    """A process of the import ended before its work was done."""

    def __init__(self):
        super().__init__(
            "A process of the import was ended from outside, or failed as the log says."
        )


def import_in_processes(
    containers: list[Container], *, act: Act, jobs: int
) -> Iterator[Item]:
    """Store the pages in `jobs` processes; the outcomes in the order of the pages, but
    for those left to the end. Raises WorkerLost; whole trials are stored then.
    """
    pages = sum(container.count for container in containers)
    size = min(PAGES, pages // (jobs * ROUNDS) + 1)
    deal = _Deal(containers, jobs, size, blocks=pages // size + 1)
    act.share()
    # Each process needs a connection of its own.
    connections.close_all()
    here, there = zip(*(_processes.Pipe() for _ in range(jobs)), strict=True)
    workers = []
    for number, end in enumerate(there):
        others = [other for other in (*here, *there) if other is not end]
        arguments = (end, others, deal.share(number), act)
        workers.append(_processes.Process(target=_work, args=arguments, daemon=True))
    left: list[int] = []
    try:
        for worker in workers:
            worker.start()
        for end in there:
            end.close()
        yield from _gather(here, deal, left)
    finally:
        for worker in workers:
            if worker.pid:
                worker.terminate()
                worker.join()
        for end in here:
            end.close()
    yield from import_in_turn(importer.read_some(containers, {*left}.__contains__), act)


@dataclass(frozen=True)
class _Deal:
    """How pages are dealt out: in blocks of `size`, one after the other to each job."""

    containers: list[Container]
    jobs: int
    size: int
    blocks: int

    def share(self, job: int) -> Iterator[tuple[int, Iterator[tuple[int, PageFile]]]]:
        """Number and pages of each block of one job; an archive that broke off leaves
        some without pages. Pages are read as they are asked for."""
        pages = importer.read_some(
            self.containers, lambda number: number // self.size % self.jobs == job
        )
        groups = groupby(pages, key=lambda page: page[0] // self.size)
        number, group = next(groups, (None, None))
        for block in range(job, self.blocks, self.jobs):
            if block != number:
                yield block, iter(())
                continue
            yield block, group
            number, group = next(groups, (None, None))


# Between the processes


@dataclass(frozen=True)
class _Read:
    """Of a batch that was read: the trials that it may change."""

    block: int
    numbers: set[str]
    is_last: bool  # Of its block.


@dataclass(frozen=True)
class _Stored:
    """What became of that batch, and the numbers of the pages that were left."""

    block: int
    items: list[Item]
    left: list[int]
    is_last: bool


def _work(
    end: Connection,
    others: Iterable[Connection],
    share: Iterator[tuple[int, Iterator[tuple[int, PageFile]]]],
    act: Act,
) -> None:
    """What each process does."""
    # Ctrl-C reaches all; the first process ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for other in others:  # Or nobody would see that its other side is gone.
        other.close()
    with suppress(EOFError, ConnectionError):  # The first process is gone.
        for block, pages in share:
            for group, is_last in _marked(in_batches(pages)):
                batch = Batch([page for _, page in group], act)
                end.send(_Read(block, batch.numbers(), is_last))
                batch.check()
                items = batch.store(leave=end.recv())
                told = list(zip((number for number, _ in group), items, strict=True))
                stored = [item for _, item in told if item]
                left = [number for number, item in told if item is None]
                end.send(_Stored(block, stored, left, is_last))


def _marked(batches: Iterator[list]) -> Iterator[tuple[list, bool]]:
    """Each batch, and whether it is the last; an empty one where there is none."""
    batch = next(batches, [])
    for following in batches:
        yield batch, False
        batch = following
    yield batch, True


def _gather(ends: Iterable[Connection], deal: _Deal, left: list[int]) -> Iterator[Item]:
    """Answer the processes until all is stored; their outcomes, block after block.

    Adds the numbers of the pages that were left to `left`.
    """
    at_work = set(list(ends)[: deal.blocks])
    seen: set[str] = set()
    asking: dict[int, tuple[Connection, _Read]] = {}
    outcomes: dict[int, list[Item]] = defaultdict(list)
    stored: set[int] = set()
    reading = showing = 0
    while showing < deal.blocks:
        for end in wait(at_work):
            try:
                message = end.recv()
            except (EOFError, ConnectionError) as error:
                raise WorkerLost from error
            if isinstance(message, _Read):
                asking[message.block] = end, message
                continue
            outcomes[message.block] += message.items
            left += message.left
            if message.is_last:
                stored.add(message.block)
                if message.block + deal.jobs >= deal.blocks:
                    at_work.discard(end)
        # A block is answered when all before it were read.
        while reading in asking:
            end, message = asking.pop(reading)
            try:
                end.send(message.numbers & seen)
            except ConnectionError as error:
                raise WorkerLost from error
            seen |= message.numbers
            reading += message.is_last
        while showing in stored:
            yield from outcomes.pop(showing)
            showing += 1
