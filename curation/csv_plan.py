"""What edited tables would change in the desk, and what stands in the way.

Each trial's rows are compared with the version that they were exported at, where the
files tell it, and else with the record as it is now. What others changed since in the
same place is a conflict, for a person to decide.
"""

from collections.abc import Callable, Iterable

from msgspec import Struct

from curation import reviews
from curation.export_tables import REVIEWS
from curation.reviews import Refused
from trials import revisions, sheets
from trials.models import Trial
from trials.record import diff
from trials.record.contest import Standing, standing
from trials.record.paths import parse
from trials.record.plain import from_plain
from trials.record.shape import TrialRecord
from trials.sheets import Cell, File, Problem, Row, Sheet

BATCH = 200
"""Trials that are held at once."""

MOST_PROBLEMS = 1_000
"""Problems that are kept; whoever has more has the wrong file."""

Progress = Callable[[int, int], None]
"""Called with the number of trials that were dealt with, and that of all."""


class PlannedChange(Struct, frozen=True):
    """One change, the cell that asks for it, and how it stands to what others did since
    the export; `theirs` is the value as it is now."""

    change: diff.Change
    at: Cell
    standing: Standing = Standing.FREE
    theirs: str = ""

    @property
    def is_conflict(self) -> bool:
        """Whether somebody has to decide."""
        return self.standing in (Standing.CONTESTED, Standing.GONE)


class PlannedTrial(Struct, frozen=True):
    """What the files change in a trial that is at `version` now; `exported` is the
    version that they were made of (None: they do not tell)."""

    id: int
    nct_id: str
    version: int
    exported: int | None
    changes: tuple[PlannedChange, ...]

    def name(self, planned: PlannedChange) -> str:
        """Names the change among all of the plan."""
        return f"{self.nct_id} {planned.change.path} {planned.change.operation}"


class FileRows(Struct, frozen=True):
    """A file that was read: the table that it is, and how many rows it has."""

    file: str
    table: str
    rows: int


class Plan(Struct, frozen=True):
    """All that the files change, and all that is wrong with them."""

    files: tuple[FileRows, ...]
    passed_over: tuple[str, ...]
    trials: tuple[PlannedTrial, ...]
    problems: tuple[Problem, ...]
    problem_count: int

    @property
    def changes(self) -> int:
        """How many changes there are."""
        return sum(len(trial.changes) for trial in self.trials)

    @property
    def conflicts(self) -> list[tuple[PlannedTrial, PlannedChange]]:
        """The changes that somebody has to decide on."""
        return [(t, c) for t in self.trials for c in t.changes if c.is_conflict]

    @property
    def untold(self) -> int:
        """How many trials change whose version the files do not tell."""
        return sum(trial.exported is None for trial in self.trials)


def plan_of(files: Iterable[File], progress: Progress) -> Plan:
    """What the unpacked files would do. Writes nothing."""
    found = sheets.read(files, reviews=REVIEWS)
    problems = list(found.problems)
    trials: list[PlannedTrial] = []
    edited = [sheet for sheet in found.sheets if sheet.table != REVIEWS.name]
    numbers = sorted({nct_id for sheet in edited for nct_id in sheet.rows})
    for start in range(0, len(numbers), BATCH):
        batch = numbers[start : start + BATCH]
        there = _Batch(batch, found.versions)
        for nct_id in batch:
            rows = [(s, row) for s in edited for row in s.rows.get(nct_id, ())]
            planned, wrong = there.planned(nct_id, rows)
            problems += wrong
            if planned:
                trials.append(planned)
        progress(start + len(batch), len(numbers))
    problems.sort(key=lambda problem: (problem.at.file, problem.at.row))
    return Plan(
        tuple(FileRows(s.file, s.table, s.count) for s in found.sheets),
        tuple(found.passed_over),
        tuple(trials),
        tuple(problems[:MOST_PROBLEMS]),
        len(problems),
    )


Rows = list[tuple[Sheet, Row]]


class _Batch:
    """Some trials as they are now, and as they were exported."""

    def __init__(self, nct_ids: list[str], versions: dict[str, int]):
        trials = Trial.objects.filter(nct_id__in=nct_ids).select_related("review")
        self.trials = {trial.nct_id: trial for trial in trials}
        self.versions = versions
        now = {trial.pk: trial.version for trial in trials}
        exported = {
            trial.pk: versions[trial.nct_id]
            for trial in trials
            if versions.get(trial.nct_id, trial.version) != trial.version
        }
        self.now = revisions.snapshots_at(now)
        self.then = revisions.snapshots_at(exported) if exported else {}

    def planned(
        self, nct_id: str, rows: Rows
    ) -> tuple[PlannedTrial | None, list[Problem]]:
        """What the rows change in the trial, or what is wrong with them."""
        trial = self.trials.get(nct_id)
        if trial is None:
            what = "The desk has no such trial. Take the row out."
            return None, [sheet.problem(row, "nct_id", what) for sheet, row in rows]
        exported = self.versions.get(nct_id)
        if exported and exported > trial.version:
            what = f"The desk knows the trial up to version {trial.version} only."
            sheet, row = rows[0]
            return None, [sheet.problem(row, "", what)]
        now = from_plain(self.now[trial.pk])
        base = from_plain(self.then[trial.pk]) if trial.pk in self.then else now
        edited = sheets.edit(base, rows)
        if edited.problems:
            return None, edited.problems
        anywhere = rows[0][0].at(rows[0][1])
        changes = _changes(base, now, edited, anywhere)
        if not changes:
            return None, []
        if why := _refusal(trial):
            return None, [Problem(changes[0].at, "", why)]
        return PlannedTrial(trial.pk, nct_id, trial.version, exported, changes), []


def _changes(
    base: TrialRecord, now: TrialRecord, edited: sheets.Edited, anywhere: Cell
) -> tuple[PlannedChange, ...]:
    """What the rows want, without what the record says already."""
    others = diff.compare(base, now)
    found = []
    for change in diff.compare(base, edited.record):
        stands = standing(change, others, now) if others else Standing.FREE
        if stands == Standing.DONE:
            continue
        # To bring one part elsewhere, another one may be what moves.
        at = edited.origins.get(change.path, anywhere)
        is_new = change.operation == diff.Operation.CREATE
        theirs = "" if is_new else diff.text_at(now, parse(change.path))
        found.append(PlannedChange(change, at, stands, theirs))
    return tuple(found)


def _refusal(trial: Trial) -> str:
    """Why the record must not change; "" where it may."""
    if trial.withdrawn:
        return f"{trial.nct_id} is withdrawn. Take its rows out."
    try:
        reviews.refuse_change(trial.review)
    except Refused as refused:
        return f"{refused} Or take its rows out."
    return ""
