"""Choices of what leaves the desk and how, kept under a name."""

from django.conf import settings
from django.db import models

from curation.models.kept import NAME_LENGTH, KeptQuerySet, one_line


class ExportProfile(models.Model):
    """A format with its columns and options, kept under a name.

    It says what leaves of a trial and how, never which trials. `columns` is table's
    name -> names of its columns, as in `trials.formats.columns`; empty: everything.
    `bom` and `lines` as in `trials.formats.Export`. Its owner changes and deletes it;
    others may use it where it is shared.
    """

    name = models.CharField(max_length=NAME_LENGTH, unique=True, validators=[one_line])
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

    objects = KeptQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name
