"""Note of the findings that are there in which section they are."""

from django.db import migrations
from django.db.models import Case, CharField, Q, Value, When

from trials.record.sections import SECTIONS


def fill(apps, schema_editor):
    """By the beginning of the path: a field, or a collection and a key."""

    def there(section):
        found = Q(path__in=(*section.fields, *section.collections))
        for collection in section.collections:
            found |= Q(path__startswith=f"{collection}[")
        return found

    first, *others = SECTIONS
    # Its number and its withdrawal are shown in the first.
    cases = [
        When(there(first) | Q(path__in=("nct_id", "withdrawn")), Value(first.slug))
    ]
    cases += [When(there(section), Value(section.slug)) for section in others]
    slug = Case(*cases, default=Value(""), output_field=CharField())
    findings = apps.get_model("curation", "Finding").objects
    findings.using(schema_editor.connection.alias).update(section=slug)


class Migration(migrations.Migration):
    dependencies = [
        ("curation", "0020_finding_section"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
