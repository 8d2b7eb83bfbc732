"""The form of the export page: what leaves, and how."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.http import QueryDict
from django.utils import timezone

from curation.audit_filter import MomentField
from curation.export_columns import CHOICE, chosen, ticked, ticks
from curation.exports import WITHHELD, Order
from curation.models import ExportProfile, Release, Review
from curation.models.kept import one_line
from curation.pages.export_ticks import TableTicks, table_ticks
from curation.pins import Selection
from trials.formats.columns import Columns

FORMATS = {
    "csv": "CSV for people: a row a trial, a row a criterion",
    "dataset": "Dataset for programs: CSV tables that join, with datapackage.json",
    "xlsx": "Excel: the tables of the dataset as sheets",
    "ctgov": "JSON of the registry (API v2), with what the desk knows besides",
    "aact": "AACT: pipe-delimited files with the tables of that database",
}
SUFFIXES = {"csv": ".zip", "dataset": ".zip", "aact": ".zip", "xlsx": ".xlsx"}
GROUPS = {"csv_columns": "csv", "table_columns": "dataset"}
"""Field of ticks -> the format whose tables it shows; xlsx has those of dataset."""
ALL, CHOSEN = "all", "chosen"


class ExportForm(forms.Form):
    """What leaves of the trials that the address chooses: `query` is the list's filter,
    `nct_ids` are those that were ticked there.

    Who may not view trials gets approved records alone, as they were approved.
    """

    format = forms.ChoiceField(choices=FORMATS.items(), widget=forms.RadioSelect)
    status = forms.MultipleChoiceField(
        label="Review",
        choices=Review.State,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    withdrawn = forms.BooleanField(label="Withdrawn trials too", required=False)
    as_of = MomentField(
        label="As of",
        is_end=True,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "2026-05-04 13:30"}),
    )
    release = forms.ChoiceField(label="Make again", required=False)
    new_release = forms.CharField(
        label="Freeze as", max_length=100, required=False, validators=[one_line]
    )
    bom = forms.BooleanField(
        label="Byte order mark, by which Excel knows UTF-8", required=False
    )
    lines = forms.BooleanField(label="JSON lines: one trial a line", required=False)
    columns = forms.ChoiceField(
        choices=[(ALL, "All columns"), (CHOSEN, "These columns:")],
        widget=forms.RadioSelect,
        required=False,
    )
    csv_columns = forms.MultipleChoiceField(required=False)
    table_columns = forms.MultipleChoiceField(required=False)

    def __init__(
        self,
        *args: Any,
        user: AbstractBaseUser,
        query: str = "",
        nct_ids: tuple[str, ...] = (),
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.user, self.query, self.nct_ids = user, query, nct_ids
        self.as_approved = not user.has_perm("trials.view_trial")
        names = Release.objects.values_list("name", flat=True)
        self.fields["release"].choices = [("", "–"), *((n, n) for n in names)]
        for name, format in GROUPS.items():
            every = [tick for table in CHOICE[format] for tick in ticks(table)]
            self.fields[name].choices = [(tick, tick) for tick in every]
        if self.as_approved:
            for name in ("status", "withdrawn", "as_of", "release"):
                del self.fields[name]
        if self.as_approved or not user.has_perm("curation.add_release"):
            del self.fields["new_release"]

    def clean(self) -> dict[str, Any]:
        """A release holds the trials and columns of then."""
        cleaned = super().clean()
        old, new = cleaned.get("release"), cleaned.get("new_release")
        is_chosen = any(cleaned.get(n) for n in ("status", "withdrawn", "as_of"))
        if old and (new or is_chosen or self.query or self.nct_ids):
            self.add_error(
                "release",
                "It holds the trials of then: take it without another choice of "
                "trials, the list’s filter included.",
            )
        if new and Release.objects.filter(name=new).exists():
            self.add_error("new_release", "There is a release of that name.")
        if new and not self.errors and self.chosen_columns:
            self.add_error("new_release", "A new release has all columns.")
        return cleaned

    @property
    def selection(self) -> Selection:
        """Which trials."""
        if self.as_approved:
            return Selection(nct_ids=self.nct_ids, as_approved=True)
        return Selection(
            nct_ids=self.nct_ids,
            statuses=tuple(self.cleaned_data["status"]),
            query=self.query,
            with_withdrawn=self.cleaned_data["withdrawn"],
            as_of=self.cleaned_data["as_of"],
        )

    @property
    def chosen_columns(self) -> Columns:
        """Which columns; empty: all."""
        cleaned = self.cleaned_data
        if cleaned["format"] not in CHOICE or cleaned["columns"] != CHOSEN:
            return {}
        field = "csv_columns" if cleaned["format"] == "csv" else "table_columns"
        return chosen(CHOICE[cleaned["format"]], cleaned[field])

    def order(self, folder: Path) -> Order:
        """What is asked for, as a file in `folder`. The form is valid."""
        cleaned = self.cleaned_data
        format = cleaned["format"]
        return Order(
            format,
            folder / self.file_name,
            self.selection,
            cleaned.get("release") or cleaned.get("new_release") or "",
            bom=format == "csv" and cleaned["bom"],
            lines=format == "ctgov" and cleaned["lines"],
            columns=self.chosen_columns,
        )

    @property
    def file_name(self) -> str:
        """`trials-csv-2026-05-04T1200Z-approved-COMPLETED.zip`."""
        cleaned = self.cleaned_data
        terms = (v for _, values in QueryDict(self.query).lists() for v in values)
        words = [
            cleaned.get("release") or cleaned.get("new_release") or "",
            "approved" if self.as_approved else " ".join(cleaned["status"]),
            f"as of {self.data.get('as_of')}" if cleaned.get("as_of") else "",
            f"{len(self.nct_ids)} selected" if self.nct_ids else "",
            *terms,
        ]
        told = re.sub("[^A-Za-z0-9]+", "-", " ".join(words)).strip("-")[:60]
        format = cleaned["format"]
        json = ".jsonl" if cleaned["lines"] else ".json"
        now = f"{timezone.now():%Y-%m-%dT%H%MZ}"
        name = "-".join(filter(None, ("trials", format, now, told)))
        return f"{name}{SUFFIXES.get(format, json)}"

    def profile_values(self) -> dict[str, Any]:
        """What a profile keeps of the form."""
        order = self.order(Path())
        names = ("format", "columns", "bom", "lines")
        return {name: getattr(order, name) for name in names}

    def column_groups(self) -> Iterator[tuple[str, list[TableTicks]]]:
        """Field of ticks -> its tables, for the page."""
        for name, format in GROUPS.items():
            is_set = set(self[name].value() or ())
            tables = [
                table
                for table in CHOICE[format]
                if not (self.as_approved and table in WITHHELD)
            ]
            yield name, [table_ticks(table, is_set) for table in tables]


def first_values(profile: ExportProfile | None) -> dict[str, Any]:
    """The form as it is sent if nobody changes it: all columns as CSV, or as `profile`
    says."""
    values: dict[str, Any] = {"format": "csv", "columns": ALL}
    for field, format in GROUPS.items():
        values[field] = ticked(CHOICE[format], {})
    if profile is None:
        return values
    values |= {"format": profile.format, "bom": profile.bom, "lines": profile.lines}
    if profile.columns:
        field = "csv_columns" if profile.format == "csv" else "table_columns"
        values |= {
            "columns": CHOSEN,
            field: ticked(CHOICE[profile.format], profile.columns),
        }
    return values


class ProfileForm(forms.ModelForm):
    """The name under which a choice is kept; one's own of that name is replaced."""

    class Meta:
        model = ExportProfile
        fields = ("name", "is_shared")

    def validate_unique(self) -> None:
        """A name that is there is known when the profile is kept, not before."""
