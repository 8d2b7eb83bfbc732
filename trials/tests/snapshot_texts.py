"""Made-up pages of the snapshot layout."""

from trials.readers import Reading, snapshot_page
from trials.readers.page import Page
from trials.readers.snapshot_layout import SECTIONS

TOP = ("A Trial of Rest", "NCT ID: NCT01234567")


def make_page(*, top=TOP, has_advice=True, **sections: tuple[str, ...]) -> str:
    """A page with `sections`: `study_design=("RANDOMIZED",)` is its "Study Design"."""
    lines = list(top)
    for section in SECTIONS:
        name = section.heading.lower().replace(" ", "_")
        if section.advice or name in sections:
            lines.append(section.heading)
            if section.advice and has_advice:
                lines.append(section.advice)
            lines.extend(sections.pop(name, ()))
    assert not sections, "no such section"
    return "\n".join(lines)


def read(text: str) -> Reading:
    """The reading of a page; every line must be accounted for."""
    page = Page(text)
    assert snapshot_page.fits(page)
    reading = snapshot_page.read(page)
    known = {*reading.headings, *reading.boilerplate, *reading.unplaced}
    for first, last in reading.lines.values():
        known.update(range(first, last + 1))
    for repeat in reading.repeats:
        known.update(range(repeat.first_line, repeat.last_line + 1))
    assert known >= set(page.numbers)
    return reading


def unplaced(text: str) -> list[str]:
    """The lines that the reader could not place."""
    page = Page(text)
    return [page[number] for number in snapshot_page.read(page).unplaced]
