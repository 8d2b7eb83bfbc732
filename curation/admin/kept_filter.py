"""The desk of the kept filters: renamed, shared and deleted by their owners."""

from functools import partial

from django import forms
from django.contrib import admin
from django.urls import path
from django.utils.html import format_html
from unfold.decorators import display

from curation.admin.kept import KeptAdmin
from curation.kept_filters import in_words
from curation.models import KeptFilter
from curation.pages.keep_filter import keep_filter


class RenameForm(forms.ModelForm):
    """Name and sharing; the rest of a filter stays."""

    def clean_name(self):
        """Nothing else of that name, of the same owner and list."""
        name = self.cleaned_data["name"]
        own = KeptFilter.objects.filter(
            owner=self.instance.owner, page=self.instance.page
        )
        if own.filter(name=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Another filter of this list has that name.")
        return name


@admin.register(KeptFilter)
class KeptFilterAdmin(KeptAdmin):
    """One's own filters and those that others share. The lists make them."""

    list_display = ("name", "page", "shows", "owner", "is_shared", "use")
    form = RenameForm
    fields = ("name", "is_shared", "whose", "page", "shows", "use")
    readonly_fields = ("whose", "page", "shows", "use")

    def get_urls(self):
        """The address that the menus of the lists post to, before the admin's."""
        keep = partial(keep_filter, site=self.admin_site)
        return [
            path(
                "keep/",
                self.admin_site.admin_view(keep),
                name="curation_keptfilter_keep",
            ),
            *super().get_urls(),
        ]

    @display(description="Shows")
    def shows(self, kept):
        """The filters, in words."""
        return in_words(kept)

    @display(description="Open")
    def use(self, kept):
        """The way to the list."""
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}">'
            "Open the list</a>",
            kept.address,
        )
