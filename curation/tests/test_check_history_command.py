from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from curation.tests.check_history import OTHER_ID, check, make_edited, revision
from curation.tests.factory import edit, make_trial
from trials.models import Revision, Trial
from trials.tests.factory import NCT_ID


@pytest.fixture
def trial(db):
    return make_edited()


def test_progress_goes_to_stderr_and_verbosity_0_says_nothing(trial):
    out, err = StringIO(), StringIO()

    call_command("check_history", stdout=out, stderr=err)
    status, silent = check(verbosity=0)

    assert err.getvalue() == "[1/1] trials\n[1/1] reviews\n"
    assert (status, silent) == (0, [])


def test_only_the_trials_named_are_verified(trial):
    make_trial(nct_id=OTHER_ID)
    Trial.objects.update(brief_title="Forged")

    status, lines = check(OTHER_ID)

    assert status == 1
    assert lines[0].startswith(OTHER_ID)
    assert lines[1] == "1 trials, 1 revisions, 0 review events: 1 faults."


def test_an_unknown_trial_is_a_wrong_argument(trial):
    with pytest.raises(CommandError, match="NCT99999999") as error:
        check(NCT_ID, "NCT99999999")

    assert error.value.returncode == 2


def test_the_heads_are_noted_a_line_a_trial(trial, tmp_path):
    make_trial(nct_id=OTHER_ID)
    note = tmp_path / "heads.txt"

    check(heads=note)

    last, other = revision(4).get(), Revision.objects.get(trial__nct_id=OTHER_ID)
    assert note.read_text().splitlines() == [
        f"{NCT_ID} 4 {last.hash}",
        f"{OTHER_ID} 1 {other.hash}",
    ]
    assert check(against=note)[0] == 0


def test_heads_noted_earlier_are_still_held_after_more_edits(trial, tmp_path):
    note = tmp_path / "heads.txt"
    check(heads=note)

    edit(trial, brief_title="Fifth")

    assert check(against=note)[0] == 0


def test_heads_of_a_faulty_history_are_not_noted(trial, tmp_path):
    note = tmp_path / "heads.txt"
    note.write_text("kept")
    Trial.objects.update(brief_title="Forged")

    check(heads=note)

    assert note.read_text() == "kept"


@pytest.mark.parametrize("text", ["NCT00000001 1\n", "\n", "nonsense é\n"])
def test_a_file_that_is_no_note_of_heads_is_a_wrong_argument(trial, tmp_path, text):
    note = tmp_path / "heads.txt"
    note.write_text(text)

    with pytest.raises(CommandError, match="line 1") as error:
        check(against=note)

    assert error.value.returncode == 2


def test_a_file_that_is_not_there_is_a_wrong_argument(trial, tmp_path):
    for option in (
        {"against": tmp_path / "nothing"},
        {"heads": tmp_path / "nothing" / "heads"},
    ):
        with pytest.raises(CommandError, match="nothing") as error:
            check(**option)
        assert error.value.returncode == 2
