"""The accounts' log: who came in, who could not, and who may do what since when.

Django tells of logins by signals, the only place where they can be seen; `connect` is
called once, when the app is ready. What the admin changes, its desks record.
"""

from collections.abc import Iterable, Mapping

from django.contrib.auth import get_user_model, signals
from django.contrib.auth.models import AbstractBaseUser, Group
from django.http import HttpRequest
from django.utils import timezone

from curation.acts import COMMAND_LINE
from curation.client_address import client_address
from curation.models import AccountEvent

Kind = AccountEvent.Kind

NAME_LENGTH = 150
"""A failed login may send a name of any length; no account's is longer."""


def connect() -> None:
    """Listen to Django's signals of the session."""
    signals.user_logged_in.connect(logged_in, dispatch_uid="accounts_log.login")
    signals.user_logged_out.connect(logged_out, dispatch_uid="accounts_log.logout")
    signals.user_login_failed.connect(login_failed, dispatch_uid="accounts_log.failed")


def record(
    kind: AccountEvent.Kind,
    *,
    account: AbstractBaseUser | None = None,
    name: str = "",
    actor: AbstractBaseUser | None = None,
    old: str = "",
    new: str = "",
    request: HttpRequest | None = None,
) -> AccountEvent:
    """Add one event. `name` is for what is no account: a role, an unknown name."""
    return AccountEvent.objects.create(
        at=timezone.now(),
        kind=kind,
        account=account,
        account_name=account.get_username() if account else name,
        actor=actor,
        actor_name=actor.get_username() if actor else "",
        old=old,
        new=new,
        address=client_address(request) if request else None,
    )


def records_exported(
    what: str,
    digests: Mapping[str, str],
    *,
    by: AbstractBaseUser | None,
    request: HttpRequest | None = None,
) -> AccountEvent:
    """Tell that records leave the desk, before they do.

    A line says what ("csv, records: 12. Trials: not withdrawn."), one for each file its
    SHA-256 and name.
    """
    # Without its line breaks, nothing that was typed can pass for a hash.
    said = [what, *(f"sha256 {digest} {name}" for name, digest in digests.items())]
    return record(
        Kind.RECORDS_EXPORTED,
        account=by,
        name=COMMAND_LINE,
        actor=by,
        new="\n".join(" ".join(line.split()) for line in said),
        request=request,
    )


def logged_in(sender, request, user, **kwargs) -> None:
    """A person proved to be `user`."""
    record(Kind.LOGIN, account=user, actor=user, request=request)


def logged_out(sender, request, user, **kwargs) -> None:
    """`user` left; None where nobody had come in."""
    if user is not None:
        record(Kind.LOGOUT, account=user, actor=user, request=request)


def login_failed(sender, credentials, request=None, **kwargs) -> None:
    """Somebody tried a name, with a wrong password or on an account that is closed."""
    users = get_user_model()
    name = str(credentials.get(users.USERNAME_FIELD, ""))[:NAME_LENGTH]
    account = users.objects.filter(**{users.USERNAME_FIELD: name}).first()
    record(Kind.LOGIN_FAILED, account=account, name=name, request=request)


def lines(names: Iterable[str]) -> str:
    """A set of names as an event keeps it: sorted, one a line."""
    return "\n".join(sorted(names))


def roles(user: AbstractBaseUser) -> str:
    """The names of the user's groups."""
    return lines(user.groups.values_list("name", flat=True))


def permissions(owner: AbstractBaseUser | Group) -> str:
    """The permissions given to a user directly, or to a role: "trials.view_trial"."""
    given = owner.permissions if isinstance(owner, Group) else owner.user_permissions
    rows = given.order_by().values_list("content_type__app_label", "codename")
    return lines(f"{app}.{codename}" for app, codename in rows)
