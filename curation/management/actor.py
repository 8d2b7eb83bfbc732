"""Who acts when a command changes something."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.management.base import CommandError


def acting_user(username: str | None, *, needs: str) -> AbstractBaseUser | None:
    """The account that a command acts for; None if none was named.

    Raises CommandError (exit status 2) for an account that is not there, is not active,
    or lacks the permission `needs` ("app.codename").
    """
    if username is None:
        return None
    users = get_user_model()
    user = users.objects.filter(**{users.USERNAME_FIELD: username}).first()
    if user is None:
        raise CommandError(f"There is no account “{username}”.", returncode=2)
    # An inactive account has no permission at all.
    if not user.has_perm(needs):
        raise CommandError(f"“{username}” may not do this ({needs}).", returncode=2)
    return user
