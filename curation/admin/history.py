"""The auditors' desk: the audit log, its reviews, and the accounts' log. All to read.

The tables of the history have no list, form or deletion of their own here: there is no
address at which the admin would change them.
"""

from functools import partial

from django.contrib import admin
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from unfold.decorators import display

from curation.admin.filters import TimeFilter
from curation.admin.lists import LongListAdmin
from curation.audit import FORMATS
from curation.audit_filter import in_words
from curation.models import AccountEvent, AuditReview
from curation.pages.audit import audit_log, export
from trials.models import FieldChange


class LogAdmin(LongListAdmin):
    """A list to read for those who may read the audit log; no page of a row."""

    list_display_links = None
    list_filter_submit = True

    def has_add_permission(self, request):
        """Only what happens adds a row."""
        return False

    def has_change_permission(self, request, obj=None):
        """Nobody changes what happened."""
        return False

    def has_delete_permission(self, request, obj=None):
        """Nobody deletes what happened."""
        return False

    def has_view_permission(self, request, obj=None):
        """Auditors read it."""
        return request.user.has_perm("trials.view_audit")

    def has_module_permission(self, request):
        """Whoever may read it finds it."""
        return self.has_view_permission(request)

    def get_urls(self):
        """The list alone."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_changelist"
        view = self.admin_site.admin_view(self.changelist_view)
        return [path("", view, name=name)]


@admin.register(FieldChange)
class FieldChangeAdmin(LogAdmin):
    """The changes of all trials: a page of our own instead of the admin's list."""

    def get_urls(self):
        """The page, and one address for each format that it leaves in."""
        site = self.admin_site
        return [
            path(
                "",
                site.admin_view(partial(audit_log, site=site)),
                name="audit_log",
            ),
            *(
                path(
                    f"export.{name}",
                    site.admin_view(partial(export, name=name)),
                    name=f"audit_export_{name}",
                )
                for name in FORMATS
            ),
        ]

    def has_module_permission(self, request):
        """The menu leads there; the admin's index knows no address of it."""
        return False


@admin.register(AccountEvent)
class AccountEventAdmin(LogAdmin):
    """Logins, failed ones, who was given or lost what, and what left the desk."""

    class Media:
        css = {"all": ["curation/list.css"]}

    list_display = ("time", "kind", "account_name", "actor_name", "what", "address")
    list_filter = ("kind", ("at", TimeFilter))
    search_fields = ("account_name", "actor_name")
    search_help_text = "Name of an account or role"

    def has_view_permission(self, request, obj=None):
        """Auditors read it, and who keeps the accounts."""
        return request.user.has_perm("auth.view_user") or super().has_view_permission(
            request, obj
        )

    @display(description="Time (UTC)", ordering="at")
    def time(self, event):
        """To the second."""
        return f"{event.at:%Y-%m-%d %H:%M:%S}"

    @display(description="What")
    def what(self, event):
        """The lines that went and came; one value: old and new. Of an export, what it
        held and the hashes of its files."""
        if event.kind == AccountEvent.Kind.RECORDS_EXPORTED:
            said, *hashes = event.new.splitlines()
            files = format_html_join("", "<li>{}</li>", ((line,) for line in hashes))
            return format_html(
                '<div class="list-files">{}<ul>{}</ul></div>', said, files
            )
        old, new = event.old.splitlines(), event.new.splitlines()
        gone = [line for line in old if line not in new]
        come = [line for line in new if line not in old]
        marked = [("−", line) for line in gone] + [("+", line) for line in come]
        lines = format_html_join("", "<li>{} {}</li>", marked)
        if len(marked) <= 5:
            return format_html("<ul>{}</ul>", lines)
        return format_html(
            "<details><summary>{} changes</summary><ul>{}</ul></details>",
            len(marked),
            lines,
        )


@admin.register(AuditReview)
class AuditReviewAdmin(LogAdmin):
    """Who reviewed which stretch of the audit log, and what they found."""

    list_display = (
        "time",
        "reviewer_name",
        "reviewer_role",
        "reviewed",
        "outcome",
        "note",
    )
    list_filter = ("outcome", ("at", TimeFilter))
    search_fields = ("reviewer_name", "note")
    search_help_text = "Name of the auditor, words of the note"

    @display(description="Time (UTC)", ordering="at")
    def time(self, review):
        """To the second."""
        return f"{review.at:%Y-%m-%d %H:%M:%S}"

    @display(description="Reviewed")
    def reviewed(self, review):
        """How many changes, from which to which, and the way to the filter."""
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}?{}">'
            "{} changes, #{} to #{}</a><br>{}",
            reverse("admin:audit_log"),
            review.query,
            review.count,
            review.first_id,
            review.last_id,
            in_words(review.query),
        )
