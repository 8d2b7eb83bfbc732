"""Keeps what a list shows under a name."""

from django import forms
from django.contrib import messages
from django.contrib.admin.sites import AdminSite
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST

from curation.kept_filters import in_words, normalised
from curation.models import KeptFilter

TOO_LONG = "These filters are too long to be kept."


class KeepForm(forms.ModelForm):
    """The list with its filters, which the menu knows, and the name to be given."""

    class Meta:
        model = KeptFilter
        fields = ("page", "query", "name", "is_shared")
        error_messages = {"query": {"max_length": TOO_LONG}}
        widgets = dict.fromkeys(("page", "query"), forms.HiddenInput)

    def __init__(self, *args, user: AbstractBaseUser, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["page"].choices = [
            (page.value, page.label) for page in KeptFilter.pages_of(user)
        ]

    def clean_query(self) -> str:
        """As it is kept, whatever was sent."""
        return normalised(QueryDict(self.cleaned_data["query"]))

    def clean(self) -> dict:
        """A list as it always opens is nothing to keep."""
        cleaned = super().clean()
        if not self.errors and not cleaned["query"]:
            raise forms.ValidationError("The list is not filtered.")
        return cleaned

    @property
    def has_list(self) -> bool:
        """Whether there is a list to go back to, however wrong the name is."""
        return not self.errors.keys() & {"page", "query"}

    def keep(self, replaced: str) -> tuple[KeptFilter, bool]:
        """The filter of that name, and whether it is what was asked for.

        One's own of that name is replaced only where `replaced` is its number. The form
        is valid. Who keeps another under the same new name at the same moment is told.
        """
        values = {n: self.cleaned_data[n] for n in ("query", "is_shared")}
        kept, is_new = KeptFilter.objects.get_or_create(
            owner=self.user,
            page=self.cleaned_data["page"],
            name=self.cleaned_data["name"],
            defaults=values,
        )
        if is_new or all(getattr(kept, n) == value for n, value in values.items()):
            return kept, True
        if str(kept.pk) != replaced:
            return kept, False
        for name, value in values.items():
            setattr(kept, name, value)
        kept.save()
        return kept, True


@require_POST
def keep_filter(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Keep a list's filters and go back to it.

    Needs add_keptfilter, and the permission to view the list. Where the name is none,
    or one's own filter has it already, a page asks again.
    """
    user = request.user
    if not user.has_perm("curation.add_keptfilter") or not KeptFilter.pages_of(user):
        raise PermissionDenied
    form, taken = KeepForm(request.POST, user=user), None
    if form.is_valid():
        kept, is_done = form.keep(request.POST.get("replace", ""))
        if is_done:
            messages.success(request, f"The filter “{kept}” is kept.")
            return HttpResponseRedirect(kept.address)
        taken = kept
    context = {
        **site.each_context(request),
        "title": "Keep a filter",
        "form": form,
        "shows": in_words(form.instance) if form.has_list else "",
        "address": form.instance.address if form.has_list else "",
        "taken": taken,
        "taken_shows": in_words(taken) if taken else "",
    }
    return TemplateResponse(request, "curation/keep_filter.html", context)
