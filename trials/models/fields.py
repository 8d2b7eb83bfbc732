"""Model fields that the record's kinds of values need, and their form fields.

The forms' widgets are Django's plain ones, the lightest that do: a section of a trial
shows hundreds of them.
"""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst

from trials.record.dates import is_date
from trials.record.vocabulary import Vocabulary

_BREAKS = re.compile(r"[ \t]*[\r\n]+[ \t]*")


class CodeChoiceField(forms.ChoiceField):
    """A select of a vocabulary's labels that also keeps the unknown value it shows."""

    def __init__(self, *, vocabulary: type[Vocabulary], **kwargs):
        self.codes = {"": "—"} | {member.value: member.label for member in vocabulary}
        super().__init__(choices=list(self.codes.items()), **kwargs)

    def keep(self, value: str) -> None:
        """Offer `value` too, marked as unknown, where the vocabulary lacks it."""
        if value not in self.codes:
            unknown = (value, f"{value} (not a known code)")
            self.choices = [*self.codes.items(), unknown]


class CodesChoiceField(forms.MultipleChoiceField):
    """Checkboxes of a vocabulary's labels that also keep the unknown values there."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, vocabulary: type[Vocabulary], **kwargs):
        self.codes = {member.value: member.label for member in vocabulary}
        super().__init__(choices=list(self.codes.items()), **kwargs)

    def keep(self, values: tuple[str, ...]) -> None:
        """Offer those of `values` too that the vocabulary lacks, marked as unknown."""
        unknown = [
            (v, f"{v} (not a known code)") for v in values if v not in self.codes
        ]
        self.choices = [*self.codes.items(), *unknown]


class PartialDateFormField(forms.CharField):
    """A date as precise as it is known; one kept as printed may stay as it is."""

    kept = ""

    def keep(self, value: str) -> None:
        """Accept `value` too, the one that stands there."""
        self.kept = value

    def clean(self, value):
        """The date. Raises ValidationError, which tells how to write one."""
        text = super().clean(value)
        if text and text != self.kept and not is_date(text):
            raise ValidationError(
                "Write the date as 2020-02-01, or 2020-02 or 2020 if that is all that "
                "is known."
            )
        return text


class LineFormField(forms.CharField):
    """One line of text in a text area, which shows all of it however long it is."""

    widget = forms.Textarea(attrs={"rows": 1, "data-line": ""})

    def to_python(self, value):
        """The text with a blank for each line break: pasted text has them."""
        return _BREAKS.sub(" ", super().to_python(value))


class LineField(models.CharField):
    """One line of text, of any length, `""` if not given.

    No length limit in the database: a reader keeps what the page prints, however long,
    and a rule says where the registry would not take it.
    """

    def __init__(self, **kwargs):
        super().__init__(**{"blank": True, "default": "", **kwargs})

    def formfield(self, **kwargs):
        """A text area that takes no line break."""
        return super().formfield(**{"form_class": LineFormField, **kwargs})


class LongTextField(models.TextField):
    """Paragraphs of text, `""` if not given. Line breaks are `\\n`."""

    def __init__(self, **kwargs):
        super().__init__(**{"blank": True, "default": "", **kwargs})

    def formfield(self, **kwargs):
        """A text area that grows with its text."""
        return super().formfield(
            **{"widget": forms.Textarea(attrs={"rows": 1}), **kwargs}
        )


class PartialDateField(LineField):
    """A date in the precision that is known, or as printed where it is none."""

    def formfield(self, **kwargs):
        """A line that accepts ISO dates only, but for what stands there already."""
        return super().formfield(**{"form_class": PartialDateFormField, **kwargs})


class CountField(models.PositiveIntegerField):
    """A whole number from 0 to `most`, None if not given."""

    def __init__(self, most: int = 2**31 - 1, **kwargs):
        self.most = most
        super().__init__(**kwargs)

    def formfield(self, **kwargs):
        """A number between 0 and `most`."""
        return super().formfield(**{"max_value": self.most, **kwargs})


class Coded:
    """A model field whose values are codes of `vocabulary`."""

    vocabulary: type[Vocabulary] | None

    def label_of(self, code: str) -> str:
        """What people read for `code`; an unknown one as it is."""
        known = self.vocabulary._value2member_map_.get(code)
        return known.label if known else code


class CodeField(Coded, models.CharField):
    """A code of `vocabulary`, or the printed form where the vocabulary lacks it.

    The model takes any text, since a reader drops nothing; a form offers the known
    codes, and an unknown one only where it stands already.
    """

    def __init__(self, vocabulary: type[Vocabulary] | None = None, **kwargs):
        self.vocabulary = vocabulary
        super().__init__(**{"blank": True, "default": "", **kwargs})

    def formfield(self, **kwargs):
        """A select of the vocabulary's labels."""
        return CodeChoiceField(
            vocabulary=self.vocabulary,
            required=False,
            label=capfirst(self.verbose_name),
            **kwargs,
        )


class ListField(Coded, models.TextField):
    """A list of one-line texts, stored one a line: `("PHASE1", "PHASE2")`."""

    def __init__(self, vocabulary: type[Vocabulary] | None = None, **kwargs):
        self.vocabulary = vocabulary
        super().__init__(**{"blank": True, "default": tuple, **kwargs})

    def from_db_value(self, value, expression, connection):
        """Stored text -> tuple."""
        return tuple(value.split("\n")) if value else ()

    def to_python(self, value):
        """Text of a form, one item a line, or any list -> tuple without empty items."""
        if isinstance(value, str):
            value = value.splitlines()
        return tuple(item.strip() for item in value or () if item.strip())

    def get_prep_value(self, value):
        """Tuple -> stored text. Raises ValidationError on a line break in an item."""
        items = (value,) if isinstance(value, str) else tuple(value or ())
        if any("\n" in item or not item for item in items):
            raise ValidationError("An item of a list is one line of text.")
        return "\n".join(items)

    def value_from_object(self, obj):
        """What a form starts from: codes as a list, free items one a line."""
        items = super().value_from_object(obj)
        return list(items) if self.vocabulary else "\n".join(items)

    def formfield(self, **kwargs):
        """Checkboxes for codes, a text area with one item a line otherwise."""
        if self.vocabulary is None:
            return super().formfield(
                **{"widget": forms.Textarea(attrs={"rows": 1}), **kwargs}
            )
        return CodesChoiceField(
            vocabulary=self.vocabulary,
            required=False,
            label=capfirst(self.verbose_name),
            **kwargs,
        )
