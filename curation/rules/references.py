"""Rules about references."""

import re
from collections.abc import Iterator

from curation.rules.changes import changed, deleted
from curation.rules.dates import is_later
from curation.rules.rule import Confidence, Context, Fix, Found, Rule, Severity
from curation.rules.wording import quoted
from trials.record.shape import ReferenceRecord, TrialRecord

_PUBLISHED = re.compile(
    r"(?<=[.?!)] )(?P<year>(?:19|20)[0-9]{2})"
    r"(?: (?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))?(?=[ ;:.-])"
)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905
_DOI = re.compile(r"\b10\.[0-9]{4,9}/\S+")
_DOI_LABEL = re.compile(r"(?:doi|DOI): *(?P<doi>\S*)")
_PMID = re.compile(r"[1-9][0-9]{0,7}")
_SAME_LETTERS = 60
"""Letters and digits that two citations share at their beginning."""


def type_missing(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """References have neither a PMID nor a type, so nothing says how they belong to the
    study.

    >>> from curation.rules.examples import found, record
    >>> kept = ReferenceRecord(key="r1", citation="Lee A. On X. J Test. 2020;1:2.")
    >>> found(type_missing, record(references=(kept,)))
    A reference has neither a type nor a PMID: “Lee A. On X. J Test. 2020;1:2.”.
    >>> kept = ReferenceRecord(key="r1", citation="Lee A. On X.", type="RESULT")
    >>> found(type_missing, record(references=(kept,)))
    """
    bare = [part for part in record.references if not (part.type or part.pmid)]
    if not bare:
        return
    message = f"A reference has neither a type nor a PMID: {quoted(bare[0].citation)}."
    if len(bare) > 1:
        message = (
            f"{len(bare)} references have neither a type nor a PMID; the first is "
            f"{quoted(bare[0].citation)}."
        )
    yield Found(
        paths=tuple(f"references[{part.key}].citation" for part in bare),
        message=message,
        evidence=" | ".join(part.citation for part in bare),
    )


def after_update(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """A citation is younger than the record's last update: the library of medicine
    added it because the article names the study, which the type "derived" says.

    >>> from curation.rules.examples import found, record
    >>> kept = ReferenceRecord(key="r1", citation="Lee A. On X. J T. 2025 Feb 4;1:2.")
    >>> found(after_update, record(last_update_post_date="2024-04-11",
    ...     references=(kept,)))
    A citation of 2025-02 is later than the last update (2024-04-11).
    >>> found(after_update, record(last_update_post_date="2025-04-11",
    ...     references=(kept,)))
    """
    updated = record.last_update_post_date
    for part in record.references if updated else ():
        date = _published(part.citation)
        if part.type == "DERIVED" or not date or not is_later(date, updated):
            continue
        path = f"references[{part.key}].type"
        yield Found(
            paths=(path, f"references[{part.key}].citation"),
            message=f"A citation of {date} is later than the last update ({updated}).",
            evidence=f"{part.type} {part.citation}".strip(),
            fix=Fix(
                label="Call it derived",
                changes=(changed(path, part.type, "DERIVED"),),
                before=part.type,
                after="DERIVED",
                confidence=Confidence.MEDIUM,
            ),
        )


def _published(citation: str) -> str:
    """`"Lee A. On X. J T. 2025 Feb 4;1:2."` -> `"2025-02"`; "" where unclear."""
    match = _PUBLISHED.search(citation)
    if match is None:
        return ""
    if match["month"] is None:
        return match["year"]
    return f"{match['year']}-{_MONTHS.index(match['month']) + 1:02}"


def duplicate(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """A publication is listed twice: two references have one PMID, one DOI or the same
    beginning.

    >>> from curation.rules.examples import found, record
    >>> one = ReferenceRecord(key="r1", pmid="123", citation="Lee A. On X.")
    >>> two = ReferenceRecord(key="r2", pmid="123", citation="Lee A, Wu B. On X.")
    >>> found(duplicate, record(references=(one, two)))
    The same publication (PMID 123) is listed before: “Lee A, Wu B. On X.”.
    >>> found(duplicate, record(references=(one,)))
    """
    seen: dict[str, str] = {}
    for part in record.references:
        marks = _marks(part)
        path = f"references[{part.key}]"
        first = next(((m, seen[m]) for m in marks if m in seen), None)
        for mark in marks:
            seen.setdefault(mark, path)
        if first is None:
            continue
        mark, earlier = first
        why = mark if mark.startswith(("PMID", "DOI")) else "the same beginning"
        yield Found(
            paths=(f"{path}.citation", f"{earlier}.citation"),
            message=f"The same publication ({why}) is listed before: "
            f"{quoted(part.citation)}.",
            evidence=f"{mark}: {part.citation}",
            fix=Fix(
                label="Drop the second",
                changes=(deleted("references", part),),
                before=part.citation,
                after="",
                confidence=Confidence.HIGH
                if mark.startswith("PMID")
                else Confidence.MEDIUM,
            ),
        )


def _marks(part: ReferenceRecord) -> list[str]:
    marks = [f"PMID {part.pmid}"] if part.pmid else []
    start = part.citation.find("10.")
    if start >= 0 and (doi := _DOI.search(part.citation, start)):
        marks.append(f"DOI {doi[0].rstrip('.,;').casefold()}")
    beginning = part.citation[: 3 * _SAME_LETTERS].casefold()
    letters = "".join(filter(str.isalnum, beginning))[:_SAME_LETTERS]
    if len(letters) == _SAME_LETTERS:
        marks.append(letters)
    return marks


def pmid(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """A PMID is not a number of 1 to 8 digits, so that no link can be made of it.

    >>> from curation.rules.examples import found, record
    >>> def cited(pmid): return (ReferenceRecord(key="r1", pmid=pmid),)
    >>> found(pmid, record(references=cited("PMC123")))
    “PMC123” is no PMID: 1 to 8 digits.
    >>> found(pmid, record(references=cited("31537547")))
    """
    for part in record.references:
        if part.pmid and not _PMID.fullmatch(part.pmid):
            yield Found(
                paths=(f"references[{part.key}].pmid",),
                message=f"{quoted(part.pmid)} is no PMID: 1 to 8 digits.",
                evidence=part.pmid,
            )


def doi(record: TrialRecord, _context: Context) -> Iterator[Found]:
    """What a citation gives as its DOI is none: it starts with "10." and a number, then
    a slash and a name.

    >>> from curation.rules.examples import found, record
    >>> def cited(text): return (ReferenceRecord(key="r1", citation=text),)
    >>> found(doi, record(references=cited("Lee A. On X. doi: 1016/S0140.")))
    “1016/S0140” is no DOI.
    >>> found(doi, record(references=cited("Lee A. On X. doi: 10.1016/S0140(20).")))
    """
    for part in record.references:
        for match in _DOI_LABEL.finditer(part.citation):
            name = match["doi"].rstrip(".,;").removeprefix("https://doi.org/")
            if not _DOI.fullmatch(name):
                yield Found(
                    paths=(f"references[{part.key}].citation",),
                    message=f"{quoted(name)} is no DOI."
                    if name
                    else "A citation says “doi:” and gives none.",
                    evidence=match[0],
                )


RULES = (
    Rule("reference.type-missing", Severity.NOTE, type_missing),
    Rule("reference.after-update", Severity.NOTE, after_update),
    Rule("reference.duplicate", Severity.WARNING, duplicate),
    Rule("format.pmid", Severity.ERROR, pmid),
    Rule("format.doi", Severity.WARNING, doi),
)
