"""The row of a pair: that an arm gets an intervention, or where a contact sits."""

from msgspec.structs import replace

from trials.record.diff import placed
from trials.record.paths import Path
from trials.sheets.draft import Draft
from trials.sheets.sheet import Row, Sheet


def take_treatments(draft: Draft, rows: list[tuple[Sheet, Row]]) -> None:
    """Give arms the interventions that `rows`, all of the trial, pair with them."""
    arms = draft.parts("arms")
    places: dict[str, list[tuple[int, str]]] = {}
    for sheet, row in rows:
        arm = _named(draft, sheet, row, "arm", "arms")
        key = _named(draft, sheet, row, "intervention", "interventions")
        if not arm or not key:
            continue
        keys = list(arms[arm].interventions)
        stands = keys.index(key) + 1 if key in keys else None
        place = draft.wanted_place(sheet, row, stands)
        if stands is None:
            arms[arm] = replace(arms[arm], interventions=(*keys, key))
        if place:
            places.setdefault(arm, []).append((place, key))
        if stands is None or place:
            draft.note(sheet, row, Path("arms", arm, "interventions"), "intervention")
    for arm, wanted in places.items():
        keys = {key: key for key in arms[arm].interventions}
        arms[arm] = replace(arms[arm], interventions=placed(keys, wanted))


def take_contact(draft: Draft, sheet: Sheet, row: Row) -> None:
    """Put a contact to a location. Their order there is that of all contacts."""
    contacts = draft.parts("contacts")
    location = _named(draft, sheet, row, "location", "locations")
    key = _named(draft, sheet, row, "contact", "contacts")
    if location and key and contacts[key].location != location:
        contacts[key] = replace(contacts[key], location=location)
        draft.note(sheet, row, Path("contacts", key, "location"), "location")


def _named(draft: Draft, sheet: Sheet, row: Row, column: str, collection: str) -> str:
    """The key in the column; "" where the trial has no such part."""
    key = (sheet.text(row, column) or "").strip()
    if any(part.key == key for part in getattr(draft.base, collection)):
        return key
    what = f"The trial has no such row in {collection}. Write its key."
    draft.refuse(sheet, row, column, what)
    return ""
