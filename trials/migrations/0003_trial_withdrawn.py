from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("trials", "0002_audit_permission"),
    ]

    operations = [
        migrations.AddField(
            model_name="trial",
            name="withdrawn",
            field=models.BooleanField(default=False, editable=False),
        ),
    ]
