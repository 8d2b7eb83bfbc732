"""How the admin looks: its name and its menu, as data for Unfold."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, reverse_lazy


def may_view_trials(request: HttpRequest) -> bool:
    return request.user.has_perm("trials.view_trial")


def may_view_queue(request: HttpRequest) -> bool:
    return request.user.has_perms(["trials.view_trial", "curation.view_review"])


def may_view_findings(request: HttpRequest) -> bool:
    return request.user.has_perm("curation.view_finding")


def may_view_users(request: HttpRequest) -> bool:
    return request.user.has_perm("auth.view_user")


def may_view_groups(request: HttpRequest) -> bool:
    return request.user.has_perm("auth.view_group")


def may_view_account_events(request: HttpRequest) -> bool:
    return may_view_audit(request) or may_view_users(request)


def may_export(request: HttpRequest) -> bool:
    return may_view_trials(request) or request.user.has_perm("curation.export_approved")


def is_at_trials(request: HttpRequest) -> bool:
    """The list and what is below it, but for the export, which the menu has too."""
    here = str(reverse_lazy("admin:trials_trial_changelist"))
    export = str(reverse_lazy("admin:trials_trial_export"))
    return request.path.startswith(here) and not request.path.startswith(export)


def may_import_tables(request: HttpRequest) -> bool:
    return request.user.has_perms(["trials.change_trial", "trials.add_trial"])


def may_upload(request: HttpRequest) -> bool:
    return request.user.has_perm("trials.add_trial")


def may_view_jobs(request: HttpRequest) -> bool:
    return any(map(request.user.has_perm, JOB_PERMISSIONS))


def is_among_jobs(request: HttpRequest) -> bool:
    """The upload stands below the jobs, and in the menu by itself."""
    jobs, upload = reverse("admin:curation_jobs"), reverse("admin:curation_upload")
    return request.path.startswith(jobs) and request.path != upload


def may_view_audit(request: HttpRequest) -> bool:
    return request.user.has_perm("trials.view_audit")


JOB_PERMISSIONS = (
    "curation.export_approved",
    "trials.view_trial",
    "trials.add_trial",
    "trials.change_trial",
    "curation.manage_jobs",
)
"""Who has one of them may have started a job, or stops those of others."""

UNFOLD = {
    "SITE_TITLE": "Trial curation desk",
    "SITE_HEADER": "Trial curation desk",
    "SITE_SYMBOL": "clinical_notes",
    "DASHBOARD_CALLBACK": "curation.pages.dashboard.dashboard",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            # Found when a page asks: the names of static files change with their text.
            "href": lambda request: static("curation/favicon.svg"),
        }
    ],
    "SIDEBAR": {
        "navigation": [
            {
                "title": "Curation",
                "items": [
                    {
                        "title": "Queue",
                        "icon": "inbox",
                        "link": reverse_lazy("admin:curation_queue"),
                        "permission": may_view_queue,
                    },
                    {
                        "title": "Trials",
                        "icon": "lab_profile",
                        "link": reverse_lazy("admin:trials_trial_changelist"),
                        "active": is_at_trials,
                        "permission": may_view_trials,
                    },
                    {
                        "title": "Findings",
                        "icon": "rule",
                        "link": reverse_lazy("admin:curation_findings"),
                        "permission": may_view_findings,
                    },
                    {
                        "title": "Many at once",
                        "icon": "dynamic_feed",
                        "link": reverse_lazy("admin:curation_bulk"),
                        "permission": may_view_queue,
                    },
                    {
                        "title": "Edited tables",
                        "icon": "upload",
                        "link": reverse_lazy("admin:curation_csv_import"),
                        "permission": may_import_tables,
                    },
                    {
                        "title": "Export",
                        "icon": "download",
                        "link": reverse_lazy("admin:trials_trial_export"),
                        "permission": may_export,
                    },
                ],
            },
            {
                "title": "Long work",
                "items": [
                    {
                        "title": "Upload pages",
                        "icon": "upload",
                        "link": reverse_lazy("admin:curation_upload"),
                        "permission": may_upload,
                    },
                    {
                        "title": "Jobs",
                        "icon": "progress_activity",
                        "link": reverse_lazy("admin:curation_jobs"),
                        "permission": may_view_jobs,
                        "active": is_among_jobs,
                    },
                ],
            },
            {
                "title": "Audit",
                "items": [
                    {
                        "title": "Audit log",
                        "icon": "history",
                        "link": reverse_lazy("admin:audit_log"),
                        "permission": may_view_audit,
                    },
                    {
                        "title": "Review events",
                        "icon": "rate_review",
                        "link": reverse_lazy("admin:curation_reviewevent_changelist"),
                        "permission": may_view_audit,
                    },
                    {
                        "title": "Reviews of the log",
                        "icon": "fact_check",
                        "link": reverse_lazy("admin:curation_auditreview_changelist"),
                        "permission": may_view_audit,
                    },
                    {
                        "title": "Account events",
                        "icon": "badge",
                        "link": reverse_lazy("admin:curation_accountevent_changelist"),
                        "permission": may_view_account_events,
                    },
                ],
            },
            {
                "title": "Accounts",
                "items": [
                    {
                        "title": "Users",
                        "icon": "person",
                        "link": reverse_lazy("admin:auth_user_changelist"),
                        "permission": may_view_users,
                    },
                    {
                        "title": "Groups",
                        "icon": "group",
                        "link": reverse_lazy("admin:auth_group_changelist"),
                        "permission": may_view_groups,
                    },
                ],
            },
        ],
    },
}
