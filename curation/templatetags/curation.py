"""What our templates ask of a model."""

from django import template
from django.db.models import Model

register = template.Library()


@register.filter
def verbose_name(model: type[Model]) -> str:
    """`Criterion` -> "criterion"."""
    return model._meta.verbose_name


@register.filter
def verbose_name_plural(model: type[Model]) -> str:
    """`Criterion` -> "criteria"."""
    return model._meta.verbose_name_plural
