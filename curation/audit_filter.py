"""Which changes of the history an auditor asks for."""

import datetime
from collections.abc import Iterable
from itertools import combinations
from urllib.parse import parse_qs, urlencode

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.text import capfirst

from curation.labels import path_label
from trials.models import ChangeSet, FieldChange
from trials.record.fields import fields_of
from trials.record.sections import SECTIONS
from trials.record.shape import COLLECTIONS
from trials.tables import MODELS

ACT = "revision__change_set"
"""The way from a change to the act that made it."""
NO_REASON = "none"

_PRECISIONS = (
    ("%Y-%m-%d", datetime.timedelta(days=1)),
    ("%Y-%m-%d %H:%M", datetime.timedelta(minutes=1)),
    ("%Y-%m-%d %H:%M:%S", datetime.timedelta(seconds=1)),
)


class MomentField(forms.CharField):
    """A day, minute or second in UTC, as the moment when it begins or has ended."""

    def __init__(self, *, is_end: bool = False, **kwargs):
        self.is_end = is_end
        super().__init__(**kwargs)

    def clean(self, value):
        """`2026-05-04` or `2026-05-04 13:30` -> datetime. Raises ValidationError."""
        text = super().clean(value)
        if not text:
            return None
        for form, length in _PRECISIONS:
            try:
                begins = datetime.datetime.strptime(text.replace("T", " "), form)
                moment = begins + (length if self.is_end else datetime.timedelta())
            except (ValueError, OverflowError):
                continue
            return moment.replace(tzinfo=datetime.UTC)
        raise ValidationError("Write the time as 2026-05-04 or 2026-05-04 13:30 (UTC).")


class MomentFilter(django_filters.Filter):
    """By a time in UTC."""

    field_class = MomentField

    def __init__(self, **kwargs):
        hint = forms.TextInput(attrs={"placeholder": "2026-05-04 13:30"})
        super().__init__(widget=hint, **kwargs)


def _fields() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every value of a record by section: what changes of it are filed under."""
    return [
        (section.title, [(name, path_label(name)) for name in section.fields])
        for section in SECTIONS
        if section.fields
    ] + [
        (capfirst(MODELS[name]._meta.verbose_name_plural), _fields_of_part(name))
        for name in COLLECTIONS
    ]


def _fields_of_part(collection: str) -> list[tuple[str, str]]:
    meta = MODELS[collection]._meta
    part = capfirst(meta.verbose_name)
    every = (collection, f"{capfirst(meta.verbose_name_plural)}: all")
    return [every] + [
        (
            f"{collection}.{field.name}",
            f"{part} · {meta.get_field(field.name).verbose_name}",
        )
        for field in fields_of(COLLECTIONS[collection])
        if field.name != "key"
    ]


class AuditFilter(django_filters.FilterSet):
    """Changes by when, who, why, and what; all that is asked for must hold.

    Its `qs` are the changes, newest first; none where the filter makes no sense.
    """

    since = MomentFilter(field_name=f"{ACT}__at", lookup_expr="gte", label="From (UTC)")
    until = MomentFilter(
        field_name=f"{ACT}__at", lookup_expr="lt", is_end=True, label="Through (UTC)"
    )
    actor = django_filters.CharFilter(
        method="by_actor", label="Who", widget=forms.TextInput(attrs={"list": "names"})
    )
    trial = django_filters.CharFilter(
        method="by_trial",
        label="Trial",
        widget=forms.TextInput(attrs={"placeholder": "NCT number"}),
    )
    reason = django_filters.ChoiceFilter(
        method="by_reason",
        choices=[*ChangeSet.Reason.choices, (NO_REASON, "No reason given")],
        label="Reason",
    )
    operation = django_filters.ChoiceFilter(
        choices=FieldChange.Operation.choices, label="Operation"
    )
    section = django_filters.ChoiceFilter(
        choices=[(section.slug, section.title) for section in SECTIONS],
        label="Section",
    )
    field = django_filters.ChoiceFilter(
        method="by_field", choices=_fields, label="Field"
    )
    text = django_filters.CharFilter(method="by_text", label="Text, old or new")
    kind = django_filters.MultipleChoiceFilter(
        field_name=f"{ACT}__kind",
        choices=ChangeSet.Kind.choices,
        distinct=False,  # An act has one kind: no change comes twice.
        widget=forms.CheckboxSelectMultiple,
        label="Kind",
    )

    class Meta:
        model = FieldChange
        fields = ()

    def __init__(self, data: QueryDict):
        super().__init__(data, FieldChange.objects.order_by("-pk"))

    @property
    def qs(self) -> QuerySet[FieldChange]:
        """The changes that pass. A filter with an error must not let all of them by."""
        return super().qs if self.is_valid() else self.queryset.none()

    @property
    def query(self) -> str:
        """The filter as one canonical text, "" for all: names the same filter."""
        return _to_query(self.terms)

    @property
    def told(self) -> str:
        """What the accounts' log says that was asked for."""
        return self.query or "all changes"

    @property
    def terms(self) -> list[tuple[str, list[str]]]:
        """What is asked for: name and values, in the order of the filters."""
        asked = (
            (name, sorted({value.strip() for value in self.data.getlist(name)} - {""}))
            for name in self.base_filters
        )
        return [(name, values) for name, values in asked if values]

    def wider_queries(self) -> list[str]:
        """Its own query, and those of all filters that ask for less of the same."""
        terms = self.terms
        return [
            _to_query(some)
            for size in range(len(terms) + 1)
            for some in combinations(terms, size)
        ]

    def by_actor(self, changes, name, value):
        """Done under that name, or by the account that has it now."""
        return changes.filter(
            Q(**{f"{ACT}__actor_name": value}) | Q(**{f"{ACT}__actor__username": value})
        )

    def by_trial(self, changes, name, value):
        """Of the trial with that NCT number."""
        return changes.filter(trial__nct_id=value.upper())

    def by_reason(self, changes, name, value):
        """With that reason, or without any."""
        return changes.filter(**{f"{ACT}__reason": "" if value == NO_REASON else value})

    def by_field(self, changes, name, value):
        """Of that field; of all its fields where it is a list of parts."""
        if value not in COLLECTIONS:
            return changes.filter(field=value)
        return changes.filter(Q(field=value) | Q(field__startswith=f"{value}."))

    def by_text(self, changes, name, value):
        """With those words in the value before or after."""
        return changes.filter(Q(old__icontains=value) | Q(new__icontains=value))


def in_words(query: str) -> str:
    """`trial=NCT00000001&kind=fix` -> "Trial: NCT00000001 · Kind: fix"."""
    labels = {name: filter.label for name, filter in AuditFilter.base_filters.items()}
    asked = (
        f"{labels.get(name, name)}: {', '.join(values)}"
        for name, values in parse_qs(query).items()
    )
    return " · ".join(asked) or "All changes"


def _to_query(terms: Iterable[tuple[str, list[str]]]) -> str:
    return urlencode(list(terms), doseq=True)
