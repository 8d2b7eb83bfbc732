"""What the tests of the pages of a section share."""

from django.contrib.messages import get_messages
from django.urls import reverse

from curation.tests.submission import submission


def address(trial, slug="eligibility"):
    return reverse("admin:trials_trial_section", args=[trial.pk, slug])


def shown(response):
    """What the browser would send of the form in the page."""
    return submission(response.content.decode(), "section-form")


def said(response):
    """The messages of the response."""
    return [str(message) for message in get_messages(response.wsgi_request)]
