"""Let an index find trials by further codes, and list the codes that there are."""

from django.db import migrations, models

from trials.models.lookups import Head


class Migration(migrations.Migration):
    dependencies = [
        ("trials", "0008_list_indexes"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="intervention",
            index=models.Index(
                Head("type"), models.F("trial"), name="trials_intervention_type"
            ),
        ),
        migrations.AddIndex(
            model_name="sponsor",
            index=models.Index(
                Head("agency_class"), models.F("trial"), name="trials_sponsor_class"
            ),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(
                Head("primary_purpose"), models.F("id"), name="trials_trial_purpose"
            ),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(
                Head("allocation"), models.F("id"), name="trials_trial_allocation"
            ),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(
                Head("intervention_model"), models.F("id"), name="trials_trial_model"
            ),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(
                Head("masking"), models.F("id"), name="trials_trial_masking"
            ),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(
                Head("who_masked"), models.F("id"), name="trials_trial_who_masked"
            ),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(Head("sex"), models.F("id"), name="trials_trial_sex"),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(
                Head("std_ages"), models.F("id"), name="trials_trial_std_ages"
            ),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(
                Head("ipd_info_types"), models.F("id"), name="trials_trial_ipd_info"
            ),
        ),
    ]
