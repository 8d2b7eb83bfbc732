"""The desk of edited tables on their way back in: pages of our own."""

from functools import partial

from django.contrib import admin
from django.urls import path
from unfold.admin import ModelAdmin

from curation.models import Upload
from curation.pages.csv_import import hand_in, preview


@admin.register(Upload)
class UploadAdmin(ModelAdmin):
    """Tables are handed in, looked at and applied: nobody edits a row by hand."""

    def get_urls(self):
        """Where tables are handed in, and where their changes are decided on."""
        wrap = self.admin_site.admin_view
        site = self.admin_site
        return [
            path("", wrap(partial(hand_in, site=site)), name="curation_csv_import"),
            path(
                "<int:upload_id>/",
                wrap(partial(preview, site=site)),
                name="curation_csv_preview",
            ),
        ]

    def has_module_permission(self, request):
        """The menu leads there; the admin's index knows no address of it."""
        return False
