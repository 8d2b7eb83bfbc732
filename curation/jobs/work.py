"""What each kind of job does. All of it may be done again from the start: what an
attempt before has done is passed over, or comes out the same."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import msgspec

from curation import exports, fixes, operations, rechecks, reverts, workflow
from curation.acts import Act
from curation.chosen_findings import ChosenFindings
from curation.exports import Order
from curation.facets import UnknownFilter
from curation.findings import RULE_BY_ID
from curation.imports import Item, import_pages
from curation.jobs import files
from curation.jobs.attempt import JobError, Run
from curation.models import BulkOperation, Finding, Job, JobLog
from curation.releases import ReleaseError
from curation.workflow import Result
from trials import importer
from trials.formats import ExportError
from trials.models import ChangeSet, Revision, SourceDocument, Trial

PAGES_AT_ONCE = 10
"""Pages that are stored together: more are hardly faster, and somebody watches."""
READ_AT_ONCE = 200
"""Findings that are held at once."""


def _import(run: Run) -> str:
    """Read and store the pages that were uploaded; those that are there already are
    unchanged."""
    job = run.job
    try:
        names = files.read_names(job)
    except OSError as error:
        raise JobError(
            "The uploaded files are not here any more, or the worker has another "
            "JOBS_ROOT than the server."
        ) from error
    found, _ = importer.find([files.pages(job) / name for name in names])
    containers = [replace(c, name=names[c.path.name]) for c in found]
    run.start(sum(container.count for container in containers))
    earlier = _kept_pending(job)
    pending = seen = 0

    def progress(count: int, item: Item) -> None:
        nonlocal pending, seen
        seen = count
        if item.result == Result.UNCHANGED and item.file in earlier:
            earlier.remove(item.file)
            pending += 1
        pending += item.result == Result.PENDING
        if item.result == Result.REFUSED:
            run.refuse(item.file, item.reason, item.line)
        # Between two batches, so that what was stored is what was told of.
        if count % PAGES_AT_ONCE == 0:
            run.step(count)

    act = Act(
        ChangeSet.Kind.IMPORT, by=job.by, note=job.arguments.get("note", ""), job=job
    )
    import_pages(
        containers,
        act=act,
        dry_run=False,
        progress=progress,
        together=PAGES_AT_ONCE,
    )
    if seen % PAGES_AT_ONCE:
        run.step(seen)
    created = _changed(run)
    refused = JobLog.objects.filter(job=job).count()
    unchanged = max(0, run.done - created - pending - refused)
    return (
        f"{run.done} pages: {created} created, {unchanged} there already, "
        f"{pending} kept as further sources, {refused} refused."
    )


def _kept_pending(job: Job) -> set[str]:
    """The pages that attempts before have kept as further sources: to the import they
    are unchanged by now. No act made them, so time, account and name tell them."""
    kept = SourceDocument.objects.filter(
        status=SourceDocument.Status.PENDING,
        imported_by=job.by,
        imported_at__gte=job.started,
    )
    return set(kept.values_list("file_name", flat=True))


def _export(run: Run) -> str:
    """Write the file that was ordered."""
    job = run.job
    target = files.folder(job) / "output"
    # An attempt before may have broken off in the middle of it.
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    order = order_of(job.arguments["order"], target)
    try:
        run.start(order.selection.trials().count())
        written = exports.export(order, by=job.by, progress=run.step)
    except (ExportError, ReleaseError, UnknownFilter) as error:
        raise JobError(str(error)) from error
    except OSError as error:
        raise JobError(f"The file cannot be written: {error.strerror}.") from error
    job.output = order.output.name
    return f"{written.trials} trials written."


def plain_order(order: Order) -> dict:
    """An order as a job keeps it."""
    return msgspec.to_builtins(order, enc_hook=str)


def order_of(plain: dict, folder: Path) -> Order:
    """The order that `plain_order` kept, to be written into `folder`."""
    order = msgspec.convert(plain, Order, dec_hook=lambda kind, value: kind(value))
    return replace(order, output=folder / order.output.name)


def _recheck(run: Run) -> str:
    """Run the rules that changed over all trials, or one rule; what an attempt before
    has come to is passed over."""
    rule = run.job.arguments.get("rule", "")
    if rule and rule not in RULE_BY_ID:
        raise JobError(f"There is no rule {rule} any more.")
    trials = Trial.objects.order_by("nct_id")
    after = run.job.position
    first = trials.filter(nct_id__lte=after).count()
    run.start(trials.count(), first)
    checked = rechecks.recheck(
        trials,
        [RULE_BY_ID[rule]] if rule else None,
        lambda count, nct_id: run.step(first + count, nct_id),
        after=after,
    )
    rules = f"{checked.rules} rule{'s' if checked.rules != 1 else ''}"
    trials = f"{first + checked.trials} trials"
    return f"{trials} checked by {rules}; {checked.open} findings are open."


def _fix(run: Run) -> str:
    """Make the fixes of all findings that are chosen; those that were fixed by an
    attempt before are not open any more."""
    job = run.job
    chosen = _chosen_findings(job.arguments)
    try:
        rule, ids = chosen.rule, list(chosen.fixable().values_list("pk", flat=True))
    except UnknownFilter as error:
        raise JobError(str(error)) from error
    first = _changed(run)
    run.start(first + len(ids), first)

    def findings():
        # By their numbers: a fix may take others of its trial out of the filter.
        for at in range(0, len(ids), READ_AT_ONCE):
            batch = ids[at : at + READ_AT_ONCE]
            found = Finding.objects.select_related("trial").in_bulk(batch)
            yield from (found[pk] for pk in batch)

    def progress(count: int, one: Finding, why: str) -> None:
        if why:
            run.refuse(one.trial.nct_id, why)
        _step(run, first, count)

    why = {name: job.arguments.get(name, "") for name in ("reason", "note")}
    act = Act(ChangeSet.Kind.FIX, by=job.by, rule=rule, job=job, **why)
    outcome = fixes.apply_fixes(findings(), act, progress)
    return f"{_changed(run)} findings fixed, {len(outcome.skipped)} skipped."


def _chosen_findings(arguments: dict) -> ChosenFindings:
    """Those that the job was started for, some with a finding of each fix alone."""
    if "finding" in arguments:
        return ChosenFindings.like(arguments["finding"])
    return ChosenFindings(arguments["query"])


def _revert(run: Run) -> str:
    """Put all trials of a change set back that did not change since."""
    job = run.job
    change_set = ChangeSet.objects.get(pk=job.arguments["change_set"])
    first = _changed(run)
    run.start(reverts.touched(change_set).count(), first)

    def progress(count: int, trial: Trial, why: str) -> None:
        if why:
            run.refuse(trial.nct_id, why)
        _step(run, first, count)

    outcome = reverts.revert_change_set(
        change_set,
        by=job.by,
        reason=job.arguments["reason"],
        note=job.arguments["note"],
        job=job,
        progress=progress,
    )
    return f"{_changed(run)} trials put back, {len(outcome.skipped)} left as they are."


def _bulk(run: Run) -> str:
    """Apply an operation to the trials that are left of those it was prepared for."""
    job = run.job
    bulk = BulkOperation.objects.get(pk=job.arguments["operation"])
    first = len(operations.changed_by(job.change_set))
    run.start(len(operations.chosen(bulk)), first)

    def progress(count: int, nct_id: str, why: str) -> None:
        if why:
            run.refuse(nct_id, why)
        _step(run, first, count)

    act = Act(
        operations.kind_of(operations.operation_of(bulk)),
        by=job.by,
        reason=job.arguments["reason"],
        note=job.arguments["note"],
        job=job,
    )
    operations.apply(bulk, act, progress)
    return f"{bulk.changed} trials changed, {len(bulk.skipped)} skipped."


def _step(run: Run, first: int, count: int) -> None:
    """Tell of `count` trials after the first: between two batches, where it may stop,
    so that what was done is what was told of."""
    if count % workflow.TOGETHER == 0 or first + count == run.total:
        run.step(first + count)


def _changed(run: Run) -> int:
    """How many trials the job has changed, in all its attempts."""
    run.job.refresh_from_db(fields=["change_set"])
    if run.job.change_set_id is None:
        return 0
    return Revision.objects.filter(change_set=run.job.change_set_id).count()


class Work(NamedTuple):
    """The permissions that a kind of job takes when it runs, and what it does: it gives
    a sentence for the end. Raises JobError, and what `Run.step` raises."""

    needs: tuple[str, ...]
    do: Callable[[Run], str]


WORK: dict[str, Work] = {
    "import": Work(("trials.add_trial",), _import),
    "export": Work(("trials.view_trial",), _export),
    "recheck": Work(("trials.add_trial",), _recheck),
    "fix": Work(("trials.change_trial",), _fix),
    "revert": Work(("trials.change_trial", "trials.revert_changeset"), _revert),
    "bulk": Work(("trials.change_trial", "curation.bulk_change"), _bulk),
}
"""Kind -> what it takes and does. A job may name other permissions: `arguments`."""


def needs(kind: str, arguments: dict) -> tuple[str, ...]:
    """The permissions that a job takes."""
    return tuple(arguments.get("needs", WORK[kind].needs))
