import pytest
from django.urls import reverse

from curation.tests.factory import make_trial, make_user
from curation.tests.section import address, said
from trials.tests.factory import criterion

pytestmark = pytest.mark.django_db


def go(client, trial, path, **query):
    url = reverse("admin:trials_trial_goto", args=[trial.pk])
    return client.get(url, {"path": path} | query)


@pytest.mark.usefixtures("viewer")
@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("brief_title", "identification/?#brief_title"),
        ("criteria[c9].text", "eligibility/?#criteria[c9].text"),
        ("contacts[cp13]", "sponsors/?#contacts[cp13]"),
    ],
)
def test_a_path_leads_to_its_section(client, path, leads_to):
    response = go(client, make_trial(), path)

    assert response.status_code == 302
    assert response.url.endswith(f"/section/{leads_to}")


@pytest.mark.usefixtures("viewer")
def test_a_path_leads_to_its_page_of_a_long_section_and_keeps_the_source(client):
    criteria = tuple(criterion(f"c{n}", "", f"No. {n}") for n in range(100, 160))
    trial = make_trial(criteria=criteria)

    response = go(client, trial, "criteria[c150].text", source="5")

    assert response.url == (
        f"{address(trial)}?source=5&criteria-page=3#criteria[c150].text"
    )


@pytest.mark.usefixtures("viewer")
def test_a_part_that_is_gone_is_said_to_be(client):
    response = go(client, make_trial(), "criteria[c99].text")

    assert said(response) == ["criteria[c99].text is not in the record any more."]


@pytest.mark.usefixtures("viewer")
@pytest.mark.parametrize("path", ["", "colour", "criteria[", "//evil.example", "a\0"])
def test_what_is_no_path_is_not_found(client, path):
    assert go(client, make_trial(), path).status_code == 404


def test_who_may_not_view_trials_goes_nowhere(client):
    client.force_login(make_user())

    assert go(client, make_trial(), "brief_title").status_code == 403
