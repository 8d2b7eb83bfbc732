"""The desk of the export profiles: renamed, shared and deleted by their owners."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display

from curation.admin.kept import KeptAdmin
from curation.models import ExportProfile
from trials.formats.columns import in_words


@admin.register(ExportProfile)
class ExportProfileAdmin(KeptAdmin):
    """One's own profiles and those that others share. The export page makes them."""

    list_display = ("name", "format", "choice", "owner", "is_shared", "use")
    fields = ("name", "is_shared", "whose", "format", "choice", "bom", "lines")
    readonly_fields = ("whose", "format", "choice", "bom", "lines")

    @display(description="Columns")
    def choice(self, profile):
        """Tables and columns."""
        return in_words(profile.columns) or "all"

    @display(description="Export")
    def use(self, profile):
        """The way to the export page with it."""
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}?profile={}">'
            "Export with it</a>",
            reverse("admin:trials_trial_export"),
            profile.pk,
        )
