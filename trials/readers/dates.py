"""Printed dates -> ISO text in the printed precision."""

import re
from datetime import date
from typing import NamedTuple

from trials.record.printed import find
from trials.record.vocabulary import DateType

_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_WORDED = re.compile(r"([A-Za-z]{3,9}) (?:([0-9]{1,2}), ?)?([0-9]{4})")
_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
_MONTHS = {
    name: number
    for number, month in enumerate(_NAMES, start=1)
    for name in (month, month[:3])
}
_LONGEST = 40


class PrintedDate(NamedTuple):
    """A date as ISO text, and its type where the page prints one."""

    iso: str
    type: str = ""


def read_date(printed: str) -> PrintedDate | None:
    """`"April 11, 2024 (Anticipated)"` -> PrintedDate("2024-04-11", "ESTIMATED").

    The precision stays: `"2020-12"` and `"December 2020"` give `"2020-12"`. None for
    all that is no real date, such as `"2020-13"`.
    """
    if len(printed) > _LONGEST:
        return None
    kind = ""
    if printed[-1:] == ")":
        printed, _, typed = printed[:-1].rpartition(" (")
        known = find(DateType, typed) if typed.isalpha() else None
        if known is None:
            return None
        printed, kind = printed.strip(), str(known)
    iso = _iso(printed)
    return PrintedDate(iso, kind) if iso else None


def _iso(printed: str) -> str:
    """ISO text of a date without its type, "" if it is none."""
    if match := _ISO.fullmatch(printed):
        year, month, day = match.groups()
    elif match := _WORDED.fullmatch(printed):
        name, day, year = match.groups()
        month = _MONTHS.get(name.lower())
        if month is None:
            return ""
    else:
        return ""
    try:
        whole = date(int(year), int(month or 1), int(day or 1)).isoformat()
    except ValueError:
        return ""
    return whole[: 10 if day else 7 if month else 4]
