import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_the_root_leads_to_the_desk(client):
    assert client.get("/").url == reverse("admin:index")


def test_the_menu_of_an_administrator_has_the_accounts(admin_client):
    page = admin_client.get(reverse("admin:index")).content.decode()

    assert "Trial curation desk" in page
    assert f'href="{reverse("admin:trials_trial_changelist")}"' in page
    assert f'href="{reverse("admin:auth_user_changelist")}"' in page


def test_the_menu_shows_nobody_what_they_may_not_open(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("new", is_staff=True))

    page = client.get(reverse("admin:index")).content.decode()

    assert "/admin/trials/" not in page
    assert "/admin/auth/" not in page
