import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from msgspec.structs import replace

from curation.tests.factory import act, edit, make_page, make_trial, make_user
from trials.models import ChangeSet
from trials.tests.factory import criterion, make_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    user = make_user("view_trial")
    client.force_login(user)
    return user


@pytest.fixture
def trial():
    """One whose source tells the lines of two values."""
    lines = {"brief_title": (3, 3), "criteria[c7].text": (66, 68)}
    return make_trial(make_page(make_record(), lines=lines))


def asked(client, trial, path, **kwargs):
    address = reverse("admin:trials_trial_fieldhistory", args=[trial.pk])
    return client.get(address, {"path": path}, **kwargs)


def text_of(client, trial, path):
    return " ".join(asked(client, trial, path).content.decode().split())


def test_it_begins_with_what_the_source_says_and_where(client, reader, trial):
    page = text_of(client, trial, "brief_title")

    at = trial.revisions.get().change_set.at
    day = f"{at.day} {at:%b %Y}"
    assert f"Import of {day}, full page, line 3, by command line" in page
    assert "Interleukin-7 in sepsis" in page


def test_several_lines_are_told_as_a_span(client, reader, trial):
    assert "full page, lines 66–68" in text_of(client, trial, "criteria[c7].text")


def test_every_change_follows_with_who_and_from_what(client, reader, trial):
    edit(
        trial,
        act(ChangeSet.Kind.EDIT, make_user(username="ada")),
        brief_title="Interleukin-7 in flu",
    )

    page = text_of(client, trial, "brief_title")

    assert page.index("Import of") < page.index("ada")
    assert "<del>sepsis</del><ins>flu</ins>" in page
    assert "version 2" in page


def test_changes_of_other_values_are_left_out(client, reader, trial):
    changed = replace(make_record().criteria[0], type="EXCLUSION")
    edit(trial, criteria=(changed, *make_record().criteria[1:]), acronym="A")

    assert "version 2" not in text_of(client, trial, "criteria[c7].text")
    assert "version 2" in text_of(client, trial, "criteria[c7].type")


def test_a_value_of_an_added_part_begins_with_its_part(client, reader, trial):
    edit(trial, criteria=(*make_record().criteria, criterion("c90", "OTHER", "New.")))

    page = text_of(client, trial, "criteria[c90].text")

    assert "Import of" not in page
    assert "part created" in page
    assert "New." in page


def test_it_says_that_the_part_was_deleted(client, reader, trial):
    edit(trial, criteria=make_record().criteria[1:])

    assert "part deleted" in text_of(client, trial, "criteria[c7].text")


def test_a_script_gets_a_fragment_and_a_plain_link_a_page(client, reader, trial):
    page = asked(client, trial, "brief_title")
    fragment = asked(
        client, trial, "brief_title", headers={"X-Requested-With": "fetch"}
    )

    assert "<html" in page.content.decode()
    assert "<html" not in fragment.content.decode()
    assert "X-Requested-With" in fragment["Vary"]


def test_it_takes_two_queries_however_long_the_history(
    client, reader, trial, django_assert_num_queries
):
    for number in range(12):
        edit(trial, brief_title=f"Title {number}")

    # Besides: session, account, two of permissions.
    with django_assert_num_queries(4 + 2):
        asked(client, trial, "brief_title")


def test_the_section_marks_what_changed_in_one_query(client, reader, trial):
    address = reverse("admin:trials_trial_section", args=[trial.pk, "eligibility"])
    changed = replace(make_record().criteria[0], text="Other.")
    edit(trial, criteria=(changed, *make_record().criteria[1:]))

    with CaptureQueriesContext(connection) as asked_for:
        page = client.get(address).content.decode()

    link = reverse("admin:trials_trial_fieldhistory", args=[trial.pk])
    assert f'class="past changed" href="{link}?path=criteria%5Bc7%5D.text"' in page
    assert f'class="past" href="{link}?path=criteria%5Bc8%5D.text"' in page
    assert sum("trials_fieldchange" in query["sql"] for query in asked_for) == 1


@pytest.mark.parametrize(
    "path", ["", "colour", "criteria", "criteria[c7].colour", "[["]
)
def test_what_no_record_has_is_not_found(client, reader, trial, path):
    assert asked(client, trial, path).status_code == 404


def test_hostile_text_stays_text(client, reader, trial):
    edit(trial, brief_title="<script>alert(1)</script>")

    assert "<script>" not in text_of(client, trial, "brief_title")


def test_who_may_not_see_trials_sees_nothing(client, trial):
    client.force_login(make_user())

    assert asked(client, trial, "brief_title").status_code == 403


def test_it_is_only_read(client, reader, trial):
    address = reverse("admin:trials_trial_fieldhistory", args=[trial.pk])

    assert client.post(address).status_code == 405
