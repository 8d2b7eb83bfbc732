"""What an operation does to the values of a record, hit by hit."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

from curation.bulk.operation import Change as Operation
from curation.bulk.operation import SetValue
from curation.bulk.patterns import Hit, PatternError
from curation.bulk.values import Value, columns, values_of
from trials.record import diff
from trials.record.paths import parse
from trials.record.shape import TrialRecord

_SAY_NOTHING = frozenset({"key", "type", "level"})
"""What a part may have and yet be empty, as in the forms."""


class Unfit(ValueError):
    """A record that the operation would spoil: where, and why."""


class Found(NamedTuple):
    """A value with its hits."""

    value: Value
    hits: list[Hit]

    def names(self) -> list[str]:
        """What to call each hit, within its trial."""
        return [f"{self.value.path}:{number}" for number in range(len(self.hits))]


def finder(operation: Operation) -> Callable[[str, str], list[Hit]]:
    """What finds the hits of the operation in a column's text, made once for many.

    It raises PatternError where it finds too much.
    """
    in_text = operation.finder()
    lists = {name for name in operation.columns if columns()[name].kind == "list"}
    if isinstance(operation, SetValue):
        lists.clear()

    def hits(column: str, text: str) -> list[Hit]:
        return _in_items(in_text, text) if column in lists else in_text(text)

    return hits


def find(operation: Operation, values: Iterable[Value]) -> Iterator[Found]:
    """The values that the operation would change. Raises PatternError."""
    hits_in = finder(operation)
    for value in values:
        if hits := hits_in(value.column, value.text):
            yield Found(value, hits)


def _in_items(in_text: Callable[[str], list[Hit]], text: str) -> list[Hit]:
    """The hits in each item of a list: none goes from one item into the next."""
    found, start = [], 0
    for item in text.split("\n"):
        found += [Hit(h.start + start, h.end + start, h.new) for h in in_text(item)]
        start += len(item) + 1
    return found


def replaced(text: str, hits: Iterable[Hit]) -> str:
    """The text with the hits made."""
    pieces, end = [], 0
    for hit in hits:
        pieces += [text[end : hit.start], hit.new]
        end = hit.end
    return "".join([*pieces, text[end:]])


def changed(
    record: TrialRecord,
    operation: Operation,
    *,
    left_out: Collection[str],
    one_line: Collection[str],
) -> TrialRecord:
    """The record with all hits made but those whose names are in `left_out`.

    `one_line` are the columns whose values have no line breaks. Raises Unfit.
    """
    changes = []
    try:
        for found in find(operation, values_of(record, operation.columns)):
            chosen = [
                hit
                for name, hit in zip(found.names(), found.hits, strict=True)
                if name not in left_out
            ]
            if chosen:
                changes.append(_change(found.value, chosen, one_line))
        wanted = diff.apply(record, changes)
    except (PatternError, diff.ChangeError) as error:
        raise Unfit(str(error)) from error
    _refuse_empty_parts(wanted, changes)
    return wanted


def why_unfit(value: Value, new: str, one_line: Collection[str]) -> str:
    """Why the value must not become `new`: a sentence; "" where it may."""
    if value.column in one_line and "\n" in new:
        return f"{value.path} is one line, and would have a line break."
    return ""


def _change(value: Value, hits: list[Hit], one_line: Collection[str]) -> diff.Change:
    new = replaced(value.text, hits)
    if columns()[value.column].kind == "list":
        # An item that is nothing any more, or stands there already, goes.
        items = (item.strip() for item in new.split("\n"))
        new = "\n".join(dict.fromkeys(filter(None, items)))
    if why := why_unfit(value, new, one_line):
        raise Unfit(why)
    return diff.Change(value.path, diff.Operation.CHANGE, value.text, new)


def _refuse_empty_parts(record: TrialRecord, changes: list[diff.Change]) -> None:
    for change in changes:
        path = parse(change.path)
        if not path.key or change.new:
            continue
        part = diff.part_at(record, path)
        said = (name for name in part.__struct_fields__ if name not in _SAY_NOTHING)
        if not any(getattr(part, name) for name in said):
            raise Unfit(f"{change.path} would be left empty. Delete the part by hand.")
