"""Who keeps the accounts raises nobody's rights past the roles, and not their own."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from curation.models import AccountEvent

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


def make(users, name, *roles, **flags):
    user = users.objects.create_user(name, password=PASSWORD, is_staff=True, **flags)
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


@pytest.fixture
def keeper(client, django_user_model):
    user = make(django_user_model, "keeper", "administrator")
    client.force_login(user)
    return user


@pytest.fixture
def ana(django_user_model):
    return make(django_user_model, "ana", "curator")


@pytest.fixture
def root(django_user_model):
    return make(django_user_model, "root", is_superuser=True)


def role(name):
    return Group.objects.get(name=name)


def save(client, user, **values):
    """Send the form of `user` with `values` set, whatever the page offers."""
    data = {
        "username": user.username,
        "is_active": "on",
        "is_staff": "on",
        "groups": [group.pk for group in user.groups.all()],
        "date_joined_0": "2026-01-01",
        "date_joined_1": "00:00:00",
        **values,
    }
    data = {name: value for name, value in data.items() if value is not None}
    return client.post(reverse("admin:auth_user_change", args=[user.pk]), data)


def set_password(client, key):
    return client.post(
        reverse("admin:auth_user_password_change", args=[key]),
        {"password1": "another horse", "password2": "another horse"},
    )


def names(user):
    return sorted(user.groups.values_list("name", flat=True))


def kinds():
    events = AccountEvent.objects.exclude(kind="login").order_by("pk")
    return [(event.kind, event.account_name, event.actor_name) for event in events]


# What they are there for


def test_an_administrator_gives_and_takes_roles_and_it_is_logged(client, keeper, ana):
    save(client, ana, groups=[role("reviewer").pk])

    assert names(ana) == ["reviewer"]
    assert kinds() == [("roles", "ana", "keeper")]


def test_an_administrator_makes_and_closes_accounts(
    client, keeper, ana, django_user_model
):
    client.post(
        reverse("admin:auth_user_add"),
        {"username": "new", "password1": PASSWORD, "password2": PASSWORD},
    )
    save(client, ana, is_active=None)

    ana.refresh_from_db()
    assert django_user_model.objects.filter(username="new").exists()
    assert not ana.is_active
    assert kinds() == [("created", "new", "keeper"), ("deactivated", "ana", "keeper")]


# The admin takes "+7" for 7: the log must know whom the page means.
@pytest.mark.parametrize("spelled", ["{}", "+{}"])
def test_an_administrator_sets_a_password_and_it_is_logged(
    client, keeper, ana, spelled
):
    set_password(client, spelled.format(ana.pk))

    ana.refresh_from_db()
    assert ana.check_password("another horse")
    assert kinds() == [("password", "ana", "keeper")]


def test_an_administrator_reads_the_accounts_log(client, keeper):
    address = reverse("admin:curation_accountevent_changelist")

    assert client.get(address).status_code == 200
    assert client.get(reverse("admin:audit_log")).status_code == 403


# What they may not


def test_nobody_becomes_a_superuser_by_an_administrator(client, keeper, ana):
    for user in (ana, keeper):
        assert save(client, user, is_superuser="on").status_code == 302

        user.refresh_from_db()
        assert not user.is_superuser


def test_a_new_account_is_no_superuser_and_has_no_role(
    client, keeper, django_user_model
):
    data = {"username": "new", "password1": PASSWORD, "password2": PASSWORD}
    raised = {"is_superuser": "on", "is_staff": "on", "groups": [role("reviewer").pk]}

    client.post(reverse("admin:auth_user_add"), data | raised)

    new = django_user_model.objects.get(username="new")
    assert (new.is_superuser, new.is_staff, names(new)) == (False, False, [])


def test_an_administrator_gives_no_permission_past_the_roles(client, keeper, ana):
    permission = Permission.objects.get(codename="view_audit")
    ana.user_permissions.add(Permission.objects.get(codename="view_trial"))

    for user in (ana, keeper):
        save(client, user, user_permissions=[permission.pk])

    assert list(ana.user_permissions.values_list("codename", flat=True)) == [
        "view_trial"
    ]
    assert not keeper.user_permissions.exists()


def test_an_administrator_does_not_change_their_own_roles(client, keeper):
    response = save(
        client, keeper, groups=[role("reviewer").pk], is_staff=None, first_name="Kit"
    )

    keeper.refresh_from_db()
    assert response.status_code == 302
    assert keeper.first_name == "Kit"
    assert names(keeper) == ["administrator"]
    assert keeper.is_staff


def test_a_superusers_account_is_closed_to_an_administrator(client, keeper, root):
    answers = [
        save(client, root, is_active=None, username="mine"),
        set_password(client, root.pk),
        client.get(reverse("admin:auth_user_password_change", args=[root.pk])),
    ]

    root.refresh_from_db()
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert (root.username, root.is_active) == ("root", True)
    assert root.check_password(PASSWORD)
    assert kinds() == []


def test_an_administrator_does_not_change_what_a_role_may(client, keeper):
    administrator = role("administrator")
    before = set(administrator.permissions.all())
    every = [permission.pk for permission in Permission.objects.all()]
    address = reverse("admin:auth_group_change", args=[administrator.pk])

    changed = client.post(address, {"name": "administrator", "permissions": every})
    added = client.post(
        reverse("admin:auth_group_add"), {"name": "more", "permissions": every}
    )

    assert (changed.status_code, added.status_code) == (403, 403)
    assert set(administrator.permissions.all()) == before
    assert client.get(address).status_code == 200


def test_a_superuser_may_still_do_all_of_it(client, root, ana):
    client.force_login(root)
    permission = Permission.objects.get(codename="view_audit")

    save(
        client,
        ana,
        is_superuser="on",
        user_permissions=[permission.pk],
    )
    save(client, root, is_superuser="on", groups=[role("auditor").pk])

    ana.refresh_from_db()
    assert ana.is_superuser
    assert ana.user_permissions.get() == permission
    assert names(root) == ["auditor"]


def test_a_superusers_page_shows_an_administrator_no_password_hash(
    client, keeper, root
):
    page = client.get(reverse("admin:auth_user_change", args=[root.pk]))

    assert page.status_code == 200
    assert root.password.split("$")[-1] not in page.content.decode()
