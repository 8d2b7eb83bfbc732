"""Accounts to try the desk with."""

import secrets
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q


class NotInDebugError(Exception):
    """Demo accounts were asked for where real people may work."""


class DemoAccount(NamedTuple):
    username: str
    password: str


@transaction.atomic
def create_demo_accounts() -> list[DemoAccount]:
    """A superuser, a curator and an auditor, or none if anyone is there.

    The passwords are random and known to the caller only: the database keeps their
    hashes.
    """
    if not settings.DEBUG:
        raise NotInDebugError("Demo accounts are made only where DEBUG is on.")
    users = get_user_model().objects
    if users.exists():
        return []
    admin, curator, auditor = (
        DemoAccount(name, secrets.token_urlsafe(12))
        for name in ("admin", "curator", "auditor")
    )
    users.create_superuser(admin.username, password=admin.password)
    users.create_user(
        curator.username, password=curator.password, is_staff=True
    ).groups.add(curators())
    users.create_user(
        auditor.username, password=auditor.password, is_staff=True
    ).groups.add(auditors())
    return [admin, curator, auditor]


def curators() -> Group:
    """The group that may see every record and correct a trial with all its parts."""
    ours = Permission.objects.filter(content_type__app_label__in=["trials", "curation"])
    group, _ = Group.objects.get_or_create(name="Curators")
    group.permissions.set(
        ours.filter(
            Q(codename__startswith="view_") & ~Q(codename="view_audit")
            | Q(codename__in=["change_trial", "waive_finding"])
        )
    )
    return group


def auditors() -> Group:
    """The group that may see everything and how it came to be, and change nothing."""
    ours = Permission.objects.filter(content_type__app_label__in=["trials", "curation"])
    group, _ = Group.objects.get_or_create(name="Auditors")
    group.permissions.set(
        ours.filter(Q(codename__startswith="view_") | Q(codename="review_audit"))
    )
    return group
