"""The queue's desk: pages of our own under the admin's roof."""

from functools import partial

from django.contrib import admin
from django.urls import path
from unfold.admin import ModelAdmin

from curation.models import Review
from curation.pages.queue import assign, let_go, queue, take_next


@admin.register(Review)
class ReviewAdmin(ModelAdmin):
    """Reviews move by steps, claims and assignments: nobody edits a row by hand."""

    def get_urls(self):
        """The queue, and what one can do with it."""
        wrap = self.admin_site.admin_view
        site = self.admin_site
        return [
            path("queue/", wrap(partial(queue, site=site)), name="curation_queue"),
            path("queue/next/", wrap(take_next), name="curation_queue_next"),
            path("queue/assign/", wrap(assign), name="curation_queue_assign"),
            path(
                "<int:trial_id>/release/", wrap(let_go), name="curation_review_release"
            ),
        ]

    def has_module_permission(self, request):
        """The menu leads there; the admin's index knows no address of it."""
        return False
