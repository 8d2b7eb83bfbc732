from django.apps import AppConfig


class TrialsConfig(AppConfig):
    """Tells Django about the app."""

    name = "trials"
    verbose_name = "Trials"
