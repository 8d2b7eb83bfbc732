"""What the tests of the forms of a section share."""

from itertools import count

from django.http import QueryDict

from curation.forms import SectionForms
from curation.tests.submission import submission
from trials.record.sections import section_named


def shown(section, record, **pages):
    """What a browser would send back of the section, unchanged."""
    forms = SectionForms(section_named(section), record, 1, pages)
    parts = [f for s in forms.formsets for f in (s.management_form, *s.forms)]
    return submission("".join(str(form) for form in (forms.trial_form, *parts)))


def sent(section, record, data, **pages):
    """The forms with `data`."""
    query = QueryDict(mutable=True)
    for name, values in data.items():
        query.setlist(name, values if isinstance(values, list) else [values])
    return SectionForms(section_named(section), record, 1, pages, query)


def saved(section, record, changes, **pages):
    """The record that the forms want after `changes` (None: not sent)."""
    data = {
        name: value
        for name, value in (shown(section, record, **pages) | changes).items()
        if value is not None
    }
    forms = sent(section, record, data, **pages)
    assert forms.is_valid(), errors(forms)
    numbers = count(500)
    return forms.record(lambda prefix: f"{prefix}{next(numbers)}")


def errors(forms):
    """All complaints, as one text."""
    sets = [(s.errors, s.non_form_errors()) for s in forms.formsets]
    return str([forms.trial_form.errors, sets])


def refused(section, record, changes):
    """The complaints about `changes`."""
    forms = sent(section, record, shown(section, record) | changes)
    assert not forms.is_valid()
    assert forms.has_errors
    return errors(forms)
