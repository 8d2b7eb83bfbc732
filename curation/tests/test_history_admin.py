"""Nobody changes the history in the admin, administrators included."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import NoReverseMatch, reverse

from curation.models import AccountEvent, AuditReview, ReviewEvent
from curation.tests.trail import make_trail
from trials.models import ChangeSet, FieldChange, Revision

pytestmark = pytest.mark.django_db

HISTORY = [model for model in apps.get_models() if getattr(model, "append_only", False)]


def state():
    return [list(model.objects.order_by("pk").values()) for model in HISTORY]


@pytest.fixture
def boss(client, django_user_model, monkeypatch):
    make_trail(monkeypatch, django_user_model)
    assert ReviewEvent.objects.exists()
    user = django_user_model.objects.create_superuser("boss")
    client.force_login(user)
    change = FieldChange.objects.first()
    AuditReview.objects.create(
        at="2026-05-06T00:00Z",
        reviewer=user,
        first=change,
        last=change,
        count=1,
        outcome="nothing",
    )
    return user


def test_every_table_of_the_history_is_walked():
    assert {
        ChangeSet,
        Revision,
        FieldChange,
        ReviewEvent,
        AccountEvent,
        AuditReview,
    } <= set(HISTORY)


@pytest.mark.parametrize("model", HISTORY)
@pytest.mark.parametrize(
    "page", ["add/", "{}/change/", "{}/delete/", "{}/", "{}/history/"]
)
def test_a_superuser_finds_no_page_to_alter_the_history(client, boss, model, page):
    meta = model._meta
    pk = model.objects.values_list("pk", flat=True).first() or 1
    address = f"/admin/{meta.app_label}/{meta.model_name}/{page.format(pk)}"
    before = state()

    answers = [
        client.get(address).status_code,
        client.post(address, {"post": "yes", "note": "forged"}).status_code,
    ]

    assert set(answers) <= {403, 404}
    assert state() == before


@pytest.mark.parametrize("model", HISTORY)
@pytest.mark.parametrize("page", ["add", "change", "delete"])
def test_no_address_to_alter_the_history_has_a_name(model, page):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"

    with pytest.raises(NoReverseMatch):
        reverse(name, args=[] if page == "add" else [1])


@pytest.mark.parametrize("model", [AccountEvent, AuditReview, ReviewEvent])
@pytest.mark.parametrize(
    "data",
    [
        {"action": "delete_selected", "post": "yes"},
        {"_save": "Save", "form-0-note": "forged"},
    ],
)
def test_a_list_takes_no_action(client, boss, model, data):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    before = state()

    client.post(
        reverse(name),
        data | {"_selected_action": [row.pk for row in model.objects.all()]},
    )

    assert state() == before


def test_the_admin_knows_no_right_to_alter_the_history(rf, boss):
    request = rf.get("/")
    request.user = boss
    for model, desk in admin.site._registry.items():
        if model in HISTORY:
            assert desk.get_model_perms(request) == {
                "add": False,
                "change": False,
                "delete": False,
                "view": True,
            }
