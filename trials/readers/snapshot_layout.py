"""How a snapshot page is built: its sections, in order, and how to cut it into them."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct

from trials.readers.page import Page


class Section(NamedTuple):
    """A section of the page: its heading and the advice sentence printed below it.

    `is_prose`: it holds free text, in which any heading may occur as a line.
    """

    heading: str
    advice: str = ""
    is_prose: bool = False


SECTIONS = (
    Section("Study Results"),
    Section(
        "Basic Information",
        "Get a concise snapshot of the trial, including recruitment status, study "
        "phase, enrollment targets, and key timeline milestones.",
    ),
    Section(
        "Brief Summary",
        "Review the sponsor-provided synopsis that highlights what the study is about "
        "and why it is being conducted.",
        is_prose=True,
    ),
    Section(
        "Related Clinical Trials",
        "Explore similar clinical trials based on study characteristics and research "
        "focus.",
    ),
    Section(
        "Detailed Description",
        "Dive into the extended narrative that explains the scientific background, "
        "objectives, and procedures in greater depth.",
        is_prose=True,
    ),
    Section(
        "Conditions",
        "See the medical conditions and disease areas that this research is targeting "
        "or investigating.",
    ),
    Section("Keywords"),
    Section(
        "Study Design",
        "Understand how the trial is structured, including allocation methods, masking "
        "strategies, primary purpose, and other design elements.",
    ),
    Section(
        "Study Groups",
        "Review each arm or cohort in the study, along with the interventions and "
        "objectives associated with them.",
        is_prose=True,
    ),
    Section(
        "Interventions",
        "Learn about the drugs, procedures, or behavioral strategies being tested and "
        "how they are applied within this trial.",
        is_prose=True,
    ),
    Section(
        "Other Intervention Names",
        "Discover alternative or legacy names that may be used to describe the listed "
        "interventions across different sources.",
    ),
    Section("Primary Outcome Measures"),
    Section("Secondary Outcome Measures"),
    Section("Other Outcome Measures"),
    Section(
        "Eligibility Criteria",
        "Check the participation requirements, including inclusion and exclusion "
        "rules, age limits, and whether healthy volunteers are accepted.",
        is_prose=True,
    ),
    Section(
        "Sponsors",
        "Meet the organizations funding or collaborating on the study and learn about "
        "their roles.",
    ),
    Section(
        "Responsible Party",
        "Identify the individual or organization who holds primary responsibility for "
        "the study information submitted to regulators.",
    ),
    Section(
        "Principal Investigators",
        "Learn about the lead researchers overseeing the trial and their institutional "
        "affiliations.",
    ),
    Section(
        "Locations",
        "Explore where the study is taking place and check the recruitment status at "
        "each participating site.",
    ),
    Section(
        "Countries",
        "Review the countries where the study has at least one active or historical "
        "site.",
    ),
    Section(
        "References",
        "Explore related publications, articles, or registry entries linked to this "
        "study.",
        is_prose=True,
    ),
    Section(
        "Other Identifiers",
        "Review additional registry numbers or institutional identifiers associated "
        "with this trial.",
    ),
    Section(
        "More Related Trials",
        "Additional clinical trials that may be relevant based on similarity analysis.",
    ),
)

_BY_ADVICE = {s.advice: i for i, s in enumerate(SECTIONS) if s.advice}
_BY_HEADING = {
    form: i for i, s in enumerate(SECTIONS) for form in (s.heading, f"{s.heading}:")
}
# Headings that the other layouts do not have.
_OWN_HEADINGS = frozenset(
    {
        "Basic Information",
        "Related Clinical Trials",
        "Study Groups",
        "Other Intervention Names",
        "Principal Investigators",
        "Other Identifiers",
        "More Related Trials",
    }
)
_OWN_LINES = _OWN_HEADINGS | _BY_ADVICE.keys()
_ENOUGH_HEADINGS = 3


def shows_layout(page: Page) -> bool:
    """Whether the lines of `page` are those of a snapshot page.

    One advice sentence is enough, nobody else writes them. A page without any shows its
    layout by its headings.
    """
    shown = {line for _, line in page.printed if line in _OWN_LINES}
    return len(shown) >= _ENOUGH_HEADINGS or not shown.isdisjoint(_BY_ADVICE)


class _Start(Struct, frozen=True, gc=False):
    """Where a section starts: indices into `page.numbers`."""

    section: int
    heading: int
    content: int


def cut(page: Page) -> tuple[list[int], dict[str, list[int]]]:
    """The numbers of the lines above all sections, and those of each section.

    Headings and advice sentences are marked on the page and left out. Where a section
    is printed twice, the first print that holds anything counts; the lines of the other
    stay unplaced.
    """
    starts = sorted(_starts(page), key=lambda start: start.heading)
    numbers = page.numbers
    ends = [*(start.heading for start in starts), len(numbers)][1:]
    contents: dict[str, list[int]] = {}
    for start, end in zip(starts, ends, strict=True):
        _mark(page, numbers[start.heading : start.content])
        heading = SECTIONS[start.section].heading
        content = numbers[start.content : end]
        if contents.get(heading) and content:
            page.warn(
                content[0],
                "",
                f"The section “{heading}” is printed twice; lines {content[0]} to "
                f"{content[-1]} were not read.",
            )
        else:
            contents[heading] = contents.get(heading) or content
    above = numbers[: starts[0].heading] if starts else numbers
    return above, contents


def _mark(page: Page, numbers: list[int]) -> None:
    for number in numbers:
        if page[number] in _BY_ADVICE:
            page.boilerplate(number)
        else:
            page.heading(number)


def _starts(page: Page) -> list[_Start]:
    """Where the sections start, in no order.

    An advice sentence starts its section beyond doubt, together with the heading above
    it. Between two of these, a line that equals the heading of a section that stands
    there by the registry's order starts it; elsewhere the line is free text.
    """
    sure, candidates = [], []
    lines = [line for _, line in page.printed]
    for at, (above, line) in enumerate(pairwise(["", *lines])):
        if line in _BY_HEADING:
            candidates.append(_Start(_BY_HEADING[line], at, at + 1))
        elif line in _BY_ADVICE:
            section = _BY_ADVICE[line]
            has_heading = _BY_HEADING.get(above) == section
            sure.append(_Start(section, at - has_heading, at + 1))
    return sure + list(_likely(sure, candidates))


def _likely(sure: list[_Start], candidates: list[_Start]) -> Iterator[_Start]:
    """Of headings without advice, those that stand in the order of the sections."""
    sure = list({start.section: start for start in reversed(sure)}.values())[::-1]
    found = {start.section for start in sure}
    candidates = [start for start in candidates if start.section not in found]
    first = _Start(-1, -1, 0)
    last = _Start(len(SECTIONS), sure[-1].heading + 1 if sure else 0, 0)
    for before, after in zip([first, *sure], [*sure, last], strict=True):
        if after.section - before.section < 2:  # No section stands between.
            continue
        is_last = after is last
        yield from _longest_chain(
            [
                start
                for start in candidates
                if before.section < start.section < after.section
                and before.heading < start.heading
                and (is_last or start.heading < after.heading)
            ]
        )


def _longest_chain(candidates: list[_Start]) -> list[_Start]:
    """The most candidates that follow each other in the order of the sections.

    Where a heading occurs twice, free text holds one of the two: the first one counts,
    or the last one where the section above is the one of free text.
    """
    if len(candidates) < 2:  # Mostly none.
        return candidates
    best: dict[int, list[_Start]] = {}
    for start in candidates:
        before = [best[s] for s in best if s < start.section]
        chain = max(before, key=len, default=[]) + [start]
        known = best.get(start.section, [])
        takes_last = SECTIONS[start.section - 1].is_prose
        if len(chain) > len(known) - takes_last:
            best[start.section] = chain
    return max(best.values(), key=len, default=[])
