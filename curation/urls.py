"""The site's addresses."""

from functools import partial

from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

from curation.pages.password import own_password

handler400 = "curation.busy.bad_request"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    # The admin's own address and name, found first.
    path(
        "admin/password_change/",
        admin.site.admin_view(partial(own_password, site=admin.site)),
    ),
    path("admin/", admin.site.urls),
]
