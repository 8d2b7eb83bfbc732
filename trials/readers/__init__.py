"""How text becomes a record: one module a page layout, chosen by content.

`read(text)` is all that the outside needs.
"""

from trials.readers import full_page, snapshot_page
from trials.readers.page import Page, split_lines
from trials.readers.reading import ReadError, Reading, Repeat, Span, Warning

__all__ = [
    "LAYOUTS",
    "ReadError",
    "Reading",
    "Repeat",
    "Span",
    "Warning",
    "read",
    "split_lines",
]

LAYOUTS = (snapshot_page, full_page)
"""Each has NAME, VERSION, `fits(page) -> bool` and `read(page) -> Reading`."""


def read(text: str) -> Reading:
    """The reading of a saved page, by the reader whose layout it shows.

    Raises ReadError: empty, no known layout, or no single NCT id of its own.
    """
    page = Page(text)
    if not page.numbers:
        raise ReadError("The page is empty.")
    for layout in LAYOUTS:
        if layout.fits(page):
            return layout.read(page)
    raise ReadError("The page has none of the known layouts.", line=page.numbers[0])
