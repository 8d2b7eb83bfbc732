import csv
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from curation import audit
from curation.models import AccountEvent
from curation.tests.trail import make_user
from trials.models import FieldChange

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trail")]


@pytest.fixture
def auditor(client, django_user_model):
    user = make_user(django_user_model, "una", "trials.view_audit")
    client.force_login(user)
    return user


def body(client, name, **query):
    response = client.get(reverse(f"admin:audit_export_{name}"), query_params=query)
    assert response.streaming
    return b"".join(response.streaming_content).decode()


def run(tmp_path, *arguments, name="jsonl", **options):
    output, out, err = tmp_path / f"audit.{name}", StringIO(), StringIO()
    call_command(
        "export_audit",
        *arguments,
        format=name,
        output=output,
        stdout=out,
        stderr=err,
        **options,
    )
    return output, out.getvalue(), err.getvalue()


QUERIES = [
    {},
    {"actor": "ben"},
    {"kind": ["edit", "fix"], "since": "2026-05-04"},
    {"trial": "NCT00000404"},
]


@pytest.mark.parametrize("query", QUERIES)
def test_json_lines_are_what_the_page_shows_row_by_row(client, auditor, query):
    rows = client.get(reverse("admin:audit_log"), query_params=query).context["rows"]

    lines = [json.loads(line) for line in body(client, "jsonl", **query).splitlines()]

    assert [tuple(line) for line in lines] == [audit.Entry._fields] * len(rows)
    shown = [json.loads(next(audit.json_lines([row.entry]))) for row in rows]
    assert lines == shown


@pytest.mark.parametrize("query", QUERIES)
def test_csv_is_what_the_page_shows_row_by_row(client, auditor, query):
    rows = client.get(reverse("admin:audit_log"), query_params=query).context["rows"]

    head, *lines = csv.reader(StringIO(body(client, "csv", **query), newline=""))

    assert tuple(head) == audit.Entry._fields
    assert [int(line[0]) for line in lines] == [row.entry.id for row in rows]
    where = audit.Entry._fields.index
    assert [line[where("path")] for line in lines] == [r.entry.path for r in rows]


def test_json_lines_keep_the_exact_value_and_the_time_in_utc(client, auditor):
    line = json.loads(body(client, "jsonl", text="=1+1"))

    assert line["new"] == "=1+1"
    assert line["old"] == "Interleukin-7 in sepsis"
    assert line["time"] == "2026-05-05T23:59:00Z"
    assert (line["who"], line["role"]) == ("ben", "curator")
    assert (line["reason"], line["note"]) == ("other", "@home")


def test_a_spreadsheet_takes_no_cell_for_a_formula(client, auditor):
    (line,) = csv.DictReader(StringIO(body(client, "csv", text="=1+1"), newline=""))

    assert line["new"] == "'=1+1"
    assert line["note"] == "'@home"
    assert line["time"] == "2026-05-05T23:59:00.000000Z"


def test_an_export_is_logged_with_its_filter(client, auditor):
    body(client, "csv", actor="ben", kind=["fix", "edit"])

    event = AccountEvent.objects.get(kind="audit_exported")
    assert (event.actor, event.actor_name) == (auditor, "una")
    assert event.new == "csv: actor=ben&kind=edit&kind=fix"
    assert event.address == "127.0.0.1"


def test_an_export_reads_the_same_number_of_times_for_many_rows(
    client, auditor, django_assert_num_queries
):
    change = FieldChange.objects.first()
    FieldChange.objects.bulk_create(
        FieldChange(trial_id=change.trial_id, revision_id=change.revision_id, new=n)
        for n in range(audit.CHUNK + 1)
    )

    # Session, account, two of permissions; the event; the rows.
    with django_assert_num_queries(6):
        assert body(client, "jsonl").count("\n") == audit.CHUNK + 8


def test_the_rows_are_handed_on_before_all_are_read():
    taken = []

    def rows():
        for number in range(10):
            taken.append(number)
            yield "x" * audit.PIECE

    next(audit.pieces(rows()))

    assert taken == [0]


# The command


@pytest.mark.parametrize("name", ["csv", "jsonl"])
def test_the_command_writes_what_the_page_exports(client, auditor, tmp_path, name):
    output, out, _ = run(
        tmp_path, "--actor", "ben", "--since", "2026-05-04", name=name, by="una"
    )

    with output.open(encoding="utf-8", newline="") as file:
        assert file.read() == body(client, name, actor="ben", since="2026-05-04")
    assert out == f"3 changes written to {output}.\n"
    assert list(tmp_path.iterdir()) == [output]


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (["--trial", "NCT00000001"], 4),
        (["--field", "criteria"], 2),
        (["--until", "2026-05-02"], 2),
    ],
)
def test_the_command_filters(tmp_path, arguments, count):
    output, _, _ = run(tmp_path, *arguments)

    assert len(output.read_text(encoding="utf-8").splitlines()) == count


def test_the_command_tells_how_far_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(audit, "CHUNK", 3)

    _, _, err = run(tmp_path)
    _, quiet_out, quiet_err = run(tmp_path, verbosity=0)

    assert err == "[3/7]\n[6/7]\n"
    assert quiet_out == quiet_err == ""


def test_the_command_is_logged_even_without_an_account(tmp_path):
    run(tmp_path)

    event = AccountEvent.objects.get(kind="audit_exported")
    assert (event.account_name, event.new) == ("command line", "jsonl: all changes")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--since", "soon"], "--since: Write the time"),
        (["--field", "salary"], "--field: "),
        (["--by", "nobody"], "nobody"),
        (["--by", "ana"], "may not do this"),
    ],
)
def test_wrong_arguments_end_in_2_and_write_nothing(tmp_path, arguments, complaint):
    with pytest.raises(CommandError, match=complaint) as caught:
        run(tmp_path, *arguments)

    assert caught.value.returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_ends_in_2(tmp_path):
    with pytest.raises(CommandError, match="Cannot write") as caught:
        run(tmp_path / "missing")

    assert caught.value.returncode == 2


def test_a_file_appears_only_when_it_is_whole(tmp_path, monkeypatch):
    def broken(changes):
        raise RuntimeError

    monkeypatch.setattr(audit, "entries", broken)

    with pytest.raises(RuntimeError):
        run(tmp_path)

    assert not (tmp_path / "audit.jsonl").exists()
