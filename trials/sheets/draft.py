"""A record while the rows of its trial are worked into it."""

from itertools import count
from typing import Any

from msgspec import Struct

from trials.record.cells import CellError
from trials.record.diff import placed
from trials.record.links import without_dangling
from trials.record.paths import Path, key_number
from trials.record.shape import COLLECTIONS, Part, TrialRecord
from trials.record.tabular import Column, Value
from trials.sheets.problem import Cell, Problem
from trials.sheets.sheet import Row, Sheet
from trials.sheets.values import check_shape, is_same, parse

_PLACE = Column("position", "count")


class Draft:
    """What `base` is to become.

    `values` are those of the trial that change, `parts` the collections that a sheet
    touches (key -> part), `places` where parts are to stand (place from 1, key);
    `origins` tells which cell asks for what stands at a path.
    """

    def __init__(self, base: TrialRecord):
        self.base = base
        self.values: dict[str, Any] = {}
        self.places: dict[str, list[tuple[int, str]]] = {}
        self.origins: dict[str, Cell] = {}
        self.problems: list[Problem] = []
        self._parts: dict[str, dict[str, Part]] = {}
        keys = (part.key for name in COLLECTIONS for part in getattr(base, name))
        self._numbers = count(max(map(key_number, keys), default=0) + 1)

    def parts(self, collection: str) -> dict[str, Part]:
        """Key -> part of a collection, to be changed in place."""
        if collection not in self._parts:
            parts = getattr(self.base, collection)
            self._parts[collection] = {part.key: part for part in parts}
        return self._parts[collection]

    def is_touched(self, collection: str) -> bool:
        """Whether a sheet has rows of the collection."""
        return collection in self._parts

    def new_key(self, collection: str) -> str:
        """A key that no part of `base` has."""
        return f"{COLLECTIONS[collection].prefix}{next(self._numbers)}"

    def note(self, sheet: Sheet, row: Row, path: Path, column: str = "") -> None:
        """Remember which cell asks for what stands at `path`."""
        self.origins[str(path)] = sheet.at(row, column)

    def refuse(self, sheet: Sheet, row: Row, column: str, what: str) -> None:
        """Note what is wrong with a cell, or with the row."""
        self.problems.append(sheet.problem(row, column, what))

    def changed(
        self,
        sheet: Sheet,
        row: Row,
        column: Column,
        stands: Value,
        shape: type[Struct] | None = None,
    ) -> tuple[bool, Value]:
        """Whether the cell says something else than `stands`, and what it says.

        `shape` is what must take the value in the column's field. What is wrong is
        noted, and no change.
        """
        text = sheet.text(row, column.name)
        if text is None:
            if not is_same("", stands):
                self.refuse(sheet, row, column.name, "The row ends before this cell.")
            return False, stands
        if is_same(text, stands):
            return False, stands
        try:
            value = parse(column, text, stands)
            if shape:
                value = check_shape(shape, column.field, value)
        except CellError as error:
            what = str(error).removeprefix(f"{column.name}: ")
            self.refuse(sheet, row, column.name, what)
            return False, stands
        return True, value

    def wanted_place(self, sheet: Sheet, row: Row, stands: int | None) -> int | None:
        """The place that the row asks for, from 1; None where it asks for no other."""
        if not sheet.has(_PLACE.name):
            return None
        is_changed, place = self.changed(sheet, row, _PLACE, stands)
        if is_changed and not place:
            what = "The first place is 1. Leave the column out to move nothing."
            self.refuse(sheet, row, _PLACE.name, what)
        return place if is_changed and place else None

    def record(self) -> TrialRecord:
        """The record as all rows want it."""
        parts = {
            name: placed(parts, self.places.get(name, []))
            for name, parts in self._parts.items()
        }
        return without_dangling(self.base, self.values | parts)
