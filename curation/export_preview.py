"""What an export will hold, before it is made."""

from dataclasses import replace
from typing import NamedTuple

from django.http import QueryDict

from curation.export_columns import CHOICE
from curation.export_tables import FINDINGS, TABLES_OF
from curation.exports import NO_FINDINGS, Order
from curation.models import Release, Review
from curation.pins import Selection
from trials.formats.columns import cut


class Preview(NamedTuple):
    """How many trials leave, which in words, and sentences on what does not."""

    trials: int
    chosen: str
    left_out: list[str]


def preview(order: Order) -> Preview:
    """Look at what is asked for. Raises trial_filters.UnknownFilter."""
    release = Release.objects.filter(name=order.release).first()
    if release:
        trials, chosen = release.trials, f"Release {release.name}. {release.chosen}"
        left_out = []
    else:
        trials, left_out = _count(order.selection)
        chosen = order.selection.words
    is_frozen = bool(order.release or order.selection.as_of)
    if is_frozen and FINDINGS in TABLES_OF[order.format]:
        left_out.append(NO_FINDINGS)
    if order.selection.as_approved and FINDINGS in TABLES_OF[order.format]:
        left_out.append("Findings, changes and saved pages stay in the desk.")
    if order.columns:
        left_out.append(_columns_left_out(order))
    return Preview(trials, chosen, left_out)


def _columns_left_out(order: Order) -> str:
    tables = CHOICE[order.format]
    every = sum(len(table.columns) for table in tables)
    kept = sum(len(piece.table.columns) for piece in cut(tables, order.columns))
    return f"{every - kept} of {every} columns."


def _count(selection: Selection) -> tuple[int, list[str]]:
    if selection.as_approved:
        return selection.trials().count(), []
    widest = replace(selection, statuses=(), with_withdrawn=True, as_of=None)
    if selection.as_of:
        trials = sum(1 for _ in selection.pins())
        missing = widest.trials().count() - trials
        return trials, [_sentence(missing, "not like that then")] if missing else []
    trials, left_out = selection.trials().count(), []
    if not selection.with_withdrawn and "withdrawn" not in QueryDict(selection.query):
        withdrawn = widest.trials().filter(withdrawn=True).count()
        left_out += [_sentence(withdrawn, "withdrawn")] if withdrawn else []
    if selection.statuses:
        of_any_state = replace(selection, statuses=()).trials().count()
        states = " or ".join(Review.State(s).label for s in selection.statuses)
        if others := of_any_state - trials:
            left_out.append(_sentence(others, f"not {states.lower()}"))
    return trials, left_out


def _sentence(count: int, what: str) -> str:
    return f"{count:,} trial{'s are' if count > 1 else ' is'} {what}."
