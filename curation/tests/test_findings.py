"""What is stored of findings as records, pages and rules change."""

import pytest
from msgspec.structs import replace

from curation import findings, fixes, workflow
from curation.models import Finding
from curation.rules.rule import Found, Rule, Severity
from curation.tests.factory import (
    SNAPSHOT,
    act,
    edit,
    make_page,
    make_trial,
    make_user,
    seed_trial,
)
from curation.workflow import Result
from trials import importer, revisions
from trials.models import Trial
from trials.tests.factory import criterion, make_record

pytestmark = pytest.mark.django_db

BLANK = "text.space-before-punctuation"
SPOILT = criterion("c7", "INCLUSION", "Adults .")
SPOILT_OTHERWISE = criterion("c7", "INCLUSION", "Adults over 18 .")
CLEAN = criterion("c7", "INCLUSION", "Adults.")


@pytest.fixture
def trial():
    return make_trial(criteria=(SPOILT,))


@pytest.fixture
def curator():
    return make_user("waive_finding")


def of_rule(trial: Trial, rule=BLANK) -> list[Finding]:
    return list(trial.findings.filter(rule=rule).order_by("id"))


def say(trial: Trial, *criteria) -> list[Finding]:
    """Save these criteria; what there is of the rule then."""
    edit(trial, criteria=criteria)
    return of_rule(trial)


def only(*rules: Rule, monkeypatch) -> None:
    """Let these be all the rules."""
    monkeypatch.setattr(findings, "RULES", rules)
    monkeypatch.setattr(findings, "RULE_BY_ID", {rule.id: rule for rule in rules})


def test_an_import_opens_findings_with_their_lines_and_fix():
    record = make_record(criteria=(SPOILT,))
    page = make_page(
        record, "Criteria\nAdults .", lines={"criteria[c7].text": (2, 2)}, layout="full"
    )

    (finding,) = of_rule(make_trial(page))

    assert finding.state == Finding.State.OPEN
    assert finding.get_severity_display() == "note"
    assert (finding.path, finding.paths) == ("criteria[c7].text", ["criteria[c7].text"])
    assert (finding.lines, finding.first_line, finding.last_line) == ([[2, 2]], 2, 2)
    assert (finding.before, finding.after) == ("Adults .", "Adults.")
    assert (finding.confidence, finding.layout) == ("high", "full")
    assert finding.reader_version == 1
    assert finding.closed_at is None


def test_a_save_keeps_the_row_of_what_is_still_there(trial):
    (before,) = of_rule(trial)

    (after,) = say(trial, SPOILT, criterion("c8", "EXCLUSION", "Pregnancy."))

    assert after.pk == before.pk
    assert after.state == Finding.State.OPEN
    assert after.opened_at == before.opened_at


def test_a_save_that_puts_it_right_closes_it_as_fixed(trial):
    (finding,) = say(trial, CLEAN)

    assert finding.state == Finding.State.FIXED
    assert finding.closed_at is not None


def test_what_comes_back_is_the_same_row_opened_again(trial):
    (fixed,) = say(trial, CLEAN)

    (back,) = say(trial, SPOILT)

    assert back.pk == fixed.pk
    assert back.state == Finding.State.OPEN
    assert back.closed_at is None
    assert back.opened_at > fixed.opened_at


def test_a_waived_finding_stays_waived_while_its_evidence_does(trial, curator):
    fixes.waive(of_rule(trial)[0], "As printed.", curator)

    (finding,) = say(trial, SPOILT, criterion("c8", "EXCLUSION", "Pregnancy."))

    assert finding.state == Finding.State.WAIVED


def test_other_evidence_opens_a_new_finding_that_names_the_waived_one(trial, curator):
    fixes.waive(of_rule(trial)[0], "As printed.", curator)

    old, new = say(trial, SPOILT_OTHERWISE)

    assert (old.state, new.state) == (Finding.State.FIXED, Finding.State.OPEN)
    assert new.reopens == old


def test_the_evidence_that_was_waived_is_waived_when_it_comes_back(trial, curator):
    fixes.waive(of_rule(trial)[0], "As printed.", curator)
    say(trial, SPOILT_OTHERWISE)

    old, new = say(trial, SPOILT)

    assert (old.state, new.state) == (Finding.State.WAIVED, Finding.State.FIXED)


def test_a_second_finding_in_one_value_does_not_reopen_the_waived_one(trial, curator):
    fixes.waive(of_rule(trial)[0], "As printed.", curator)

    old, new = say(trial, criterion("c7", "INCLUSION", "Adults . No children ."))

    assert old.state == Finding.State.WAIVED
    assert new.reopens is None


def test_a_waiver_that_is_taken_back_opens_the_finding(trial, curator):
    (finding,) = of_rule(trial)
    fixes.waive(finding, "As printed.", curator)

    fixes.take_back_waiver(finding, "", curator)

    (finding,) = say(trial, SPOILT, criterion("c8", "EXCLUSION", "Pregnancy."))
    assert finding.state == Finding.State.OPEN
    taken_back, given = finding.waivers.all()
    assert (given.reason, given.actor_name) == ("As printed.", "curator")
    assert taken_back.is_taken_back


def test_what_is_not_open_cannot_be_waived(trial, curator):
    (finding,) = say(trial, CLEAN)

    with pytest.raises(fixes.FixError, match="not open any more"):
        fixes.waive(finding, "As printed.", curator)

    assert finding.waivers.count() == 0


def test_a_rule_that_fails_blocks_no_save_and_no_other_rule(monkeypatch, caplog):
    def broken(_record, _context):
        yield Found(paths=("brief_title",), message="One.", evidence="1")
        raise ZeroDivisionError

    def sound(_record, _context):
        yield Found(paths=("acronym",), message="Two.", evidence="2")

    only(
        Rule("a.broken", Severity.ERROR, broken),
        Rule("b.sound", Severity.NOTE, sound),
        monkeypatch=monkeypatch,
    )

    trial = make_trial()

    assert [f.rule for f in trial.findings.all()] == ["b.sound"]
    assert "Rule a.broken failed on NCT00000001." in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_a_rule_that_fails_closes_nothing_that_it_found_before(monkeypatch):
    def check(record, _context):
        if record.acronym:
            raise ZeroDivisionError
        yield Found(paths=("brief_title",), message="One.", evidence="1")

    only(Rule("a.moody", Severity.ERROR, check), monkeypatch=monkeypatch)
    trial = make_trial()

    edit(trial, acronym="A")

    assert [f.state for f in trial.findings.all()] == [Finding.State.OPEN]


def test_a_withdrawn_trial_has_no_findings(trial):
    edit(trial, withdrawn=True)

    assert set(trial.findings.values_list("state", flat=True)) == {Finding.State.GONE}

    edit(trial, withdrawn=False)

    assert of_rule(trial)[0].state == Finding.State.OPEN


def test_a_second_page_opens_what_the_two_disagree_about():
    trial = seed_trial()
    text = SNAPSHOT.read_text(encoding="utf-8").replace("2022-06-30", "2023-01-31")
    assert of_rule(trial, "import.second-page") == []

    page = importer.read_bytes("second.txt", text.encode())
    assert workflow.import_page(page, act=act()) == Result.PENDING

    (finding,) = of_rule(trial, "import.second-page")
    assert finding.state == Finding.State.OPEN
    assert finding.path == "completion_date"
    assert (finding.before, finding.after) == ("2022-06-30", "2023-01-31")


def test_a_save_asks_the_same_number_of_questions_however_much_is_found(
    trial, django_assert_max_num_queries
):
    many = tuple(
        criterion(f"c{n}", "INCLUSION", f"Adults {n} .") for n in range(50, 90)
    )
    version = trial.version
    record = revisions.record_at(trial, version)
    wanted = replace(record, criteria=many)

    with django_assert_max_num_queries(21):
        workflow.save_record(trial.pk, wanted, version=version, act=act())
