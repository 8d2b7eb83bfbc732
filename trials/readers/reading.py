"""What reading a page gives."""

from msgspec import Struct

from trials.record.shape import TrialRecord

Span = tuple[int, int]
"""First and last line of a value, counted from 1, both included."""


class ReadError(Exception):
    """A page that cannot be read: `what` is wrong, and `line` (0: the whole page)."""

    def __init__(self, what: str, *, line: int = 0):
        super().__init__(what)
        self.what = what
        self.line = line

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}" if self.line else self.what


class Repeat(Struct, frozen=True, gc=False):
    """A value printed again elsewhere on the page.

    `value` is None where the second print says the same, otherwise what it says, as
    text. `path` names the value that the record keeps, or the collection where the
    second print has an item more.
    """

    path: str
    first_line: int
    last_line: int
    value: str | None = None


class Warning(Struct, frozen=True, gc=False):
    """Something on the page that a curator should know. `line` 0: the whole page."""

    line: int
    path: str
    message: str


class Reading(Struct, frozen=True):
    """A page as one reader understood it.

    Every non-blank line is in a span of `lines` or of `repeats`, or in `headings`,
    `boilerplate` or `unplaced`.
    """

    layout: str
    reader_version: int
    record: TrialRecord
    lines: dict[str, Span]
    repeats: tuple[Repeat, ...] = ()
    headings: tuple[int, ...] = ()
    boilerplate: tuple[int, ...] = ()
    unplaced: tuple[int, ...] = ()
    warnings: tuple[Warning, ...] = ()
