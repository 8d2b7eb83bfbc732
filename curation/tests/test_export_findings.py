"""`manage.py export_findings`: one JSON object a line."""

import json
from hashlib import sha256

import pytest
from django.core.management import CommandError, call_command

from curation import fixes
from curation.models import AccountEvent, Finding
from curation.tests.factory import make_page, make_trial, make_user, seed_trial
from trials.tests.factory import criterion, make_record

pytestmark = pytest.mark.django_db

BLANK = "text.space-before-punctuation"


def export(tmp_path, **options) -> list[dict]:
    output = tmp_path / "findings.jsonl"
    call_command("export_findings", output=output, **options)
    return [json.loads(line) for line in output.read_text("utf-8").splitlines()]


def test_a_finding_is_a_line_with_all_that_is_known(tmp_path):
    record = make_record(criteria=(criterion("c7", "INCLUSION", "Adults ."),))
    lines = {"criteria[c7].text": (3, 4)}
    make_trial(make_page(record, text="1\n2\n3\nAdults .", lines=lines))

    (row,) = export(tmp_path, rule=BLANK)

    message = row.pop("message")
    assert message.endswith(".")
    assert row == {
        "nct_id": "NCT00000001",
        "rule": BLANK,
        "severity": "note",
        "state": "open",
        "paths": ["criteria[c7].text"],
        "first_line": 4,
        "last_line": 4,
        "confidence": "high",
        "before": "Adults .",
        "after": "Adults.",
    }


def test_a_move_gives_the_labels_and_the_section_they_go_to(tmp_path):
    seed_trial()

    (row,) = export(tmp_path, rule="criteria.heading-too-early")

    assert row["before"] == "Exclusion: 6, 7, 8, 9, –, 10, 11, 12"
    assert row["after"] == "Inclusion: 6, 7, 8, 9, –, 10, 11, 12"
    assert (row["first_line"], row["last_line"]) == (65, 72)


def test_all_findings_come_in_the_order_of_trials(tmp_path):
    for number in (2, 1):
        record = make_record(nct_id=f"NCT{number:08}")
        make_trial(make_page(record, text=f"Page {number}."))

    rows = export(tmp_path)

    assert len(rows) == Finding.objects.count()
    ids = [row["nct_id"] for row in rows]
    assert ids == sorted(ids)
    assert len(set(ids)) == 2


def test_a_state_is_chosen(tmp_path):
    trial = make_trial()
    finding = trial.findings.first()
    fixes.waive(finding, "As printed.", make_user())

    (row,) = export(tmp_path, state="waived")

    assert (row["rule"], row["state"]) == (finding.rule, "waived")
    assert len(export(tmp_path, state="open")) == trial.findings.count() - 1


def test_it_says_how_many_or_nothing(tmp_path, capsys):
    make_trial()
    export(tmp_path)
    assert capsys.readouterr().out.startswith(f"{Finding.objects.count()} findings ")

    export(tmp_path, verbosity=0)
    assert capsys.readouterr() == ("", "")


def test_what_cannot_be_written_ends_in_2_and_leaves_nothing(tmp_path):
    with pytest.raises(CommandError) as refused:
        export(tmp_path / "no-such-folder")
    assert refused.value.returncode == 2

    with pytest.raises(CommandError) as refused:
        export(tmp_path, rule="no.such")
    assert refused.value.returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_who_may_not_see_findings_exports_none_and_who_may_is_logged(tmp_path):
    make_trial()
    make_user("view_finding", username="ana")
    make_user("export_approved", username="dana")

    with pytest.raises(CommandError, match="view_finding"):
        export(tmp_path, by="dana")
    rows = export(tmp_path, by="ana")

    event = AccountEvent.objects.get()
    assert (event.kind, event.account_name) == ("records_exported", "ana")
    (file,) = tmp_path.iterdir()
    digest = sha256(file.read_bytes()).hexdigest()
    assert event.new == f"findings: {len(rows)}\nsha256 {digest} {file.name}"
