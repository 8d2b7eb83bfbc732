"""Let an index give the list in each of its orders, and by each of its filters."""

from django.db import migrations, models

from trials.models.lookups import Head


class Migration(migrations.Migration):
    dependencies = [
        ("trials", "0007_search_fill"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="sourcedocument",
            index=models.Index(
                condition=models.Q(("status", "pending")),
                fields=["trial", "imported_at"],
                name="trials_sourcedocument_pending",
            ),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(
                Head("start_date"), models.F("id"), name="trials_trial_start"
            ),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(
                Head("brief_title"), models.F("id"), name="trials_trial_title"
            ),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(
                Head("overall_status"), models.F("id"), name="trials_trial_status"
            ),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(
                Head("overall_status"),
                Head("start_date"),
                models.F("id"),
                name="trials_trial_status_start",
            ),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(
                Head("phases"), models.F("id"), name="trials_trial_phases"
            ),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(
                Head("study_type"), models.F("id"), name="trials_trial_type"
            ),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(
                fields=["changed_at", "id"], name="trials_trial_changed"
            ),
        ),
    ]
