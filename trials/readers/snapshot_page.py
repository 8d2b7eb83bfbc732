"""The snapshot layout: codes without labels, below headings with advice sentences.

A page starts with the title and the NCT id. Sections follow, always in the same order,
some of them empty; `snapshot_layout` cuts the page into them, and here is one function
a section. It takes the numbers of the lines of its section and gives fields of the
record.
"""

from collections.abc import Callable, Sequence

from trials.readers import slots
from trials.readers.page import NCT_ID, Page, own_nct_id
from trials.readers.reading import Reading
from trials.readers.slots import Fields
from trials.readers.snapshot_eligibility import eligibility
from trials.readers.snapshot_groups import read_groups
from trials.readers.snapshot_layout import cut, shows_layout
from trials.readers.snapshot_lists import identifiers, names, outcomes, related_trials
from trials.readers.snapshot_sites import locations, officials, sponsors
from trials.readers.snapshot_text import unescape
from trials.record import vocabulary as v
from trials.record.shape import TrialRecord

NAME = "snapshot"
VERSION = 1

_ID_LABEL = "nct id"
_TOP_LINES = 3
"""Title, NCT id and date of the last update."""

_BASIC = slots.Slots((
    slots.coded(
        "overall_status", v.Status, "recruitment status", "overall recruitment status",
        "overall status", "status", is_always_printed=True,
    ),
    slots.phases("clinical phase", "study phase", "phase"),
    slots.enrollment("total enrollment", "enrollment"),
    slots.coded(
        "study_type", v.StudyType, "study classification", "study type",
        is_always_printed=True,
    ),
    slots.dated("start_date", "study start date", "start date"),
    slots.dated("completion_date", "study completion date", "completion date"),
    slots.dated(
        "primary_completion_date", "primary completion date", needs_label=True
    ),
    slots.dated("last_update_post_date", "last updated", needs_label=True),
    slots.text("official_title", "official title"),
    slots.text("acronym", "acronym"),
    slots.text("why_stopped", "why study stopped", "why stopped"),
))  # fmt: skip

_INTERVENTIONAL = slots.Slots((
    slots.coded("allocation", v.Allocation, "allocation"),
    slots.coded(
        "intervention_model", v.InterventionModel, "intervention model",
        "interventional study model",
    ),
    slots.coded("primary_purpose", v.PrimaryPurpose, "primary purpose"),
    slots.coded("masking", v.Masking, "masking"),
))  # fmt: skip

_OBSERVATIONAL = slots.Slots((
    slots.coded(
        "observational_model", v.ObservationalModel, "observational model",
        "observational study model",
    ),
    slots.coded("time_perspective", v.TimePerspective, "time perspective"),
))  # fmt: skip

_RESPONSIBLE_PARTY = slots.Slots(
    (
        slots.coded("responsible_party_type", v.ResponsiblePartyType, "type"),
        slots.text("responsible_party_name", "name", needs_label=False),
        slots.text("responsible_party_title", "title"),
        slots.text("responsible_party_affiliation", "affiliation"),
    )
)

_NO_RESULTS = ("has not published", "no results", "results pending", "not available")
_RESULTS = (
    "has published",
    "has results",
    "results available",
    "results are available",
)


def fits(page: Page) -> bool:
    """Whether `page` has the snapshot layout, as far as its lines are left."""
    top = page.numbers[:_TOP_LINES]
    return any(_nct_id_of(page[number]) for number in top) or shows_layout(page)


def read(page: Page) -> Reading:
    """The reading of a snapshot page. Raises ReadError without one own NCT id."""
    above, sections = cut(page)

    def lines(heading: str) -> Sequence[int]:
        return sections.get(heading, ())

    fields = _top(page, above)
    for heading, read_section in _SECTIONS.items():
        fields |= read_section(page, lines(heading))
    fields |= _design(page, lines("Study Design"), fields.get("study_type"))
    fields |= read_groups(page, lines("Study Groups"), lines("Interventions"))
    fields |= outcomes(page, sections)
    fields |= related_trials(
        page, lines("Related Clinical Trials"), lines("More Related Trials")
    )
    printed = [country.name for country in fields["countries"]]
    fields |= locations(page, lines("Locations"), printed)
    return page.reading(NAME, VERSION, TrialRecord(**fields))


# The lines above all sections


def _nct_id_of(line: str) -> str:
    """`"NCT ID: NCT01234567"` -> `"NCT01234567"`, "" for any other line."""
    label, _, value = line.partition(":")
    value = value.strip()
    is_own = label.strip().lower() == _ID_LABEL and NCT_ID.fullmatch(value)
    return value if is_own else ""


def _top(page: Page, numbers: Sequence[int]) -> Fields:
    """The lines "A Trial", "NCT ID: NCT01234567" give the title and the NCT id."""
    ids: dict[str, int] = {}
    rest = []
    is_label_above = False
    for number in numbers:
        line = page[number]
        is_id = is_label_above and NCT_ID.fullmatch(line)
        if nct_id := line if is_id else _nct_id_of(line):
            ids.setdefault(nct_id, number)
            page.place("nct_id", number)
        elif line.rstrip(" :").lower() == _ID_LABEL:
            page.heading(number)
        else:
            rest.append(number)
        is_label_above = line.rstrip(" :").lower() == _ID_LABEL
    fields, rest = slots.fill_labelled(page, rest, _BASIC)
    fields["nct_id"] = own_nct_id(ids)
    if rest:
        title, *rest = rest
        fields["brief_title"] = page[title]
        page.place("brief_title", title)
    return fields | _results(page, rest)


def _results(page: Page, numbers: Sequence[int]) -> Fields:
    """The line "The study team has not published ..." says: no results."""
    has_results = None
    for number in numbers:
        line = page[number].lower()
        says_no = any(words in line for words in _NO_RESULTS)
        if not says_no and not any(words in line for words in _RESULTS):
            continue
        if has_results is None:
            has_results = not says_no
            page.place("has_results", number)
        else:
            same = has_results != says_no
            page.repeat("has_results", number, number, None if same else page[number])
    return {} if has_results is None else {"has_results": has_results}


# Sections of values in a fixed order


def _basic(page: Page, numbers: Sequence[int]) -> Fields:
    """Status, phase, enrollment, study type, start and completion."""
    return slots.fill(page, numbers, _BASIC)


def _design(page: Page, numbers: Sequence[int], study_type: object) -> Fields:
    """The design codes; "OTHER" and "NA" mean what the study type and the order say.

    A page that does not say its study type shows it by the first code.
    """
    is_observational = study_type == v.StudyType.OBSERVATIONAL
    if numbers and not study_type:
        first = page[numbers[0]]
        is_observational = any(slot.read(first) for slot in _OBSERVATIONAL) and not any(
            slot.read(first) for slot in _INTERVENTIONAL
        )
    return slots.fill(
        page, numbers, _OBSERVATIONAL if is_observational else _INTERVENTIONAL
    )


# Sections of text


def _text(field: str) -> Callable[[Page, Sequence[int]], Fields]:
    """A reader of one long text; its list marks stay."""

    def read_text(page: Page, numbers: Sequence[int]) -> Fields:
        if not numbers:
            return {}
        page.place(field, numbers[0], numbers[-1])
        return {field: "\n".join(unescape(page[number]) for number in numbers)}

    return read_text


def _responsible_party(page: Page, numbers: Sequence[int]) -> Fields:
    """The lines "SPONSOR", "Acme" give the type and the name; more needs labels."""
    return slots.fill(page, numbers, _RESPONSIBLE_PARTY)


_SECTIONS: dict[str, Callable[[Page, Sequence[int]], Fields]] = {
    "Study Results": _results,
    "Basic Information": _basic,
    "Brief Summary": _text("brief_summary"),
    "Detailed Description": _text("detailed_description"),
    "Conditions": names("conditions"),
    "Keywords": names("keywords"),
    "Other Intervention Names": names("other_intervention_names"),
    "Eligibility Criteria": eligibility,
    "Sponsors": sponsors,
    "Responsible Party": _responsible_party,
    "Principal Investigators": officials,
    "Countries": names("countries"),
    "References": names("references", "citation"),
    "Other Identifiers": identifiers,
}
"""Sections that are read by themselves."""
