"""Findings kept true: what the rules say of a trial against what is stored of it."""

import datetime
import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from curation.models import Finding, Review
from curation.rules import RULES
from curation.rules.rule import Context, Found, Rule, Severity, Source, Words
from curation.word_counts import known_words
from trials import bulk, readers
from trials.models import SourceDocument, Trial
from trials.models.lookups import OneOf
from trials.readers import Repeat
from trials.record.sections import section_of
from trials.record.shape import TrialRecord

logger = logging.getLogger(__name__)

RULE_BY_ID = {rule.id: rule for rule in RULES}


def active_rules() -> list[Rule]:
    """The rules of a default installation, and those that the settings turn on."""
    return [r for r in RULES if r.is_on or r.id in settings.OPTIONAL_RULES]


class Match(NamedTuple):
    """A rule, and one thing that it found."""

    rule: Rule
    found: Found

    @property
    def fingerprint(self) -> str:
        """Names the finding by rule, place and evidence, white space and case aside."""
        evidence = " ".join(self.found.evidence.casefold().split())
        text = "\n".join((self.rule.id, self.found.paths[0], evidence))
        return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


class Tally(NamedTuple):
    """How many errors and warnings of a trial are open, and when the newest came up."""

    errors: int
    warnings: int
    found_at: datetime.datetime | None


def context_of(trial: Trial) -> Context:
    """What rules may know of the trial besides its record."""
    return contexts_of([trial.pk])[trial.pk]


def contexts_of(ids: Sequence[int]) -> dict[int, Context]:
    """Id of each of the trials -> what rules may know of it besides its record."""
    today, words = timezone.now().date(), lazy_words()
    pages: dict[int, list[SourceDocument]] = {pk: [] for pk in ids}
    for document in SourceDocument.objects.filter(OneOf(F("trial_id"), list(ids))):
        pages[document.trial_id].append(document)
    contexts = {}
    for pk, documents in pages.items():
        source, others = None, []
        for document in documents:
            page = _source(document)
            if document.status == SourceDocument.Status.CURRENT:
                source = page
            else:
                others += _other(page, document)
        contexts[pk] = Context(today, words, source, tuple(others))
    return contexts


def lazy_words() -> Words:
    """The desk's words. Most single rules do not ask for them: reading them waits for
    the first question."""
    return SimpleLazyObject(known_words)


def of_new(record: TrialRecord, page: SourceDocument, words: Words) -> list[Finding]:
    """What the rules find in a trial that is not stored yet, nor its one page.

    The rows are those that `refresh` would add, without the trial.
    """
    now = timezone.now()
    context = Context(now.date(), words, _source(page))
    found, _ = _all_matches(record, context, active_rules())
    return [_finding(None, match, context, now, None) for match in found.values()]


def _other(page: Source, document: SourceDocument) -> list[tuple[Source, TrialRecord]]:
    """A further page and its record; none where no reader takes the page any more."""
    try:
        return [(page, readers.read(document.text).record)]
    except readers.ReadError:
        logger.warning("%s can no longer be read.", document.file_name)
        return []


def _source(document: SourceDocument) -> Source:
    return Source(
        layout=document.layout,
        reader_version=document.reader_version,
        text=tuple(readers.split_lines(document.text)),
        lines={path: tuple(span) for path, span in document.lines.items()},
        repeats=msgspec.convert(document.repeats, tuple[Repeat, ...]),
        headings=tuple(document.headings),
        boilerplate=tuple(document.boilerplate),
        unplaced=tuple(document.unplaced),
    )


def matches(
    record: TrialRecord, context: Context, rule: Rule
) -> dict[str, Match] | None:
    """Fingerprint -> what the rule finds; the same thing found twice counts once.

    None where the rule fails. That is an error of ours, which the log has in full: it
    must not keep a curator from saving, nor hide what the others find.
    """
    try:
        found = [Match(rule, f) for f in rule.check(record, context)]
    except Exception:
        logger.exception("Rule %s failed on %s.", rule.id, record.nct_id)
        return None
    return {match.fingerprint: match for match in found}


class Checked(NamedTuple):
    """A trial that is to be checked, whose row is held, and what it is checked by."""

    trial: Trial
    record: TrialRecord
    context: Context


def refresh(
    checked: Sequence[Checked],
    rules: Sequence[Rule],
    *,
    closed_as: Finding.State = Finding.State.FIXED,
) -> list[Tally]:
    """Make the stored findings of `rules` on the trials those that there are now.

    Returns, for each trial, how many of all its findings are open then.

    `closed_as` says why an open finding is no longer there: FIXED by a change of the
    record, or GONE with a changed rule or page, or a withdrawn trial, which has none.
    What a rule that fails said before stays.
    """
    now = timezone.now()
    stored: dict[int, list[Finding]] = {one.trial.pk: [] for one in checked}
    for finding in Finding.objects.filter(OneOf(F("trial_id"), list(stored))):
        stored[finding.trial_id].append(finding)
    differences = [
        _difference(one, stored[one.trial.pk], rules, closed_as, now) for one in checked
    ]
    changed = [f for difference in differences for f in difference.changed]
    columns = set().union(*(difference.columns for difference in differences))
    if changed:
        names = sorted(columns)
        bulk.update(Finding, names, bulk.rows_of((*names, "id"), changed))
    added = [f for difference in differences for f in difference.added]
    names = bulk.columns_of(Finding)
    bulk.insert(Finding, names, bulk.rows_of(names, added))
    return [
        tally([*stored[one.trial.pk], *difference.added])
        for one, difference in zip(checked, differences, strict=True)
    ]


class _Difference(NamedTuple):
    """What is to be written of a trial's findings; `columns` are those that differ."""

    changed: list[Finding]
    columns: set[str]
    added: list[Finding]


def _difference(
    checked: Checked,
    stored: list[Finding],
    rules: Sequence[Rule],
    closed_as: Finding.State,
    now: datetime.datetime,
) -> _Difference:
    trial, record, context = checked
    new, done = _all_matches(record, context, rules)
    gone = Finding.State.GONE if record.withdrawn else closed_as
    changed, waived = [], {}
    columns: set[str] = set()
    for finding in stored:
        if finding.rule not in done:
            continue
        match = new.pop(finding.fingerprint, None)
        if match:
            names = _update(finding, match, context, now)
        else:
            names = _close(finding, gone, now)
            if finding.is_waived:
                waived[finding.rule, finding.path] = finding
        if names:
            changed.append(finding)
            columns |= names
    added = [
        _finding(trial, match, context, now, waived.get((match.rule.id, _path(match))))
        for match in new.values()
    ]
    return _Difference(changed, columns, added)


def tally(found: Iterable[Finding]) -> Tally:
    """Count the open ones among a trial's findings."""
    error, warning = (
        Finding.SEVERITIES[severity] for severity in (Severity.ERROR, Severity.WARNING)
    )
    serious = [
        f
        for f in found
        if f.state == Finding.State.OPEN and f.severity in (error, warning)
    ]
    counts = Counter(f.severity for f in serious)
    newest = max((f.opened_at for f in serious), default=None)
    return Tally(counts[error], counts[warning], newest)


def note(review: Review, open_now: Tally) -> None:
    """Keep the tally with the review; the caller saves it."""
    review.open_errors, review.open_warnings, review.found_at = open_now


def _all_matches(
    record: TrialRecord, context: Context, rules: Sequence[Rule]
) -> tuple[dict[str, Match], set[str]]:
    """What the rules find, and the ids of those that did not fail."""
    if record.withdrawn:
        return {}, {rule.id for rule in rules}
    new: dict[str, Match] = {}
    done = set()
    for rule in rules:
        found = matches(record, context, rule)
        if found is not None:
            new |= found
            done.add(rule.id)
    return new, done


def _path(match: Match) -> str:
    return match.found.paths[0]


def _section(path: str) -> str:
    """The slug of the section where the value at `path` is; "" for the whole trial."""
    return section_of(path).slug if path else ""


def _values(match: Match, context: Context) -> dict[str, Any]:
    """What a finding says, as columns."""
    found, source = match.found, context.source
    known = source.lines if source else {}
    spans = found.lines or tuple(known[p] for p in found.paths if p in known)
    fix = found.fix
    return {
        "severity": Finding.SEVERITIES[found.severity or match.rule.severity],
        "paths": list(found.paths),
        "lines": [list(span) for span in spans],
        "first_line": min((first for first, _ in spans), default=None),
        "last_line": max((last for _, last in spans), default=None),
        "message": found.message,
        "evidence": found.evidence,
        "fix_label": fix.label if fix else "",
        "before": fix.before if fix else "",
        "after": fix.after if fix else "",
        "confidence": fix.confidence.value if fix else "",
        "variants": list(found.variants),
        "layout": source.layout if source else "",
        "reader_version": source.reader_version if source else None,
    }


def _finding(
    trial: Trial | None,
    match: Match,
    context: Context,
    now: datetime.datetime,
    reopens: Finding | None,
) -> Finding:
    return Finding(
        trial=trial,
        rule=match.rule.id,
        fingerprint=match.fingerprint,
        path=_path(match),
        section=_section(_path(match)),
        opened_at=now,
        reopens=reopens,
        **_values(match, context),
    )


def _close(finding: Finding, state: Finding.State, now: datetime.datetime) -> set[str]:
    """Close the row if it is not; the columns that this changed."""
    if finding.state not in (Finding.State.OPEN, Finding.State.WAIVED):
        return set()
    finding.state, finding.closed_at = state, now
    return {"state", "closed_at"}


def _update(
    finding: Finding, match: Match, context: Context, now: datetime.datetime
) -> set[str]:
    """Make the row say what is found now; the columns that this changed."""
    values = _values(match, context)
    if finding.closed_at:
        values["opened_at"], values["closed_at"] = now, None
    values["state"] = Finding.State.WAIVED if finding.is_waived else Finding.State.OPEN
    values = {n: v for n, v in values.items() if getattr(finding, n) != v}
    for name, value in values.items():
        setattr(finding, name, value)
    return set(values)
