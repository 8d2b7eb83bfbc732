import pytest
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.urls import reverse

from curation.models import AccountEvent, AuditReview
from curation.tests.trail import change, make_trail, make_trial, make_user
from trials.models import ChangeSet, FieldChange

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


@pytest.fixture
def ana(django_user_model):
    return django_user_model.objects.create_user(
        "ana", password=PASSWORD, is_staff=True
    )


def login(client, name, password):
    return client.post(reverse("admin:login"), {"username": name, "password": password})


def events(*kinds):
    """What happened since the first login, oldest first."""
    found = AccountEvent.objects.order_by("pk")
    return [
        (e.kind, e.account_name, e.actor_name, e.old, e.new)
        for e in (found.filter(kind__in=kinds) if kinds else found)
    ]


# Sessions


def test_login_and_logout_are_logged_with_the_address(client, ana):
    login(client, "ana", PASSWORD)
    client.post(reverse("admin:logout"))

    came, left = AccountEvent.objects.order_by("pk")
    assert (came.kind, came.account, came.actor_name) == ("login", ana, "ana")
    assert (left.kind, left.account, left.actor_name) == ("logout", ana, "ana")
    assert came.address == left.address == "127.0.0.1"


def test_a_wrong_password_is_logged_and_not_kept(client, ana):
    login(client, "ana", "secret guess")

    event = AccountEvent.objects.get()
    assert (event.kind, event.account, event.actor) == ("login_failed", ana, None)
    row = AccountEvent.objects.filter(pk=event.pk).values().get()
    assert "secret guess" not in str(row)


def test_a_closed_account_cannot_come_in_and_the_try_is_logged(client, ana):
    ana.is_active = False
    ana.save()

    login(client, "ana", PASSWORD)

    assert [kind for kind, *_ in events()] == ["login_failed"]


def test_an_unknown_name_is_logged_as_it_was_sent_but_not_at_any_length(client):
    login(client, "x" * 150, "guess")
    client.login(username="y" * 5000, password="guess")

    short, long = AccountEvent.objects.order_by("pk")
    assert (short.account, short.account_name) == (None, "x" * 150)
    assert long.account_name == "y" * 150


# The desk of accounts


@pytest.fixture
def boss(client, django_user_model):
    user = django_user_model.objects.create_superuser("boss", password=PASSWORD)
    client.force_login(user)
    return user


def save_user(client, user, **values):
    """Send the form of `user` with `values` changed."""
    data = {
        "username": user.username,
        "is_active": user.is_active,
        "is_staff": user.is_staff,
        "is_superuser": user.is_superuser,
        "groups": [group.pk for group in user.groups.all()],
        "user_permissions": [p.pk for p in user.user_permissions.all()],
        "date_joined_0": "2026-01-01",
        "date_joined_1": "00:00:00",
        **values,
    }
    data = {name: value for name, value in data.items() if value is not False}
    address = reverse("admin:auth_user_change", args=[user.pk])
    response = client.post(address, data)
    assert response.status_code == 302, response.context["adminform"].form.errors


def permission(name):
    app, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)


@pytest.mark.parametrize(
    ("values", "event"),
    [
        ({"is_active": False}, ("deactivated", "ana", "boss", "", "")),
        ({"is_staff": False}, ("staff", "ana", "boss", "yes", "no")),
        ({"is_superuser": True}, ("superuser", "ana", "boss", "no", "yes")),
        ({"username": "anna"}, ("renamed", "anna", "boss", "ana", "anna")),
    ],
)
def test_a_change_of_an_account_is_logged_with_who_did_it(
    client, boss, ana, values, event
):
    save_user(client, ana, **values)

    assert events()[1:] == [event]


def test_an_account_opened_again_is_logged(client, boss, ana):
    ana.is_active = False
    ana.save()

    save_user(client, ana, is_active=True)

    assert events()[1:] == [("activated", "ana", "boss", "", "")]


def test_roles_given_and_taken_are_logged_with_old_and_new(client, boss, ana):
    curators, auditors = (Group.objects.create(name=n) for n in ("Cur", "Aud"))
    ana.groups.add(curators)

    save_user(client, ana, groups=[curators.pk, auditors.pk])
    save_user(client, ana, groups=[])

    assert events("roles") == [
        ("roles", "ana", "boss", "Cur", "Aud\nCur"),
        ("roles", "ana", "boss", "Aud\nCur", ""),
    ]


def test_permissions_given_directly_are_logged(client, boss, ana):
    save_user(client, ana, user_permissions=[permission("trials.view_audit").pk])

    assert events()[1:] == [
        ("permissions", "ana", "boss", "", "trials.view_audit"),
    ]


def test_a_save_that_changes_nothing_is_not_logged(client, boss, ana):
    save_user(client, ana)

    assert events()[1:] == []


def test_a_new_account_is_logged(client, boss):
    client.post(
        reverse("admin:auth_user_add"),
        {"username": "new", "password1": PASSWORD, "password2": PASSWORD},
    )

    assert events()[1:] == [("created", "new", "boss", "", "new")]


def test_a_password_set_for_another_is_logged_without_it(client, boss, ana):
    client.post(
        reverse("admin:auth_user_password_change", args=[ana.pk]),
        {"password1": "another horse", "password2": "another horse"},
    )

    assert events()[1:] == [("password", "ana", "boss", "", "")]
    assert client.get("/admin/auth/user/none/password/").status_code == 404


def test_a_password_changed_by_oneself_is_logged(client, ana):
    client.force_login(ana)
    passwords = {"new_password1": "another horse", "new_password2": "another horse"}

    address = reverse("admin:password_change")
    client.post(address, passwords | {"old_password": "wrong"})
    client.post(address, passwords | {"old_password": PASSWORD})

    assert events()[1:] == [("password", "ana", "ana", "", "")]


def test_what_a_role_may_is_logged(client, boss):
    view, change = permission("trials.view_trial"), permission("trials.change_trial")

    client.post(
        reverse("admin:auth_group_add"), {"name": "Readers", "permissions": [view.pk]}
    )
    group = Group.objects.get(name="Readers")
    client.post(
        reverse("admin:auth_group_change", args=[group.pk]),
        {"name": "Writers", "permissions": [view.pk, change.pk]},
    )

    both = "trials.change_trial\ntrials.view_trial"
    assert events()[1:] == [
        ("role_created", "Readers", "boss", "", "Readers"),
        ("role_permissions", "Readers", "boss", "", "trials.view_trial"),
        ("role_renamed", "Writers", "boss", "Readers", "Writers"),
        ("role_permissions", "Writers", "boss", "trials.view_trial", both),
    ]


# What stays


@pytest.mark.parametrize("model", ["user", "group"])
def test_nothing_of_the_accounts_is_deleted_in_the_admin(client, boss, ana, model):
    group = Group.objects.create(name="Readers")
    pk = {"user": ana, "group": group}[model].pk
    address = reverse(f"admin:auth_{model}_delete", args=[pk])

    assert client.post(address, {"post": "yes"}).status_code == 403
    client.post(
        reverse(f"admin:auth_{model}_changelist"),
        {"action": "delete_selected", "_selected_action": [pk], "post": "yes"},
    )
    ana.refresh_from_db()
    group.refresh_from_db()


def test_an_account_with_history_is_not_deleted_even_by_code(django_user_model, ana):
    make_trial(by=ana)

    with pytest.raises(ProtectedError):
        ana.delete()


def test_an_account_that_only_came_in_is_not_deleted_even_by_code(client, ana):
    login(client, "ana", PASSWORD)

    with pytest.raises(ProtectedError):
        ana.delete()


def test_names_and_roles_of_then_survive_a_rename(client, boss, ana):
    ana.groups.add(Group.objects.get(name="curator"))
    trial = make_trial(by=ana)
    login(client, "ana", PASSWORD)
    client.force_login(boss)

    save_user(client, ana, username="anna", groups=[])
    change(trial, by=ana, brief_title="Changed")

    act = ChangeSet.objects.get(kind="import")
    assert (act.actor, act.actor_name, act.actor_role) == (ana, "ana", "curator")
    came = AccountEvent.objects.get(kind="login", account=ana)
    assert (came.account_name, came.actor_name) == ("ana", "ana")


@pytest.mark.parametrize("action", ["update", "delete"])
@pytest.mark.parametrize("model", [AccountEvent, AuditReview])
def test_the_database_refuses_to_alter_the_log(
    django_user_model, monkeypatch, model, action
):
    make_trail(monkeypatch, django_user_model)
    una = make_user(django_user_model, "una")
    first = FieldChange.objects.first()
    AccountEvent.objects.create(at="2026-05-06T00:00Z", kind="login", account=una)
    AuditReview.objects.create(
        at="2026-05-06T00:00Z",
        reviewer=una,
        first=first,
        last=first,
        count=1,
        outcome="nothing",
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        if action == "update":
            model.objects.update(at="2020-01-01T00:00Z")
        else:
            model.objects.all()._raw_delete("default")


# The list


def test_the_list_shows_what_came_and_went(client, boss, ana):
    names = [f"role {number}" for number in range(7)]
    groups = [Group.objects.create(name=name) for name in names]
    save_user(client, ana, groups=[group.pk for group in groups])
    save_user(client, ana, groups=[group.pk for group in groups[:6]])

    html = client.get(reverse("admin:curation_accountevent_changelist")).content
    html = html.decode()

    assert "<summary>7 changes</summary>" in html
    assert "<li>− role 6</li>" in html


def test_the_list_is_filtered_by_kind_and_time(client, boss, ana):
    save_user(client, ana, is_staff=False)
    address = reverse("admin:curation_accountevent_changelist")

    def found(**query):
        result_list = client.get(address, query_params=query).context["cl"].result_list
        return [event.kind for event in result_list]

    assert found(kind__exact="staff") == ["staff"]
    assert found() == ["staff", "login"]
    assert found(at_from_0="2999-01-01", at_from_1="00:00:00") == []


def test_the_list_reads_the_same_number_of_times_for_many_rows(
    client, boss, ana, django_assert_num_queries
):
    address = reverse("admin:curation_accountevent_changelist")
    with django_assert_num_queries(4):
        client.get(address)
    AccountEvent.objects.bulk_create(
        AccountEvent(at="2026-05-06T00:00Z", kind="login", account=ana)
        for _ in range(40)
    )
    with django_assert_num_queries(4):
        client.get(address)


def test_hostile_names_are_shown_as_text(client, boss):
    login(client, "<script>alert(1)</script>", "guess")
    client.force_login(boss)

    html = client.get(reverse("admin:curation_accountevent_changelist")).content

    assert b"<script>alert(1)" not in html
    assert b"&lt;script&gt;alert(1)" in html
