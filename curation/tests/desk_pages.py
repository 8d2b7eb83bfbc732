"""Every page of the desk, for the tests that must hold on all of them.

A new page is one line in `PAGES`. `{trial}` and the like are the numbers that
`desk_world` prints.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from django.urls import reverse
from playwright.sync_api import Page, expect

from trials.record.sections import SECTIONS


class DeskPage(NamedTuple):
    """A page: the name of its address, who opens it, and what is done there first."""

    view: str
    args: tuple[str, ...] = ()
    role: str = "curator"
    query: str = ""
    act: Callable[[Page], None] | None = None

    def __str__(self):
        parts = [self.view.removeprefix("admin:"), *self.args, self.query, self.role]
        if self.act:
            parts.append(self.act.__name__)
        return " ".join(filter(None, parts))

    def path(self, numbers: Mapping[str, object]) -> str:
        """The address, with the numbers of the world put in."""
        args = [arg.format_map(numbers) for arg in self.args]
        query = self.query.format_map(numbers)
        return reverse(self.view, args=args) + (f"?{query}" if query else "")


def save_without_a_reason(page: Page) -> None:
    """Come back from the server with an error."""
    page.locator("#section-form [name=acronym]").fill("ILIAD-8")
    page.locator("[name=_save]").click()
    expect(page.locator(".note.error, p.error").first).to_be_visible()


def open_small_history(page: Page) -> None:
    """The dialog with the history of one value."""
    page.locator("#section-form [name=acronym]").focus()
    page.keyboard.press("Alt+h")
    expect(page.locator("#past")).to_be_visible()


def see_counts(page: Page) -> None:
    """The values of the facets where something is chosen."""
    narrow = page.locator("#facets:not([open]) > summary")
    if narrow.is_visible():
        narrow.click()
    expect(page.locator("#facets .values .count").first).to_be_visible()


def tick_a_trial(page: Page) -> None:
    """The bar for what is to be done with the ticked trials."""
    page.locator("input.action-select").first.check()
    expect(page.get_by_text("1 of ")).to_be_visible()


def open_columns(page: Page) -> None:
    """The columns of a table, and the count that follows each tick."""
    tables = page.locator(".table_columns")
    tables.get_by_text("columns of trials").click()
    tables.get_by_label("acronym").check()
    expect(page.get_by_text("columns. ")).to_be_visible()


def open_kept_filters(page: Page) -> None:
    """The menu of the kept filters, with the form to keep another."""
    page.locator(".kept-filters > summary").click()
    page.get_by_text("Keep this filter…").click()
    expect(page.get_by_role("button", name="Keep")).to_be_visible()


def choose_an_action(page: Page) -> None:
    """The bar with what may be done with the ticked trials."""
    page.locator("input.action-select").first.check()
    page.locator("select[name=action]").select_option(label="Set a field")
    expect(page.get_by_role("button", name="Run")).to_be_visible()


def open_user_menu(page: Page) -> None:
    """The menu with the colour scheme and the way out."""
    narrow = page.locator("#open-sidebar")
    if narrow.is_visible():
        narrow.click()
    page.get_by_role("button", name="curator").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def fail_to_log_in(page: Page) -> None:
    """The login page with its error."""
    page.get_by_label("Username").fill("nobody")
    page.locator("[name=password]").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.locator(".errornote").first).to_be_visible()


PAGES = [
    DeskPage("admin:login", role=""),
    DeskPage("admin:login", role="", act=fail_to_log_in),
    DeskPage("admin:index"),
    DeskPage("admin:index", act=open_user_menu),
    DeskPage("admin:index", role="admin"),
    DeskPage("admin:app_list", ("auth",), role="administrator"),
    DeskPage("admin:password_change"),
    DeskPage("admin:password_change_done"),
    DeskPage("admin:trials_trial_changelist"),
    DeskPage("admin:trials_trial_changelist", act=tick_a_trial),
    DeskPage(
        "admin:trials_trial_changelist", query="q=sepsis&overall_status=COMPLETED"
    ),
    DeskPage("admin:trials_trial_changelist", role="auditor", query="q=nothing"),
    DeskPage(
        "admin:trials_trial_changelist",
        query="overall_status=COMPLETED&overall_status=TERMINATED&rule={rule}",
        act=see_counts,
    ),
    DeskPage(
        "admin:trials_trial_changelist",
        query="q=sepsis&overall_status=COMPLETED",
        act=open_kept_filters,
    ),
    DeskPage("admin:trials_trial_facet", ("assignee",)),
    DeskPage("admin:trials_trial_facet", ("study_type",), query="review=approved"),
    *(
        DeskPage("admin:trials_trial_section", ("{trial}", section.slug))
        for section in SECTIONS
    ),
    DeskPage("admin:trials_trial_section", ("{other}", "eligibility"), role="reviewer"),
    DeskPage("admin:trials_trial_section", ("{trial}", "design"), role="auditor"),
    DeskPage(
        "admin:trials_trial_section",
        ("{trial}", SECTIONS[0].slug),
        act=save_without_a_reason,
    ),
    DeskPage(
        "admin:trials_trial_section",
        ("{trial}", SECTIONS[0].slug),
        act=open_small_history,
    ),
    DeskPage("admin:trials_trial_history", ("{trial}",)),
    DeskPage("admin:trials_trial_history", ("{trial}",), role="auditor"),
    DeskPage("admin:trials_trial_fieldhistory", ("{trial}",), query="path=acronym"),
    DeskPage("admin:trials_trial_compare", ("{trial}",)),
    DeskPage("admin:trials_trial_compare", ("{other}",), role="reviewer"),
    DeskPage("admin:trials_trial_revert", ("{trial}",), query="to=1"),
    DeskPage("admin:trials_trial_change_set", ("{change_set}",)),
    DeskPage("admin:trials_trial_revert_all", ("{change_set}",), role="reviewer"),
    DeskPage("admin:curation_queue"),
    DeskPage("admin:curation_queue", query="tab=unassigned"),
    DeskPage("admin:curation_queue", role="reviewer", query="tab=work"),
    DeskPage("admin:curation_queue", role="auditor", query="q=nothing"),
    DeskPage("admin:curation_findings"),
    DeskPage("admin:curation_reader_errors"),
    DeskPage("admin:curation_finding_list"),
    DeskPage("admin:curation_finding_list", query="rule={rule}", act=see_counts),
    DeskPage("admin:curation_finding_list", query="rule={rule}&state=waived"),
    DeskPage("admin:curation_finding_list", query="q=arm", act=open_kept_filters),
    DeskPage("admin:curation_finding_list", role="auditor", query="q=nothing"),
    DeskPage("admin:curation_finding_facet", ("rule",)),
    DeskPage("admin:curation_finding_fix_all", query="severity=error"),
    DeskPage("admin:curation_finding_similar", ("{finding}",)),
    DeskPage("admin:curation_finding_preview", ("{finding}",)),
    DeskPage("admin:curation_upload", role="reviewer"),
    DeskPage("admin:curation_jobs"),
    DeskPage("admin:curation_jobs", role="administrator"),
    DeskPage("admin:curation_job", ("{job}",), role="reviewer"),
    DeskPage("admin:curation_bulk", role="reviewer"),
    DeskPage("admin:curation_bulk", role="auditor"),
    DeskPage("admin:curation_bulk_replace", role="reviewer"),
    DeskPage("admin:curation_bulk_set", role="reviewer", query="column=phases"),
    DeskPage("admin:curation_bulk_review", role="reviewer", query="of=ids%3D{trial}"),
    DeskPage("admin:curation_bulk_import", role="reviewer", query="of=ids%3D{trial}"),
    DeskPage("admin:curation_bulk_clusters", role="reviewer"),
    DeskPage(
        "admin:curation_bulk_clusters", role="reviewer", query="column=keywords.name"
    ),
    DeskPage(
        "admin:curation_bulk_value",
        role="reviewer",
        query="column=locations.country&value=France",
    ),
    DeskPage("admin:curation_bulk_operation", ("{prepared}",), role="reviewer"),
    DeskPage("admin:curation_bulk_operation", ("{applied}",), role="reviewer"),
    DeskPage("admin:curation_bulk_replay", ("{applied}",), role="reviewer"),
    DeskPage("admin:trials_trial_changelist", role="reviewer"),
    DeskPage("admin:trials_trial_changelist", role="reviewer", act=choose_an_action),
    DeskPage("admin:audit_log", role="auditor"),
    DeskPage("admin:audit_log", role="auditor", query="actor=nobody"),
    DeskPage("admin:curation_auditreview_changelist", role="auditor"),
    DeskPage("admin:curation_reviewevent_changelist", role="auditor"),
    DeskPage("admin:trials_trial_export", role="datauser"),
    DeskPage(
        "admin:trials_trial_export",
        role="reviewer",
        query="q=sepsis&profile={profile}",
        act=open_columns,
    ),
    DeskPage("admin:curation_exportprofile_changelist"),
    DeskPage("admin:curation_exportprofile_change", ("{profile}",)),
    DeskPage("admin:curation_exportprofile_delete", ("{profile}",)),
    DeskPage("admin:curation_exportprofile_history", ("{profile}",)),
    DeskPage("admin:curation_keptfilter_changelist"),
    DeskPage("admin:curation_keptfilter_change", ("{filter}",)),
    DeskPage("admin:curation_keptfilter_delete", ("{filter}",)),
    DeskPage("admin:curation_keptfilter_history", ("{filter}",)),
    DeskPage("admin:curation_csv_import", role="reviewer"),
    DeskPage("admin:curation_csv_preview", ("{upload}",), role="reviewer"),
    DeskPage("admin:curation_csv_preview", ("{clash}",), "reviewer", "show=conflicts"),
    DeskPage("admin:curation_csv_preview", ("{bad}",), role="reviewer"),
    DeskPage("admin:curation_accountevent_changelist", role="auditor"),
    DeskPage("admin:auth_user_changelist", role="administrator"),
    DeskPage("admin:auth_user_add", role="administrator"),
    DeskPage("admin:auth_user_change", ("{user}",), role="administrator"),
    DeskPage("admin:auth_user_history", ("{user}",), role="administrator"),
    DeskPage("admin:auth_user_password_change", ("{user}",), role="administrator"),
    DeskPage("admin:auth_group_changelist", role="admin"),
    DeskPage("admin:auth_group_add", role="admin"),
    DeskPage("admin:auth_group_change", ("{group}",), role="admin"),
    DeskPage("admin:auth_group_history", ("{group}",), role="admin"),
]

NO_PAGES = {
    "admin:audit_export_csv": "a file",
    "admin:audit_export_jsonl": "a file",
    "admin:auth_group_delete": "nobody may",
    "admin:auth_user_delete": "nobody may",
    "admin:autocomplete": "JSON for a field that no form has",
    "admin:curation_bulk_export": "a file",
    "admin:curation_bulk_forget": "takes a form and leads on",
    "admin:curation_comment_add": "takes a form and leads on",
    "admin:curation_comment_answer": "takes a form and leads on",
    "admin:curation_comment_reopen": "takes a form and leads on",
    "admin:curation_comment_resolve": "takes a form and leads on",
    "admin:curation_exportprofile_add": "nobody may",
    "admin:curation_finding_fix": "takes a form and leads on",
    "admin:curation_finding_rule": "leads to the list of findings",
    "admin:curation_finding_waive": "takes a form and leads on",
    "admin:curation_job_cancel": "takes a form and leads on",
    "admin:curation_job_output": "a file",
    "admin:curation_job_recheck": "takes a form and leads on",
    "admin:curation_job_refused": "a file",
    "admin:curation_job_resume": "takes a form and leads on",
    "admin:curation_keptfilter_add": "nobody may",
    "admin:curation_keptfilter_keep": "takes a form; its page has a test of its own",
    "admin:curation_presence": "an answer to a script",
    "admin:curation_queue_assign": "takes a form and leads on",
    "admin:curation_queue_next": "takes a form and leads on",
    "admin:curation_review_release": "takes a form and leads on",
    "admin:curation_review_step": "takes a form and leads on",
    "admin:curation_review_tick": "takes a form and leads on",
    "admin:curation_reviewevent_export_csv": "a file",
    "admin:curation_reviewevent_export_jsonl": "a file",
    "admin:jsi18n": "a script",
    "admin:logout": "takes a form and leads to the login",
    "admin:search": "an answer to a box that no page has",
    "admin:trials_trial_add": "nobody may",
    "admin:trials_trial_change": "leads to the first section",
    "admin:trials_trial_delete": "nobody may",
    "admin:trials_trial_goto": "leads to a section",
    "admin:trials_trial_resolve": "takes a form; its page has a test of its own",
    "admin:trials_trial_story_csv": "a file",
    "admin:trials_trial_story_jsonl": "a file",
    "admin:view_on_site": "leads on",
}
"""Addresses where no page of ours opens -> why."""
