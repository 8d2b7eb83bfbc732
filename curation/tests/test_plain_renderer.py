"""Widgets drawn without a template look as Django's templates make them."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html

from curation.plain_renderer import DRAWN, PlainRenderer

HOSTILE = "<b>\"'&</b>"
CHOICES = [("", "—"), ("A", "First"), (HOSTILE, HOSTILE)]
WIDGETS = [
    forms.TextInput({"data-path": HOSTILE, "required": True, "disabled": False}),
    forms.NumberInput({"min": 1}),
    forms.HiddenInput(),
    forms.CheckboxInput(),
    forms.Textarea({"rows": 1, "data-line": ""}),
    forms.Select(choices=CHOICES),
    forms.NullBooleanSelect(),
]


@pytest.mark.parametrize("value", [None, "", "A", HOSTILE, 0, 12_000, True, "\nA"])
@pytest.mark.parametrize("widget", WIDGETS, ids=lambda w: type(w).__name__)
def test_a_widget_looks_as_its_template_makes_it(widget, value):
    drawn = widget.render("name", value, {"id": "id_name"}, PlainRenderer())

    template = widget.render("name", value, {"id": "id_name"}, DjangoTemplates())
    assert parse_html(drawn) == parse_html(template)


def test_every_widget_that_is_drawn_was_compared():
    assert {widget.template_name for widget in WIDGETS} == set(DRAWN)


def test_the_first_line_break_of_a_text_is_kept():
    drawn = forms.Textarea().render("name", "\nA", renderer=PlainRenderer())

    assert "\n\nA</textarea>" in drawn


def test_other_widgets_go_to_their_templates():
    widget = forms.RadioSelect(choices=CHOICES)

    drawn = widget.render("name", "A", renderer=PlainRenderer())

    assert drawn == widget.render("name", "A", renderer=DjangoTemplates())
