"""Filters of lists, kept under a name."""

from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse

from curation.models.kept import NAME_LENGTH, KeptQuerySet, one_line

QUERY_LENGTH = 2_000


class KeptFilterQuerySet(KeptQuerySet):
    """Filters by who asks."""

    def visible_to(self, user) -> Self:
        """The user's own and shared ones, of the lists that the user may open."""
        return super().visible_to(user).filter(page__in=KeptFilter.pages_of(user))


class KeptFilter(models.Model):
    """What a list shows, kept under a name: the query of its address.

    `query` is as `curation.kept_filters.normalised` writes it. It only ever stands
    behind the address of our own list. Its owner changes and deletes it; where it is
    shared, everyone who may open the list may use it.
    """

    class Page(models.TextChoices):
        """The lists whose filters can be kept."""

        TRIALS = "trials", "Trials"
        FINDINGS = "findings", "Findings"

    PERMISSIONS = {
        Page.TRIALS: "trials.view_trial",
        Page.FINDINGS: "curation.view_finding",
    }
    """What it takes to open a list."""
    ADDRESSES = {
        Page.TRIALS: "admin:trials_trial_changelist",
        Page.FINDINGS: "admin:curation_finding_list",
    }
    """Where it opens."""

    name = models.CharField(max_length=NAME_LENGTH, validators=[one_line])
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="kept_filters",
    )
    is_shared = models.BooleanField(
        "shared", default=False, help_text="Everyone who may open the list may use it."
    )
    page = models.CharField("list", max_length=20, choices=Page)
    query = models.CharField("filter", max_length=QUERY_LENGTH)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = KeptFilterQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "page", "name"], name="kept_filter_name"
            )
        ]

    def __str__(self):
        return self.name

    @classmethod
    def pages_of(cls, user) -> list[Page]:
        """The lists that the user may open."""
        return [page for page in cls.Page if user.has_perm(cls.PERMISSIONS[page])]

    @property
    def address(self) -> str:
        """The list as it was kept."""
        return f"{reverse(self.ADDRESSES[self.page])}?{self.query}"
