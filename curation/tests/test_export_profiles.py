"""Export profiles: kept on the page, used there and by the command, owned."""

import csv
import zipfile

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.urls import reverse

from curation.models import ExportProfile
from curation.tests.factory import make_trial, make_user

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:trials_trial_export")
DESK = reverse("admin:curation_exportprofile_changelist")
CHOICE = {
    "format": "dataset",
    "columns": "chosen",
    "table_columns": ["trials.acronym", "arms", "conditions.name"],
}
COLUMNS = {"trials": ["acronym"], "conditions": ["name"], "arms": []}
HOSTILE = "<script>alert(1)</script>\"'%s"


@pytest.fixture
def people():
    """Two curators."""
    made = [make_user(username=name) for name in ("ana", "bob")]
    for user in made:
        user.groups.add(Group.objects.get(name="curator"))
    return made


@pytest.fixture
def ana(client, people):
    client.force_login(people[0])
    return people[0]


def keep(client, name, **form):
    return client.post(PAGE, CHOICE | {"name": name, "save": "1"} | form, follow=True)


def address(profile, act):
    return reverse(f"admin:curation_exportprofile_{act}", args=[profile.pk])


def make_profile(owner, name="Arms", **values):
    return ExportProfile.objects.create(
        name=name, owner=owner, **({"format": "csv"} | values)
    )


def run(tmp_path, name, *more):
    call_command(
        "export_trials",
        *("--profile", name, "--output", str(tmp_path / "out"), *more),
        verbosity=0,
    )


def test_a_choice_is_kept_and_comes_back_on_page_and_command(client, ana, tmp_path):
    make_trial(acronym="IL7")

    page = keep(client, "For the statistician", is_shared="on")

    profile = ExportProfile.objects.get()
    assert profile.columns == COLUMNS
    assert (profile.owner, profile.is_shared, profile.format) == (ana, True, "dataset")
    assert page.request["QUERY_STRING"] == f"profile={profile.pk}"
    form = page.context["form"]
    assert form.data["table_columns"] == [
        *("trials.acronym", "conditions", "conditions.name", "arms")
    ]
    response = client.post(PAGE, form.data)
    (tmp_path / "page.zip").write_bytes(b"".join(response.streaming_content))
    run(tmp_path, "For the statistician", "--by", "ana")
    names = {path.name for path in (tmp_path / "out").glob("*.csv")}
    assert names == {"trials.csv", "conditions.csv", "arms.csv"}
    with zipfile.ZipFile(tmp_path / "page.zip") as archive:
        for name in names:
            assert archive.read(name) == (tmp_path / "out" / name).read_bytes()
    with (tmp_path / "out" / "trials.csv").open(newline="") as file:
        assert list(csv.reader(file))[1] == ["NCT00000001", "IL7"]


def test_options_are_kept_too(client, ana, tmp_path):
    make_trial()
    keep(client, "Excel", format="csv", columns="all", bom="on", lines="on")

    run(tmp_path, "Excel")

    profile = ExportProfile.objects.get()
    assert (profile.columns, profile.bom, profile.lines) == ({}, True, False)
    trials = (tmp_path / "out" / "trials.csv").read_bytes()
    assert trials.startswith(b"\xef\xbb\xbfnct_id,")


def test_one_s_own_of_that_name_is_replaced_and_another_s_is_not(client, people, ana):
    make_profile(ana, "Mine")
    other = make_profile(people[1], "Theirs")

    keep(client, "Mine")
    page = keep(client, "Theirs")

    assert ExportProfile.objects.get(name="Mine").columns == COLUMNS
    other.refresh_from_db()
    assert other.columns == {}
    assert "Another’s profile has that name." in page.content.decode()


@pytest.mark.parametrize("name", ["", "two\nlines", "x" * 101])
def test_a_name_that_is_none_is_refused(client, ana, name):
    page = keep(client, name)

    assert "errorlist" in str(page.context["kept"].errors)
    assert not ExportProfile.objects.exists()


def test_a_hostile_name_is_shown_and_not_run(client, ana):
    keep(client, HOSTILE)
    profile = ExportProfile.objects.get(name=HOSTILE)

    pages = [
        client.get(f"{PAGE}?profile={profile.pk}"),
        client.get(DESK),
        *(client.get(address(profile, act)) for act in ("change", "delete")),
    ]

    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()
        assert "&lt;script&gt;alert(1)" in page.content.decode()


def test_only_one_s_own_and_shared_profiles_are_there(client, people, ana, tmp_path):
    hidden = make_profile(people[1], "Hidden")
    shared = make_profile(people[1], "Shared", is_shared=True)

    assert client.get(f"{PAGE}?profile={hidden.pk}").status_code == 404
    assert client.get(f"{PAGE}?profile={shared.pk}").status_code == 200
    for html in (client.get(PAGE).content.decode(), client.get(DESK).content.decode()):
        assert "Shared" in html
        assert "Hidden" not in html
    with pytest.raises(CommandError, match="There is no profile “Hidden”"):
        run(tmp_path, "Hidden", "--by", "ana")
    run(tmp_path, "Shared", "--by", "ana")
    run(tmp_path, "Hidden")  # The shell alone may all.


def test_the_owner_alone_renames_and_deletes(client, people, ana):
    mine, shared = make_profile(ana), make_profile(people[1], "B", is_shared=True)

    done = client.post(address(mine, "change"), {"name": "Renamed", "is_shared": "on"})
    refused = client.post(address(shared, "change"), {"name": "Renamed too"})
    gone = client.post(address(shared, "delete"), {"post": "yes"})

    assert done.status_code == 302
    assert (refused.status_code, gone.status_code) == (403, 403)
    mine.refresh_from_db()
    shared.refresh_from_db()
    assert (mine.name, mine.is_shared, shared.name) == ("Renamed", True, "B")
    client.post(address(mine, "delete"), {"post": "yes"})
    assert list(ExportProfile.objects.all()) == [shared]


def test_a_profile_for_columns_that_are_no_more_is_told(client, ana, tmp_path):
    profile = make_profile(ana, columns={"trials": ["colour", "acronym"]})

    page = client.get(f"{PAGE}?profile={profile.pk}")

    assert "There is no column colour in trials." in page.content.decode()
    assert page.context["form"].data["csv_columns"] == ["trials.acronym"]
    with pytest.raises(CommandError, match="--profile: There is no column") as caught:
        run(tmp_path, profile.name)
    assert caught.value.returncode == 2


def test_what_contradicts_a_profile_is_refused(ana, tmp_path):
    make_profile(ana, "Wide", columns={"trials": ["acronym"]})

    for more, complaint in (
        (("--format", "aact"), "The profile Wide is for csv"),
        (("--release", "new"), "all columns"),
        (("--release", "new", "--by", "ana"), "may not do this"),
    ):
        with pytest.raises(CommandError, match=complaint):
            run(tmp_path, "Wide", *more)
    with pytest.raises(CommandError, match="--format or a --profile"):
        call_command("export_trials", "--output", str(tmp_path / "out"))
