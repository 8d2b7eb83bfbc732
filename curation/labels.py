"""Paths and values in the words of the forms."""

from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst

from trials import tables
from trials.models import Trial
from trials.record.paths import parse


def path_label(text: str) -> str:
    """`criteria[c12].text` -> "Criterion c12 · text"; "" -> "Whole trial"."""
    if not text:
        return "Whole trial"
    path = parse(text)
    if not path.key:
        return capfirst(str(Trial._meta.get_field(path.field).verbose_name))
    model = tables.MODELS[path.field]
    label = f"{capfirst(model._meta.verbose_name)} {path.key}"
    if path.part_field:
        label += f" · {model._meta.get_field(path.part_field).verbose_name}"
    return label


def known_label(text: str) -> str:
    """The label of a path; one that names nothing, forged perhaps, as it stands."""
    try:
        return path_label(text)
    except (ValueError, KeyError, FieldDoesNotExist):
        return text
