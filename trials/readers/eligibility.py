"""Lines of an eligibility list -> criteria. Both layouts read their lists with this."""

import re

from trials.record.vocabulary import CriterionType

# A heading may be marked, numbered, in brackets or called "key", but names no group:
# "Exclusion Criteria for Part II:" stays an item, as a heading that is used up would
# take the name of its group out of the record.
_HEADING = re.compile(
    r"""
    [-*•\[(_\s]*                                 # list mark or bracket
    (?:(?:[1-9]|[A-Z])[.)]\s?)?                  # "1." or "B."
    (?:the\s)?
    (?:(?:key|main|major|primary|principal|general|select|selected|study|subject
        |patient|participant),?\s)?
    (?P<non>non-?\s?)?
    (?P<type>inclusion|exclusion)(?:s|ary)?
    (?:\scriteri(?:a|on))?
    (?:\s\((?:abbreviated|shortened|most\simportant)\))?
    (?:\s(?:are|includes?|are\sas\sfollows|as\sfollows))?
    [\])_*\s]*[:：]?[\])_*.\s-]*                  # closing bracket, colon, stop
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LONGEST_HEADING = 60
_MARKS = frozenset("*•·●▪◦‣–—-")
_LABEL = re.compile(r"(\d{1,3})\\?[.)]\s+(?=\S)")


def heading_of(line: str) -> CriterionType | None:
    """The list that a whole line announces, or None.

    `"Key Inclusion Criteria:"` and `"[Inclusion Criteria]"` give INCLUSION,
    `"Non-inclusion criteria"` EXCLUSION. Lines that only mention a list
    (`"See exclusion criteria"`) or name a group of people or a part of the trial
    (`"Exclusion criteria for all subjects:"`) are items: None.
    """
    if len(line) > _LONGEST_HEADING or "clusion" not in line.lower():
        return None
    match = _HEADING.fullmatch(line)
    if match is None:
        return None
    if match["non"] or match["type"].lower() == "exclusion":
        return CriterionType.EXCLUSION
    return CriterionType.INCLUSION


def without_mark(line: str) -> str:
    """`"* Age over 18"` -> `"Age over 18"`; a mark alone (`"-"`) stays."""
    is_marked = line[:1] in _MARKS and line[1:2].isspace()
    return line[1:].lstrip() if is_marked else line


def split_label(line: str) -> tuple[str, str]:
    """`"11. Confirmed infection"` -> ("11", "Confirmed infection"); label "" if none.

    `"2)"` and the escaped `"11\\."` are labels too, `"a."` and `"1.5 mg"` are text.
    """
    match = _LABEL.match(line)
    return (match[1], line[match.end() :]) if match else ("", line)
