"""The files that came, and the sheets that they are."""

import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from trials.record.tabular import Table
from trials.sheets.problem import Cell, Problem
from trials.sheets.sheet import TABLES, VERSION, Sheet, read_sheet, table_of
from trials.sheets.text import Unreadable

MOST_BYTES = 50 * 1024 * 1024
"""Of all files together, unpacked."""
MOST_FILES = 100
DATASET = "datapackage.json"
"""Stands beside the tables of a dataset."""

File = tuple[str, bytes]
"""Its name and what is in it."""


class Sheets(NamedTuple):
    """All sheets; `versions` is NCT number -> the version that was exported, where a
    sheet has it; `passed_over` names the files that are no tables of records."""

    sheets: list[Sheet]
    versions: dict[str, int]
    problems: list[Problem]
    passed_over: list[str]


def unpacked(files: Iterable[File]) -> list[File]:
    """`files`, what is in archives instead of those. Raises Unreadable."""
    found: list[File] = []
    size = 0
    for name, content in files:
        members = _members(name, content) if _is_archive(name) else [(name, content)]
        for member in members:
            found.append(member)
            size += len(member[1])
            if size > MOST_BYTES or len(found) > MOST_FILES:
                raise Unreadable(
                    name,
                    f"It is too much at once: at most {MOST_FILES} files with "
                    f"{MOST_BYTES // 1024 // 1024} MB of text.",
                )
    return found


def _is_archive(name: str) -> bool:
    return name.lower().endswith(".zip")


def _members(name: str, content: bytes) -> Iterator[File]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for info in archive.infolist():
                path = info.filename
                # What a Mac adds to an archive is about its folders.
                if info.is_dir() or path.startswith("__MACOSX/"):
                    continue
                with archive.open(info) as member:
                    # The size that the archive states may be a lie.
                    yield path.rpartition("/")[2], member.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        # RuntimeError: an encrypted member.
        raise Unreadable(name, f"The archive cannot be opened: {error}.") from error


def collected(paths: Iterable[Path]) -> list[File]:
    """The files at `paths`; of a folder, those in it. Raises OSError, Unreadable."""
    files: list[File] = []
    for path in paths:
        inside = [path]
        if path.is_dir():
            inside = sorted(file for file in path.iterdir() if file.is_file())
        files += [(file.name, file.read_bytes()) for file in inside]
    return unpacked(files)


def read(files: Iterable[File], *, reviews: Table) -> Sheets:
    """The sheets of unpacked files; what cannot be read is a problem.

    `reviews` as in `read_sheet`.
    """
    files = list(files)
    is_dataset = any(name == DATASET for name, _ in files)
    found = Sheets([], {}, [], [])
    for name, content in files:
        if is_dataset and not table_of(name, (*TABLES, reviews.name)):
            found.passed_over.append(name)
            continue
        try:
            sheet = read_sheet(name, content, reviews=reviews, is_dataset=is_dataset)
        except Unreadable as error:
            found.problems.append(error.problem)
            continue
        found.problems.extend(sheet.problems)
        if twin := next((s for s in found.sheets if s.table == sheet.table), None):
            what = f"It is the table {sheet.table}, as {twin.file} is. Use one of them."
            found.problems.append(Problem(Cell(name), "", what))
            continue
        found.sheets.append(sheet)
        _take_versions(sheet, found)
    is_empty = not any(sheet.table in TABLES for sheet in found.sheets)
    if is_empty and not found.problems:
        what = "There is no table of records among the files."
        found.problems.append(Problem(Cell("(all files)"), "", what))
    return found


def _take_versions(sheet: Sheet, found: Sheets) -> None:
    """Note which version of each trial the sheet was made of."""
    if not sheet.has(VERSION):
        return
    for nct_id, rows in sheet.rows.items():
        for row in rows:
            text = (sheet.text(row, VERSION) or "").strip()
            if not text:
                continue
            if not (text.isascii() and text.isdecimal()) or not int(text):
                what = "It is no version. Leave the column as it was exported."
            elif found.versions.setdefault(nct_id, int(text)) != int(text):
                what = (
                    f"Another row says version {found.versions[nct_id]} of this trial. "
                    "All rows must come from one export."
                )
            else:
                continue
            found.problems.append(sheet.problem(row, VERSION, what))
