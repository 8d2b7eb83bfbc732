"""Who else has a trial open: what the pages of the others said of late."""

from datetime import timedelta
from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from curation.models import Presence
from trials.models import Trial

STAYS = timedelta(seconds=90)
"""How long an account counts as there after its page was heard of: three beats."""


class Other(NamedTuple):
    """Somebody else's name, and for how many minutes they have the trial open."""

    name: str
    minutes: int


@transaction.atomic
def beat(trial: Trial, user: AbstractBaseUser, section: str) -> list[Other]:
    """Note that `user` has the section open; who else has the trial, first come first.

    Rows of pages that were not heard of any more are deleted on the way.
    """
    now = timezone.now()
    trial.presences.filter(at__lt=now - STAYS).delete()
    Presence.objects.update_or_create(
        trial=trial,
        user=user,
        defaults={"at": now, "section": section},
        create_defaults={"at": now, "section": section, "since": now},
    )
    others = trial.presences.exclude(user=user).select_related("user")
    return [
        Other(there.user.get_username(), (now - there.since) // timedelta(minutes=1))
        for there in others.order_by("since", "pk")
    ]


def leave(trial: Trial, user: AbstractBaseUser) -> None:
    """The page of `user` was closed."""
    trial.presences.filter(user=user).delete()
