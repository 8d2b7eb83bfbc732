"""Who has a trial open now."""

from django.conf import settings
from django.db import models

from trials.models import Trial


class Presence(models.Model):
    """An account that has a page of a trial open.

    `since` is when it was opened, `at` when the page was last heard of, `section` the
    slug of the section. No part of the history: a row goes when the page does.
    """

    trial = models.ForeignKey(
        Trial, on_delete=models.CASCADE, related_name="presences", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    since = models.DateTimeField()
    at = models.DateTimeField()
    section = models.SlugField(max_length=40, db_index=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["trial", "user"], name="curation_presence_once"
            )
        ]

    def __str__(self):
        return f"{self.user} on {self.trial_id}"
