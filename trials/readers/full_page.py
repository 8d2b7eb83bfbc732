"""The full layout: a page top and twelve numbered sections of labels and values.

What the numbered sections say is the record. The top, and a section that is printed a
second time, repeat it; where a page has no numbered section, the top is all it says.
"""

from typing import NamedTuple

from msgspec.structs import replace

from trials.readers import full_eligibility, full_top
from trials.readers.eligibility import without_mark
from trials.readers.full_labels import (
    CARD,
    CLOSING,
    END,
    FULL_INFORMATION,
    TOP,
    Block,
    normal,
)
from trials.readers.full_outline import Lines, Slot, Stretch, slots, stretches
from trials.readers.full_print import Print
from trials.readers.full_sections import SECTIONS
from trials.readers.full_values import Found
from trials.readers.page import NCT_ID, Page, own_nct_id
from trials.readers.reading import Reading

NAME = "full"
VERSION = 1

_MARKERS = frozenset(
    normal(name)
    for name in (
        *(heading for block in SECTIONS for heading in block.headings),
        *FULL_INFORMATION.headings,
        *CLOSING.headings,
        "About this trial",
        "Sponsored by",
        "Sites / Locations",
        "Arms of the Study",
        "Unique Protocol Identification Number",
        "Responsible Party, by Official Title",
        "Minimum Age & Unit of Time",
    )
) - {"links", "citations"}
_FEWEST_MARKERS = 2
_INTERNATIONAL = "international"


def fits(page: Page) -> bool:
    """Whether the page has lines that only this layout prints."""
    found = set()
    for number in page.numbers:
        name = normal(page[number])
        if name in _MARKERS:
            found.add(name)
            if len(found) == _FEWEST_MARKERS:
                return True
    return False


def read(page: Page) -> Reading:
    """The reading of a full page. Raises ReadError without one own NCT id."""
    return _Reader(page).read()


class _Section(NamedTuple):
    """One print of a block, taken apart: `above` stands before its first label."""

    stretch: Stretch
    above: Lines
    slots: list[Slot]

    @property
    def block(self) -> Block:
        return self.stretch.block


class _Reader:
    """Reads one page: its numbered sections first, then what says the same again."""

    def __init__(self, page: Page):
        self.page = page
        self.main = Print()
        last_line = page.numbers[-1] if page.numbers else 0
        sections = [_Section(s, *slots(s, last_line)) for s in stretches(page)]
        self.tops = [s for s in sections if s.block.number == TOP]
        self.numbered = [s for s in sections if TOP < s.block.number < END]
        self.closings = [s for s in sections if s.block.number == END]
        self.top_criteria = [
            line
            for section in self.tops
            for slot in section.slots
            if slot.label.kind == "criteria"
            for line in slot.values
        ]

    def read(self) -> Reading:
        nct_id, line = self._own_nct_id()
        for section in (*self.tops, *self.numbered, *self.closings):
            self._account(section)
        self._read_numbered()
        for section in self.tops:
            self._read_top(section)
        for section in (self.tops[0], *self.closings):
            self._repeat_title(section.above[:1])
        self.main.fields.setdefault("nct_id", Found(nct_id, line, line))
        self.main.place(self.page)
        return self.page.reading(NAME, VERSION, self.main.record(nct_id))

    def _own_nct_id(self) -> tuple[str, int]:
        """The page's own id and its line; two labels print it."""
        found: dict[str, int] = {}
        for section in (*self.tops, *self.numbered):
            for slot in section.slots:
                if slot.values and slot.label.field in ("nct_id", "org_study_id"):
                    number, text = slot.values[0]
                    if NCT_ID.fullmatch(text):
                        found.setdefault(text, number)
        nct_id = own_nct_id(found)
        return nct_id, found[nct_id]

    def _account(self, section: _Section) -> None:
        """Mark headings, labels and the page's own words."""
        headings = [section.stretch.heading] if section.stretch.heading else []
        for slot in section.slots:
            own = slot.label.kind == "own words"
            if own and section.block is CLOSING:
                self.page.boilerplate(slot.line)
                continue
            if own:
                self.page.boilerplate(*(number for number, _ in slot.values[:1]))
            if not slot.values or slot.values[0][0] != slot.line:
                headings.append(slot.line)
        self.page.heading(*headings)

    def _read_numbered(self) -> None:
        """Read the numbered sections; what is printed twice comes after all others."""
        repeats: list[Print] = []
        before: _Section | None = None
        first: dict[Block, _Section] = {}
        for section in self.numbered:
            is_new = section.block not in first
            if is_new or _goes_on(section, before, first[section.block]):
                self._add(self.main, section)
            else:
                repeats.append(Print())
                self._add(repeats[-1], section)
            first.setdefault(section.block, section)
            before = section
        for print_ in repeats:
            self.main.merge(print_, self.page, fills=True)

    def _add(self, print_: Print, section: _Section) -> None:
        """Read a numbered section into `print_`."""
        print_.begin()
        for slot in section.slots:
            if slot.label.kind == "criteria" and slot.values:
                self.page.heading(
                    *full_eligibility.read_section(
                        print_, slot.values, self.top_criteria
                    )
                )
            else:
                print_.add(section.block, section.stretch.heading, slot)

    def _read_top(self, section: _Section) -> None:
        print_ = Print()
        for slot in section.slots:
            reader = self._TOP_READERS.get(slot.label.kind)
            if reader:
                reader(self, print_, slot)
            else:
                print_.add(section.block, section.stretch.heading, slot)
        self.main.merge(print_, self.page, fills=False)

    def _read_criteria(self, print_: Print, slot: Slot) -> None:
        self.page.heading(*full_eligibility.read_top(print_, slot.values))

    def _read_sites(self, print_: Print, slot: Slot) -> None:
        lines = [(number, without_mark(text)) for number, text in slot.values]
        print_.add(CARD, 0, replace(slot, values=lines))

    def _read_outcomes(self, print_: Print, slot: Slot) -> None:
        known = self.main.parts["outcomes"]
        self.page.heading(*full_top.read_outcomes(print_, slot.values, known))

    def _read_arms(self, print_: Print, slot: Slot) -> None:
        known = self.main.parts["arms"]
        headings, rest = full_top.read_arms(print_, slot.values, known)
        self.page.heading(*headings)
        for number, text in rest if known else ():
            self.page.repeat("arms", number, number, text)
        if rest and not known:
            self.page.warn(
                rest[0][0], "arms", "Nothing tells to which arms these lines belong."
            )

    def _read_country(self, print_: Print, slot: Slot) -> None:
        """One country, or "International" for several: the sites say it in full."""
        countries = {
            site["country"].value
            for site in self.main.parts["locations"]
            if "country" in site
        }
        for number, text in slot.values:
            is_several = text.lower() == _INTERNATIONAL
            if countries:
                is_same = len(countries) > 1 if is_several else countries == {text}
                self.page.repeat("locations", number, number, None if is_same else text)
            elif not is_several:
                print_.open("countries")["name"] = Found(text, number, number)

    _TOP_READERS = {
        "criteria": _read_criteria,
        "sites": _read_sites,
        "measures": _read_outcomes,
        "columns": _read_arms,
        "country": _read_country,
        "own words": lambda *_: None,
    }

    def _repeat_title(self, lines: Lines) -> None:
        """The title above the page top, and the one in the sign-up form."""
        for number, text in lines:
            self.main.take(self.page, "brief_title", Found(text, number, number))


def _goes_on(section: _Section, before: _Section | None, first: _Section) -> bool:
    """Whether a heading that is printed again goes on with its list.

    Numbered headings never do; others do right after their own block ("Facility
    Information:" above each site), unless the lines below are the same.
    """
    if before is None or before.block is not section.block:
        return False
    if section.block.headings[0][0].isdigit():
        return False
    lines, others = section.stretch.lines, first.stretch.lines
    if len(lines) != len(others):
        return True
    return any(a != b for (_, a), (_, b) in zip(lines, others, strict=True))
