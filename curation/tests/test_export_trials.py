import json

import pytest
from django.core.management import CommandError, call_command

from curation.tests.factory import make_trial
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
