"""Sections of a snapshot page that list names, trials, identifiers or outcomes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from trials.readers.page import CODE_LENGTH, NCT_ID, Page
from trials.readers.slots import Fields
from trials.readers.snapshot_text import unescape
from trials.record import vocabulary as v
from trials.record.shape import (
    COLLECTIONS,
    NctAliasRecord,
    OutcomeRecord,
    RelatedTrialRecord,
    SecondaryIdRecord,
)


def names(
    collection: str, field: str = "name"
) -> Callable[[Page, Sequence[int]], Fields]:
    """A reader of a list: each line gives one part of `collection`."""
    part = COLLECTIONS[collection]

    def read_names(page: Page, numbers: Sequence[int]) -> Fields:
        parts = []
        for count, number in enumerate(numbers, start=1):
            key = f"{part.prefix}{count}"
            parts.append(part(key=key, **{field: page[number]}))
            page.place(f"{collection}[{key}].{field}", number)
        return {collection: tuple(parts)}

    return read_names


def related_trials(page: Page, *sections: Sequence[int]) -> Fields:
    """Other trials: a title, and the NCT id below it."""
    found: list[RelatedTrialRecord] = []
    for numbers in sections:
        values: Fields = {}
        for at, number in enumerate(numbers):
            line = page[number]
            is_id = NCT_ID.fullmatch(line)
            field = "nct_id" if is_id else "title"
            path = f"related_trials[rt{len(found) + 1}]"
            values[field] = line
            page.place(f"{path}.{field}", number)
            below = page[numbers[at + 1]] if at + 1 < len(numbers) else ""
            if is_id or not NCT_ID.fullmatch(below):
                key = f"rt{len(found) + 1}"
                found.append(RelatedTrialRecord(key=key, **values))
                values = {}
    return {"related_trials": tuple(found)}


_OUTCOMES = {
    "Primary Outcome Measures": v.OutcomeType.PRIMARY,
    "Secondary Outcome Measures": v.OutcomeType.SECONDARY,
    "Other Outcome Measures": v.OutcomeType.OTHER_PRE_SPECIFIED,
}
_OUTCOME_LABELS = {
    "measure": "measure",
    "description": "description",
    "measure description": "description",
    "time frame": "time_frame",
}


def outcomes(page: Page, sections: Mapping[str, Sequence[int]]) -> Fields:
    """Measures; "Description: ..." and "Time Frame: ..." belong to the one above."""
    found: list[dict[str, str]] = []
    for heading, outcome_type in _OUTCOMES.items():
        values: dict[str, str] = {}
        for number in sections.get(heading, ()):
            label, _, text = page[number].partition(":")
            field = _OUTCOME_LABELS.get(label.strip().lower(), "")
            if not field:
                field, text = "measure", page[number]
            if field in values or not values:
                values = {"type": outcome_type.value}
                found.append(values)
            values[field] = unescape(text.strip())
            page.place(f"outcomes[o{len(found)}].{field}", number)
    return {
        "outcomes": tuple(
            OutcomeRecord(key=f"o{n}", **values) for n, values in enumerate(found, 1)
        )
    }


_ID_LABELS = {
    "identifier type": "type",
    "identifier source": "source",
    "identifier domain": "domain",
    "identifier link": "link",
}
_NOTHING = "-"


class _Identifier(NamedTuple):
    """An id as printed: its line, and the lines and texts of what is said of it."""

    line: int
    notes: dict[str, tuple[int, str]]


def identifiers(page: Page, numbers: Sequence[int]) -> Fields:
    """An id and, below it, its type and its source, which says whose id it is.

    The lines "ABC-1", "Identifier Type: -", "Identifier Source: org_study_id" give the
    organization's own study id.
    """
    own: Fields = {}
    secondary: list[SecondaryIdRecord] = []
    aliases: list[NctAliasRecord] = []
    for found in _identifiers(page, numbers):
        line, source = found.notes.get("source", (0, ""))
        if source == "org_study_id" and not own:
            own = _org_study_id(page, found)
        elif source == "secondary_id":
            secondary.append(_secondary_id(page, found, len(secondary) + 1))
        elif source == "nct_alias":
            key = f"na{len(aliases) + 1}"
            aliases.append(NctAliasRecord(key=key, nct_id=page[found.line]))
            page.place(f"nct_aliases[{key}].nct_id", found.line)
        else:
            page.warn(
                found.line,
                "",
                f"The page does not say whose identifier “{page[found.line]}” is.",
            )
            continue
        page.heading(line)
    return own | {"secondary_ids": tuple(secondary), "nct_aliases": tuple(aliases)}


def _identifiers(page: Page, numbers: Sequence[int]) -> Iterator[_Identifier]:
    found = None
    for number in numbers:
        label, _, text = page[number].partition(":")
        note = _ID_LABELS.get(label.strip().lower())
        if note and found:
            found.notes[note] = number, text.strip()
        elif not note:
            if found:
                yield found
            found = _Identifier(number, {})
    if found:
        yield found


def _org_study_id(page: Page, found: _Identifier) -> Fields:
    page.place("org_study_id", found.line)
    kind = _id_type(page, found, v.OrgStudyIdType, "org_study_id_type")
    return {"org_study_id": page[found.line], "org_study_id_type": kind}


def _secondary_id(page: Page, found: _Identifier, count: int) -> SecondaryIdRecord:
    path = f"secondary_ids[id{count}]"
    page.place(f"{path}.secondary_id", found.line)
    values = {}
    for field in ("domain", "link"):
        if field in found.notes:
            number, values[field] = found.notes[field]
            page.place(f"{path}.{field}", number)
    kind = _id_type(page, found, v.SecondaryIdType, f"{path}.type")
    return SecondaryIdRecord(
        key=f"id{count}", secondary_id=page[found.line], type=kind, **values
    )


def _id_type(
    page: Page, found: _Identifier, vocabulary: type[v.Vocabulary], path: str
) -> str:
    """The code of "Identifier Type: NIH"; "" for "-", which means none."""
    number, printed = found.notes.get("type", (0, _NOTHING))
    if len(printed) > CODE_LENGTH:
        return ""
    if number:
        page.place(path, number)
    if printed in (_NOTHING, ""):
        return ""
    return page.code_of(vocabulary, printed, number, path)
