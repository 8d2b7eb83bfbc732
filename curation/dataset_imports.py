"""A whole dataset in: the trials that it holds, made anew with all their keys.

For a desk that has none of them: an empty one, after a loss or in another place.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from curation import word_counts, workflow
from curation.acts import Act
from curation.workflow import Result
from trials import revisions
from trials.formats import dataset_back
from trials.formats.dataset_back import DatasetError
from trials.models import Trial
from trials.record.plain import to_plain
from trials.record.shape import TrialRecord

BATCH = 200
"""Trials that are held at once."""

Progress = Callable[[int], None]
"""Called with the number of trials that were stored, or looked at, so far."""


def import_dataset(
    path: Path, *, act: Act, dry_run: bool, progress: Progress
) -> Counter[Result]:
    """Store the records of the dataset at `path`; how many came to which result.

    First every file is verified and every record read. A trial that the desk has stays
    as it is where the dataset says the same; where it says something else, nothing of
    the dataset is stored. Each trial is one transaction: the same dataset again goes on
    where an import was broken off. Raises DatasetError and OSError.
    """
    with dataset_back.opened(path) as folder:
        results = _expected(folder)
        if dry_run:
            return results
        words: Counter[str] = Counter()
        for count, record in enumerate(dataset_back.records(folder), start=1):
            result = workflow.import_record(record, act=act)
            if result == Result.REFUSED:
                raise DatasetError(_differs(record.nct_id))
            if result == Result.CREATED:
                words += word_counts.count([record])
            progress(count)
        word_counts.add(words)
        return results


def _expected(folder: Path) -> Counter[Result]:
    """What will become of the trials. Raises DatasetError where one differs."""
    results: Counter[Result] = Counter()
    for batch in _batches(dataset_back.records(folder)):
        records = {record.nct_id: record for record in batch}
        there = Trial.objects.filter(nct_id__in=list(records))
        numbers = {
            pk: (nct, v) for pk, nct, v in there.values_list("id", "nct_id", "version")
        }
        snapshots = revisions.snapshots_at({pk: v for pk, (_, v) in numbers.items()})
        for pk, (nct_id, _) in numbers.items():
            if snapshots[pk] != to_plain(records[nct_id]).decode():
                raise DatasetError(_differs(nct_id))
        results[Result.UNCHANGED] += len(numbers)
        results[Result.CREATED] += len(batch) - len(numbers)
    return results


def _batches(records: Iterator[TrialRecord]) -> Iterator[list[TrialRecord]]:
    while batch := list(islice(records, BATCH)):
        yield batch


def _differs(nct_id: str) -> str:
    return (
        f"{nct_id} is in the desk, and says something else there. To correct records, "
        "use import_csv."
    )
