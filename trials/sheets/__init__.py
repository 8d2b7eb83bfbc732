"""Edited tables back in: files -> sheets -> what they make of a record.

Files are those of the formats `csv` and `dataset`, as people hand them back: edited in
a spreadsheet, with columns and rows left out. Nothing here knows the database.
"""

from trials.sheets.edits import Edited, edit
from trials.sheets.files import (
    MOST_BYTES,
    File,
    Sheets,
    collected,
    read,
    unpacked,
)
from trials.sheets.problem import Cell, Problem
from trials.sheets.sheet import Row, Sheet
from trials.sheets.text import Unreadable

__all__ = [
    "MOST_BYTES",
    "Cell",
    "Edited",
    "File",
    "Problem",
    "Row",
    "Sheet",
    "Sheets",
    "Unreadable",
    "collected",
    "edit",
    "read",
    "unpacked",
]
