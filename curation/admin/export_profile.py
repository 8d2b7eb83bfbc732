"""The desk of the export profiles: renamed, shared and deleted by their owners."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.decorators import display

from curation.models import ExportProfile
from trials.formats.columns import in_words


@admin.register(ExportProfile)
class ExportProfileAdmin(ModelAdmin):
    """One's own profiles and those that others share. The export page makes them."""

    list_display = ("name", "format", "choice", "owner", "is_shared", "use")
    list_filter_sheet = False
    list_select_related = ("owner",)
    fields = ("name", "is_shared", "whose", "format", "choice", "bom", "lines")
    readonly_fields = ("whose", "format", "choice", "bom", "lines")
    search_fields = ("name",)
    actions = None

    def has_add_permission(self, request):
        """The export page makes them, where the columns are."""
        return False

    def has_change_permission(self, request, obj=None):
        """One's own; a superuser's are all."""
        return super().has_change_permission(request, obj) and _is_own(request, obj)

    def has_delete_permission(self, request, obj=None):
        """One's own; a superuser's are all."""
        return super().has_delete_permission(request, obj) and _is_own(request, obj)

    def get_queryset(self, request):
        """Those that one may use."""
        profiles = super().get_queryset(request)
        if request.user.is_superuser:
            return profiles
        return profiles.visible_to(request.user)

    @display(description="Owner")
    def whose(self, profile):
        """The name alone: not everyone may open the account."""
        return profile.owner.get_username()

    @display(description="Columns")
    def choice(self, profile):
        """Tables and columns."""
        return in_words(profile.columns) or "all"

    @display(description="Export")
    def use(self, profile):
        """The way to the export page with it."""
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}?profile={}">'
            "Export with it</a>",
            reverse("admin:trials_trial_export"),
            profile.pk,
        )


def _is_own(request, profile: ExportProfile | None) -> bool:
    return (
        profile is None
        or profile.owner_id == request.user.pk
        or request.user.is_superuser
    )
