"""What our templates ask of a model."""

from django import template
from django.db.models import Model

from curation import labels
from curation.models import Finding
from curation.worddiff import Mark, marks, shortened

register = template.Library()


@register.filter
def verbose_name(model: type[Model]) -> str:
    """`Criterion` -> "criterion"."""
    return model._meta.verbose_name


@register.filter
def verbose_name_plural(model: type[Model]) -> str:
    """`Criterion` -> "criteria"."""
    return model._meta.verbose_name_plural


@register.filter
def path_label(path: str) -> str:
    """`criteria[c12].text` -> "Criterion c12 · text"."""
    return labels.path_label(path)


@register.filter
def fix_marks(finding: Finding | dict[str, str]) -> list[Mark]:
    """What a finding's fix changes, word by word, without what stays around it."""
    if isinstance(finding, Finding):
        return shortened(marks(finding.before, finding.after))
    return shortened(marks(finding["before"], finding["after"]))
