import re

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from curation.tests.factory import make_user

pytestmark = pytest.mark.django_db


ROLES = ("curator", "reviewer", "auditor", "data user", "administrator", "")


def first_page(client, role="", **flags):
    """The first page as an account in that role sees it, or in none."""
    account = make_user(username=role or "someone", **flags)
    account.groups.set(Group.objects.filter(name=role))
    client.force_login(account)
    return client.get(reverse("admin:index")).content.decode()


def links(html):
    """The pages of the desk that the menu and the first page lead to."""
    own = {reverse("admin:index"), reverse("admin:password_change")}
    return set(re.findall(r'href="(/admin/[^"?]*)"', html)) - own


def test_the_root_leads_to_the_desk(client):
    assert client.get("/").url == reverse("admin:index")


@pytest.mark.parametrize("role", ROLES)
def test_the_menu_and_the_first_page_lead_where_the_role_may_go_and_nowhere_else(
    client, role
):
    every = links(first_page(client, is_superuser=True))

    shown = links(first_page(client, role or "none"))

    assert len(every) >= 8
    assert shown == {link for link in every if client.get(link).status_code == 200}


def test_the_first_page_repeats_the_menu_for_who_sees_no_trials(client):
    html = first_page(client, "administrator")

    assert "Trial curation desk" in html
    assert html.count(f'href="{reverse("admin:auth_user_changelist")}"') == 2


def test_a_data_user_finds_the_export_and_its_jobs_alone(client):
    assert links(first_page(client, "data user")) == {
        reverse("admin:trials_trial_export"),
        reverse("admin:curation_jobs"),
    }


@pytest.mark.parametrize("name", ["changelist", "export"])
def test_the_menu_shows_where_one_is(client, name):
    client.force_login(make_user("view_trial"))
    address = reverse(f"admin:trials_trial_{name}")

    menu = client.get(address).context["sidebar_navigation"]

    items = [item for group in menu for item in group["items"] if item["active"]]
    assert [item["link"] for item in items] == [address]


def test_an_account_without_a_role_is_told_so(client):
    assert "Your account has no role yet" in first_page(client)
