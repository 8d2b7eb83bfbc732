"""`manage.py apply_fix`: one fix over every trial that needs it."""

import pytest
from django.core.management import CommandError, call_command

from curation.models import Finding
from curation.tests.factory import make_page, make_trial, make_user
from trials.models import ChangeSet, Criterion, Trial
from trials.tests.factory import criterion, make_record

pytestmark = pytest.mark.django_db(transaction=True)

BLANK = "text.space-before-punctuation"
SPOILT = criterion("c7", "INCLUSION", "Adults .")


@pytest.fixture
def findings() -> list[Finding]:
    """The same finding of three trials."""
    for number in (1, 2, 3):
        record = make_record(nct_id=f"NCT{number:08}", criteria=(SPOILT,))
        make_trial(make_page(record, text=f"Page {number}."))
    return list(Finding.objects.filter(rule=BLANK).order_by("trial__nct_id"))


def apply(finding: Finding, **options) -> None:
    call_command("apply_fix", **({"rule": BLANK, "like": finding.pk} | options))


def texts() -> list[str]:
    return list(Criterion.objects.order_by("trial").values_list("text", flat=True))


def test_all_that_are_alike_are_fixed_by_one_act(findings, capsys):
    by = make_user("change_trial")

    apply(findings[0], by="curator", reason="Same scraper.")

    act = ChangeSet.objects.get(kind=ChangeSet.Kind.FIX)
    assert texts() == ["Adults."] * 3
    assert (act.actor, act.rule, act.note) == (by, BLANK, "Same scraper.")
    assert act.revisions.count() == 3
    said = capsys.readouterr()
    assert said.err == "[1/3]\n[2/3]\n[3/3]\n"
    assert said.out == "3 findings fixed, 0 skipped.\n"


def test_a_dry_run_says_would_and_changes_nothing(findings, capsys):
    apply(findings[0], dry_run=True)

    assert texts() == ["Adults ."] * 3
    assert capsys.readouterr().out == "3 findings would be fixed.\n"


@pytest.mark.parametrize("dry_run", [True, False])
def test_it_is_silent_when_asked(findings, capsys, dry_run):
    apply(findings[0], verbosity=0, dry_run=dry_run)

    assert capsys.readouterr() == ("", "")


def test_what_cannot_be_fixed_is_named_and_ends_in_1(findings, capsys):
    second = findings[1].trial
    second.criteria.update(text="Changed behind the desk.")

    with pytest.raises(SystemExit) as stopped:
        apply(findings[0])

    assert stopped.value.code == 1
    assert f"{second.nct_id}: skipped. " in capsys.readouterr().err
    assert texts() == ["Adults.", "Changed behind the desk.", "Adults."]


def test_wrong_arguments_end_in_2(findings):
    make_user(username="nobody")
    without_fix = Finding.objects.filter(fix_label="").first()

    for finding, options in (
        (findings[0], {"like": 999_999}),
        (findings[0], {"rule": "spelling.phrase"}),
        (without_fix, {"rule": without_fix.rule}),
        (findings[0], {"by": "nobody"}),
        (findings[0], {"by": "not-there"}),
    ):
        with pytest.raises(CommandError) as refused:
            apply(finding, **options)
        assert refused.value.returncode == 2
    assert texts() == ["Adults ."] * 3


def test_what_is_fixed_already_is_no_work(findings, capsys):
    apply(findings[0])

    apply(findings[0])

    assert capsys.readouterr().out.endswith("0 findings fixed, 0 skipped.\n")
    assert set(Trial.objects.values_list("version", flat=True)) == {2}
