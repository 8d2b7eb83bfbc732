"""Let the dashboard count trials and pages without reading their texts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("trials", "0002_review_acts"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="sourcedocument",
            index=models.Index(
                fields=[
                    "status",
                    "layout",
                    "reader_version",
                    "unplaced_count",
                    "warning_count",
                    "trial",
                ],
                name="trials_sourcedocument_reader",
            ),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(fields=["created_at"], name="trials_trial_created"),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(
                condition=models.Q(("withdrawn", True)),
                fields=["id"],
                name="trials_trial_withdrawn",
            ),
        ),
    ]
