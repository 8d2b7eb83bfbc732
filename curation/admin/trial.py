"""The trials' desk: the list, and the way to each section of a trial."""

from functools import partial

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from import_export.admin import ExportActionMixin
from unfold.decorators import display

from curation import audit
from curation.admin.lists import LongListAdmin
from curation.admin.review_addresses import review_addresses
from curation.admin.trial_actions import ACTIONS
from curation.admin.trial_list import SHOWN, TrialList, in_words, label
from curation.models import KeptFilter
from curation.pages.bulk import may_change
from curation.pages.change_set import change_set, revert_all
from curation.pages.compare import compare
from curation.pages.conflict import resolve
from curation.pages.export import TRIALS, export_page, may_export
from curation.pages.facets import trial_facet
from curation.pages.field_history import field_history
from curation.pages.history import history
from curation.pages.revert import revert
from curation.pages.section import goto, section
from curation.pages.story import story
from trials import search
from trials.models import SourceDocument, Trial
from trials.record.sections import SECTIONS


@admin.register(Trial)
class TrialAdmin(ExportActionMixin, LongListAdmin):
    """Find a trial and open it. Trials come from imports and are never deleted.

    The export's button, action and address are django-import-export's.
    """

    # What tells a curator what to open next stands where narrow windows show it too.
    list_display = (
        "nct_number",
        "title",
        "review_state",
        "assignee",
        "errors",
        "warnings",
        "attention",
        "status",
        "phase",
        "kind",
        "start",
        "layout",
        "last_change",
    )
    list_display_links = ("nct_number", "title")
    list_before_template = "curation/trial_facets.html"
    ordering = ("-pk",)
    search_fields = ("nct_id",)  # Shows the box; get_search_results does the work.
    kept_filters_page = KeptFilter.Page.TRIALS
    search_help_text = 'NCT number, words, "a phrase", begin*, -without'
    actions = ACTIONS
    # A trial's own page forgets them at once, and they took a tenth of the list's time.
    preserve_filters = False

    class Media:
        css = {"all": ["curation/list.css", "curation/facets.css"]}

    def has_add_permission(self, request):
        """Trials come from saved pages."""
        return False

    def has_delete_permission(self, request, obj=None):
        """Trials are withdrawn, not removed."""
        return False

    def get_changelist(self, request, **kwargs):
        """The list as it is quicker to draw."""
        return TrialList

    def has_export_permission(self, request):
        """Whether the list has its button and action."""
        return may_export(request.user)

    def export_action(self, request):
        """The export page, with the filters of the list that leads there."""
        return export_page(request, site=self.admin_site)

    def export_admin_action(self, request, queryset):
        """The export page for the trials that were ticked, or all of the filter."""
        query = request.GET.copy()
        if request.POST.get("select_across") != "1":
            query.setlist(TRIALS, queryset.values_list("nct_id", flat=True))
        address = reverse("admin:trials_trial_export")
        return HttpResponseRedirect(f"{address}?{query.urlencode()}")

    def has_bulk_change_permission(self, request):
        """Who may change many records at once."""
        return may_change(request)

    def has_review_permission(self, request):
        """Who may submit; what else a step needs is asked where it is chosen."""
        return request.user.has_perm("curation.submit_review")

    def get_queryset(self, request):
        """What the list shows of each trial, in a fixed number of queries."""
        pages = SourceDocument.objects.only(
            "trial_id", "status", "layout", "unplaced_count", "warning_count"
        )
        return (
            super()
            .get_queryset(request)
            .filter(review__isnull=False)  # All have one; a join from it is faster.
            .select_related("review__assignee", "changed_by")
            .only(*SHOWN)
            .prefetch_related(Prefetch("sources", pages, to_attr="pages"))
        )

    def get_search_results(self, request, queryset, search_term):
        """Trials that the search finds, none of them twice: by the column that was
        asked for, or the best first."""
        best_first = ORDER_VAR not in request.GET
        return search.listed(queryset, search_term, best_first=best_first), False

    def get_urls(self):
        """The sections' own addresses, before the admin's."""
        wrap = self.admin_site.admin_view
        site = self.admin_site
        return [
            path(
                "<int:trial_id>/section/<slug:slug>/",
                wrap(partial(section, site=site)),
                name="trials_trial_section",
            ),
            path(
                "<int:trial_id>/resolve/",
                wrap(partial(resolve, site=site)),
                name="trials_trial_resolve",
            ),
            path(
                "facet/<str:facet_name>/",
                wrap(partial(trial_facet, site=site)),
                name="trials_trial_facet",
            ),
            path("<int:trial_id>/goto/", wrap(goto), name="trials_trial_goto"),
            path(
                "<int:trial_id>/history/",
                wrap(partial(history, site=site)),
                name="trials_trial_history",
            ),
            *(
                path(
                    f"<int:trial_id>/story.{name}",
                    wrap(partial(story, name=name)),
                    name=f"trials_trial_story_{name}",
                )
                for name in audit.FORMATS
            ),
            path(
                "<int:trial_id>/fieldhistory/",
                wrap(field_history),
                name="trials_trial_fieldhistory",
            ),
            path(
                "<int:trial_id>/compare/",
                wrap(partial(compare, site=site)),
                name="trials_trial_compare",
            ),
            path(
                "<int:trial_id>/revert/",
                wrap(partial(revert, site=site)),
                name="trials_trial_revert",
            ),
            path(
                "change-set/<int:number>/",
                wrap(partial(change_set, site=site)),
                name="trials_trial_change_set",
            ),
            path(
                "change-set/<int:number>/revert/",
                wrap(partial(revert_all, site=site)),
                name="trials_trial_revert_all",
            ),
            *review_addresses(wrap),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """A trial opens at its first section."""
        # Asked here too, or the answer would tell a stranger which trials there are.
        if not self.has_view_permission(request):
            raise PermissionDenied
        trial = get_object_or_404(Trial.objects.only("pk"), pk=object_id)
        first = reverse("admin:trials_trial_section", args=[trial.pk, SECTIONS[0].slug])
        return HttpResponseRedirect(first)

    @display(description="NCT number", ordering="nct_id")
    def nct_number(self, trial):
        """The trial's number."""
        return trial.nct_id

    @display(description="Title", ordering="brief_title__head")
    def title(self, trial):
        """The brief title, or the official one where there is none."""
        text = trial.brief_title or trial.official_title or "(no title)"
        return format_html('<span class="trial-list-title">{}</span>', text)

    @display(description="Status", ordering="overall_status__head")
    def status(self, trial):
        """Overall recruitment status, in words."""
        return in_words("overall_status", trial.overall_status)

    @display(description="Phase", ordering="phases__head")
    def phase(self, trial):
        """The phases, in words."""
        return ", ".join(in_words("phases", code) for code in trial.phases)

    @display(description="Study type", ordering="study_type__head")
    def kind(self, trial):
        """Study type, in words."""
        return in_words("study_type", trial.study_type)

    @display(description="Start", ordering="start_date__head")
    def start(self, trial):
        """When the study starts or started, as precisely as it is known."""
        return trial.start_date

    @display(description="Layout")
    def layout(self, trial):
        """The layout of the current page."""
        return ", ".join(
            page.layout
            for page in trial.pages
            if page.status == SourceDocument.Status.CURRENT
        )

    @display(description="Review", ordering="review__state")
    def review_state(self, trial):
        """How far the review has come."""
        return label(trial.review.get_state_display())

    @display(description="Assignee", ordering="review__assignee")
    def assignee(self, trial):
        """Who answers for the record. Ordered by account: theirs stand together."""
        return trial.review.assignee or ""

    @display(description="Errors", ordering="-review__open_errors")
    def errors(self, trial):
        """Open findings that keep the record from being right."""
        return trial.review.open_errors or ""

    @display(description="Warnings", ordering="-review__open_warnings")
    def warnings(self, trial):
        """Open findings that a person must look at."""
        return trial.review.open_warnings or ""

    @display(description="To look at")
    def attention(self, trial):
        """What makes the trial worth opening next."""
        reasons = ["withdrawn"] if trial.withdrawn else []
        for page in trial.pages:
            if page.status == SourceDocument.Status.PENDING:
                reasons.append("another page pending")
                continue
            if page.unplaced_count:
                reasons.append(f"{page.unplaced_count} lines not placed")
            if page.warning_count:
                reasons.append(f"{page.warning_count} doubtful values")
        return ", ".join(reasons)

    @display(description="Last change", ordering="changed_at")
    def last_change(self, trial):
        """When the trial changed last, by whom, and to which version."""
        who = trial.changed_by.get_username() if trial.changed_by else "import"
        return f"{trial.changed_at:%Y\u2011%m\u2011%d} {who} (v{trial.version})"
