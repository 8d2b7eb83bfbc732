"""Django's own admin form of a trial with all its parts, to compare the desk's with.

URLs for the time of a benchmark: those of the desk, and the form.
"""

from pathlib import Path

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.backends.django import DjangoTemplates
from django.urls import path

from curation.urls import urlpatterns as desk
from trials import tables
from trials.models import Trial

# The desk's theme replaces the admin's templates: these are the admin's own.
TEMPLATES = DjangoTemplates(
    {
        "NAME": "stock",
        "DIRS": [Path(admin.__file__).parent / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
)


def _inline(collection: str) -> type[admin.TabularInline]:
    model = tables.MODELS[collection]
    body = {"model": model, "extra": 0}
    if collection == "contacts":
        # A list of the locations of all trials would make the form slower yet.
        body["raw_id_fields"] = ["location"]
    return type(f"{model.__name__}Inline", (admin.TabularInline,), body)


class TrialAdmin(admin.ModelAdmin):
    """A trial as the admin shows it by itself."""

    inlines = [_inline(collection) for collection in tables.MODELS]


TRIAL_ADMIN = TrialAdmin(Trial, admin.AdminSite())


def change_form(request: HttpRequest, trial_id: int) -> HttpResponse:
    """The form, drawn by the admin's templates."""
    response = TRIAL_ADMIN.change_view(request, str(trial_id))
    template = TEMPLATES.get_template("admin/change_form.html")
    return HttpResponse(template.render(response.context_data, request))


urlpatterns = [
    path("stock/<int:trial_id>/", change_form, name="stock_trial"),
    *desk,
]
