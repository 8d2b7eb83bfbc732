"""Keyed paths: how a value of a record is named.

`brief_title` is a value of the trial, `criteria[c12].text` of a part, `criteria[c12]`
the part itself. A path names a part by its key, never by its place, so that inserting
one part does not rename the others.
"""

import re
from typing import NamedTuple

_PATH = re.compile(
    r"(?P<field>[a-z0-9_]+)(\[(?P<key>[a-z]+[1-9][0-9]*)\](\.(?P<part_field>[a-z_]+))?)?"
)


class Path(NamedTuple):
    """A path taken apart: `field`, and for a part its `key` and `part_field`."""

    field: str
    key: str = ""
    part_field: str = ""

    def __str__(self) -> str:
        text = self.field
        if self.key:
            text += f"[{self.key}]"
        if self.part_field:
            text += f".{self.part_field}"
        return text


def parse(text: str) -> Path:
    """`criteria[c12].text` -> Path("criteria", "c12", "text").

    Raises ValueError where `text` is no path.
    """
    match = _PATH.fullmatch(text)
    if match is None:
        raise ValueError(f"Not a path: {text!r}.")
    return Path(match["field"], match["key"] or "", match["part_field"] or "")


def key_number(key: str) -> int:
    """`"c12"` -> 12."""
    return int(key.lstrip("abcdefghijklmnopqrstuvwxyz"))
