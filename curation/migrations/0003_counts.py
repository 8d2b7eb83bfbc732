"""Fill the columns that reviews from before have empty."""

from django.db import migrations
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce


def fill(apps, schema_editor):
    """Open errors and warnings, and since when the trial is imported."""
    alias = schema_editor.connection.alias
    review = apps.get_model("curation", "Review")
    finding = apps.get_model("curation", "Finding")
    trial = apps.get_model("trials", "Trial")

    def open_findings(severity):
        found = finding.objects.filter(
            trial=OuterRef("pk"), state="open", severity=severity
        )
        counts = found.order_by().values("trial").annotate(count=Count("pk"))
        return Coalesce(Subquery(counts.values("count")), 0)

    created = trial.objects.filter(pk=OuterRef("pk")).values("created_at")
    review.objects.using(alias).update(
        open_errors=open_findings(1),
        open_warnings=open_findings(2),
        state_since=Subquery(created),
    )


class Migration(migrations.Migration):
    dependencies = [("curation", "0002_review")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
