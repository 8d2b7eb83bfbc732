from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate

from trials import history_guard


class TrialsConfig(AppConfig):
    """Tells Django about the app, and has the history guarded in every database."""

    name = "trials"
    verbose_name = "Trials"

    def ready(self):
        post_migrate.connect(history_guard.install_after_migrate, sender=self)
        checks.register(history_guard.check, checks.Tags.database)
