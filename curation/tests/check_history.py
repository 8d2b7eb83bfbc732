"""What the tests of `check_history` share: a history, and what the command says."""

from io import StringIO

from django.core.management import call_command

from curation.tests.factory import act, edit, make_trial
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
