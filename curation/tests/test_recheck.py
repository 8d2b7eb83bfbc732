"""`manage.py recheck`, and what it does to findings."""

import pytest
from django.core.management import CommandError, call_command

from curation import findings, rechecks, word_counts
from curation.models import Finding, RuleVersion
from curation.rules.rule import Found, Rule, Severity
from curation.tests.factory import edit, make_page, make_trial
from trials.tests.factory import NCT_ID, make_record

pytestmark = pytest.mark.django_db


def says(evidence: str, calls: list | None = None):
    """A check that always finds the title, on that evidence."""

    def check(record, _context):
        if calls is not None:
            calls.append(record.nct_id)
        yield Found(paths=("brief_title",), message="It is odd.", evidence=evidence)

    return check


def silent(_record, _context):
    return iter(())


@pytest.fixture
def rules(monkeypatch):
    """Makes the rules that there are."""

    def rules(*given: Rule) -> None:
        by_id = {rule.id: rule for rule in given}
        monkeypatch.setattr(findings, "RULES", given)
        monkeypatch.setattr(findings, "RULE_BY_ID", by_id)
        monkeypatch.setattr(
            "curation.management.commands.recheck.RULE_BY_ID", by_id, raising=True
        )

    return rules


def rule(name, check, **values) -> Rule:
    return Rule(name, Severity.NOTE, check, **values)


def states() -> dict[str, str]:
    return dict(Finding.objects.values_list("rule", "state"))


def recheck(*nct_ids, **options):
    call_command("recheck", *nct_ids, **options)


def test_a_rule_that_finds_it_no_more_leaves_it_gone(rules):
    rules(rule("a.a", says("x")))
    make_trial()
    rules(rule("a.a", silent, version=2))

    recheck()

    assert states() == {"a.a": Finding.State.GONE}


def test_only_rules_that_changed_run_again(rules):
    calls, other = [], []
    rules(rule("a.a", says("x", calls)), rule("b.b", says("x", other)))
    make_trial()
    recheck()
    calls.clear()
    other.clear()

    recheck()
    assert (calls, other) == ([], [])

    rules(rule("a.a", says("x", calls), version=2), rule("b.b", says("x", other)))
    recheck()
    assert (calls, other) == ([NCT_ID], [])


def test_a_trial_that_is_named_is_checked_by_all_rules(rules):
    calls = []
    rules(rule("a.a", says("x", calls)))
    make_trial()
    make_trial(make_page(make_record(nct_id="NCT00000002"), text="Another page."))
    recheck()
    calls.clear()

    recheck("NCT00000002")

    assert calls == ["NCT00000002"]


def test_one_rule_runs_when_it_is_named(rules):
    calls, other = [], []
    rules(rule("a.a", says("x", calls)), rule("b.b", says("x", other)))
    make_trial()
    recheck()
    calls.clear()
    other.clear()

    recheck(rule="b.b")

    assert (calls, other) == ([], [NCT_ID])


def test_what_a_lost_rule_or_one_that_was_turned_off_found_is_gone(rules):
    rules(rule("a.a", says("x")), rule("b.b", says("x")), rule("c.c", says("x")))
    make_trial()
    rules(rule("a.a", says("x"), is_on=False), rule("c.c", says("x")))

    recheck()

    assert states() == {
        "a.a": Finding.State.GONE,
        "b.b": Finding.State.GONE,
        "c.c": Finding.State.OPEN,
    }
    assert Finding.objects.filter(closed_at=None).count() == 1
    assert set(RuleVersion.objects.values_list("rule", flat=True)) == {"c.c"}


def test_a_rule_that_is_turned_on_again_runs_again(rules):
    calls = []
    on = rule("a.a", says("x", calls))
    rules(on)
    make_trial()
    recheck()
    rules(on._replace(is_on=False))
    recheck()
    calls.clear()
    rules(on)

    recheck()

    assert calls == [NCT_ID]
    assert states() == {"a.a": Finding.State.OPEN}


def test_a_recheck_changes_no_record(rules):
    rules(rule("a.a", says("x")))
    trial = make_trial()

    recheck()

    trial.refresh_from_db()
    assert trial.version == 1


def test_it_counts_the_words_again():
    trial = make_trial(brief_title="Sepsis sepsis")
    edit(trial, brief_title="Fever")

    recheck()

    assert word_counts.known_words().count("sepsis") == 0


def test_it_says_how_far_it_is_and_what_is_open(rules, capsys):
    rules(rule("a.a", says("x")))
    make_trial()

    recheck()

    said = capsys.readouterr()
    assert said.err == f"[1/1] {NCT_ID}\n"
    assert said.out == "1 trials checked by 1 rule; 1 findings are open.\n"


def test_it_is_silent_when_asked(capsys):
    make_trial()

    recheck(verbosity=0)

    assert capsys.readouterr() == ("", "")


def test_a_trial_that_is_not_here_ends_in_2():
    with pytest.raises(CommandError, match="NCT99999999") as refused:
        recheck("NCT99999999")

    assert refused.value.returncode == 2


def test_a_rule_that_is_not_there_is_refused():
    with pytest.raises(CommandError, match="no.such"):
        recheck("--rule", "no.such")


def test_the_function_gives_the_counts(rules):
    rules(rule("a.a", says("x")))
    trial = make_trial()

    checked = rechecks.recheck(type(trial).objects.all(), None, lambda *_: None)

    assert checked == (1, 1, 1)
