"""When the newest open error or warning of a trial was found, and the indexes by which
the trial list, the queue and the findings' desk read reviews and findings.

The column is filled before there are indexes to keep.
"""

from django.db import migrations, models
from django.db.models import Max, OuterRef, Subquery


def fill(apps, schema_editor):
    """From the findings."""
    alias = schema_editor.connection.alias
    finding = apps.get_model("curation", "Finding")
    found = finding.objects.filter(
        trial=OuterRef("pk"), state="open", severity__in=(1, 2)
    )
    newest = found.order_by().values("trial").annotate(newest=Max("opened_at"))
    apps.get_model("curation", "Review").objects.using(alias).update(
        found_at=Subquery(newest.values("newest"))
    )


class Migration(migrations.Migration):
    dependencies = [
        ("curation", "0014_role_bulk"),
        ("trials", "0008_list_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="review",
            name="found_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="review",
            name="state",
            field=models.CharField(
                choices=[
                    ("imported", "Imported"),
                    ("in_review", "In review"),
                    ("submitted", "Submitted"),
                    ("returned", "Returned"),
                    ("approved", "Approved"),
                    ("reopened", "Reopened"),
                ],
                default="imported",
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["state", "trial"], name="curation_review_state"),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                fields=["assignee", "trial"], name="curation_review_assignee"
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                fields=["open_errors", "trial"], name="curation_review_errors"
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                fields=["open_warnings", "trial"], name="curation_review_warnings"
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                fields=["-open_errors", "-priority", "state_since", "trial"],
                name="curation_review_first",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                fields=["state_since", "trial"], name="curation_review_age"
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                fields=["-priority", "-open_errors", "state_since", "trial"],
                name="curation_review_urgent",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                fields=["state", "looked_at", "found_at", "trial"],
                name="curation_review_look",
            ),
        ),
        migrations.RemoveIndex(
            model_name="finding",
            name="curation_finding_state",
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                fields=["state", "severity", "rule", "trial"],
                name="curation_finding_state",
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                condition=models.Q(("fix_label", ""), _negated=True),
                fields=["state", "severity", "rule"],
                name="curation_finding_fixable",
            ),
        ),
    ]
