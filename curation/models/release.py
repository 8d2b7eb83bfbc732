"""Exports that were frozen, so that they can be made again."""

from django.conf import settings
from django.db import models


class Release(models.Model):
    """A named export that can be made again byte for byte. Append-only.

    `pins` is JSON: for each trial its NCT number, version, events of the review, saved
    pages, open errors and open warnings, in the order of the numbers. `files` is JSON:
    name, bytes, SHA-256 and rows of each file that was written in `format` with
    `options`. `chosen` says in words which trials were asked for.
    """

    append_only = True

    name = models.CharField(max_length=100, unique=True)
    at = models.DateTimeField("time (UTC)")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="releases",
    )
    by_name = models.CharField("who", max_length=200)
    chosen = models.TextField()
    format = models.CharField(max_length=20)
    options = models.CharField(max_length=100, blank=True)
    app_version = models.CharField("version of the desk", max_length=40)
    trials = models.PositiveIntegerField()
    pins = models.TextField()
    files = models.TextField()

    class Meta:
        ordering = ["-id"]
        default_permissions = ("add",)

    def __str__(self):
        return self.name
