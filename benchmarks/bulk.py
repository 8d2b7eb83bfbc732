"""What a replacement over many trials costs: found, shown, applied and taken back.

The trials are imported as those of a curator are, and so have a history each. Along the
way a few are changed by somebody else, which must be left alone and named. Raises
AssertionError where the replacement leaves anything but what it says.
"""

import sys
import time
from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from msgspec.structs import replace

from benchmarks.pages import LAYOUTS, make_pages
from curation import operations, reverts, word_counts, workflow
from curation.acts import Act
from curation.bulk.operation import Replace
from curation.bulk.values import text_columns
from curation.chosen_trials import ChosenTrials
from curation.import_batches import import_in_turn
from curation.models import BulkOperation
from curation.operation_preview import preview
from trials import importer, revisions, tables
from trials.models import ChangeSet, Revision, Trial
from trials.record.shape import TrialRecord

IN_BETWEEN = 5
"""Trials that somebody else changes before it is applied; as many before it is taken
back."""


def main(trials: int) -> None:
    """Print the figures for the database of the settings."""
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        _import(trials)
        by = get_user_model().objects.create_superuser("admin")
        for columns in (("brief_title", "criteria.text"), tuple(text_columns())):
            _prepare(Replace(columns, "patients", "participants", whole_words=True), by)
        for columns in (("brief_title",), ("brief_title", "criteria.text")):
            _apply(Replace(columns, "e", "E", match_case=True), by)
    finally:
        teardown_databases(databases, verbosity=0)


def _import(trials: int) -> None:
    each = trials // len(LAYOUTS)
    pages = (
        importer.read_bytes(name, data)
        for number, layout in enumerate(LAYOUTS)
        for name, data in make_pages(layout, each, 1 + number * each)
    )
    act = Act(ChangeSet.Kind.IMPORT, by=None)
    with _Clock() as clock:
        items = list(import_in_turn(enumerate(pages), act))
    word_counts.add_all_ahead()
    with connection.cursor() as cursor:
        # What a database in use has done by itself: know how many rows there are.
        cursor.execute("ANALYZE")
    _say(f"{len(items):,} trials imported in {clock}")


def _prepare(operation: Replace, by) -> BulkOperation:
    with _Clock() as found:
        bulk = operations.prepare(operation, ChosenTrials(), by=by)
    with _Clock() as shown:
        preview(bulk, 1, by)
    hits = sum(row[2] for row in bulk.trials)
    _say(
        f"replace in {len(operation.columns)} fields of {bulk.looked_at:,} trials, "
        f"{hits:,} hits: found in {found}, a page of them shown in {shown}"
    )
    return bulk


def _apply(operation: Replace, by) -> None:
    bulk = _prepare(operation, by)
    chosen = list(Trial.objects.in_bulk([row[0] for row in bulk.trials]).values())
    _edit(chosen[:IN_BETWEEN])
    before = _records(chosen)

    with _Clock() as clock:
        operations.apply(bulk, Act(ChangeSet.Kind.BULK_EDIT, by=by))
    _say(f"{bulk.changed:,} changed in {clock}: {bulk.changed / clock.seconds:.0f}/s")
    skipped = [nct_id for nct_id, _ in bulk.skipped]
    _must_be(sorted(skipped), _numbers(chosen[:IN_BETWEEN]), "skipped by it")
    made = Revision.objects.filter(change_set=bulk.change_set)
    changed = sorted(made.values_list("trial__nct_id", flat=True))
    _must_be(changed, _numbers(chosen[IN_BETWEEN:]), "changed, by a revision each")
    after = _records(chosen)
    same = [pk for pk in before if before[pk] == after[pk]]
    _must_be(same, [t.pk for t in chosen[:IN_BETWEEN]], "as they were before")

    later = chosen[IN_BETWEEN : 2 * IN_BETWEEN]
    _edit(later)
    kept = _records(later)
    with _Clock() as clock:
        outcome = reverts.revert_change_set(
            bulk.change_set, by=by, reason="other", note="To see how long it takes."
        )
    count = len(outcome.reverted)
    _say(f"{count:,} put back in {clock}: {count / clock.seconds:.0f}/s")
    skipped = [one.trial.nct_id for one in outcome.skipped]
    _must_be(sorted(skipped), _numbers(later), "skipped by the revert")
    _must_be(_records(chosen), before | kept, "restored")


def _edit(trials: Sequence[Trial]) -> None:
    """Change the trials as somebody else would."""
    act = Act(ChangeSet.Kind.EDIT, by=None, reason="typo")
    for trial in trials:
        trial.refresh_from_db()
        record = revisions.record_at(trial, trial.version)
        record = replace(record, acronym=f"{record.acronym} II".strip())
        workflow.save_record(trial.pk, record, version=trial.version, act=act)


def _records(trials: Sequence[Trial]) -> dict[int, TrialRecord]:
    """What the rows of the trials say now."""
    ids = [trial.pk for trial in trials]
    found: dict[int, TrialRecord] = {}
    for start in range(0, len(ids), tables.BATCH):
        found |= tables.load_batch(ids[start : start + tables.BATCH])
    return found


def _numbers(trials: Sequence[Trial]) -> list[str]:
    return sorted(trial.nct_id for trial in trials)


def _must_be(found: object, expected: object, what: str) -> None:
    if found != expected:
        raise AssertionError(f"Not those trials were {what} that should be.")


class _Clock:
    """Seconds of the wall and of this process, whatever else the machine does."""

    def __enter__(self) -> "_Clock":
        self._started = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *error) -> None:
        wall, own = self._started
        self.seconds = time.perf_counter() - wall
        self.own = time.process_time() - own

    def __str__(self) -> str:
        return f"{self.seconds:.2f} s ({self.own:.2f} s of this process)"


def _say(line: str) -> None:
    sys.stdout.write(f"{connection.vendor}: {line}\n")
    sys.stdout.flush()
