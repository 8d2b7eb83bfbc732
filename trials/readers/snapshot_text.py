"""Texts of a snapshot page: what the registry's Markdown adds to them."""

import re

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def unescape(text: str) -> str:
    r"""`"\>90% \[1\]"` -> `">90% [1]"`: the long texts are escaped as Markdown."""
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text
