"""The page where people change their own password: the admin's, with a log."""

from django.contrib.admin.sites import AdminSite
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from curation import accounts_log


@transaction.atomic
def own_password(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Change the password of who asks, and record that it was done."""
    before = request.user.password
    response = site.password_change(request)
    if request.user.password != before:
        accounts_log.record(
            accounts_log.Kind.PASSWORD,
            account=request.user,
            actor=request.user,
            request=request,
        )
    return response
