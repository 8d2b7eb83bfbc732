"""The desk of long work: pages of our own under the admin's roof."""

from functools import partial

from django.contrib import admin
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from unfold.admin import ModelAdmin

from curation.models import Job
from curation.pages import jobs
from curation.pages.upload import upload


@admin.register(Job)
class JobAdmin(ModelAdmin):
    """Jobs are started where their work is; nobody edits a row by hand."""

    def get_urls(self):
        """The list, the upload, one job, and what one can do with it."""
        wrap = self.admin_site.admin_view
        site = self.admin_site
        return [
            path("", wrap(partial(jobs.job_list, site=site)), name="curation_jobs"),
            path(
                "upload/",
                wrap(csrf_exempt(partial(upload, site=site))),
                name="curation_upload",
            ),
            path("recheck/", wrap(jobs.recheck), name="curation_job_recheck"),
            path(
                "<int:job_id>/", wrap(partial(jobs.job, site=site)), name="curation_job"
            ),
            path(
                "<int:job_id>/refused.csv",
                wrap(jobs.refused),
                name="curation_job_refused",
            ),
            path("<int:job_id>/file/", wrap(jobs.output), name="curation_job_output"),
            path("<int:job_id>/cancel/", wrap(jobs.cancel), name="curation_job_cancel"),
            path("<int:job_id>/resume/", wrap(jobs.resume), name="curation_job_resume"),
        ]

    def has_module_permission(self, request):
        """The menu leads there; the admin's index knows no address of it."""
        return False
