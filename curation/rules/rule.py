"""What a rule is: it looks at a record and says what looks wrong.

A rule is a plain function `(record, context) -> Iterator[Found]`; `RULES` in the
package lists them all, with id and severity. Rules change nothing: a `Fix` is a
proposal, made by `trials.record.diff.apply(record, fix.changes)` when a person says so.
"""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from inspect import cleandoc
from typing import NamedTuple, Protocol

from msgspec import Struct

from trials.readers import Repeat, Span
from trials.record.diff import Change
from trials.record.shape import TrialRecord


class Severity(StrEnum):
    """How bad it is, as the registry's own quality control grades it.

    ERROR: the record cannot be right as it stands. WARNING: probably wrong or
    incomplete. NOTE: style or information.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Confidence(StrEnum):
    """How sure a fix is. HIGH: one click. MEDIUM: one click after a look."""

    HIGH = "high"
    MEDIUM = "medium"


class Fix(Struct, frozen=True):
    """A proposal: the changes, and what a person reads of them.

    `label` is what the button says ("Move 8 lines to inclusion").
    """

    label: str
    changes: tuple[Change, ...]
    before: str
    after: str
    confidence: Confidence = Confidence.HIGH


class Found(Struct, frozen=True):
    """One thing that looks wrong.

    `paths` are the values that it is about, the first one where a curator should look;
    the path of what is missing is that of the empty field or collection. `message` is a
    full sentence that says what and why. `evidence` is the text that the rule fires on:
    a finding that was waived stays so until its evidence changes. `lines` are source
    lines where they are not those of `paths`. `variants` are other values that the page
    gives for the first path, offered as "use this one". `severity` is given where this
    finding is less bad than its rule says.
    """

    paths: tuple[str, ...]
    message: str
    evidence: str
    fix: Fix | None = None
    lines: tuple[Span, ...] = ()
    variants: tuple[str, ...] = ()
    severity: Severity | None = None


class Source(Struct, frozen=True):
    """The page that a record was read from, as rules may look at it.

    `text` holds its lines: `text[0]` is line 1. The rest is as in `Reading`.
    """

    layout: str
    text: tuple[str, ...]
    lines: Mapping[str, Span]
    reader_version: int = 0
    repeats: tuple[Repeat, ...] = ()
    headings: tuple[int, ...] = ()
    boilerplate: tuple[int, ...] = ()
    unplaced: tuple[int, ...] = ()


class Words(Protocol):
    """What is known of words, for the spelling rules. Words come in lower case."""

    def is_known(self, word: str) -> bool:
        """Whether a word list or the language knows it."""

    def count(self, word: str) -> int:
        """How often the records of this desk use it."""

    def frequency(self, word: str) -> float:
        """How often English uses it, in a million words; 0.0 for an unknown word."""

    def neighbours(self, word: str) -> frozenset[str]:
        """The known words that one edit makes of it (see `curation.rules.edits`)."""


@dataclass(frozen=True)
class Context:
    """What a rule may know besides the record.

    `today` is the day of the check (UTC). `source` is None for a record without a page;
    `others` are the trial's further pages and what their readers made of them.
    """

    today: datetime.date
    words: Words
    source: Source | None = None
    others: tuple[tuple[Source, TrialRecord], ...] = ()


Check = Callable[[TrialRecord, Context], Iterator[Found]]


class Rule(NamedTuple):
    """A check with its name. `is_on`: part of a default installation.

    `version` is raised when the check changes, so that records are looked at again.
    """

    id: str
    severity: Severity
    check: Check
    is_on: bool = True
    version: int = 1

    @property
    def explanation(self) -> str:
        """What the rule looks for and why: its docstring, examples left out."""
        return cleandoc(self.check.__doc__ or "").partition(">>>")[0].strip()
