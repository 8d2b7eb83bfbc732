"""The outline of a full page: which block each line belongs to, and which label."""

from collections import Counter
from collections.abc import Iterator
from itertools import count, pairwise

from msgspec import Struct

from trials.readers.full_labels import (
    CARD,
    CLOSING,
    FULL_INFORMATION,
    PLAIN,
    TOP,
    Block,
    Label,
    normal,
)
from trials.readers.full_sections import BLOCKS
from trials.readers.full_values import fits
from trials.readers.page import Page

Lines = list[tuple[int, str]]
"""Numbers and texts of lines."""

HEADINGS = {normal(name): block for block in BLOCKS for name in block.headings}
_ORDER = {block: place for place, block in enumerate(BLOCKS)}
_PROSE = frozenset({"text", "criteria", "names", "rows", "list"})
_OWN = frozenset({"text", "line", "names", "rows"})
_SHORTEST_CUT = 4
_LONGEST = 10 + max(map(len, (*HEADINGS, *(n for b in BLOCKS for n in b.ranks))))


class Stretch(Struct, frozen=True, gc=False):
    """One print of a block: its heading's line (0: not printed) and the lines below.

    `names` are the lines as labels are compared.
    """

    block: Block
    heading: int
    lines: Lines
    names: list[str]


class Slot(Struct, frozen=True, gc=False):
    """A label, its line, and the lines of its value."""

    label: Label
    rank: int
    line: int
    values: Lines


class _Start(Struct, frozen=True, gc=False):
    index: int
    block: Block
    is_printed: bool


def stretches(page: Page) -> list[Stretch]:
    """The blocks of the page in their order; first what stands above all headings."""
    lines = page.printed
    # `normal`, written out for all lines but long texts, which name nothing.
    names = [
        text.casefold().rstrip(": ") if len(text) < _LONGEST else ""
        for _, text in lines
    ]
    starts = _printed(names)
    starts = sorted([*starts, *_unprinted(names, starts)], key=lambda s: s.index)
    found = []
    edges = [_Start(0, CARD, False), *starts, _Start(len(names), CLOSING, False)]
    for start, end in pairwise(edges):
        heading = lines[start.index][0] if start.is_printed else 0
        below = slice(start.index + start.is_printed, end.index)
        found.append(Stretch(start.block, heading, lines[below], names[below]))
    return found


def _printed(names: list[str]) -> list[_Start]:
    """The headings that the page prints."""
    candidates = [(index, name) for index, name in enumerate(names) if name in HEADINGS]
    counts = Counter([name for _, name in candidates])
    starts: list[_Start] = []
    current = TOP
    for index, name in candidates:
        block = HEADINGS[name]
        following = names[index + 1] if index + 1 < len(names) else ""
        if _opens(block, name, following, counts[name] == 1, current):
            starts.append(_Start(index, block, True))
            current = block.number
    return starts


def _opens(
    block: Block, name: str, following: str, is_single: bool, current: int
) -> bool:
    """Whether a line that reads like a heading is one.

    Free text may hold the same words ("Links:"): a heading is followed by a label of
    its own or by the next heading. Where damage took that line, a numbered heading
    must be the only one of its name, another one must stand where it belongs.
    """
    if not following or following.partition(":")[0] in block.ranks:
        return True
    if following in HEADINGS:
        return True
    if name[0].isdigit() or block in (FULL_INFORMATION, CLOSING):
        return is_single
    return current >= min(block.number - 1, 10)


def _openers(block: Block) -> frozenset[str]:
    """Labels that show a block whose heading is lost: no others read like them."""
    if block.number == 1:
        return _names(block) - _names(CARD) - _names(FULL_INFORMATION)
    if block.headings[0][0].isdigit():
        return _names(block)
    return _names(block) & {normal(label.names[0]) for label in block.labels[:1]}


def _names(block: Block) -> frozenset[str]:
    return frozenset(block.ranks) - PLAIN


_OPENERS = {
    block: _openers(block)
    for block in BLOCKS
    if block.labels and block not in (FULL_INFORMATION, CLOSING)
}


def _unprinted(names: list[str], printed: list[_Start]) -> Iterator[_Start]:
    """Blocks whose heading the page lost, shown by their labels between the others."""
    starts = list(printed)
    present = {start.block for start in printed}
    for block, openers in _OPENERS.items():
        if block in present:
            continue
        low, high = _gap(block, starts, len(names))
        for index in range(low, high):
            if names[index] in openers:
                start = _Start(index, block, False)
                starts.append(start)
                yield start
                break


def _gap(block: Block, starts: list[_Start], end: int) -> tuple[int, int]:
    """Where a block without heading can stand: below the top, between neighbours."""
    place = _ORDER[block]
    before = [start for start in starts if _ORDER[start.block] < place]
    after = [start.index for start in starts if _ORDER[start.block] > place]
    if block.number > 1 and all(start.block.number == TOP for start in before):
        return 0, 0
    low = max((start.index for start in before), default=0)
    return low, min(after, default=end)


def slots(stretch: Stretch, last_line: int) -> tuple[Lines, list[Slot]]:
    """The lines above the first label, and the labels with their values.

    `last_line` is the page's last: where it holds only the beginning of a label, the
    page was cut there, and it belongs to no value.
    """
    return _Slots(stretch).read(last_line)


class _Slots:
    """Walks a stretch and tells labels from the text that reads like them."""

    def __init__(self, stretch: Stretch):
        self.block = stretch.block
        self.lines = stretch.lines
        self.names = stretch.names
        self.above: Lines = []
        self.found: list[Slot] = []
        self.last: Slot | None = None
        self.seen: set[int] = set()
        self.is_inline = True
        self.last_places: dict[str, int] = {}

    def read(self, last_line: int) -> tuple[Lines, list[Slot]]:
        ranks, lines = self.block.ranks, self.lines
        values, start = self.above, 0
        for index, name in enumerate(self.names):
            rank = ranks.get(name)
            if rank is not None and self._is_expected(index, rank, name):
                self._open(rank, index, [])
                self.is_inline = False
            elif ":" not in lines[index][1] or not self._inline(index):
                continue
            values += lines[start:index]
            values, start = self.last.values, index + 1
        is_cut = bool(lines and lines[-1][0] == last_line and self._is_cut())
        values += lines[start : len(lines) - is_cut]
        return self.above, self.found

    def _inline(self, index: int) -> bool:
        """`Sampling Method: Probability Sample`, the value on the label's line."""
        number, text = self.lines[index]
        name, _, value = text.partition(":")
        name, value = normal(name), value.strip()
        rank = self.block.ranks.get(name)
        if rank is None or not value or (name in PLAIN and not self.is_inline):
            return False
        if not self._is_expected(index, rank, name):
            return False
        self._open(rank, index, [(number, value)])
        self.is_inline = True
        return True

    def _open(self, rank: int, index: int, values: Lines) -> None:
        self.last = Slot(self.block.labels[rank], rank, self.lines[index][0], values)
        self.found.append(self.last)
        self.seen.add(rank)

    def _is_expected(self, index: int, rank: int, name: str) -> bool:
        """Whether a label may stand here, by the order of labels and what follows."""
        last = self.last
        is_later = last is None or rank > last.rank
        if self.block.number == TOP or (last and last.label.kind == "criteria"):
            return is_later
        label = self.block.labels[rank]
        if not label.part and (rank in self.seen or self._comes_later(index, label)):
            return False
        if name not in PLAIN or last is None:
            return True
        if last.label.kind in _OWN and self._is_value_of(last, index):
            return False
        if is_later or last.label.kind not in _PROSE:
            return True
        is_first = rank == 0 or self.block.labels[rank - 1].part != label.part
        return bool(label.part) and is_first

    def _is_value_of(self, last: Slot, index: int) -> bool:
        """Whether this line is the one value of the label above: a label follows."""
        if last.values or last.line != self.lines[index - 1][0]:
            return False
        return index + 1 < len(self.names) and self.names[index + 1] in self.block.ranks

    def _comes_later(self, index: int, label: Label) -> bool:
        """Whether this is text: no value of the label follows, but the label itself."""
        if not self.last_places:
            self.last_places.update(zip(self.names, count()))
        if self.last_places[self.names[index]] == index:
            return False
        return not fits(label, self.lines[index + 1][1])

    def _is_cut(self) -> bool:
        """Whether the last line is the beginning of a label."""
        name = self.names[-1]
        if len(name) < _SHORTEST_CUT:
            return False
        labels = (*self.block.ranks, *HEADINGS)
        return any(label.startswith(name) and label != name for label in labels)
