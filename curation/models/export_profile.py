"""Choices of what leaves the desk and how, kept under a name."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

one_line = RegexValidator(r"\A[^\x00-\x1f\x7f]+\Z", "Write the name on one line.")


class ExportProfileQuerySet(models.QuerySet):
    """Profiles by who asks."""

    def visible_to(self, user) -> "ExportProfileQuerySet":
        """The user's own, and what others share."""
        return self.filter(Q(owner=user) | Q(is_shared=True))


class ExportProfile(models.Model):
    """A format with its columns and options, kept under a name.

    It says what leaves of a trial and how, never which trials. `columns` is table's
    name -> names of its columns, as in `trials.formats.columns`; empty: everything.
    `bom` and `lines` as in `trials.formats.Export`. Its owner changes and deletes it;
    others may use it where it is shared.
    """

    name = models.CharField(max_length=100, unique=True, validators=[one_line])
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="export_profiles",
    )
    is_shared = models.BooleanField(
        "shared", default=False, help_text="Everyone who exports may use it."
    )
    format = models.CharField(max_length=20)
    columns = models.JSONField(default=dict, blank=True)
    bom = models.BooleanField("byte order mark", default=False)
    lines = models.BooleanField("JSON lines", default=False)

    objects = ExportProfileQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name
