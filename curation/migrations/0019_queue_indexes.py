"""The queue finds what is somebody's, and what needs another look, by indexes of these
few reviews alone."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("curation", "0018_role_kept_filters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="review",
            name="curation_review_look",
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("found_at__gt", models.F("looked_at"))),
                fields=["state", "trial"],
                name="curation_review_look",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("assignee__isnull", False)),
                fields=["assignee", "trial"],
                name="curation_review_mine",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("holder__isnull", False)),
                fields=["holder", "held_until"],
                name="curation_review_held",
            ),
        ),
    ]
