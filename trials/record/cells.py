r"""Values as the text of a cell, and back.

A list is its items joined by ` | `; within an item, `\` stands as `\\` and `|` as
`\|`, so that the list can be told apart again. Yes/no is `true` or `false`; what is not
given is an empty cell.

A spreadsheet runs a cell that begins with `=`, `+`, `-`, `@`, tab, carriage return or
line feed as a formula, or may. In tables for people such a text gets an apostrophe
before it, and so does one that begins with an apostrophe: `unguarded(guarded(text)) ==
text`.
"""

import csv
import re
from typing import Any

from trials.record.tabular import Column, Value

SEPARATOR = " | "
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
"""What a text begins with that a spreadsheet may take for a formula."""
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)

LONGEST = 10_000_000
"""Characters of a cell that is read back."""
# Python's own limit of 131,072 for all CSV of the process is less than what a record
# may hold, and what is written must be read again.
csv.field_size_limit(LONGEST)


class CellError(ValueError):
    """A cell that holds no value of its column; says which and why."""


def to_cell(value: Value) -> str:
    """A value as text.

    >>> to_cell(("PHASE1", "PHASE2"))
    'PHASE1 | PHASE2'
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return join(value)
    return str(value)


def from_cell(column: Column, text: str) -> Any:
    """The value that the text of a cell stands for. Raises CellError."""
    if column.kind == "list":
        return split(text)
    if column.kind == "flag":
        if text not in ("", "true", "false"):
            raise CellError(f"{column.name}: “{text}” is neither true nor false.")
        return {"": None, "true": True, "false": False}[text]
    if column.kind == "count":
        if text and not (text.isascii() and text.isdecimal()):
            raise CellError(f"{column.name}: “{text}” is no whole number.")
        return int(text) if text else None
    return text


def join(items: tuple[str, ...]) -> str:
    """A list as one text."""
    text = SEPARATOR.join(items)
    # Hardly any list needs it, and exports join millions.
    if "\\" in text or text.count("|") >= len(items):
        return SEPARATOR.join(
            item.replace("\\", "\\\\").replace("|", "\\|") for item in items
        )
    return text


def split(text: str) -> tuple[str, ...]:
    """The list that `join` made a text of."""
    if not text:
        return ()
    # An escaped | has a backslash before it, never a blank.
    return tuple(_ESCAPED.sub(r"\1", item) for item in text.split(SEPARATOR))


def guarded(text: str) -> str:
    """The text, so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(RISKY) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text.startswith("'") else text
