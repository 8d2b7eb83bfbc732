from django.apps import AppConfig


class CurationConfig(AppConfig):
    """Tells Django about the app."""

    name = "curation"
    verbose_name = "Curation"
