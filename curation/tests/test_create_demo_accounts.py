import re
from io import StringIO

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command

from curation.accounts import DEMO_ROLES

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

    assert passwords.keys() == {"admin", *DEMO_ROLES}
    users = {
        name: authenticate(username=name, password=password)
        for name, password in passwords.items()
    }
    assert users["admin"].is_superuser
    assert all(user.is_staff for user in users.values())
    assert [name for name, user in users.items() if user.is_superuser] == ["admin"]
    assert {
        name: user.groups.get().name for name, user in users.items() if name != "admin"
    } == DEMO_ROLES


def test_passwords_are_not_made_twice():
    first = run()
    get_user_model().objects.all().delete()

    assert run() != first


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
