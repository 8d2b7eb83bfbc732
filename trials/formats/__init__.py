"""Records out of the house: one module a format, all with `write(export, output)`.

They take the records as they come and hold one at a time. What the desk knows besides
(reviews, findings, changes) comes with the records as rows of tables that the caller
describes.
"""

from collections.abc import Callable
from pathlib import Path

from trials.formats import aact, csv_wide, ctgov, dataset, xlsx
from trials.formats.export import Export, ExportError, Item, Written

FORMATS: dict[str, Callable[[Export, Path], Written]] = {
    "csv": csv_wide.write,
    "dataset": dataset.write,
    "xlsx": xlsx.write,
    "ctgov": ctgov.write,
    "aact": aact.write,
}

__all__ = ["FORMATS", "Export", "ExportError", "Item", "Written"]
