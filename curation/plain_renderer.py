"""Widgets drawn straight from Python.

A section shows hundreds of widgets, and rendering a template for each took most of its
time. The few that it uses are drawn here as Django's templates draw them (a test
compares); any other goes to its template.
"""

from collections.abc import Callable
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Widget = dict[str, Any]


def _input(widget: Widget) -> SafeString:
    value = widget["value"]
    return format_html(
        '<input type="{}" name="{}"{}{}>',
        widget["type"],
        widget["name"],
        "" if value is None else format_html(' value="{}"', str(value)),
        flatatt(widget["attrs"]),
    )


def _textarea(widget: Widget) -> SafeString:
    # A browser drops the first line break, so that one of the text's own stays.
    return format_html(
        '<textarea name="{}"{}>\n{}</textarea>',
        widget["name"],
        flatatt(widget["attrs"]),
        "" if widget["value"] is None else widget["value"],
    )


def _select(widget: Widget) -> SafeString:
    options = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (str(option["value"]), flatatt(option["attrs"]), option["label"])
            for _, options, _ in widget["optgroups"]
            for option in options
        ),
    )
    return format_html(
        '<select name="{}"{}>{}</select>',
        widget["name"],
        flatatt(widget["attrs"]),
        options,
    )


DRAWN: dict[str, Callable[[Widget], SafeString]] = {
    f"django/forms/widgets/{name}.html": draw
    for name, draw in {
        "text": _input,
        "number": _input,
        "hidden": _input,
        "checkbox": _input,
        "textarea": _textarea,
        "select": _select,
    }.items()
}
"""Template of Django's -> what draws the same."""


class PlainRenderer(DjangoTemplates):
    """Draws plain widgets without a template; knows no groups of options."""

    def render(self, template_name, context, request=None):
        """The HTML of a widget, form or formset."""
        draw = DRAWN.get(template_name)
        if draw is None:
            return super().render(template_name, context, request)
        return draw(context["widget"])
