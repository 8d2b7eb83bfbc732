"""Names that several windows and people give at the same moment."""

import pytest
from django.contrib.auth import get_user
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from curation.admin.kept_filter import RenameForm
from curation.models import ExportProfile, KeptFilter
from curation.tests.factory import make_user
from curation.tests.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)

WINDOWS = 6
KEEP = reverse("admin:curation_keptfilter_keep")
EXPORT = reverse("admin:trials_trial_export")


def make_curator(name):
    user = make_user(username=name)
    user.groups.add(Group.objects.get(name="curator"))
    return user


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def windows():
    """Several windows of one curator."""
    user = make_curator("ana")
    return [logged_in(user) for _ in range(WINDOWS)]


@pytest.fixture
def people():
    """A window each of several curators."""
    return [logged_in(make_curator(f"curator-{n}")) for n in range(WINDOWS)]


def test_one_window_keeps_the_filter_and_the_others_are_asked(windows):
    def work(number):
        form = {"page": "trials", "query": f"q=words{number}", "name": "Mine"}
        return windows[number].post(KEEP, form)

    answers = at_once(work, WINDOWS)

    kept = KeptFilter.objects.get()
    done = [n for n, answer in enumerate(answers) if answer.status_code == 302]
    assert [f"q=words{number}" for number in done] == [kept.query]
    for number, answer in enumerate(answers):
        if number not in done:
            assert answer.status_code == 200
            assert "You keep a filter named" in answer.content.decode()


def test_one_person_gets_the_profile_s_name_and_the_others_are_told(people):
    def work(number):
        form = {"format": "csv", "columns": "all", "name": "Wide", "save": "1"}
        return people[number].post(EXPORT, form)

    answers = at_once(work, WINDOWS)

    profile = ExportProfile.objects.get()
    done = [n for n, answer in enumerate(answers) if answer.status_code == 302]
    assert [f"curator-{number}" for number in done] == [profile.owner.username]
    for number, answer in enumerate(answers):
        if number not in done:
            assert answer.status_code == 200
            assert "Another’s profile has that name." in answer.content.decode()


def test_windows_of_one_person_that_keep_a_profile_at_once_keep_one(windows):
    def work(number):
        form = {"format": "csv", "columns": "all", "name": "Wide", "save": "1"}
        return windows[number].post(EXPORT, form).status_code

    assert at_once(work, WINDOWS) == [302] * WINDOWS
    assert ExportProfile.objects.count() == 1


def test_a_name_taken_while_a_filter_is_renamed_is_told(windows, monkeypatch):
    owner = get_user(windows[0])
    values = {"owner": owner, "page": "trials", "query": "q=a"}
    kept = KeptFilter.objects.create(name="A", **values)
    # Taken after the form has looked: it says that the name is free.
    KeptFilter.objects.create(name="B", **values)
    monkeypatch.setattr(
        RenameForm, "clean_name", lambda form: form.cleaned_data["name"]
    )
    address = reverse("admin:curation_keptfilter_change", args=[kept.pk])

    page = windows[0].post(address, {"name": "B"}, follow=True)

    assert page.status_code == 200
    assert "Nothing was saved." in page.content.decode()
    kept.refresh_from_db()
    assert kept.name == "A"
