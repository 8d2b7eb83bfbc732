from django.apps import AppConfig


class CurationConfig(AppConfig):
    """Tells Django about the app, and has logins recorded."""

    name = "curation"
    verbose_name = "Curation"

    def ready(self):
        # Not at the top: it needs the models, which can be imported from here on.
        from curation import accounts_log

        accounts_log.connect()
