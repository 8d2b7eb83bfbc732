"""Two people, one record: how a change that was made to an older version stands to what
others made of the record since."""

from collections.abc import Iterable
from enum import StrEnum

from trials.record import diff
from trials.record.paths import parse
from trials.record.shape import TrialRecord


class Standing(StrEnum):
    """How a change stands.

    DONE: the record says it already. FREE: nobody else touched what it changes.
    CONTESTED: somebody did. GONE: somebody deleted what it changes.
    """

    DONE = "done"
    FREE = "free"
    CONTESTED = "contested"
    GONE = "gone"


def standing(
    change: diff.Change, others: Iterable[diff.Change], theirs: TrialRecord
) -> Standing:
    """How `change` stands to `others`, which made the record `theirs`."""
    path = parse(change.path)
    if _is_done(change, theirs):
        return Standing.DONE
    if change.operation == diff.Operation.CREATE:
        return Standing.FREE
    if path.key and diff.part_at(theirs, path) is None:
        return Standing.GONE
    # Deleting a part contests every change that they made inside it.
    is_contested = any(
        other.path == change.path
        or (not path.part_field and other.path.startswith(f"{change.path}."))
        for other in others
    )
    return Standing.CONTESTED if is_contested else Standing.FREE


def _is_done(change: diff.Change, theirs: TrialRecord) -> bool:
    path = parse(change.path)
    if change.operation == diff.Operation.DELETE:
        return diff.part_at(theirs, path) is None
    is_value = change.operation != diff.Operation.MOVE
    return is_value and diff.text_at(theirs, path) == change.new
