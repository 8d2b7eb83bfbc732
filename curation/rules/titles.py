"""Rules about titles."""

import re
from collections.abc import Iterator

from curation.rules.changes import changed
from curation.rules.rule import Confidence, Context, Fix, Found, Rule, Severity
from curation.rules.wording import quoted
from trials.record.shape import TrialRecord

_BRACKETED = re.compile(r"\((?P<inner>[^()]{2,24})\)[\s.]*\Z")
_WORD = re.compile(r"[^\W_]+")
_LONGEST = 14
"""Characters of an acronym (Protocol Registration Data Element Definitions)."""


def acronym(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """The brief title ends in the study's acronym, which has a field of its own.

    Abbreviations of the words right before the bracket, and of conditions, are none.

    >>> from curation.rules.examples import found, record
    >>> found(acronym, record(brief_title="Interleukin-7 in Sepsis (IRIS-7)"))
    The brief title ends in “IRIS-7”, which looks like the study's acronym.
    >>> found(acronym, record(brief_title="Graft Versus Host Disease (GVHD)"))
    """
    title = record.brief_title
    match = _BRACKETED.search(title)
    if match is None or record.acronym:
        return
    name = match["inner"].strip()
    before = title[: match.start()].strip()
    if not before or not _is_acronym(name) or _abbreviates(name, before):
        return
    if _is_condition(name, record):
        return
    yield Found(
        paths=("brief_title", "acronym"),
        message=f"The brief title ends in {quoted(name)}, which looks like the study's "
        "acronym.",
        evidence=title,
        fix=Fix(
            label="Move it to the acronym",
            changes=(
                changed("brief_title", title, before),
                changed("acronym", "", name),
            ),
            before=title,
            after=f"{before}\n{name}",
            confidence=Confidence.MEDIUM,
        ),
    )


def _is_acronym(name: str) -> bool:
    """Short, and mostly capitals."""
    letters = [letter for letter in name if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    return len(name) <= _LONGEST and capitals >= 2 and capitals * 2 > len(letters)


def _abbreviates(name: str, before: str) -> bool:
    """Whether `name` is made of the first letters of the words right before it."""
    letters = [letter for letter in name.casefold() if letter.isalpha()]
    words = [word.casefold() for word in _WORD.findall(before)]
    initials = "".join(word[0] for word in words[-len(letters) - 3 :])
    rest = iter(initials)
    return all(letter in rest for letter in letters) or "".join(letters) in words


def _is_condition(name: str, record: TrialRecord) -> bool:
    wanted = "".join(_WORD.findall(name.casefold()))
    return any(
        wanted in "".join(_WORD.findall(part.name.casefold()))
        for part in (*record.conditions, *record.keywords, *record.interventions)
    ) or wanted.startswith(("covid", "sarscov"))


RULES = (Rule("title.acronym", Severity.NOTE, acronym),)
