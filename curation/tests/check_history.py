"""What the tests of `check_history` share: a history, and what the command says."""

from contextlib import contextmanager
from io import StringIO

from django.core.management import call_command
from django.db import connection

from curation.tests.factory import act, edit, make_trial
from trials import history_guard
from trials.models import ChangeSet, Revision, Trial
from trials.tests.factory import NCT_ID, criterion

OTHER_ID = "NCT00000002"


def make_edited() -> Trial:
    """A trial with four revisions: imported, and edited three times."""
    trial = make_trial()
    for changes in (
        {"brief_title": "Second"},
        {"criteria": (criterion("c7", "INCLUSION", "Third."),)},
        {"brief_title": "Fourth"},
    ):
        edit(trial, act(ChangeSet.Kind.EDIT), **changes)
    return trial


def revision(number):
    return Revision.objects.filter(trial__nct_id=NCT_ID, number=number)


def check(*args, **options):
    """Exit status and lines of output, the summary last."""
    out = StringIO()
    try:
        call_command("check_history", *args, stdout=out, stderr=StringIO(), **options)
    except SystemExit as error:
        return error.code, out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def faults():
    """The lines of the faults."""
    status, lines = check()
    assert status == 1
    assert lines.pop().endswith(f": {len(lines)} faults.")
    return lines


@contextmanager
def behind_the_door():
    """Write as someone who may do anything in the database, and leave no other trace:
    the guard stands again afterwards."""
    connection.check_constraints()
    history_guard.remove(connection)
    yield
    connection.check_constraints()
    history_guard.install(connection)


def delete(rows):
    """Delete by SQL: the models protect what points at one another."""
    rows.order_by()._raw_delete(connection.alias)
