"""What changed inside a text, word by word.

Google's diff-match-patch compares words here: each different word stands as one
character of two short texts. It gives up looking for the shortest answer after
`PATIENCE`, and says "all of this became all of that" for what is left, so that two long
texts with nothing in common cost no more than that.
"""

import re
from enum import StrEnum
from typing import NamedTuple

from diff_match_patch import diff_match_patch

PATIENCE = 0.05
"""Seconds."""

_WORD = re.compile(r"\w+|\s+|[^\w\s]")


class Op(StrEnum):
    """What became of a stretch of text."""

    SAME = "same"
    DELETED = "deleted"
    INSERTED = "inserted"
    LEFT_OUT = "left out"


_OPS = {0: Op.SAME, -1: Op.DELETED, 1: Op.INSERTED}


class Mark(NamedTuple):
    """A stretch of text, as it is: whoever shows it escapes it."""

    op: Op
    text: str


def marks(old: str, new: str) -> list[Mark]:
    """`old` and `new` in one: `("one two", "one three")` -> same "one ", deleted "two",
    inserted "three".

    What is not INSERTED makes `old`, what is not DELETED makes `new`.
    """
    numbers: dict[str, int] = {}
    coded = [
        "".join(
            chr(numbers.setdefault(word, len(numbers))) for word in _WORD.findall(text)
        )
        for text in (old, new)
    ]
    words = list(numbers)
    differ = diff_match_patch()
    differ.Diff_Timeout = PATIENCE
    diffs = differ.diff_main(*coded, checklines=False)
    # Joins changes that have hardly a word between them: easier to read.
    differ.diff_cleanupSemantic(diffs)
    return [
        Mark(_OPS[op], "".join(words[ord(char)] for char in chars))
        for op, chars in diffs
    ]


def shortened(all_marks: list[Mark], context: int = 160) -> list[Mark]:
    """`all_marks` with at most `context` characters of what stayed beside a change.

    A LEFT_OUT mark stands for what is missing.
    """
    result = []
    for index, mark in enumerate(all_marks):
        head = context if index else 0
        tail = context if index < len(all_marks) - 1 else 0
        if mark.op != Op.SAME or len(mark.text) <= head + tail + context:
            result.append(mark)
            continue
        pieces = (
            Mark(Op.SAME, mark.text[:head]),
            Mark(Op.LEFT_OUT, mark.text[head : len(mark.text) - tail]),
            Mark(Op.SAME, mark.text[len(mark.text) - tail :]),
        )
        result += [piece for piece in pieces if piece.text]
    return result
