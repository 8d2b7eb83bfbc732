"""Parts that name other parts: what happens to them when those go."""

from typing import Any

from msgspec.structs import replace

from trials.record.shape import TrialRecord


def without_dangling(record: TrialRecord, values: dict[str, Any]) -> TrialRecord:
    """`record` with `values` in place, and nothing left that points at a missing part.

    An arm loses the interventions that are gone; a location's contacts go with it.
    """
    interventions = values.get("interventions", record.interventions)
    locations = values.get("locations", record.locations)
    there = {part.key for part in interventions}
    arms = tuple(
        replace(arm, interventions=tuple(k for k in arm.interventions if k in there))
        if not there.issuperset(arm.interventions)
        else arm
        for arm in values.get("arms", record.arms)
    )
    sites = {part.key for part in locations} | {None}
    contacts = tuple(
        contact
        for contact in values.get("contacts", record.contacts)
        if contact.location in sites
    )
    return replace(record, **(values | {"arms": arms, "contacts": contacts}))
