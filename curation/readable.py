"""Changes as people read them: labels, codes in words, marks inside texts."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from django.utils.text import capfirst

from curation.labels import path_label
from curation.worddiff import Mark, Op, marks, shortened
from trials import tables
from trials.models import FieldChange, Trial
from trials.models.fields import Coded
from trials.record import diff
from trials.record.fields import Field, fields_of
from trials.record.paths import Path, parse
from trials.record.sections import SECTIONS, section_of
from trials.record.shape import COLLECTIONS, TrialRecord


@dataclass(frozen=True)
class Readable:
    """One change for a page to show. `marks` are of a value, `lines` (label, value) of
    a part that came or went; `id` is that of the FieldChange, where it is one."""

    path: str
    label: str
    operation: str
    marks: list[Mark]
    lines: list[tuple[str, str]]
    id: int | None = None


def readable(change: diff.Change | FieldChange, *, short: bool) -> Readable:
    """`change` in words; `short` leaves out long stretches that stayed."""
    found: list[Mark] = []
    lines: list[tuple[str, str]] = []
    if change.operation == diff.Operation.CHANGE:
        found = value_marks(change.path, change.old, change.new)
        found = shortened(found) if short else found
    elif change.operation == diff.Operation.MOVE:
        found = _replaced(f"place {change.old}", f"place {change.new}")
    elif change.path:
        lines = part_lines(change.path, change.new or change.old)
    return Readable(
        path=change.path,
        label=path_label(change.path),
        operation=FieldChange.Operation(change.operation).label,
        marks=found,
        lines=lines,
        id=change.pk if isinstance(change, FieldChange) else None,
    )


def by_section(
    changes: Iterable[diff.Change | FieldChange], *, short: bool
) -> list[tuple[str, list[Readable]]]:
    """Section title -> its changes, in the order of the record's sections."""
    found: dict[str, list[Readable]] = {}
    for change in changes:
        title = section_of(change.path).title
        found.setdefault(title, []).append(readable(change, short=short))
    return [(s.title, found[s.title]) for s in SECTIONS if s.title in found]


def value_marks(path: str, old: str, new: str) -> list[Mark]:
    """What changed from `old` to `new`: by words in a text, as a whole otherwise."""
    field = _field(parse(path))
    if field and field.kind == "text" and not field.vocabulary:
        return marks(old, new)
    return _replaced(in_words(path, old), in_words(path, new))


def _replaced(old: str, new: str) -> list[Mark]:
    both = [Mark(Op.DELETED, old), Mark(Op.INSERTED, new)]
    found = both if old != new else [Mark(Op.SAME, old)]
    return [mark for mark in found if mark.text]


def in_words(path: str, text: str) -> str:
    """A value's text as the forms show it: codes and yes/no in words."""
    where = parse(path)
    field = _field(where)
    if field is None:
        return text
    if field.kind == "flag":
        return {"true": "Yes", "false": "No"}.get(text, text)
    if field.kind == "keys":
        return text.replace("\n", ", ")
    column = _column(where)
    if field.vocabulary and isinstance(column, Coded):
        return ", ".join(column.label_of(code) for code in text.split("\n"))
    return text


def part_lines(path: str, text: str) -> list[tuple[str, str]]:
    """The values of a part that came or went (`text` is its JSON), each with its label.

    A value that this version of the desk no longer knows keeps its own name.
    """
    where = parse(path)
    values = msgspec.json.decode(text, type=dict)
    known = [f.name for f in fields_of(COLLECTIONS[where.field]) if f.name in values]
    lines = []
    for name in dict.fromkeys([*known, *values]):
        leaf = where._replace(part_field=name)
        value = values[name]
        value = tuple(value) if isinstance(value, list) else value
        label = capfirst(_column(leaf).verbose_name) if name in known else name
        lines.append((label, in_words(str(leaf), diff.to_text(value))))
    return lines


def _field(path: Path) -> Field | None:
    """What the shape says of the value at `path`; None for one that it lacks."""
    shape = COLLECTIONS.get(path.field) if path.key else TrialRecord
    name = path.part_field if path.key else path.field
    fields = fields_of(shape) if shape else ()
    return next((field for field in fields if field.name == name), None)


def _column(path: Path):
    model = tables.MODELS[path.field] if path.key else Trial
    return model._meta.get_field(path.part_field if path.key else path.field)
