"""Small made-up pages in the full layout."""

from trials.readers import full_page
from trials.readers.page import Page
from trials.readers.reading import Reading

TOP = """\
A Trial of Tea in Colds
Primary Purpose
Common Cold, Cough
Status
Completed
Phase
Phase 2
Locations
Ruritania
Study Type
Interventional
Intervention
Green tea
Water
Sponsored by
About this trial
This is an interventional treatment trial for Common Cold, Cough
Eligibility Criteria
Inclusion Criteria:
- Adults
- Has a cold
Exclusion Criteria:
- Dislikes tea
Sites / Locations
- Strelsau Hospital
Arms of the Study
Arm 1
Arm 2
Arm Type
Experimental
Placebo Comparator
Arm Label
Tea
Water
Arm Description
Green tea, hot.
Water, hot.
Outcomes
Primary Outcome Measures
Days with a cold
Counted in a diary.
Sneezes
Full Information
NCT ID
NCT00000001
First Posted
May 4, 2020
Last Updated
June 2021
Sponsor
Strelsau University
Collaborators
Tea Board, Leaf, Inc."""

CLOSING = """\
Learn more about this trial
A Trial of Tea in Colds
We'll reach out to this number within 24 hrs"""


def section(*lines: str, top: str = TOP) -> str:
    """A page with the page top, `lines` as its numbered part, and the sign-up form."""
    return "\n".join((top, *lines, CLOSING))


def read(*lines: str, top: str = TOP) -> Reading:
    """The reading of such a page."""
    return full_page.read(Page(section(*lines, top=top)))


def repeats(reading: Reading) -> dict[str, str | None]:
    """What the page prints again: path -> value."""
    return {repeat.path: repeat.value for repeat in reading.repeats}
