from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("trials", "0003_trial_withdrawn"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="changeset",
            options={
                "ordering": ["-id"],
                "permissions": [
                    ("revert_changeset", "Can revert an act on several trials at once")
                ],
            },
        ),
    ]
