"""A page under reading: its lines, and the account of where each one went."""

import re

from trials.readers.reading import ReadError, Reading, Repeat, Warning
from trials.record.paths import Path
from trials.record.printed import find
from trials.record.shape import TrialRecord
from trials.record.vocabulary import Vocabulary

CODE_LENGTH = 200
"""A line longer than this is no code, date or count, whatever stands above it."""

_BLANKS = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000"
)


def split_lines(text: str) -> list[str]:
    """The lines of a page, blanks at both ends dropped, every blank a plain one.

    Only line ends split (`str.splitlines` would split at form feeds and U+2028 too, and
    the numbers would differ from those of an editor).
    """
    text = text.removeprefix("\ufeff").replace("\t", " ")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    # Python knows at once whether a line is ASCII; few are not.
    return [
        line.strip() if line.isascii() else _plain(line) for line in text.split("\n")
    ]


def _plain(line: str) -> str:
    for blank in _BLANKS:  # Twenty times faster than one str.translate.
        line = line.replace(blank, " ")
    return line.strip()


class Notes:
    """The warnings of a reader while it reads."""

    def __init__(self) -> None:
        self.warnings: list[Warning] = []

    def warn(self, line: int, path: Path | str, message: str) -> None:
        """Tell the curator about `line`; `message` is one full sentence."""
        self.warnings.append(Warning(line, str(path), message))

    def code_of(
        self,
        vocabulary: type[Vocabulary],
        printed: str,
        number: int,
        path: Path | str,
    ) -> str:
        """The code that line `number` prints; unknown ones stay, with a warning."""
        known = find(vocabulary, printed)
        if known is not None:
            return str(known)  # The code; `value` takes four times as long.
        self.warn(number, path, f"“{printed}” is not a known {vocabulary.__name__}.")
        return printed


class Page(Notes):
    """The lines of a page and, for each, what the reader made of it.

    Lines are numbered from 1: `page[7]` is the seventh. A reader takes values with
    `place()` and marks the rest with `heading()` and `boilerplate()`; what it leaves is
    unplaced. `printed` lists the non-blank lines with their numbers, `numbers` these
    alone.
    """

    def __init__(self, text: str):
        super().__init__()
        self._lines = ["", *split_lines(text)]
        self.printed = [(n, line) for n, line in enumerate(self._lines) if line]
        self.numbers = [n for n, _ in self.printed]
        self.lines: dict[str, tuple[int, int]] = {}
        self.repeats: list[Repeat] = []
        self._headings: set[int] = set()
        self._boilerplate: set[int] = set()

    def __getitem__(self, number: int) -> str:
        return self._lines[number]

    def heading(self, *numbers: int) -> None:
        """These lines name what follows them."""
        self._headings.update(numbers)

    def boilerplate(self, *numbers: int) -> None:
        """These lines are the page's own words, the same on every page."""
        self._boilerplate.update(numbers)

    def place(self, path: str, first: int, last: int | None = None) -> None:
        """The value at `path` stands in lines `first` to `last`."""
        self.lines[path] = (first, first if last is None else last)

    def repeat(
        self, path: str, first: int, last: int, value: str | None = None
    ) -> None:
        """Lines `first` to `last` print the value at `path` again (see `Repeat`)."""
        self.repeats.append(Repeat(path, first, last, value))

    def code(self, vocabulary: type[Vocabulary], number: int, path: Path | str) -> str:
        """As `code_of`, for the whole line `number`."""
        return self.code_of(vocabulary, self._lines[number], number, path)

    def reading(self, layout: str, version: int, record: TrialRecord) -> Reading:
        """The reading of the whole page; lines that nobody took are unplaced."""
        placed = self._headings | self._boilerplate
        for first, last in self.lines.values():
            if first == last:  # Nearly all.
                placed.add(first)
            else:
                placed.update(range(first, last + 1))
        for repeat in self.repeats:
            placed.update(range(repeat.first_line, repeat.last_line + 1))
        unplaced = tuple([n for n in self.numbers if n not in placed])
        return Reading(
            layout=layout,
            reader_version=version,
            record=record,
            lines=self.lines,
            repeats=tuple(self.repeats),
            headings=tuple(sorted(self._headings)),
            boilerplate=tuple(sorted(self._boilerplate)),
            unplaced=unplaced,
            warnings=tuple(self.warnings),
        )


NCT_ID = re.compile(r"NCT[0-9]{8}")


def own_nct_id(found: dict[str, int]) -> str:
    """The one NCT id that a page gives as its own.

    `found` maps each id printed where the page's own id stands to its line. Raises
    ReadError where there is none or more than one.
    """
    if not found:
        raise ReadError("The page does not say its own NCT id.")
    if len(found) > 1:
        first, second = list(found)[:2]
        raise ReadError(
            f"The page calls itself both {first} (line {found[first]}) and {second}.",
            line=found[second],
        )
    return next(iter(found))
