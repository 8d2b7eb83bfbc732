"""The findings' desk: pages of our own under the admin's roof."""

from functools import partial

from django.contrib import admin
from django.urls import path
from unfold.admin import ModelAdmin

from curation.models import Finding
from curation.pages.facets import finding_facet
from curation.pages.finding import fix, preview, waive
from curation.pages.finding_fix import fix_all, similar
from curation.pages.finding_list import finding_list, rule
from curation.pages.findings import overview, reader_errors


@admin.register(Finding)
class FindingAdmin(ModelAdmin):
    """Findings come from rules: nobody adds, edits or deletes one by hand."""

    def get_urls(self):
        """The desk, and what one can do with a finding."""
        wrap = self.admin_site.admin_view
        site = self.admin_site
        return [
            path("", wrap(partial(overview, site=site)), name="curation_findings"),
            path(
                "readers/",
                wrap(partial(reader_errors, site=site)),
                name="curation_reader_errors",
            ),
            path("rule/<str:rule_id>/", wrap(rule), name="curation_finding_rule"),
            path(
                "list/",
                wrap(partial(finding_list, site=site)),
                name="curation_finding_list",
            ),
            path(
                "list/fix/",
                wrap(partial(fix_all, site=site)),
                name="curation_finding_fix_all",
            ),
            path(
                "facet/<str:facet_name>/",
                wrap(partial(finding_facet, site=site)),
                name="curation_finding_facet",
            ),
            path("<int:finding_id>/fix/", wrap(fix), name="curation_finding_fix"),
            path("<int:finding_id>/waive/", wrap(waive), name="curation_finding_waive"),
            path(
                "<int:finding_id>/preview/",
                wrap(preview),
                name="curation_finding_preview",
            ),
            path(
                "<int:finding_id>/similar/",
                wrap(partial(similar, site=site)),
                name="curation_finding_similar",
            ),
        ]

    def has_module_permission(self, request):
        """The menu leads there; the admin's index knows no address of it."""
        return False
