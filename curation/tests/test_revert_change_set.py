import pytest
from django.core.management import CommandError, call_command

from curation import workflow
from curation.tests.factory import act, make_trial, make_user
from trials.models import ChangeSet
from trials.tests.factory import NCT_ID, make_record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def edited():
    """The act that edited a trial."""
    trial = make_trial()
    workflow.save_record(
        trial.pk, make_record(acronym="A"), version=1, act=act(ChangeSet.Kind.BULK_EDIT)
    )
    return ChangeSet.objects.get(kind=ChangeSet.Kind.BULK_EDIT)


def revert(number, **options):
    call_command("revert_change_set", number, **({"reason": "typo"} | options))


def test_it_puts_back_for_an_account(edited, capsys):
    by = make_user("revert_changeset")

    revert(edited.pk, by="curator", note="Wrong file.")

    made = ChangeSet.objects.get(reverts=edited)
    assert (made.actor, made.reason, made.note) == (by, "typo", "Wrong file.")
    assert capsys.readouterr().out == "1 trials put back, 0 left alone.\n"


def test_a_dry_run_says_would_and_changes_nothing(edited, capsys):
    revert(edited.pk, dry_run=True)

    assert not ChangeSet.objects.filter(reverts=edited).exists()
    assert "1 trials would be put back" in capsys.readouterr().out


@pytest.mark.parametrize("dry_run", [True, False])
def test_what_changed_since_is_named_and_ends_in_1(edited, capsys, dry_run):
    trial = edited.revisions.get().trial
    workflow.save_record(
        trial.pk, make_record(acronym="B"), version=2, act=act(ChangeSet.Kind.EDIT)
    )

    with pytest.raises(SystemExit) as stopped:
        revert(edited.pk, dry_run=dry_run)

    assert stopped.value.code == 1
    assert f"{NCT_ID}: " in capsys.readouterr().err


def test_wrong_arguments_end_in_2(edited):
    make_user("change_trial")

    for number, options in (
        (999, {}),
        (edited.pk, {"by": "nobody"}),
        (edited.pk, {"by": "curator"}),
        (edited.pk, {"reason": "other"}),
    ):
        with pytest.raises(CommandError) as refused:
            revert(number, **options)
        assert refused.value.returncode == 2
