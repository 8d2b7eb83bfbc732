import json

import pytest
from django.core.management import CommandError, call_command

from curation.models import AccountEvent
from curation.tests.factory import make_trial, make_user
from trials.record.registry import to_registry
from trials.tests.factory import make_record

pytestmark = pytest.mark.django_db


def test_all_trials_are_written_as_registry_json(tmp_path, capsys):
    for number in (2, 1):
        make_trial(nct_id=f"NCT0000000{number}")
    output = tmp_path / "trials.json"

    call_command("export_trials", "--format", "ctgov", "--output", str(output))

    out, err = capsys.readouterr()
    assert json.loads(output.read_bytes()) == {
        "studies": [
            to_registry(make_record(nct_id=f"NCT0000000{number}")) for number in (1, 2)
        ]
    }
    assert out == f"2 trials written to {output}.\n"
    assert err == "[2/2]\n"


def test_all_trials_are_written_as_tables(tmp_path):
    make_trial()

    call_command("export_trials", "--format", "csv", "--output", str(tmp_path / "out"))

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "criteria.csv",
        "trials.csv",
    ]


def test_it_can_be_silent(tmp_path, capsys):
    output = str(tmp_path / "trials.json")

    call_command("export_trials", "--format", "ctgov", "--output", output, verbosity=0)

    assert capsys.readouterr() == ("", "")


def test_the_export_is_logged_with_who_asked_for_it(tmp_path):
    make_trial()
    make_user("view_trial", username="ana")
    to = ("--format", "ctgov", "--output", str(tmp_path / "trials.json"))

    call_command("export_trials", *to)
    call_command("export_trials", *to, "--by", "ana")

    events = AccountEvent.objects.order_by("pk")
    assert [(event.kind, event.account_name, event.new) for event in events] == [
        ("records_exported", "command line", "ctgov: 1 trials of any state"),
        ("records_exported", "ana", "ctgov: 1 trials of any state"),
    ]


def test_who_may_not_see_trials_exports_none(tmp_path):
    make_user("export_approved", username="dana")
    output = tmp_path / "trials.json"

    with pytest.raises(CommandError, match="view_trial") as caught:
        call_command(
            "export_trials", "--format", "ctgov", "--output", output, "--by", "dana"
        )

    assert caught.value.returncode == 2
    assert not output.exists()
    assert not AccountEvent.objects.exists()


@pytest.mark.parametrize("format", ["ctgov", "csv"])
def test_an_output_that_cannot_be_written_is_named(tmp_path, format):
    (tmp_path / "file").write_text("")
    output = str(tmp_path / "file" / "trials")

    with pytest.raises(CommandError, match="Cannot write") as caught:
        call_command("export_trials", "--format", format, "--output", output)

    assert caught.value.returncode == 2


def test_an_unknown_format_is_refused(tmp_path):
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("export_trials", "--format", "xml", "--output", str(tmp_path))
