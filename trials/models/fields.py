"""Model fields that the record's kinds of values need."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from trials.record.vocabulary import Vocabulary


class LineField(models.CharField):
    """One line of text, of any length, `""` if not given.

    No length limit in the database: a reader keeps what the page prints, however long,
    and a rule says where the registry would not take it.
    """

    def __init__(self, **kwargs):
        super().__init__(**{"blank": True, "default": "", **kwargs})


class LongTextField(models.TextField):
    """Paragraphs of text, `""` if not given. Line breaks are `\\n`."""

    def __init__(self, **kwargs):
        super().__init__(**{"blank": True, "default": "", **kwargs})

    def to_python(self, value):
        """The text with one kind of line break: browsers send `\\r\\n`."""
        text = super().to_python(value)
        return text.replace("\r\n", "\n").replace("\r", "\n") if text else text


class CodeChoiceField(forms.ChoiceField):
    """A select of a vocabulary's labels that also keeps the unknown value it shows."""

    def __init__(self, *, vocabulary: type[Vocabulary], **kwargs):
        self.codes = [("", "—"), *((m.value, m.label) for m in vocabulary)]
        kwargs.pop("max_length", None)
        kwargs.pop("empty_value", None)
        super().__init__(choices=self.codes, **kwargs)

    def keep(self, value: str) -> None:
        """Offer `value` too, marked as unknown, where the vocabulary lacks it."""
        if value and value not in dict(self.codes):
            self.choices = [*self.codes, (value, f"{value} (not a known code)")]


class CodeField(models.CharField):
    """A code of `vocabulary`, or the printed form where the vocabulary lacks it.

    The model takes any text, since a reader drops nothing; a form offers the known
    codes, and an unknown one only where it stands already.
    """

    def __init__(self, vocabulary: type[Vocabulary] | None = None, **kwargs):
        self.vocabulary = vocabulary
        super().__init__(**{"blank": True, "default": "", **kwargs})

    def formfield(self, **kwargs):
        """A select of the vocabulary's labels."""
        return super().formfield(
            **{
                "form_class": CodeChoiceField,
                "vocabulary": self.vocabulary,
                **kwargs,
            }
        )

    def label_of(self, code: str) -> str:
        """What people read for `code`; an unknown one as it is."""
        known = self.vocabulary._value2member_map_.get(code)
        return known.label if known else code


class ListField(models.TextField):
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
