"""What our templates ask of a model."""

from django import template
from django.db.models import Model
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from curation.kept_filters import Menu, menu
from curation.labels import path_label
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


@register.simple_tag(takes_context=True)
def comment_button(context: Context, path: str) -> str:
    """The button that opens the comments at `path`, marked where one is open there.

    A section shows hundreds of them, too many for a template each.
    """
    is_open = path in context.get("commented", ())
    if not is_open and not context.get("may_comment"):
        return ""
    return format_html(
        '<button type="button" class="say{}" data-comment="{}"{} title="{} on {}">'
        "</button>",
        " open" if is_open else "",
        path,
        "" if is_open else mark_safe(' tabindex="-1"'),
        "Open comment" if is_open else "Comment",
        path_label(path),
    )


@register.simple_tag(takes_context=True)
def kept_filters(context: Context, page: str) -> Menu:
    """The filters that are kept for the list, as its menu shows them."""
    return menu(context["request"], page)


@register.filter
def fix_marks(finding: Finding | dict[str, str]) -> list[Mark]:
    """What a finding's fix changes, word by word, without what stays around it."""
    if isinstance(finding, Finding):
        return shortened(marks(finding.before, finding.after))
    return shortened(marks(finding["before"], finding["after"]))
