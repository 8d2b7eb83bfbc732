import json

import pytest
from django.core.management import CommandError, call_command

from curation.models import Release
from curation.tests.factory import edit, make_trial
from trials.formats import xlsx
from trials.record.registry import to_registry
from trials.tests.factory import make_record

pytestmark = pytest.mark.django_db


def run(format, output, *more, **options):
    call_command(
        "export_trials", *more, "--format", format, "--output", str(output), **options
    )


def test_all_trials_are_written_as_registry_json(tmp_path, capsys):
    for number in (2, 1):
        make_trial(nct_id=f"NCT0000000{number}")
    output = tmp_path / "trials.json"

    run("ctgov", output)

    out, err = capsys.readouterr()
    studies = json.loads(output.read_bytes())["studies"]
    for study, number in zip(studies, (1, 2), strict=True):
        del study["curationSection"]["reviews"]
        assert study == to_registry(make_record(nct_id=f"NCT0000000{number}"))
    assert out == f"2 trials written to {output}.\n"
    assert err == "[2/2]\n"


@pytest.mark.parametrize(
    ("format", "file"),
    [
        ("csv", "trials.csv"),
        ("csv", "criteria.csv"),
        ("dataset", "datapackage.json"),
        ("aact", "studies.txt"),
    ],
)
def test_tables_are_written_into_a_folder(tmp_path, format, file):
    make_trial()

    run(format, tmp_path / "out")

    assert (tmp_path / "out" / file).exists()


def test_the_options_reach_the_formats(tmp_path):
    make_trial()
    make_trial(nct_id="NCT00000002")

    run("ctgov", tmp_path / "lines", "NCT00000002", "--lines")
    run("csv", tmp_path / "csv", "--bom", "--status", "approved")
    run("ctgov", tmp_path / "none", "--filter", "overall_status=TERMINATED")
    run("ctgov", tmp_path / "then", "--as-of", "2020-05-04")

    (line,) = (tmp_path / "lines").read_text().splitlines()
    assert "NCT00000002" in line
    trials = (tmp_path / "csv" / "trials.csv").read_bytes()
    assert trials.startswith(b"\xef\xbb\xbfnct_id,")
    assert trials.count(b"\r\n") == 1
    for name in ("none", "then"):
        assert json.loads((tmp_path / name).read_bytes()) == {"studies": []}


def test_it_can_be_silent(tmp_path, capsys):
    run("ctgov", tmp_path / "trials.json", verbosity=0)

    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("format", ["csv", "dataset", "xlsx", "ctgov", "aact"])
def test_an_output_that_cannot_be_written_is_named(tmp_path, format):
    (tmp_path / "file").write_text("")

    with pytest.raises(CommandError, match="Cannot write") as caught:
        run(format, tmp_path / "file" / "trials")

    assert caught.value.returncode == 2


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--format", "xml"), "invalid choice"),
        (("--format", "csv", "--status", "done"), "invalid choice"),
        (("--format", "csv", "--filter", "colour=red"), "--filter: There is no filter"),
        (("--format", "csv", "--as-of", "May"), "--as-of: Write the time as"),
        (("--format", "csv", "--as-approved", "--withdrawn"), "no other choice"),
        (("--format", "csv", "--as-approved", "--release", "a"), "and no release"),
        (("NCT99999999", "--format", "csv"), "There is no trial NCT99999999"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path, arguments, complaint):
    with pytest.raises(CommandError, match=complaint):
        call_command("export_trials", *arguments, "--output", str(tmp_path / "out"))


def test_what_does_not_fit_the_format_ends_in_a_clear_error(tmp_path, monkeypatch):
    make_trial()
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)

    with pytest.raises(CommandError, match="“criteria” has more rows") as caught:
        run("xlsx", tmp_path / "out.xlsx")

    assert caught.value.returncode == 1


def test_a_frozen_release_takes_no_other_choice_of_trials(tmp_path):
    make_trial()
    run("dataset", tmp_path / "one", "--release", "2026-05")

    with pytest.raises(CommandError, match="2026-05 is frozen") as caught:
        run("dataset", tmp_path / "two", "--release", "2026-05", "--withdrawn")

    assert caught.value.returncode == 2


def test_releases_are_compared_line_by_line(tmp_path, capsys):
    trial = make_trial()
    run("dataset", tmp_path / "one", "--release", "one", verbosity=0)
    edit(trial, acronym="NEW\nNAME")
    make_trial(nct_id="NCT00000002")
    run("dataset", tmp_path / "two", "--release", "two", verbosity=0)

    call_command("diff_releases", "one", "two")
    call_command("diff_releases", "one", "two", "--json")

    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "~ NCT00000001 acronym: NEW NAME",
        "+ NCT00000002 (version 1)",
        "one to two: 2 trials differ, in 1 values.",
    ]
    assert json.loads(lines[3]) == {
        "nct_id": "NCT00000001",
        "what": "changed",
        "path": "acronym",
        "old": "",
        "new": "NEW\nNAME",
    }


def test_a_release_that_is_not_there_is_named():
    with pytest.raises(CommandError, match="There is no release “x”") as caught:
        call_command("diff_releases", "x", "y")

    assert caught.value.returncode == 2
    assert not Release.objects.exists()
