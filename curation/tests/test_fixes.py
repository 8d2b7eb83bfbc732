"""Fixes: what a rule proposes goes through the door, and comes back by a revert."""

from copy import copy

import pytest
from django.db.models.base import ModelState
from msgspec.structs import replace

from curation import findings, fixes
from curation.acts import Act
from curation.chosen_findings import ChosenFindings
from curation.locks import StaleVersion
from curation.models import Finding, Review
from curation.reverts import revert_change_set
from curation.rules import RULES
from curation.rules.rule import Found, Rule, Severity
from curation.tests.factory import FULL, act, edit, make_page, make_trial, seed_trial
from trials import tables
from trials.models import ChangeSet, Criterion, Revision, Trial
from trials.record.shape import TrialRecord
from trials.tests.factory import criterion, make_record

# An act counts for what follows once its first transaction is through.
pytestmark = pytest.mark.django_db(transaction=True)

BLANK = "text.space-before-punctuation"
SPOILT = criterion("c7", "INCLUSION", "Adults .")


def fixing(rule=BLANK) -> Act:
    return act(ChangeSet.Kind.FIX, rule=rule)


def spoilt(number: int, **changes) -> Trial:
    """A trial with a blank before a stop."""
    record = make_record(nct_id=f"NCT{number:08}", criteria=(SPOILT,), **changes)
    return make_trial(make_page(record, text=f"Page {number}."))


def the_finding(trial: Trial, rule=BLANK) -> Finding:
    return trial.findings.get(rule=rule)


def texts() -> set[str]:
    """What the criteria of all trials say."""
    return set(Criterion.objects.values_list("text", flat=True))


def silent(*_done) -> None:
    """Progress that nobody looks at."""


def test_a_fix_is_a_change_set_of_its_own_kind_with_the_rule():
    trial = spoilt(1)

    revision = fixes.apply_fix(the_finding(trial), fixing())

    assert texts() == {"Adults."}
    assert revision.number == 2
    assert revision.change_set.kind == ChangeSet.Kind.FIX
    assert revision.change_set.rule == BLANK
    assert [c.path for c in revision.changes.all()] == ["criteria[c7].text"]
    assert the_finding(trial).state == Finding.State.FIXED


def test_a_revert_is_the_undo_and_opens_the_finding_again():
    trial = spoilt(1)
    revision = fixes.apply_fix(the_finding(trial), fixing())

    revert_change_set(revision.change_set, by=None, reason="typo", note="")

    assert texts() == {"Adults ."}
    assert the_finding(trial).state == Finding.State.OPEN


def test_a_fix_that_the_record_no_longer_needs_changes_nothing():
    trial = spoilt(1)
    stale = the_finding(trial)
    edit(trial, criteria=(replace(SPOILT, text="Men and women."),))

    with pytest.raises(fixes.FixError, match="no longer finds this"):
        fixes.apply_fix(stale, fixing())

    trial.refresh_from_db()
    assert trial.version == 2
    assert not ChangeSet.objects.filter(kind=ChangeSet.Kind.FIX).exists()


def test_what_cannot_be_fixed_says_why():
    trial = spoilt(1)
    withdrawn = spoilt(2)
    old = the_finding(withdrawn)
    edit(withdrawn, withdrawn=True)
    no_fix = trial.findings.filter(fix_label="").first()
    unknown = Finding(trial=trial, rule="no.such", fingerprint="x")

    for finding, why in (
        (old, "The trial is withdrawn."),
        (no_fix, "The rule proposes no fix for this."),
        (unknown, "There is no rule no.such any more."),
    ):
        with pytest.raises(fixes.FixError) as refused:
            fixes.apply_fix(finding, fixing())
        assert str(refused.value) == why


def test_a_save_in_between_is_not_overwritten(monkeypatch):
    trial = spoilt(1)
    finding = the_finding(trial)
    matches = findings.matches

    def slow_rule(*args):
        monkeypatch.setattr(findings, "matches", matches)
        edit(trial, acronym="A")
        return matches(*args)

    monkeypatch.setattr(findings, "matches", slow_rule)

    with pytest.raises(StaleVersion):
        fixes.apply_fix(finding, fixing())

    assert texts() == {"Adults ."}


def test_the_other_value_of_a_page_is_taken():
    trial = seed_trial(FULL)
    finding = the_finding(trial, "phase.two-places")
    assert finding.variants == ["PHASE1"]

    fixes.use_variant(finding, "PHASE1", fixing(finding.rule))

    trial.refresh_from_db()
    assert tables.load(trial).phases == ("PHASE1",)


def test_a_value_that_the_page_does_not_give_is_refused():
    finding = the_finding(seed_trial(FULL), "phase.two-places")

    with pytest.raises(fixes.FixError, match="PHASE4"):
        fixes.use_variant(finding, "PHASE4", fixing(finding.rule))


def test_similar_is_the_same_rule_with_the_same_before_and_after():
    first, second = spoilt(1), spoilt(2)
    other = make_record(nct_id="NCT00000003", criteria=(replace(SPOILT, text="Men ."),))
    make_trial(make_page(other, text="Page 3."))
    finding = the_finding(first)

    assert [f.trial for f in ChosenFindings.like(finding.pk).fixable()] == [
        first,
        second,
    ]


def test_many_fixes_are_one_act_and_the_skipped_are_named():
    first, second, third = spoilt(1), spoilt(2), spoilt(3)
    chosen = list(ChosenFindings.like(the_finding(first).pk).fixable())
    edit(second, criteria=())
    seen = []

    outcome = fixes.apply_fixes(chosen, fixing(), lambda *done: seen.append(done))

    assert outcome.fixed == [first.nct_id, third.nct_id]
    assert outcome.skipped == [
        (second.nct_id, "The record has changed, and the rule no longer finds this.")
    ]
    assert [(count, bool(why)) for count, _, why in seen] == [
        (1, False),
        (2, True),
        (3, False),
    ]
    assert outcome.change_set == ChangeSet.objects.get(kind=ChangeSet.Kind.FIX)
    assert outcome.change_set.revisions.count() == 2


def test_a_trial_whose_rows_drifted_is_skipped():
    first, second = spoilt(1), spoilt(2)
    chosen = list(ChosenFindings.like(the_finding(first).pk).fixable())
    first.criteria.update(text="Changed behind the desk.")

    outcome = fixes.apply_fixes(chosen, fixing(), silent)

    assert outcome.fixed == [second.nct_id]
    assert [nct_id for nct_id, _ in outcome.skipped] == [first.nct_id]


def test_two_findings_of_one_trial_are_fixed_and_reverted_together():
    pair = ("Adults .", "Adults , men.")
    trial = make_trial(
        criteria=tuple(
            criterion(f"c{n}", "INCLUSION", t) for n, t in enumerate(pair, 1)
        )
    )
    chosen = list(trial.findings.filter(rule=BLANK))
    assert len(chosen) == 2

    outcome = fixes.apply_fixes(chosen, fixing(), silent)
    assert texts() == {"Adults.", "Adults, men."}

    revert_change_set(outcome.change_set, by=None, reason="typo", note="")
    assert texts() == set(pair)


MANY = 40
"""Trials that one scraper's error stands in."""


def make_many() -> None:
    """Trials that one import left alike: the rows of one, copied."""
    record = TrialRecord(nct_id="NCT00000000", criteria=(SPOILT,))
    first = make_trial(make_page(record))
    trials = Trial.objects.bulk_create(
        copied(first, nct_id=f"NCT{number:08}") for number in range(1, MANY)
    )
    for rows in (first.criteria, first.findings, first.sources):
        (row,) = rows.all()
        type(row).objects.bulk_create(copied(row, trial=trial) for trial in trials)
    Review.objects.bulk_create(Review(trial=trial) for trial in trials)
    (revision,) = first.revisions.all()
    Revision.objects.bulk_create(
        copied(
            revision,
            trial=trial,
            snapshot=revision.snapshot.replace(first.nct_id, trial.nct_id),
        )
        for trial in trials
    )


def copied(row, **changes):
    """A row like it, not stored yet."""
    row = copy(row)
    row.pk, row._state = None, ModelState()
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def test_many_trials_are_fixed_by_one_act_and_reverted_as_a_whole(monkeypatch):
    # The test is of acts and rows; what all rules cost is a matter of `make bench`.
    monkeypatch.setattr(findings, "RULES", [r for r in RULES if r.id == BLANK])
    make_many()
    chosen = list(ChosenFindings.like(Finding.objects.first().pk).fixable())
    assert len(chosen) == MANY
    edit(chosen[20].trial, criteria=())

    outcome = fixes.apply_fixes(chosen, fixing(), silent)

    assert len(outcome.fixed) == MANY - 1
    assert [nct_id for nct_id, _ in outcome.skipped] == [chosen[20].trial.nct_id]
    assert texts() == {"Adults."}
    assert outcome.change_set.revisions.count() == MANY - 1
    assert not Finding.objects.filter(state=Finding.State.OPEN).exists()

    reverted = revert_change_set(outcome.change_set, by=None, reason="typo", note="")

    assert (len(reverted.reverted), reverted.skipped) == (MANY - 1, [])
    assert texts() == {"Adults ."}
    assert Finding.objects.filter(state=Finding.State.OPEN).count() == MANY - 1


def test_a_rule_that_fails_fixes_nothing(monkeypatch):
    trial = spoilt(1)

    def check(_record, _context):
        yield Found(paths=("",), message="", evidence=str(1 / 0))

    broken = Rule(BLANK, Severity.NOTE, check)
    monkeypatch.setitem(findings.RULE_BY_ID, BLANK, broken)

    with pytest.raises(fixes.FixError, match="fails on this trial"):
        fixes.apply_fix(the_finding(trial), fixing())
