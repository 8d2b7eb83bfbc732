"""Sponsors, officials and sites of a snapshot page."""

import re
from collections.abc import Sequence

from trials.readers.countries import COUNTRIES
from trials.readers.page import Page
from trials.readers.slots import Fields
from trials.record import vocabulary as v
from trials.record.printed import find
from trials.record.shape import LocationRecord, OfficialRecord, SponsorRecord

_CODE = re.compile(r"[A-Z]+(?:_[A-Z]+)*")
_CLASSES = frozenset(member.value for member in v.AgencyClass)
_ROLE = "role:"
_ORGANIZATION = re.compile(
    r"hospital|hôpital|universi|klinik|clinic|cent(?:er|re)|institut|research|medical"
    r"|site|school|college|foundation|department|[0-9]",
    re.IGNORECASE,
)


def _role_of(line: str) -> str | None:
    """`"Role: STUDY_CHAIR"` -> `"STUDY_CHAIR"`; None for another line."""
    return line[len(_ROLE) :].strip() if line.lower().startswith(_ROLE) else None


def sponsors(page: Page, numbers: Sequence[int]) -> Fields:
    """Organizations: a name and the class below it, sometimes "Role: LEAD" after that.

    The lines "Acme", "INDUSTRY" give the sponsor Acme of that class. The order does not
    say who leads, so the role stays empty.
    """
    found: list[SponsorRecord] = []
    lines = _Lines(page, numbers)
    while lines.left:
        name = lines.next()
        if page[name] in _CLASSES and not _is_class(lines):
            page.warn(name, "sponsors", f"The class “{page[name]}” has no sponsor.")
            continue
        path = f"sponsors[s{len(found) + 1}]"
        values = {"name": page[name]}
        page.place(f"{path}.name", name)
        if _is_class(lines):
            number = lines.next()
            field = f"{path}.agency_class"
            values["agency_class"] = page.code(v.AgencyClass, number, field)
            page.place(field, number)
        if role := _role_of(lines.peek()):
            number = lines.next()
            field = f"{path}.role"
            values["role"] = page.code_of(v.SponsorRole, role, number, field)
            page.place(field, number)
        found.append(SponsorRecord(key=f"s{len(found) + 1}", **values))
    return {"sponsors": tuple(found)}


class _Lines:
    """The lines of a section while they are taken one by one."""

    def __init__(self, page: Page, numbers: Sequence[int]):
        self._page = page
        self._numbers = numbers
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._numbers) - self._at

    def next(self) -> int:
        self._at += 1
        return self._numbers[self._at - 1]

    def peek(self, ahead: int = 0) -> str:
        """The text of a line to come, "" after the last one."""
        return self._page[self._numbers[self._at + ahead]] if self.left > ahead else ""


def _is_class(lines: _Lines) -> bool:
    """Whether the line below a name is its class: a known one, or a code of that look.

    An acronym ("NCIC") looks like a code too, but has its own class below.
    """
    line = lines.peek()
    if find(v.AgencyClass, line):
        return True
    return bool(_CODE.fullmatch(line)) and not find(v.AgencyClass, lines.peek(1))


def officials(page: Page, numbers: Sequence[int]) -> Fields:
    """People: a name, "Role: STUDY_CHAIR", and mostly an affiliation.

    Without a role nothing tells a name from an affiliation; such lines stay unplaced.
    """
    roles = [at for at, n in enumerate(numbers) if _role_of(page[n]) is not None]
    found, above = [], 0
    ends = [*roles, len(numbers) + 1][1:]
    for at, below in zip(roles, ends, strict=True):
        path = f"officials[of{len(found) + 1}]"
        role = _role_of(page[numbers[at]])
        values = {
            "role": page.code_of(v.OfficialRole, role, numbers[at], f"{path}.role")
        }
        page.place(f"{path}.role", numbers[at])
        if at > above:
            values["name"] = page[numbers[at - 1]]
            page.place(f"{path}.name", numbers[at - 1])
        if below - at > 2:  # a line more than the name of the next official
            values["affiliation"] = page[numbers[at + 1]]
            page.place(f"{path}.affiliation", numbers[at + 1])
        above = at + 1
        found.append(OfficialRecord(key=f"of{len(found) + 1}", **values))
    return {"officials": tuple(found)}


def locations(page: Page, numbers: Sequence[int], countries: Sequence[str]) -> Fields:
    """Sites: a facility and below it "City, State, Country"; either may be missing.

    `countries` are those that the page lists. "General Hospital", "Seoul, Korea,
    Republic of" give a site in Seoul, without a state.
    """
    known = COUNTRIES.union(countries)
    found: list[LocationRecord] = []
    lines = _Lines(page, numbers)
    while lines.left:
        path = f"locations[l{len(found) + 1}]"
        values = {}
        if _is_facility(lines, known):
            values["facility"] = lines.peek()
            page.place(f"{path}.facility", lines.next())
        if _is_address(lines, known, below_facility=bool(values)):
            values |= _address(page, lines.next(), path, known)
        if find(v.LocationStatus, lines.peek()):
            field = f"{path}.status"
            number = lines.next()
            values["status"] = page.code(v.LocationStatus, number, field)
            page.place(field, number)
        found.append(LocationRecord(key=f"l{len(found) + 1}", **values))
    return {"locations": tuple(found)}


def _is_facility(lines: _Lines, known: frozenset[str]) -> bool:
    """Whether the next line is a facility; its name may end in a country, too."""
    line = lines.peek()
    if not _country_of(line, known):
        return True
    return bool(_country_of(lines.peek(1), known) and _ORGANIZATION.search(line))


def _is_address(lines: _Lines, known: frozenset[str], *, below_facility: bool) -> bool:
    """Whether the next line is an address: it ends in a country.

    Below a facility a country that nobody knows counts too, but no line that has its
    own address below.
    """
    line = lines.peek()
    if _country_of(line, known):
        return True
    return below_facility and "," in line and not _country_of(lines.peek(1), known)


def _country_of(line: str, known: frozenset[str]) -> str:
    """`"Seoul, Korea, Republic of"` -> `"Korea, Republic of"`; "" without a country."""
    parts = line.rsplit(", ", 2)
    for length in (2, 1):
        country = ", ".join(parts[-length:])
        if country in known:
            return country
    return ""


def _address(page: Page, number: int, path: str, known: frozenset[str]) -> Fields:
    """The values of "City, State, Country", where the state may be missing."""
    line = page[number]
    country = _country_of(line, known) or line.rpartition(", ")[2]
    place = line.removesuffix(country).removesuffix(", ")
    city, _, state = place.rpartition(", ")
    if not city:
        city, state = state, ""
    values = {"city": city, "state": state, "country": country}
    values = {name: value for name, value in values.items() if value}
    for name in values:
        page.place(f"{path}.{name}", number)
    return values
