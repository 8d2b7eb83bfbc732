"""The pages on which edited tables are handed in, looked at, decided on and applied."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from curation import uploads
from curation.models import Upload
from curation.pages import csv_import
from curation.tests.edited_csv import as_upload, make_upload
from curation.tests.factory import edit, make_trial, make_user
from trials import sheets
from trials.models import ChangeSet, Revision, Trial
from trials.tests.factory import NCT_ID

pytestmark = pytest.mark.django_db

HAND_IN = "admin:curation_csv_import"
MAY = ("view_trial", "change_trial", "add_trial")


@pytest.fixture
def trial():
    return make_trial()


@pytest.fixture
def reviewer(client):
    user = make_user(*MAY, "revert_changeset", username="rita")
    client.force_login(user)
    return user


@pytest.fixture
def hand_in(client):
    def hand_in(*files):
        return client.post(reverse(HAND_IN), {"files": files})

    return hand_in


def address(upload):
    return reverse("admin:curation_csv_preview", args=[upload.pk])


def do(client, upload, what, **fields):
    return client.post(address(upload), {"do": what} | fields, follow=True)


def shown(client, upload, **query):
    return client.get(address(upload), query).content.decode()


def test_handing_in_leads_to_the_changes_and_changes_nothing(
    client, reviewer, trial, hand_in
):
    rows = [["nct_id", "version", "acronym"], [NCT_ID, "1", "<b>IL-7</b>"]]

    response = hand_in(as_upload(rows))

    upload = Upload.objects.get()
    assert response.url == address(upload)
    page = shown(client, upload)
    assert "1 change in 1 trial" in page
    assert "<ins>&lt;b&gt;IL-7&lt;/b&gt;</ins>" in page
    assert "trials.csv, row 2, column acronym" in page
    assert Revision.objects.count() == 1


def test_it_is_applied_with_a_reason_as_one_act(client, reviewer, trial):
    upload = make_upload(trial, reviewer, acronym="IL-7")

    refused = do(client, upload, "apply").content.decode()
    assert "Please choose the reason" in refused
    page = do(client, upload, "apply", reason="typo", note="Checked.")

    act = ChangeSet.objects.get(kind=ChangeSet.Kind.CSV_IMPORT)
    assert page.redirect_chain[-1][0] == reverse(
        "admin:trials_trial_change_set", args=[act.pk]
    )
    assert "1 changes in 1 trials were applied." in page.content.decode()
    assert (act.actor, act.reason) == (reviewer, "typo")
    assert act.note.startswith("Checked. Files (SHA-256): trials.csv (")
    assert Trial.objects.get().acronym == "IL-7"
    assert not Upload.objects.exists()


def test_what_somebody_applied_meanwhile_is_not_applied_again(
    client, reviewer, trial, monkeypatch
):
    upload = make_upload(trial, reviewer, acronym="IL-7")
    apply = uploads.apply

    def too_late(found, **why):
        Upload.objects.all().delete()
        return apply(found, **why)

    monkeypatch.setattr(uploads, "apply", too_late)

    page = do(client, upload, "apply", reason="typo").content.decode()

    assert "somebody applied it meanwhile" in page
    assert Revision.objects.count() == 1


def test_a_trial_that_moved_on_is_compared_again(client, reviewer, trial):
    upload = make_upload(trial, reviewer, acronym="IL-7")
    edit(trial, acronym="LATER")

    page = do(client, upload, "apply", reason="typo").content.decode()

    assert "Nothing was applied: NCT00000001 is at version 2 by now." in page
    assert "1 conflict left to decide" in page
    assert Trial.objects.get().acronym == "LATER"


def test_a_conflict_is_decided_and_applied(client, reviewer, trial):
    edit(trial, acronym="LATER")
    upload = make_upload(trial, reviewer, acronym="IL-7", why_stopped="Funding.")
    page = shown(client, upload, show="conflicts")
    assert "LATER" in page
    assert 'value="apply"' not in page
    name = f"take {NCT_ID} acronym change"
    assert f'name="{name}"' in page

    page = do(client, upload, "decide", **{name: "mine", "take x": "mine"})
    assert "0 left to decide" in page.content.decode()
    do(client, upload, "apply", reason="typo")

    trial.refresh_from_db()
    assert (trial.acronym, trial.why_stopped) == ("IL-7", "Funding.")


@pytest.mark.parametrize(("choice", "wanted"), [("mine", "IL-7"), ("theirs", "LATER")])
def test_all_conflicts_may_be_decided_alike(client, reviewer, trial, choice, wanted):
    edit(trial, acronym="LATER")
    upload = make_upload(trial, reviewer, acronym="IL-7", why_stopped="Funding.")

    do(client, upload, choice)
    do(client, upload, "apply", reason="typo")

    assert Trial.objects.get().acronym == wanted


def test_a_conflict_takes_no_other_answer(client, reviewer, trial):
    edit(trial, acronym="LATER")
    upload = make_upload(trial, reviewer, acronym="IL-7")

    do(client, upload, "decide", **{f"take {NCT_ID} acronym change": "both"})

    upload.refresh_from_db()
    assert upload.choices == {}


def test_problems_are_shown_with_row_and_column_and_nothing_can_be_applied(
    client, reviewer, trial
):
    upload = make_upload(trial, reviewer, enrollment_count="<many>", acronym="IL-7")

    page = shown(client, upload)
    assert "&lt;many&gt;" in page
    assert "is no whole number" in page
    assert 'value="apply"' not in page
    said = do(client, upload, "apply", reason="typo").content.decode()

    assert "1 problems are in the files" in said
    assert Revision.objects.count() == 1


def test_a_file_that_is_not_understood_is_a_problem(client, reviewer, hand_in):
    hand_in(SimpleUploadedFile("trials.csv", b"PK\x03\x04"))

    assert "It is a workbook, not CSV." in shown(client, Upload.objects.get())


@pytest.mark.parametrize(
    ("files", "what"),
    [
        ((), "Please choose the files."),
        ((SimpleUploadedFile("a.zip", b"PK no archive"),), "cannot be opened"),
    ],
)
def test_what_cannot_be_taken_is_said_at_once(client, reviewer, hand_in, files, what):
    assert what in hand_in(*files).content.decode()
    assert not Upload.objects.exists()


def test_too_much_at_once_is_not_even_read(client, reviewer, hand_in, monkeypatch):
    monkeypatch.setattr(sheets, "MOST_BYTES", 10)

    page = hand_in(SimpleUploadedFile("trials.csv", b"nct_id,acronym")).content.decode()

    assert "are taken at once" in page
    assert not Upload.objects.exists()


def test_too_many_trials_are_for_the_command(client, reviewer, trial, monkeypatch):
    monkeypatch.setattr(csv_import, "MOST_AT_ONCE", 0)
    upload = make_upload(trial, reviewer, acronym="IL-7")

    assert "apply them with <code>import_csv</code>" in shown(client, upload)
    page = do(client, upload, "apply", reason="typo").content.decode()

    assert "use import_csv" in page
    assert Revision.objects.count() == 1


def test_an_upload_is_thrown_away(client, reviewer, trial):
    upload = make_upload(trial, reviewer, acronym="IL-7")

    page = do(client, upload, "discard").content.decode()

    assert "Nothing was changed." in page
    assert not Upload.objects.exists()


def test_uploads_that_nobody_applies_go(reviewer, trial, hand_in):
    old = make_upload(trial, reviewer, acronym="IL-7")
    long_ago = timezone.now() - timezone.timedelta(days=uploads.KEPT_DAYS + 1)
    Upload.objects.update(at=long_ago)

    hand_in(as_upload([["nct_id", "acronym"], [NCT_ID, "IL-8"]]))

    assert not Upload.objects.filter(pk=old.pk).exists()
    assert Upload.objects.count() == 1


def test_long_lists_are_paged(client, reviewer, trial, monkeypatch):
    monkeypatch.setitem(csv_import.ON_A_PAGE, "changes", 1)
    upload = make_upload(trial, reviewer, acronym="IL-7", why_stopped="Funding.")

    first, second = (shown(client, upload, page=number) for number in (1, 2))

    assert "IL-7" in first
    assert "Funding." not in first
    assert "Funding." in second
    assert "page 2 of 2" in second
    assert "Next" in first


def test_a_table_without_versions_says_so(client, reviewer, trial, hand_in):
    hand_in(as_upload([["nct_id", "acronym"], [NCT_ID, "IL-7"]]))

    assert "without the version that was exported" in shown(
        client, Upload.objects.get()
    )


@pytest.mark.parametrize("missing", MAY)
def test_who_may_not_change_many_trials_sees_none_of_it(client, trial, missing):
    upload = make_upload(trial, make_user(username="other"), acronym="IL-7")
    client.force_login(make_user(*(name for name in MAY if name != missing)))

    assert client.get(reverse(HAND_IN)).status_code == 403
    assert client.get(address(upload)).status_code == 403
    assert do(client, upload, "apply", reason="typo").status_code == 403
    assert Revision.objects.count() == 1
    assert Upload.objects.exists()
