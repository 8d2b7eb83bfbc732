"""Clusters, page by page: merged, told apart, and told together again."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.urls import reverse

from curation import clustered, columns
from curation.models import BulkOperation, NotSame
from curation.tests.factory import edit, make_trial, make_user
from trials.models import Revision, Trial
from trials.record.shape import SponsorRecord

pytestmark = pytest.mark.django_db

APPLY = {"go": "apply", "reason": "typo"}


@pytest.fixture
def reviewer(client):
    """A reviewer who is logged in."""
    user = make_user(username="me")
    user.groups.add(Group.objects.get(name="reviewer"))
    client.force_login(user)
    return user


def address(name, *args):
    return reverse(f"admin:curation_bulk{name}", args=args)


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.fixture
def spellings():
    """Trials whose sponsor is one, spelled in two ways."""
    for number, name in enumerate(
        ("M.D. Anderson Cancer Center", "MD Anderson cancer center", "Mayo <Clinic>"),
        start=1,
    ):
        sponsors = (SponsorRecord(key="s2", name=name, role="LEAD"),)
        make_trial(nct_id=f"NCT{number:08}", sponsors=sponsors)
    return ["M.D. Anderson Cancer Center", "MD Anderson cancer center"]


SPONSORS = {"column": "sponsors.name", "method": "fingerprint"}


def test_spellings_are_merged_into_the_form_that_was_typed(client, reviewer, spellings):
    page = client.get(address("_clusters"), SPONSORS).content.decode()
    assert "1 group</strong> among 3 different values" in page
    form = {"chosen": "0", "value-0": spellings, "form-0": " MD Anderson "}

    shown = client.post(address("_clusters"), SPONSORS | form, follow=True)
    (bulk,) = BulkOperation.objects.all()
    assert "2 places in 2 trials" in shown.content.decode()
    names = [f"{pk}:sponsors[s2].name:0" for pk, _, _ in bulk.trials]
    client.post(address("_operation", bulk.pk), {"shown": 1, "chosen": names} | APPLY)

    again = client.get(address("_clusters"), SPONSORS).content.decode()
    assert "No two of the 2 different values" in again


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"chosen": "0", "form-0": "x"},
        {"chosen": "0", "value-0": ["a"], "form-0": " "},
        {"go": "apart-0", "value-0": ["a"]},
    ],
)
def test_a_merge_of_nothing_is_refused(client, reviewer, spellings, form):
    response = client.post(address("_clusters"), SPONSORS | form)

    assert "Nothing was changed" in told(response)[0]
    assert not BulkOperation.objects.exists()


def test_what_is_not_the_same_is_remembered_and_forgotten(client, reviewer, spellings):
    form = {"go": "apart-0", "value-0": spellings}
    client.post(address("_clusters"), SPONSORS | form)
    client.post(address("_clusters"), SPONSORS | form)

    (pair,) = NotSame.objects.all()
    assert (pair.by, pair.column) == (reviewer, "sponsors.name")
    page = client.get(address("_clusters"), SPONSORS | {"method": "nearest"})
    assert "No two of the 3" in page.content.decode()
    client.post(address("_forget"), SPONSORS | {"pair": pair.pk})
    page = client.get(address("_clusters"), SPONSORS)
    assert "1 group</strong>" in page.content.decode()


@pytest.fixture
def searched(monkeypatch):
    """The columns whose values were read and grouped, each time that they were."""
    asked = []
    counted = columns.counted

    def noted(column):
        asked.append(column)
        return counted(column)

    monkeypatch.setattr(columns, "counted", noted)
    return asked


def test_groups_are_found_once_for_all_pages_of_them(
    client, reviewer, spellings, searched
):
    first = client.get(address("_clusters"), SPONSORS).content
    again = client.get(address("_clusters"), SPONSORS | {"page": 2}).content

    assert searched == ["sponsors.name"]
    assert all(b"1 group</strong> among 3" in page for page in (first, again))


@pytest.mark.parametrize(
    "asked", [{"method": "nearest"}, {"column": "conditions.name"}]
)
def test_another_question_finds_other_groups(
    client, reviewer, spellings, searched, asked
):
    client.get(address("_clusters"), SPONSORS)
    client.get(address("_clusters"), SPONSORS | asked)

    assert len(searched) == 2


def test_groups_are_found_anew_when_a_record_has_changed(
    client, reviewer, spellings, searched
):
    client.get(address("_clusters"), SPONSORS)
    edit(Trial.objects.get(nct_id="NCT00000002"), sponsors=())

    page = client.get(address("_clusters"), SPONSORS).content.decode()

    assert "No two of the 2 different values" in page
    assert len(searched) == 2


def test_a_revision_that_comes_in_late_counts(spellings):
    """As on PostgreSQL, where the one with the higher id may be there first."""
    before = clustered.state_of_history()
    last = Revision.objects.latest("pk")
    early = Revision(pk=-1, trial=last.trial, number=99, change_set=last.change_set)
    early.save(force_insert=True)

    assert clustered.state_of_history() != before


def test_the_trials_of_a_value_are_listed(client, reviewer, spellings):
    query = {"column": "sponsors.name", "value": "Mayo <Clinic>"}
    text = client.get(address("_value"), query).content.decode()
    assert "1 trial</strong> with “Mayo &lt;Clinic&gt;”" in text
    assert "NCT00000003" in text
