"""Lines of an eligibility list -> criteria. Both layouts read their lists with this."""

import re

from trials.record.vocabulary import CriterionType

_HEADING = re.compile(
    r"[-*•\s]*(?:key |main |major |primary )?(?P<type>inclusion|exclusion)"
    r"(?: criteria)?\s*:?",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?P<label>\d{1,3})(?:\\?\.|\\?\))\s+(?P<text>\S.*)")


def heading_of(line: str) -> CriterionType | None:
    """The list that a whole line announces ("Inclusion Criteria:"), or None."""
    match = _HEADING.fullmatch(line)
    return CriterionType[match["type"].upper()] if match else None


def split_label(line: str) -> tuple[str, str]:
    """`"11. Confirmed infection"` -> ("11", "Confirmed infection"); label "" if none."""
    match = _LABEL.fullmatch(line)
    return (match["label"], match["text"]) if match else ("", line)
