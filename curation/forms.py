"""Forms of a section: the trial's own fields, and its parts row by row."""

from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, inlineformset_factory, modelform_factory

from curation.sections import Section
from trials import tables
from trials.models import Arm, Contact, Part, Trial
from trials.record.fields import fields_of
from trials.record.shape import COLLECTIONS

ROWS = 25
"""Parts on a page of a long list."""

MOST_ROWS = 100
"""Parts that one form takes: with it a form stays under Django's 1,000 fields."""


class RecordForm(forms.ModelForm):
    """A form on a row whose fields are values of the record."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if hasattr(field, "keep"):
                field.keep(getattr(self.instance, name))

    def name_paths(self, prefix: str = "") -> None:
        """Tell each widget its path in the record, for the page to find its lines."""
        for name, field in self.fields.items():
            field.widget.attrs["data-path"] = f"{prefix}{name}"

    def disable(self) -> None:
        """Show the values and accept none."""
        for field in self.fields.values():
            field.disabled = True


class TrialForm(RecordForm):
    """The trial's own fields of one section, and the version that it was opened on."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.name_paths()
        self.initial["version"] = self.instance.version


class PartForm(RecordForm):
    """One part. `position` is its place in the whole list, from 1.

    `others` are the trial's parts that this one can point to, by key.
    """

    position = forms.IntegerField(
        label="Place",
        min_value=1,
        required=False,
        widget=forms.NumberInput(attrs={"min": 1}),
    )
    # A new row starts with these; alone they make no part.
    preset = frozenset({"position", "type", "level", "id", "trial", "DELETE"})

    def __init__(self, *args, others: dict[str, Part], **kwargs):
        super().__init__(*args, **kwargs)
        self.others = others
        if self.instance.key:
            collection = self.instance._meta.default_related_name
            self.name_paths(f"{collection}[{self.instance.key}].")

    def has_changed(self) -> bool:
        """A new row counts once something is written in it."""
        changed = set(self.changed_data)
        return bool(changed if self.instance.pk else changed - self.preset)

    def clean(self):
        """A part says something: one that is empty is to be deleted instead."""
        super().clean()
        said = [v for k, v in self.cleaned_data.items() if k not in self.preset]
        if not self.errors and not any(said):
            raise ValidationError("This row is empty: fill it in or delete it.")


class ArmForm(PartForm):
    """An arm; its interventions are named by their keys: `i1 i3`."""

    interventions = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"data-choose": "interventions"})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            links = self.instance.links.all()
            self.initial["interventions"] = " ".join(x.intervention.key for x in links)

    def clean_interventions(self) -> list[Part]:
        """The interventions of the keys, each once. Raises ValidationError."""
        keys = dict.fromkeys(self.cleaned_data["interventions"].split())
        unknown = [key for key in keys if key not in self.others]
        if unknown:
            raise ValidationError(f"There is no intervention {', '.join(unknown)}.")
        return [self.others[key] for key in keys]

    def _save_m2m(self):
        self.instance.set_interventions(self.cleaned_data["interventions"])


class ContactForm(PartForm):
    """A contact; its location is named by its key, empty for a central contact."""

    location = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"data-choose": "locations"})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        location = self.instance.location
        self.initial["location"] = location.key if location else ""

    def clean_location(self) -> Part | None:
        """The location of the key. Raises ValidationError."""
        key = self.cleaned_data["location"].strip()
        if key and key not in self.others:
            raise ValidationError(f"There is no location {key}.")
        return self.others.get(key)


_FORMS: dict[type[Part], type[PartForm]] = {Arm: ArmForm, Contact: ContactForm}

POINTS_TO = {"arms": "interventions", "contacts": "locations"}
"""Collection -> the collection whose parts its own name by key."""


class PartFormSet(BaseInlineFormSet):
    """One page of one of the trial's collections."""

    collection: str
    page: Page

    def add_fields(self, form, index):
        """Name every control for those who cannot see its column."""
        super().add_fields(form, index)
        for name, field in form.fields.items():
            field.widget.attrs.setdefault("aria-label", field.label or name)


@cache
def _trial_form(section: Section) -> type[TrialForm]:
    return modelform_factory(Trial, form=TrialForm, fields=section.fields)


@cache
def _part_formset(collection: str) -> type[PartFormSet]:
    model = tables.MODELS[collection]
    # A list of keys is no column: its form saves it.
    columns = [f.name for f in fields_of(COLLECTIONS[collection]) if f.kind != "keys"]
    formset = inlineformset_factory(
        Trial,
        model,
        form=_FORMS.get(model, PartForm),
        formset=PartFormSet,
        fields=[*columns, "position"],
        extra=0,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,
        validate_max=True,
    )
    formset.collection = collection
    return formset


class SectionForms:
    """All forms of one section of a trial, bound to `data` or not.

    `pages` are the wanted pages of long lists: `criteria-page` -> number, as text.
    """

    def __init__(
        self, section: Section, trial: Trial, pages: dict[str, str], data: Any = None
    ):
        self.trial = trial
        self.trial_form = _trial_form(section)(data, instance=trial)
        self.formsets = [
            self._formset(name, pages.get(f"{name}-page", "1"), data)
            for name in section.collections
        ]

    def _formset(self, collection: str, number: str, data: Any) -> PartFormSet:
        model = tables.MODELS[collection]
        rows = model.objects.filter(trial=self.trial).order_by("position", "id")
        page = Paginator(rows.values_list("pk", flat=True), ROWS).get_page(number)
        formset = _part_formset(collection)(
            data,
            instance=self.trial,
            prefix=collection,
            queryset=self._rows(model, list(page)),
            form_kwargs={"others": self._others(collection)},
        )
        formset.page = page
        return formset

    def _rows(self, model: type[Part], ids: list[int]) -> QuerySet[Part]:
        rows = model.objects.filter(pk__in=ids).order_by("position", "id")
        if model is Arm:
            return rows.prefetch_related("links__intervention")
        return rows.select_related("location") if model is Contact else rows

    def _others(self, collection: str) -> dict[str, Part]:
        if collection not in POINTS_TO:
            return {}
        rows = tables.MODELS[POINTS_TO[collection]].objects.filter(trial=self.trial)
        return {row.key: row for row in rows}

    def disable(self) -> None:
        """Show everything and accept nothing."""
        for form in (self.trial_form, *(f for s in self.formsets for f in s.forms)):
            form.disable()

    def is_valid(self) -> bool:
        """Whether all forms are; each is asked, so that all errors show at once."""
        return all([form.is_valid() for form in (self.trial_form, *self.formsets)])

    @property
    def has_errors(self) -> bool:
        """Whether a form was sent that could not be saved."""
        counts = (formset.total_error_count() for formset in self.formsets)
        return bool(self.trial_form.errors) or any(counts)

    @property
    def version(self) -> int:
        """The version that the form was opened on."""
        return self.trial_form.cleaned_data["version"]

    def save(self) -> None:
        """Write the rows. Runs inside the door's transaction."""
        for formset in self.formsets:
            if formset.has_changed():
                self._save_parts(formset)
        self.trial_form.save()

    def _save_parts(self, formset: PartFormSet) -> None:
        formset.save(commit=False)
        for part in formset.deleted_objects:
            part.delete()
        places: dict[int, int | None] = {}
        for form in formset.forms:
            if form in formset.deleted_forms or not form.has_changed():
                continue
            part, place = form.instance, form.cleaned_data["position"]
            is_new = not part.key
            if is_new:
                part.key = self.trial.new_key(COLLECTIONS[formset.collection].prefix)
            part.position = place or 0
            form.save()
            if is_new or "position" in form.changed_data:
                places[part.pk] = place
        tables.arrange(self.trial, formset.collection, places)
