"""Tables that were handed in, kept between the look at their changes and the act."""

from django.conf import settings
from django.db import models


class Upload(models.Model):
    """Files that somebody uploaded, and what they would change.

    `content` is the files as a ZIP archive, `plan` the compressed JSON of a `Plan`,
    `choices` maps the names of its conflicts to whose value is kept. No part of the
    history: the row goes when the plan is applied or thrown away.
    """

    at = models.DateTimeField("time (UTC)", auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    files = models.TextField()
    content = models.BinaryField()
    plan = models.BinaryField()
    choices = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        default_permissions = ()

    def __str__(self):
        return self.files
