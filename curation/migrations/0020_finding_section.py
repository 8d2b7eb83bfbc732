"""Note of each finding in which section it is, and find its trials by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("curation", "0019_queue_indexes"),
        ("trials", "0009_coded_indexes"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="finding",
            name="curation_finding_rule",
        ),
        migrations.AddField(
            model_name="finding",
            name="section",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                fields=["rule", "state", "trial"], name="curation_finding_rule"
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                fields=["section", "state", "trial"], name="curation_finding_section"
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                fields=["trial", "state", "section", "severity", "rule"],
                name="curation_finding_trial",
            ),
        ),
    ]
