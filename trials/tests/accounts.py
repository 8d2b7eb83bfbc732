"""What must hold of the reading of any page."""

from trials.readers import Reading, split_lines
from trials.record.diff import part_at
from trials.record.paths import parse
from trials.record.plain import from_plain, to_plain
from trials.record.sections import section_of
from trials.record.shape import COLLECTIONS, TrialRecord


def is_there(record: TrialRecord, text: str) -> bool:
    """Whether `text` names a value or part of the record."""
    path = parse(text)
    owner = part_at(record, path) if path.key else record
    return hasattr(owner, path.part_field or "key" if path.key else path.field)


def check(text: str, reading: Reading) -> None:
    """Fail unless every line is accounted for, and every path names a value."""
    lines = ["", *split_lines(text)]
    written = {number for number, line in enumerate(lines) if line}
    values: set[int] = set()
    spans = [(path, *span) for path, span in reading.lines.items()]
    spans += [(r.path, r.first_line, r.last_line) for r in reading.repeats]
    for path, first, last in spans:
        assert 1 <= first <= last < len(lines), f"{path}: {first} to {last}"
        values.update(range(first, last + 1))
    marked = {*reading.headings, *reading.boilerplate}
    unplaced = set(reading.unplaced)
    assert marked | unplaced <= written
    # A value's span may run over a heading; what nobody took is nobody's.
    assert not unplaced & (values | marked)
    assert (values & written) | marked | unplaced == written
    for path in reading.lines:
        assert section_of(path)
        # A value may be "": a page prints "N/A" for an age that is not limited.
        assert is_there(reading.record, path), f"{path} names nothing"
    for repeat in reading.repeats:
        path = parse(repeat.path)
        assert not path.key or part_at(reading.record, path), repeat
        assert path.key or path.field in COLLECTIONS or section_of(repeat.path), repeat
    assert all(0 <= warning.line < len(lines) for warning in reading.warnings)
    assert from_plain(to_plain(reading.record)) == reading.record
