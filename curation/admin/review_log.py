"""The auditors' log of what happened to the reviews of all trials. To read."""

from functools import partial

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBadRequest
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe
from unfold.decorators import display

from curation import audit, story
from curation.admin.filters import TimeFilter
from curation.admin.history import LogAdmin
from curation.audit import FORMATS
from curation.models import ReviewEvent
from curation.pages.download import download
from curation.review_words import readable_event


@admin.register(ReviewEvent)
class ReviewEventAdmin(LogAdmin):
    """What happened to the reviews of all trials."""

    list_display = ("time", "nct_id", "what", "version", "who", "role", "why")
    list_filter = ("kind", ("change_set__at", TimeFilter))
    list_select_related = ("change_set", "trial", "about")

    class Media:
        css = {"all": ["curation/list.css"]}

    list_before_template = "curation/review_log_exports.html"
    search_fields = (
        "trial__nct_id",
        "change_set__actor_name",
        "change_set__note",
        "old",
        "new",
    )
    search_help_text = "NCT number, name, words of a comment or note"

    def get_urls(self):
        """The list, and one address for each format that it leaves in."""
        wrap = self.admin_site.admin_view
        exports = [
            path(
                f"export.{name}",
                wrap(require_safe(partial(self.export, name=name))),
                name=f"curation_reviewevent_export_{name}",
            )
            for name in FORMATS
        ]
        return [*exports, *super().get_urls()]

    def export(self, request, name):
        """Stream what the list shows under that filter: needs view_audit, and is
        logged itself."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            events = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseBadRequest(
                "Nothing is exported: the filter makes no sense.",
                content_type="text/plain",
            )
        what = f"review log: {request.GET.urlencode() or 'all events'}"
        audit.log_export(what, name, by=request.user, request=request)
        lines = FORMATS[name](story.of_events(events), story.Told._fields)
        return download(lines, subject="reviews", name=name)

    @display(description="Time (UTC)", ordering="change_set__at")
    def time(self, event):
        """To the second."""
        return f"{event.change_set.at:%Y-%m-%d %H:%M:%S}"

    @display(description="Trial", ordering="trial__nct_id")
    def nct_id(self, event):
        """The number, which leads to the trial's history."""
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>',
            reverse("admin:trials_trial_history", args=[event.trial_id]),
            event.trial.nct_id,
        )

    @display(description="What")
    def what(self, event):
        """The event in words, its place and what was said."""
        context = {"told": readable_event(event)}
        return render_to_string("curation/review_log_event.html", context)

    @display(description="Who", ordering="change_set__actor_name")
    def who(self, event):
        """The name of then."""
        return event.change_set.actor_name

    @display(description="Role")
    def role(self, event):
        """The roles of then."""
        return event.change_set.actor_role

    @display(description="Why")
    def why(self, event):
        """Reason and note of the act."""
        act = event.change_set
        return " · ".join(filter(None, (act.get_reason_display(), act.note)))
