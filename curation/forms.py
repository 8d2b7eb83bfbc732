"""Forms of a section: a record in, a record out.

A form starts from the record at one version and gives the record as the curator wants
it; what becomes of that is the door's business. Fields, labels and widgets are those of
the models.
"""

import json
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.forms import BaseFormSet, formset_factory
from django.forms.models import fields_for_model
from msgspec import Struct
from msgspec.structs import replace

from curation.plain_renderer import PlainRenderer
from trials import tables
from trials.models import Trial
from trials.record.diff import placed
from trials.record.fields import Field, fields_of
from trials.record.links import without_dangling
from trials.record.sections import Section
from trials.record.shape import COLLECTIONS, Part, TrialRecord

ROWS = 25
"""Parts on a page of a long list."""

MOST_ROWS = 100
"""Parts that one form takes: with it a form stays under Django's 1,000 fields."""

POINTS_TO = {"arms": "interventions", "contacts": "locations"}
"""Collection -> the collection whose parts its own name by key."""

_JOINED_BY = {"list": "\n", "keys": " "}


def _shown(field: Field, value: Any) -> Any:
    """A value of the record as its form field starts with it."""
    if field.kind in _JOINED_BY and not field.vocabulary:
        return _JOINED_BY[field.kind].join(value)
    return list(value) if field.kind == "list" else value


def _meant(field: Field, value: Any) -> Any:
    """What a form field gave, as a value of the record."""
    if field.kind in _JOINED_BY:
        if isinstance(value, str):
            value = value.split() if field.kind == "keys" else value.splitlines()
        return tuple(dict.fromkeys(item.strip() for item in value if item.strip()))
    if field.kind == "text":
        # Browsers send a text area's line breaks as CR LF.
        return value.replace("\r\n", "\n").replace("\r", "\n")
    return value or None if field.kind == "key" else value


class RecordForm(forms.Form):
    """A form whose fields are values of a record or of a part."""

    default_renderer = PlainRenderer()
    shape: type[Struct]
    starts_from: Struct | None = None

    def start_from(self, values: Struct | None, prefix: str | None = "") -> None:
        """Show `values`, and tell each widget its path, which begins with `prefix`.

        The page finds the lines of a value by its path; a new row has none (None).
        """
        self.starts_from = values
        for field in self.record_fields():
            form_field = self.fields[field.name]
            if values is not None:
                value = getattr(values, field.name)
                self.initial[field.name] = _shown(field, value)
                if hasattr(form_field, "keep"):
                    form_field.keep(value)
            if prefix is not None:
                form_field.path = f"{prefix}{field.name}"
                form_field.widget.attrs["data-path"] = form_field.path

    def record_fields(self) -> Iterable[Field]:
        """The record's fields that this form edits."""
        return (field for field in fields_of(self.shape) if field.name in self.fields)

    def values(self) -> dict[str, Any]:
        """The cleaned values as the record wants them."""
        return {
            field.name: self._value(field, _meant(field, self.cleaned_data[field.name]))
            for field in self.record_fields()
        }

    def _value(self, field: Field, meant: Any) -> Any:
        """What the form means, or what stands there where only the spaces around a text
        differ: form fields drop those, and nobody asked for that."""
        stands = getattr(self.starts_from, field.name, None)
        if isinstance(stands, str) and meant == stands.strip():
            return stands
        return meant

    def disable(self) -> None:
        """Show the values and accept none."""
        for field in self.fields.values():
            field.disabled = True


class TrialForm(RecordForm):
    """The trial's own fields of one section, and the version that it was opened on."""

    shape = TrialRecord
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class PartForm(RecordForm):
    """One part. `position` is its place in the whole list, from 1."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    position = forms.IntegerField(
        label="Place",
        min_value=1,
        required=False,
        widget=forms.NumberInput(attrs={"min": 1}),
    )
    # A new row starts with these; alone they make no part.
    preset = frozenset({"key", "position", "type", "level", "DELETE"})
    collection: str

    def __init__(
        self, *args, parts: dict[str, Part], others: dict[str, Part], **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.others = others
        self.part = parts.get(self["key"].value() or "")
        self.start_from(self.part, f"{self.path}." if self.part else None)
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = field.label or name

    @property
    def path(self) -> str:
        """The path of the part; "" for a new row."""
        return f"{self.collection}[{self.part.key}]" if self.part else ""

    def has_changed(self) -> bool:
        """A new row counts once something is written in it."""
        changed = set(self.changed_data)
        return bool(changed if self.part else changed - self.preset)

    def clean(self):
        """A part says something, and points only at parts that are there."""
        super().clean()
        if self.cleaned_data.get("key") and not self.part:
            raise ValidationError("This row is not in the record any more.")
        if self.errors:
            return
        values = self.values()
        for field in self.record_fields():
            keys = values[field.name] if field.kind in ("key", "keys") else None
            missing = [k for k in _as_keys(keys) if k not in self.others]
            if missing:
                self.add_error(field.name, f"There is no {', '.join(missing)}.")
        if not any(v for name, v in values.items() if name not in self.preset):
            raise ValidationError("This row is empty: fill it in or delete it.")


def _as_keys(value: tuple[str, ...] | str | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value or ()


class PartFormSet(BaseFormSet):
    """One page of one of the trial's collections."""

    collection: str
    page: Page
    before: tuple[Part, ...]

    @property
    def model(self):
        """The model of the parts, for its names."""
        return tables.MODELS[self.collection]

    @property
    def last_numbers(self) -> str:
        """JSON: list -> group and number of its last numbered criterion on the pages
        before this one, from where the page goes on numbering; "" where there is none.
        """
        last = {
            part.type: [part.group, int(part.label)]
            for part in self.before
            if getattr(part, "label", "").isdecimal() and part.level == 0
        }
        return json.dumps(last) if last else ""


@cache
def _trial_form(section: Section) -> type[TrialForm]:
    return type("SectionForm", (TrialForm,), fields_for_model(Trial, section.fields))


@cache
def _part_formset(collection: str) -> type[PartFormSet]:
    shape = COLLECTIONS[collection]
    model = tables.MODELS[collection]
    names = [field.name for field in fields_of(shape)]
    pointers = {
        field.name: forms.CharField(
            required=False,
            widget=forms.TextInput(attrs={"data-choose": POINTS_TO[collection]}),
        )
        for field in fields_of(shape)
        if field.kind in ("key", "keys")
    }
    fields = fields_for_model(model, names) | pointers
    body = {name: fields[name] for name in names}
    form = type(
        f"{model.__name__}Form",
        (PartForm,),
        body | {"shape": shape, "collection": collection},
    )
    formset = formset_factory(
        form,
        formset=PartFormSet,
        extra=0,
        can_delete=True,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,
        validate_max=True,
        renderer=RecordForm.default_renderer,
    )
    formset.collection = collection
    return formset


class SectionForms:
    """All forms of one section, on the record at one version, bound to `data` or not.

    `pages` are the wanted pages of long lists: `criteria-page` -> number, as text.
    """

    def __init__(
        self,
        section: Section,
        base: TrialRecord,
        version: int,
        pages: dict[str, str],
        data: Any = None,
    ):
        self.base = base
        self.trial_form = _trial_form(section)(data, initial={"version": version})
        self.trial_form.start_from(base)
        self.formsets = [
            self._formset(name, pages.get(f"{name}-page", "1"), data)
            for name in section.collections
        ]

    def _formset(self, collection: str, number: str, data: Any) -> PartFormSet:
        parts = getattr(self.base, collection)
        others = getattr(self.base, POINTS_TO.get(collection, ""), ())
        page = Paginator(parts, ROWS).get_page(number)
        formset = _part_formset(collection)(
            data,
            prefix=collection,
            initial=[
                {"key": part.key, "position": place}
                for place, part in enumerate(page, start=page.start_index())
            ],
            form_kwargs={
                "parts": {part.key: part for part in parts},
                "others": {part.key: part for part in others},
            },
        )
        formset.page = page
        formset.before = parts[: max(page.start_index() - 1, 0)]
        return formset

    def disable(self) -> None:
        """Show everything and accept nothing."""
        for form in (self.trial_form, *(f for s in self.formsets for f in s.forms)):
            form.disable()

    def is_valid(self) -> bool:
        """Whether all forms are; each is asked, so that all errors show at once."""
        answers = [form.is_valid() for form in (self.trial_form, *self.formsets)]
        return all(answers)

    @property
    def has_errors(self) -> bool:
        """Whether a form was sent that could not be saved."""
        counts = (formset.total_error_count() for formset in self.formsets)
        return bool(self.trial_form.errors) or any(counts)

    def record(self, new_key: Callable[[str], str]) -> TrialRecord:
        """The record as the valid forms want it; `new_key(prefix)` names new parts."""
        values = self.trial_form.values()
        for formset in self.formsets:
            values[formset.collection] = self._parts(formset, new_key)
        return without_dangling(self.base, values)

    def _parts(
        self, formset: PartFormSet, new_key: Callable[[str], str]
    ) -> tuple[Part, ...]:
        shape = COLLECTIONS[formset.collection]
        parts = {part.key: part for part in getattr(self.base, formset.collection)}
        places: list[tuple[int, str]] = []
        for form in formset.forms:
            if form in formset.deleted_forms:
                parts.pop(form.cleaned_data["key"], None)
                continue
            if not form.has_changed():
                continue
            place = form.cleaned_data["position"]
            if form.part:
                key = form.part.key
                parts[key] = replace(form.part, **form.values())
                is_moved = "position" in form.changed_data
            else:
                key = new_key(shape.prefix)
                parts[key] = shape(key=key, **form.values())
                is_moved = True
            if is_moved:
                places.append((place or len(parts), key))
        return placed(parts, places)
