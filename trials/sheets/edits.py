"""What the rows of one trial make of its record.

A column or row that is left out is not touched, and nothing is deleted by leaving it
out; an emptied cell empties the value. A row without a key is a new part. A cell that
says what the record says is no edit.
"""

from collections.abc import Iterable
from typing import NamedTuple

from trials.record import tabular
from trials.record.shape import TrialRecord
from trials.sheets.draft import Draft
from trials.sheets.pair_rows import take_contact, take_treatments
from trials.sheets.part_rows import take_part
from trials.sheets.problem import Cell, Problem
from trials.sheets.sheet import Row, Sheet
from trials.sheets.trial_rows import take_trial


class Edited(NamedTuple):
    """The record as the rows want it, path -> the cell that asks for it, and what is
    wrong with the rows: then the record is of no use."""

    record: TrialRecord
    origins: dict[str, Cell]
    problems: list[Problem]


def edit(base: TrialRecord, rows: Iterable[tuple[Sheet, Row]]) -> Edited:
    """`base` with what `rows`, all of its trial, say.

    Sheets come in any order: parts count before what names them, and before the lists
    in the trial's row.
    """
    by_table: dict[str, list[tuple[Sheet, Row]]] = {}
    for sheet, row in rows:
        by_table.setdefault(sheet.table, []).append((sheet, row))
    draft = Draft(base)
    for table in tabular.PARTS:
        for sheet, row in by_table.get(table.name, ()):
            take_part(draft, sheet, row)
    if pairs := by_table.get(tabular.ARM_INTERVENTIONS.name):
        take_treatments(draft, pairs)
    for sheet, row in by_table.get(tabular.LOCATION_CONTACTS.name, ()):
        take_contact(draft, sheet, row)
    for sheet, row in by_table.get(tabular.TRIALS.name, ()):
        take_trial(draft, sheet, row)
    if draft.problems:
        return Edited(base, {}, draft.problems)
    return Edited(draft.record(), draft.origins, [])
