"""Many at once: pages of our own under the admin's roof."""

from functools import partial

from django.contrib import admin
from django.urls import path
from unfold.admin import ModelAdmin

from curation.models import BulkOperation
from curation.pages.bulk import export, overview
from curation.pages.bulk_clusters import clusters, forget, of_value
from curation.pages.bulk_operation import operation
from curation.pages.bulk_start import load, replace, replay, review, set_value


@admin.register(BulkOperation)
class BulkOperationAdmin(ModelAdmin):
    """Operations are prepared and applied on their own pages, never edited as rows."""

    def get_urls(self):
        """The list, where operations begin, and one operation."""
        wrap = self.admin_site.admin_view
        pages = {
            "": (overview, "curation_bulk"),
            "replace/": (replace, "curation_bulk_replace"),
            "set/": (set_value, "curation_bulk_set"),
            "review/": (review, "curation_bulk_review"),
            "import/": (load, "curation_bulk_import"),
            "clusters/": (clusters, "curation_bulk_clusters"),
            "clusters/trials/": (of_value, "curation_bulk_value"),
            "<int:operation_id>/": (operation, "curation_bulk_operation"),
            "<int:operation_id>/replay/": (replay, "curation_bulk_replay"),
        }
        return [
            *(
                path(route, wrap(partial(view, site=self.admin_site)), name=name)
                for route, (view, name) in pages.items()
            ),
            path("clusters/forget/", wrap(forget), name="curation_bulk_forget"),
            path(
                "<int:operation_id>/operation.json",
                wrap(export),
                name="curation_bulk_export",
            ),
        ]

    def has_module_permission(self, request):
        """The menu leads there; the admin's index knows no address of it."""
        return False
