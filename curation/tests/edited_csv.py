"""Exports of the desk, edited as people do, for the tests of their way back in."""

import csv
from io import StringIO
from pathlib import Path

from django.contrib.auth.models import AbstractBaseUser
from django.core.files.uploadedfile import SimpleUploadedFile

from curation import uploads
from curation.csv_plan import Plan, plan_of
from curation.exports import Order, export
from curation.models import Upload
from curation.pins import Selection
from trials.models import Trial


def silent(*counts):
    """Progress that nobody watches."""


def write(folder: Path, format: str = "csv", **selection) -> Path:
    """Export the desk into the folder."""
    order = Order(format, folder, Selection(**selection))
    export(order, by=None, progress=silent)
    return folder


def set_cell(file: Path, column: str, value: str, **where: str) -> int:
    """Write `value` into the first row that has the values of `where`; its number."""
    with file.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    number = next(
        number
        for number, row in enumerate(rows)
        if all(row[header.index(name)] == text for name, text in where.items())
    )
    rows[number][header.index(column)] = value
    text = StringIO()
    csv.writer(text).writerows([header, *rows])
    file.write_bytes(text.getvalue().encode())
    return number + 2


def make_upload(trial: Trial, by: AbstractBaseUser, **cells: str) -> Upload:
    """An upload of one row of `trials.csv`, made of the trial's first version."""
    cells = {"nct_id": trial.nct_id, "version": "1"} | cells
    return uploads.take([as_upload([list(cells), list(cells.values())])], by)


def as_upload(rows: list[list[str]], name: str = "trials.csv") -> SimpleUploadedFile:
    """Header and rows as a browser sends a file."""
    text = StringIO()
    csv.writer(text).writerows(rows)
    return SimpleUploadedFile(name, text.getvalue().encode())


def planned(*files: Path) -> Plan:
    """What the files would do."""
    return plan_of([(file.name, file.read_bytes()) for file in files], silent)
