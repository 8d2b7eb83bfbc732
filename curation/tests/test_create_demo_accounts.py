import re
from io import StringIO

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def run(**options):
    out = StringIO()
    call_command("create_demo_accounts", stdout=out, **options)
    return out.getvalue()


@pytest.fixture(autouse=True)
def debug(settings):
    settings.DEBUG = True


def test_the_printed_passwords_open_the_desk():
    passwords = dict(re.findall(r"^Demo account: (\S+) password: (\S+)$", run(), re.M))

    assert passwords.keys() == {"admin", "curator", "auditor"}
    users = {
        name: authenticate(username=name, password=password)
        for name, password in passwords.items()
    }
    assert users["admin"].is_superuser
    assert users["curator"].is_staff
    assert not users["curator"].is_superuser
    assert users["auditor"].has_perms(["trials.view_audit", "curation.review_audit"])
    assert not users["auditor"].has_perm("trials.change_trial")


def test_passwords_are_not_made_twice():
    first = run()
    get_user_model().objects.all().delete()

    assert run() != first


@pytest.mark.parametrize(
    ("permission", "is_granted"),
    [
        ("trials.view_trial", True),
        ("trials.change_trial", True),
        ("trials.add_trial", False),
        ("trials.delete_trial", False),
        ("trials.view_criterion", True),
        ("trials.view_sourcedocument", True),
        ("trials.change_sourcedocument", False),
        ("trials.view_audit", False),
        ("curation.review_audit", False),
        ("auth.view_user", False),
    ],
)
def test_the_curator_may_correct_trials_and_no_more(permission, is_granted):
    run()
    curator = get_user_model().objects.get(username="curator")

    assert curator.has_perm(permission) is is_granted


def test_a_desk_with_accounts_gets_none(django_user_model):
    django_user_model.objects.create_user("someone")

    assert run() == "There are accounts already: no demo accounts made.\n"
    assert run(verbosity=0) == ""
    assert django_user_model.objects.count() == 1


def test_it_refuses_where_debug_is_off(settings, django_user_model):
    settings.DEBUG = False

    with pytest.raises(CommandError, match="DEBUG") as caught:
        run()

    assert caught.value.returncode == 2
    assert not django_user_model.objects.exists()
