"""Accounts to try the desk with, one for each role."""

import secrets
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

DEMO_ROLES = {
    "curator": "curator",
    "curator2": "curator",
    "reviewer": "reviewer",
    "auditor": "auditor",
    "datauser": "data user",
    "administrator": "administrator",
}
"""User name -> role. Two curators, so that each can see what the other does."""


class NotInDebugError(Exception):
    """Demo accounts were asked for where real people may work."""


class DemoAccount(NamedTuple):
    username: str
    password: str


@transaction.atomic
def create_demo_accounts() -> list[DemoAccount]:
    """A superuser and the accounts of `DEMO_ROLES`, or none if anyone is there.

    The passwords are random and known to the caller only: the database keeps their
    hashes.
    """
    if not settings.DEBUG:
        raise NotInDebugError("Demo accounts are made only where DEBUG is on.")
    users = get_user_model().objects
    if users.exists():
        return []
    made = [
        DemoAccount(name, secrets.token_urlsafe(12)) for name in ("admin", *DEMO_ROLES)
    ]
    users.create_superuser(made[0].username, password=made[0].password)
    for account in made[1:]:
        user = users.create_user(
            account.username, password=account.password, is_staff=True
        )
        user.groups.add(Group.objects.get(name=DEMO_ROLES[account.username]))
    return made
