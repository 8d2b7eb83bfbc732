"""A plan in words, a line each, for the command line."""

from collections.abc import Iterator, Mapping

from curation.csv_imports import Choice
from curation.csv_plan import Plan


def trouble(plan: Plan, choices: Mapping[str, Choice]) -> Iterator[str]:
    """Every problem and conflict."""
    yield from map(str, plan.problems)
    if more := plan.problem_count - len(plan.problems):
        yield f"{more} more problems."
    for trial, planned in plan.conflicts:
        choice = choices.get(trial.name(planned), "not decided")
        change = planned.change
        yield (
            f"{planned.at}: conflict in {trial.nct_id} {change.path}, {choice}. "
            f"Now: {_short(planned.theirs)}; in the file: {_short(change.new)}."
        )


def changes(plan: Plan) -> Iterator[str]:
    """Every change, and the cell that asks for it."""
    if plan.untold:
        yield (
            f"{plan.untold} trials come without their version: they are compared with "
            "the records as they are now."
        )
    for trial in plan.trials:
        for planned in trial.changes:
            change = planned.change
            yield (
                f"{trial.nct_id} {change.path} {change.operation}: "
                f"{_short(change.old)} > {_short(change.new)} ({planned.at})"
            )


def summary(plan: Plan) -> str:
    """How many of each."""
    return (
        f"{plan.changes} changes in {len(plan.trials)} trials would be applied, "
        f"{len(plan.conflicts)} conflicts, {plan.problem_count} problems."
    )


def _short(text: str) -> str:
    """A value on one line."""
    line = " ".join(text.split())
    return f"“{line[:60]}{'…' if len(line) > 60 else ''}”"
