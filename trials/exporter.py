"""Records -> files. Streams: no more than a batch of trials is held at once."""

import csv
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from pathlib import Path

import msgspec
from django.db.models import QuerySet

from trials import tables
from trials.models import SourceDocument, Trial
from trials.record import flat, registry
from trials.record.shape import TrialRecord

Progress = Callable[[int], None]
"""Called with the number of trials written so far."""


def export_ctgov(trials: QuerySet[Trial], output: Path, progress: Progress) -> int:
    """Write `{"studies": [...]}` in the registry's API v2 names; returns the count.

    The file appears under its name only when it is whole.
    """
    count = 0

    def counted() -> Iterator[TrialRecord]:
        nonlocal count
        for batch in tables.batches(trials.values_list("id", flat=True)):
            yield from tables.load_batch(batch).values()
            count += len(batch)
            progress(count)

    part = output.with_name(f"{output.name}.part")
    with part.open("wb") as file:
        file.writelines(ctgov_pieces(counted()))
    part.replace(output)
    return count


def ctgov_pieces(records: Iterable[TrialRecord]) -> Iterator[bytes]:
    """`{"studies": [...]}` in the registry's API v2 names, a piece a record."""
    yield b'{"studies": ['
    separator = b"\n"
    for record in records:
        yield separator + msgspec.json.encode(registry.to_registry(record))
        separator = b",\n"
    yield b"\n]}\n"


def export_csv(trials: QuerySet[Trial], folder: Path, progress: Progress) -> int:
    """Write `trials.csv` and `criteria.csv` into `folder`; returns the trials' count.

    UTF-8, comma, RFC 4180 quoting, line end CRLF. The files appear under their names
    only when they are whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = ("trials.csv", "criteria.csv")
    parts = [folder / f"{name}.part" for name in names]
    count = 0
    with (
        parts[0].open("w", encoding="utf-8", newline="") as trial_file,
        parts[1].open("w", encoding="utf-8", newline="") as criterion_file,
    ):
        trial_rows = csv.writer(trial_file)
        criterion_rows = csv.writer(criterion_file)
        trial_rows.writerow(flat.TRIAL_COLUMNS)
        criterion_rows.writerow(flat.CRITERION_COLUMNS)
        for batch in tables.batches(trials.values_list("id", flat=True)):
            lines = _lines(batch)
            for trial_id, record in tables.load_batch(batch).items():
                trial_rows.writerow(flat.trial_row(record))
                criterion_rows.writerows(
                    flat.criterion_rows(record, lines.get(trial_id, {}))
                )
            count += len(batch)
            progress(count)
    for part, name in zip(parts, names, strict=True):
        part.replace(folder / name)
    return count


def csv_line(cells: Iterable[str | int]) -> str:
    """The cells as a line: comma, RFC 4180 quoting, line end CRLF."""
    line = StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _lines(trial_ids: list[int]) -> dict[int, flat.Lines]:
    """Trial id -> where its current page says each value."""
    current = SourceDocument.objects.filter(
        trial__in=trial_ids, status=SourceDocument.Status.CURRENT
    )
    return dict(current.order_by().values_list("trial_id", "lines"))
