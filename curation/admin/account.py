"""The accounts' desk: users, roles, and the log of what happened to them.

Nothing here is deleted: an account is deactivated, a role is emptied. Who keeps the
accounts gives and takes roles, but not their own; what a role may, and who is above all
roles, a superuser decides.
"""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from curation import accounts_log
from curation.accounts_log import Kind

User = get_user_model()

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):
    """People's accounts. What changes of one goes into the accounts' log."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm

    def get_readonly_fields(self, request, obj=None):
        """What would raise somebody's rights past the roles, or one's own at all."""
        fields = super().get_readonly_fields(request, obj)
        if request.user.is_superuser:
            return fields
        fields = (*fields, "is_superuser", "user_permissions")
        return (*fields, "is_staff", "groups") if obj == request.user else fields

    def has_change_permission(self, request, obj=None):
        """Only a superuser changes a superuser's account, its password included."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        """Accounts are deactivated, so that the history keeps its names."""
        return False

    def save_model(self, request, obj, form, change):
        """Save the account itself, and record what became of it."""
        before = User.objects.get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        for kind, old, new in _differences(before, obj):
            accounts_log.record(
                kind, account=obj, actor=request.user, old=old, new=new, request=request
            )

    def save_related(self, request, form, formsets, change):
        """Save roles and permissions, and record which came and went."""
        account = form.instance
        before = accounts_log.roles(account), accounts_log.permissions(account)
        super().save_related(request, form, formsets, change)
        after = accounts_log.roles(account), accounts_log.permissions(account)
        for kind, old, new in zip(
            (Kind.ROLES, Kind.PERMISSIONS), before, after, strict=True
        ):
            if old != new:
                accounts_log.record(
                    kind,
                    account=account,
                    actor=request.user,
                    old=old,
                    new=new,
                    request=request,
                )

    @transaction.atomic
    def user_change_password(self, request, id, form_url=""):
        """Set someone's password, and record that it was done, not the password."""
        before = self.get_object(request, unquote(id))
        response = super().user_change_password(request, id, form_url)
        after = self.get_object(request, unquote(id))
        if before and after.password != before.password:
            accounts_log.record(
                Kind.PASSWORD, account=after, actor=request.user, request=request
            )
        return response


def _differences(before, after):
    """(kind, old, new) for each thing that changed of an account; None: it is new."""
    if before is None:
        yield Kind.CREATED, "", after.get_username()
        return
    if before.get_username() != after.get_username():
        yield Kind.RENAMED, before.get_username(), after.get_username()
    if before.is_active != after.is_active:
        yield Kind.ACTIVATED if after.is_active else Kind.DEACTIVATED, "", ""
    for kind, flag in ((Kind.STAFF, "is_staff"), (Kind.SUPERUSER, "is_superuser")):
        old, new = getattr(before, flag), getattr(after, flag)
        if old != new:
            yield kind, _yes_no(old), _yes_no(new)


def _yes_no(flag: bool) -> str:
    return "yes" if flag else "no"


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """Roles: what their members may do."""

    def has_delete_permission(self, request, obj=None):
        """A role is emptied: deleting one would take it from people unrecorded."""
        return False

    def save_model(self, request, obj, form, change):
        """Save the role's name, and record it."""
        before = Group.objects.get(pk=obj.pk).name if change else ""
        super().save_model(request, obj, form, change)
        if before != obj.name:
            accounts_log.record(
                Kind.ROLE_RENAMED if change else Kind.ROLE_CREATED,
                name=obj.name,
                actor=request.user,
                old=before,
                new=obj.name,
                request=request,
            )

    def save_related(self, request, form, formsets, change):
        """Save the role's permissions, and record which came and went."""
        before = accounts_log.permissions(form.instance)
        super().save_related(request, form, formsets, change)
        after = accounts_log.permissions(form.instance)
        if before != after:
            accounts_log.record(
                Kind.ROLE_PERMISSIONS,
                name=form.instance.name,
                actor=request.user,
                old=before,
                new=after,
                request=request,
            )
