"""What the desks of kept things have in common."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpResponseRedirect
from unfold.admin import ModelAdmin
from unfold.decorators import display


class KeptAdmin(ModelAdmin):
    """One's own and what others share: renamed, shared and deleted by their owners.

    The page where a thing is chosen makes it.
    """

    list_filter_sheet = False
    list_select_related = ("owner",)
    search_fields = ("name",)
    actions = None

    def has_add_permission(self, request):
        """Another page makes them."""
        return False

    def has_change_permission(self, request, obj=None):
        """One's own; a superuser's are all."""
        return super().has_change_permission(request, obj) and _is_own(request, obj)

    def has_delete_permission(self, request, obj=None):
        """One's own; a superuser's are all."""
        return super().has_delete_permission(request, obj) and _is_own(request, obj)

    def get_queryset(self, request):
        """Those that one may use."""
        kept = super().get_queryset(request)
        if request.user.is_superuser:
            return kept
        return kept.visible_to(request.user)

    def history_view(self, request, *args, **kwargs):
        """As usual, but a stranger is refused before anything is looked for."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, *args, **kwargs)

    def changeform_view(self, request, *args, **kwargs):
        """As usual; a name that another window took after the form had looked is told,
        and nothing is saved."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            told = "Something else has just been given that name. Nothing was saved."
            messages.error(request, told)
            return HttpResponseRedirect(request.get_full_path())

    @display(description="Owner")
    def whose(self, kept):
        """The name alone: not everyone may open the account."""
        return kept.owner.get_username()


def _is_own(request, kept) -> bool:
    return kept is None or kept.owner_id == request.user.pk or request.user.is_superuser
