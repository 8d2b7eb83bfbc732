"""The text of a cell as a value, checked as the desk's forms check it."""

from typing import Any

import msgspec
from msgspec import Struct, structs

from trials.record.cells import CellError, from_cell, join, to_cell
from trials.record.dates import is_date
from trials.record.shape import TrialRecord
from trials.record.tabular import Column, Value

SPREADSHEET_CELL = 32_767
"""Characters that a cell of a spreadsheet holds."""


MOST_TEXT = 200_000
"""Characters that a corrected value may have: many times what the registry takes, and
little enough for the pages that compare word by word."""


def folded(text: str) -> str:
    """Line breaks as records have them: editors on Windows write CR LF."""
    return text.replace("\r\n", "\n")


def is_same(text: str, stands: Value) -> bool:
    """Whether the cell says what stands there already."""
    return folded(text) == folded(to_cell(stands))


def parse(column: Column, text: str, stands: Value) -> Value:
    """The value that a changed cell means, where `stands` stood. Raises CellError."""
    if _is_cut(text, to_cell(stands)):
        raise CellError(
            f"A spreadsheet cut it off: a cell holds {SPREADSHEET_CELL:,} characters. "
            "Leave the column out, or edit the file in a text editor."
        )
    if len(text) > MOST_TEXT:
        raise CellError(f"It has {len(text):,} characters; {MOST_TEXT:,} are taken.")
    text = folded(text)
    if column.kind == "flag":
        text = text.lower() if text.lower() in ("true", "false") else text
    value = from_cell(column, text)
    if column.kind == "list" and join(value) != text:
        raise CellError(
            "It is not clear where an item ends. Write “ | ” between items, and a bar "
            "or backslash within one with a backslash before it."
        )
    if column.kind == "date" and text and not is_date(text):
        raise CellError("Write the date as 2020-02-01, or 2020-02 or 2020.")
    if column.vocabulary:
        _check_codes(column, value, stands)
    return value


def _is_cut(text: str, before: str) -> bool:
    full = SPREADSHEET_CELL - 10 < len(text) <= SPREADSHEET_CELL < len(before)
    return full and before.startswith(text)


def _check_codes(column: Column, value: Any, stands: Any) -> None:
    """Raise CellError for a code that is not known and did not stand there."""
    given = value if isinstance(value, tuple) else (value,)
    kept = stands if isinstance(stands, tuple) else (stands,)
    for code in given:
        if not code or code in kept or code in column.vocabulary._value2member_map_:
            continue
        by_label = {c.label.casefold(): c.value for c in column.vocabulary}
        meant = by_label.get(code.casefold())
        codes = ", ".join(column.vocabulary)
        what = f"Write {meant}." if meant else f"Write one of {codes}."
        raise CellError(f"“{code}” is no code. {what}")


def check_shape(shape: type[Struct], name: str, value: Value) -> Value:
    """The value as the field `name` takes it; what is emptied is as if not given.

    Raises CellError where the record does not take it.
    """
    if value is None:
        return default_of(shape, name)
    identity = {"nct_id": "NCT00000000"} if shape is TrialRecord else {"key": "a1"}
    try:
        msgspec.convert(identity | {name: value}, shape)
    except msgspec.ValidationError as error:
        reason = str(error).partition(" - at ")[0]
        raise CellError(f"The record does not take it: {reason}.") from error
    return value


def default_of(shape: type[Struct], name: str) -> Any:
    """The value of a field that is not given."""
    return next(f.default for f in structs.fields(shape) if f.name == name)
