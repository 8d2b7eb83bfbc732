"""Why something is changed: the same question wherever the desk asks it."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from trials.models import ChangeSet


class ReasonForm(forms.Form):
    """Why something is changed. The last choice of the session is offered again."""

    reason = forms.ChoiceField(
        choices=ChangeSet.Reason, widget=forms.RadioSelect, required=False
    )
    note = forms.CharField(
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "Note", "aria-label": "Note"}),
    )

    def clean(self):
        """A change has a reason where the settings ask for one; "other" has a note."""
        super().clean()
        reason = self.cleaned_data.get("reason")
        if settings.REASON_REQUIRED and not reason and not self.errors:
            raise ValidationError("Please choose the reason for the change.")
        if reason == ChangeSet.Reason.OTHER and not self.cleaned_data.get("note"):
            raise ValidationError("Please write in the note what the other reason is.")


def reason_form(request: HttpRequest) -> ReasonForm:
    """The form as it was sent, or with the last choice of the session."""
    if request.method == "POST":
        return ReasonForm(request.POST)
    return ReasonForm(initial={"reason": request.session.get("reason", "")})


def remember(request: HttpRequest, form: ReasonForm) -> dict[str, Any]:
    """Keep a valid form's choice for the session; the `reason` and `note` of an act."""
    request.session["reason"] = form.cleaned_data["reason"]
    return form.cleaned_data
